import ArchAlgebra
import ArchIR

/// Seeded numbers for a network that brings none, such that activations keep their scale through a thousand layers.
///
/// Kernels are He-scaled behind a rectifier and of variance 1 / fanIn elsewhere; normalisations are near the identity;
/// what a residual branch ends with is scaled down by the number of branches (``BranchScales``).
public struct GeneratedWeights: NetworkWeights {
  public let generator: WeightGenerator
  private let scales = BranchScales.Cache()

  public init(seed: UInt64 = 0) { generator = WeightGenerator(seed: seed) }

  public func weights(ofNode index: Int, in graph: Graph<Int>) -> LayerWeights {
    let node = graph.nodes[index]
    var result = LayerWeights()
    let input = node.inputs.first.map { graph.nodes[$0].output } ?? node.output
    let branch = scales.scale(ofNode: index, in: graph)
    let gain: Float = graph.isRectified(node.inputs.first) ? 2 : 1
    // Six tensors to a node.
    let tensor = index * 6
    switch node.op {
    case .convolution(let convolution):
      let window = convolution.kernel.reduce(1, *)
      let fanIn = input.channels / convolution.groups * window
      let count = convolution.outputChannels * fanIn
      // What an output of a transposed convolution gathers from: its window is shared by stride² outputs.
      let gathered = convolution.isTransposed ? max(1, fanIn / convolution.stride.reduce(1, *)) : fanIn
      result.kernel = generator.kernel(tensor: tensor, count: count, fanIn: gathered, gain: gain, scale: branch)
      if convolution.hasBias { result.bias = small(tensor + 1, convolution.outputChannels, branch) }
    case .linear(let linear):
      let features = input.extents[input.rank - 1]
      let count = linear.outputFeatures * features
      result.kernel = generator.kernel(tensor: tensor, count: count, fanIn: features, gain: gain, scale: branch)
      if linear.hasBias { result.bias = small(tensor + 1, linear.outputFeatures, branch) }
    case .normalization(let normalization):
      if normalization.hasScale { result.scale = nearOne(tensor + 2, input.channels, branch) }
      if normalization.hasShift { result.shift = small(tensor + 3, input.channels, branch) }
      if normalization.kind == .batch {
        result.mean = small(tensor + 4, input.channels)
        result.variance = nearOne(tensor + 5, input.channels)
      }
    case .scale:
      result.scale = nearOne(tensor + 2, input.channels, branch)
    case .tensor(let op): fill(&result, op, input, tensor)
    default: break
    }
    return result
  }

  private func fill(_ result: inout LayerWeights, _ op: TensorOp<Int>, _ input: Shape<Int>, _ tensor: Int) {
    switch op {
    case .stored(let stored): result.weights = nearOne(tensor, stored.shape.extents.reduce(1, *))
    case .parametricRelu(let slopes): result.weights = generator.uniform(tensor: tensor, count: slopes, in: 0.1..<0.4)
    case .layerNormalization(let normalization):
      let count = input.extents[normalization.axis...].reduce(1, *)
      if normalization.hasScale { result.scale = nearOne(tensor + 2, count) }
      if normalization.hasShift { result.shift = small(tensor + 3, count) }
    default: break
    }
  }

  private func small(_ tensor: Int, _ count: Int, _ scale: Float = 1) -> [Float] {
    generator.uniform(tensor: tensor, count: count, in: -0.1 * scale..<0.1 * scale)
  }

  private func nearOne(_ tensor: Int, _ count: Int, _ scale: Float = 1) -> [Float] {
    generator.uniform(tensor: tensor, count: count, in: 0.8 * scale..<1.2 * scale)
  }
}
