import ArchAlgebra
import ArchIR
import Microkernels

/// Runs a graph with the reference kernels, node by node, and counts the multiply-adds that they do.
public struct ReferenceExecutor {
  public let graph: Graph<Int>
  /// The tensor of each node.
  public private(set) var tensors: [ReferenceTensor] = []
  /// What each node really multiplied and added.
  public private(set) var multiplyAdds: [Int] = []

  /// - Parameter progress: takes how many nodes are done, before each.
  public init(
    _ graph: Graph<Int>, weights: some NetworkWeights, inputs: [[Float]], progress: ((Int) -> Void)? = nil
  ) throws {
    self.graph = graph
    var inputs = inputs[...]
    let rowMajor = RowMajorNodes(graph)
    for (index, node) in graph.nodes.enumerated() {
      progress?(index)
      var count = 0
      if rowMajor.contains(index), node.op != .input {
        let operands = node.inputs.map { ReferenceArray(graph.nodes[$0].output.extents, tensors[$0].values) }
        guard let made = runOnArrays(node, operands, weights.weights(ofNode: index, in: graph), &count) else {
          throw PlanError(node: index, "\(node.name) (\(node.op.name)) has no reference")
        }
        guard made.extents == node.output.extents else {
          throw PlanError(
            node: index, "\(node.name) (\(node.op.name)) makes \(made.extents), not \(node.output.extents)")
        }
        tensors.append(ReferenceTensor(made.values, TensorShape(node.output)))
        multiplyAdds.append(count)
        continue
      }
      if node.op == .input, TensorShape(node.output) == nil {
        tensors.append(ReferenceTensor(inputs.removeFirst(), nil))
        multiplyAdds.append(0)
        continue
      }
      guard let shape = TensorShape(node.output) else {
        throw PlanError(
          node: index, "\(node.name) makes a tensor of \(node.output): the kernels know images and signals")
      }
      if node.op == .input {
        tensors.append(
          ReferenceTensor(
            images: shape.images, channels: shape.channels, height: shape.height, width: shape.width,
            values: inputs.removeFirst()))
      } else {
        tensors.append(
          run(node, node.inputs.map { tensors[$0] }, shape, weights.weights(ofNode: index, in: graph), &count))
      }
      multiplyAdds.append(count)
    }
  }

  private func run(
    _ node: Node<Int>, _ inputs: [ReferenceTensor], _ shape: TensorShape, _ numbers: LayerWeights, _ count: inout Int
  ) -> ReferenceTensor {
    let input = inputs[0]
    switch node.op {
    case .tensor(.resize(let resize)):
      return resize.mode == .nearest
        ? input.upsampledNearest(height: shape.height, width: shape.width)
        : input.upsampledBilinear(height: shape.height, width: shape.width, alignCorners: false)
    case .input, .dropout, .tensor: return input  // other operators on arrays have been run before
    case .convolution(let convolution): return convolve(convolution, input, numbers, &count)
    case .linear(let linear):
      // A linear layer is the 1×1 convolution of a vector.
      let vector = ReferenceTensor(
        images: input.images, channels: input.values.count / input.images, height: 1, width: 1, values: input.values)
      return vector.convolved(
        weights: numbers.weights, outputChannels: linear.outputFeatures, groups: 1, kernelHeight: 1, kernelWidth: 1,
        strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1, padding: (0, 0, 0, 0),
        multiplyAdds: &count
      ).biased(numbers.bias)
    case .normalization(let normalization):
      if normalization.kind == .batch { return input.mapped(ChannelMap(node.op, numbers, channels: input.channels)) }
      return input.statisticallyNormalized(
        perPixel: normalization.kind == .layer, groups: normalization.groups, scale: numbers.scale,
        shift: numbers.shift,
        epsilon: Double(numbers.epsilon))
    case .scale, .constantScale: return input.mapped(ChannelMap(node.op, numbers, channels: input.channels))
    case .activation(let activation):
      return Microkernels.Activation(activation).map(input.activated) ?? input.softmax()
    case .pool(let pool): return self.pool(pool, input, shape)
    case .adaptivePool(let pool):
      return pool.kind == .average
        ? input.adaptivelyAveraged(height: shape.height, width: shape.width)
        : input.adaptiveMaximum(height: shape.height, width: shape.width)
    case .add: return inputs.dropFirst().reduce(input, +)
    case .multiply:
      let sorted = inputs.sorted { $0.height * $0.width > $1.height * $1.width }
      return sorted.dropFirst().reduce(sorted[0], *)
    case .concatenation: return .concatenated(inputs)
    case .permutation(.shuffle(let groups)):
      let each = input.channels / groups
      return input.gathered((0..<input.channels).map { $0 % groups * each + $0 / groups })
    case .permutation(.explicit(let order)): return input.gathered(order)
    case .slice(let slice): return input.gathered((0..<slice.count).map { slice.start + $0 })
    case .padding(let padding):
      let (before, after) = (rowsAndColumns(padding.before, default: 0), rowsAndColumns(padding.after, default: 0))
      return input.padded(top: before.rows, left: before.columns, bottom: after.rows, right: after.columns)
    case .channelPadding(let padding): return input.padded(channelsBefore: padding.before, after: padding.after)
    case .flatten:
      return ReferenceTensor(
        images: shape.images, channels: shape.channels, height: 1, width: 1, values: input.values)
    case .localResponseNormalization(let normalization):
      return input.responseNormalized(size: normalization.size, alpha: 1e-4, beta: 0.75, k: 1)
    case .upsample(let upsample):
      return upsample.mode == .nearest
        ? input.upsampledNearest(height: shape.height, width: shape.width)
        : input.upsampledBilinear(height: shape.height, width: shape.width, alignCorners: false)
    }
  }

  private func convolve(
    _ convolution: ArchIR.Convolution<Int>, _ input: ReferenceTensor, _ numbers: LayerWeights, _ count: inout Int
  ) -> ReferenceTensor {
    let shape = ConvolutionShape(convolution, inputChannels: input.channels)
    let padding = (shape.padding.top, shape.padding.left, shape.padding.bottom, shape.padding.right)
    if convolution.isTransposed {
      let added = rowsAndColumns(convolution.outputPadding, default: 0)
      return input.transposeConvolved(
        weights: numbers.weights, outputChannels: shape.outputChannels, groups: shape.groups,
        kernelHeight: shape.kernelHeight, kernelWidth: shape.kernelWidth, strideHeight: shape.strideHeight,
        strideWidth: shape.strideWidth, dilationHeight: shape.dilationHeight, dilationWidth: shape.dilationWidth,
        padding: padding, outputPadding: (added.rows, added.columns), multiplyAdds: &count
      ).biased(numbers.bias)
    }
    return input.convolved(
      weights: numbers.weights, outputChannels: shape.outputChannels, groups: shape.groups,
      kernelHeight: shape.kernelHeight, kernelWidth: shape.kernelWidth, strideHeight: shape.strideHeight,
      strideWidth: shape.strideWidth, dilationHeight: shape.dilationHeight, dilationWidth: shape.dilationWidth,
      padding: padding, multiplyAdds: &count
    ).biased(numbers.bias)
  }

  private func pool(_ pool: ArchIR.Pool<Int>, _ input: ReferenceTensor, _ shape: TensorShape) -> ReferenceTensor {
    let window = rowsAndColumns(pool.kernel, default: 1)
    let stride = rowsAndColumns(pool.stride, default: 1)
    let dilation = rowsAndColumns(pool.dilation, default: 1)
    let (before, after) = (
      rowsAndColumns(pool.padding.before, default: 0), rowsAndColumns(pool.padding.after, default: 0)
    )
    if pool.kind == .max {
      return input.maxPooled(
        kernelHeight: window.rows, kernelWidth: window.columns, strideHeight: stride.rows, strideWidth: stride.columns,
        dilationHeight: dilation.rows, dilationWidth: dilation.columns, top: before.rows, left: before.columns,
        outputHeight: shape.height,
        outputWidth: shape.width)
    }
    return input.averagePooled(
      kernelHeight: window.rows, kernelWidth: window.columns, strideHeight: stride.rows, strideWidth: stride.columns,
      dilationHeight: dilation.rows, dilationWidth: dilation.columns,
      padding: (before.rows, before.columns, after.rows, after.columns), countsPadding: pool.countsPadding,
      outputHeight: shape.height, outputWidth: shape.width)
  }
}

extension ReferenceTensor {
  /// Values of an image, or of an array of another rank as so many channels.
  fileprivate init(_ values: [Float], _ shape: TensorShape?) {
    self.init(
      images: shape?.images ?? 1, channels: shape?.channels ?? values.count, height: shape?.height ?? 1,
      width: shape?.width ?? 1, values: values)
  }

  fileprivate func biased(_ bias: [Float]) -> ReferenceTensor {
    bias.isEmpty ? self : scaled(by: [Float](repeating: 1, count: channels), shift: bias)
  }

  fileprivate func mapped(_ map: ChannelMap) -> ReferenceTensor { scaled(by: map.scale, shift: map.shift) }
}
