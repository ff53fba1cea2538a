import ArchIR
import Microkernels

/// What a step keeps and what it uses while it runs.
struct StepMemory {
  /// Packed weights.
  var weightFloats = 0
  var scratch = ScratchSize()
}

extension StepBuilder {
  /// What `build` will allocate and its step use on so many threads: the same sizes, from the same places.
  func memory(_ source: some NetworkWeights, threads: Int) -> StepMemory {
    let lanes = kernels.lanes
    if fusion.rowMajor.contains(step.main) { return memoryOnArrays(source) }
    switch node.op {
    case .convolution(let convolution):
      return memory(convolution, ConvolutionShape(convolution, inputChannels: inputShape.channels), threads: threads)
    case .linear(let linear):
      return StepMemory(weightFloats: DenseWeights.count(convolutionShape(linear), lanes: lanes))
    case .activation(.softmax):
      return StepMemory(scratch: Softmax.scratch(inputShape.channels, lanes: lanes))
    case .localResponseNormalization(let normalization):
      return StepMemory(
        scratch: LocalResponseNormalization.scratch(normalization.size, channels: inputShape.channels, lanes: lanes))
    default: return StepMemory()
    }
  }

  private func memory(
    _ convolution: ArchIR.Convolution<Int>, _ shape: ConvolutionShape, threads: Int
  ) -> StepMemory {
    let (lanes, output) = (kernels.lanes, outputShape)
    switch method(convolution, shape) {
    case .interleaved(let interleaving):
      return StepMemory(weightFloats: InterleavedConvolution.weightCount(interleaving.sources, lanes: lanes))
    case .transposed: return StepMemory(weightFloats: TransposedConvolution.weightCount(shape, lanes: lanes))
    case .lanewise:
      return StepMemory(
        weightFloats: LanewiseConvolution.weightCount(shape, lanes: lanes),
        scratch: order == nil ? ScratchSize() : LanewiseConvolution.gatheredScratch(lanes: lanes))
    case .separable(let depthwise):
      return StepMemory(
        weightFloats: LanewiseConvolution.weightCount(depthwise, lanes: lanes)
          + DenseWeights.count(shape, lanes: lanes),
        scratch: fusion.separable.scratch(depthwise, width: output.width, lanes: lanes))
    case .winograd(let choice):
      return StepMemory(
        weightFloats: WinogradWeights.count(shape, choice, lanes: lanes),
        scratch: choice.scratch(shape, images: output.images, threads: threads, lanes: lanes))
    case .direct:
      let isStaged = shape.isSubsampling || !step.before.isEmpty || order != nil
      let isPlanar = placement.storage(of: inputs[0]).isPlanar
      return StepMemory(
        weightFloats: DenseWeights.count(shape, lanes: lanes),
        scratch: isStaged && !isPlanar
          ? DirectConvolution.scratch(shape, height: output.height, width: output.width, lanes: lanes) : ScratchSize())
    }
  }

  private func memoryOnArrays(_ source: some NetworkWeights) -> StepMemory {
    let extents = node.output.extents
    switch node.op {
    case .linear(let linear):
      let features = graph.nodes[node.inputs[0]].output.extents.last!
      let shape = ConvolutionShape(inputChannels: features, outputChannels: linear.outputFeatures)
      return StepMemory(weightFloats: DenseWeights.count(shape, lanes: kernels.lanes))
    case .activation(.softmax):
      return StepMemory(weightFloats: kept(source), scratch: Softmax.scratch(extents[1], lanes: kernels.lanes))
    case .tensor(.softmax(let axis)):
      return StepMemory(weightFloats: kept(source), scratch: Softmax.scratch(extents[axis], lanes: kernels.lanes))
    default: return StepMemory(weightFloats: kept(source))
    }
  }

  /// Numbers that a step on arrays keeps as they are.
  private func kept(_ source: some NetworkWeights) -> Int {
    keptCount(source.weights(ofNode: step.main, in: graph))
  }

  func keptCount(_ numbers: LayerWeights) -> Int { numbers.kernel.count + numbers.scale.count + numbers.shift.count }
}
