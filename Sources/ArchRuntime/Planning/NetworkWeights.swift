import ArchAlgebra
import ArchIR

/// The numbers that a layer has besides its attributes; empty where it has none.
public struct LayerWeights: Sendable {
  /// Convolution: (output channels, input channels of a group, kernel extents), transposed: (input channels, output
  /// channels of a group, kernel extents). Linear: (output features, input features).
  public var weights: [Float] = []
  public var bias: [Float] = []
  /// Of a normalisation or a layer scale, one for each channel.
  public var scale: [Float] = []
  public var shift: [Float] = []
  /// Running statistics of batch normalisation.
  public var mean: [Float] = []
  public var variance: [Float] = []
  /// Added to a variance before its square root is taken.
  public var epsilon = normalizationEpsilon

  public init() {}
}

/// Where the numbers of a network come from.
public protocol NetworkWeights: Sendable {
  /// The numbers of a node of the graph; asked once for each node.
  func weights(ofNode node: Int, in graph: Graph<Int>) -> LayerWeights
}

/// What is added to variances where nothing else is said.
public let normalizationEpsilon: Float = 1e-5

/// Seeded numbers for a network that brings none: He-scaled kernels, normalisations near the identity, so that
/// activations stay finite through hundreds of layers.
public struct GeneratedWeights: NetworkWeights {
  public let generator: WeightGenerator

  public init(seed: UInt64 = 0) { generator = WeightGenerator(seed: seed) }

  public func weights(ofNode index: Int, in graph: Graph<Int>) -> LayerWeights {
    let node = graph.nodes[index]
    var result = LayerWeights()
    let input = node.inputs.first.map { graph.nodes[$0].output } ?? node.output
    // Six tensors to a node.
    let tensor = index * 6
    switch node.op {
    case .convolution(let convolution):
      let window = convolution.kernel.reduce(1, *)
      let fanIn = input.channels / convolution.groups * window
      let count = convolution.outputChannels * fanIn
      // What an output of a transposed convolution gathers from: its window is shared by stride² outputs.
      let gathered = convolution.isTransposed ? max(1, fanIn / convolution.stride.reduce(1, *)) : fanIn
      result.weights = generator.he(tensor: tensor, count: count, fanIn: gathered)
      if convolution.hasBias { result.bias = small(tensor + 1, convolution.outputChannels) }
    case .linear(let linear):
      let features = input.extents[input.rank - 1]
      result.weights = generator.he(tensor: tensor, count: linear.outputFeatures * features, fanIn: features)
      if linear.hasBias { result.bias = small(tensor + 1, linear.outputFeatures) }
    case .normalization(let normalization):
      if normalization.hasScale { result.scale = generator.uniform(tensor: tensor + 2, count: input.channels, in: 0.8..<1.2) }
      if normalization.hasShift { result.shift = small(tensor + 3, input.channels) }
      if normalization.kind == .batch {
        result.mean = small(tensor + 4, input.channels)
        result.variance = generator.uniform(tensor: tensor + 5, count: input.channels, in: 0.8..<1.2)
      }
    case .scale:
      result.scale = generator.uniform(tensor: tensor + 2, count: input.channels, in: 0.8..<1.2)
    case .tensor(let op): fill(&result, op, input, tensor)
    default: break
    }
    return result
  }

  private func fill(_ result: inout LayerWeights, _ op: TensorOp<Int>, _ input: Shape<Int>, _ tensor: Int) {
    func nearOne(_ number: Int, _ count: Int) -> [Float] {
      generator.uniform(tensor: tensor + number, count: count, in: 0.8..<1.2)
    }
    switch op {
    case .stored(let stored): result.weights = nearOne(0, stored.shape.extents.reduce(1, *))
    case .parametricRelu(let slopes): result.weights = generator.uniform(tensor: tensor, count: slopes, in: 0.1..<0.4)
    case .layerNormalization(let normalization):
      let count = input.extents[normalization.axis...].reduce(1, *)
      if normalization.hasScale { result.scale = nearOne(2, count) }
      if normalization.hasShift { result.shift = small(tensor + 3, count) }
    default: break
    }
  }

  private func small(_ tensor: Int, _ count: Int) -> [Float] {
    generator.uniform(tensor: tensor, count: count, in: -0.1..<0.1)
  }
}
