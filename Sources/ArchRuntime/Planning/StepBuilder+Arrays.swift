import ArchAlgebra
import ArchIR
import Microkernels

/// What runs on arrays: reads the operands, writes the result.
typealias ArrayKernel = @Sendable ([RowMajorView], RowMajorView, ThreadPool) -> Void

extension StepBuilder {
  /// A step of an operator with numbered axes. What lies in blocks is copied before and after.
  func buildOnArrays(_ source: some NetworkWeights) throws -> PlannedStep {
    let numbers = source.weights(ofNode: step.main, in: graph)
    if case .linear(let linear) = node.op { return linearOnArrays(linear, numbers) }
    let (algorithm, kernel) = try arrayKernel(numbers)
    let (values, result) = (inputs, step.result)
    let extents = node.inputs.map { graph.nodes[$0].output.extents }
    let output = node.output.extents
    return planned(algorithm, reasonForArrays, weightBytes: 4 * keptCount(numbers)) {
      context in
      var free = context.scratch[result]![...]
      let operands = zip(values, extents).map { RowMajorView(context.array(of: $0, &free), $1) }
      let made = RowMajorView(context.arrays[result] ?? free[free.startIndex], output)
      kernel(operands, made, context.pool)
      context.finish(result, made)
    }
  }

  private var reasonForArrays: String {
    let blocked = (inputs + [step.result]).filter { !placement.storage(of: $0).isRowMajor }.count
    return blocked == 0 ? "on arrays in row-major order" : "\(blocked) of its tensors lie in blocks and are copied"
  }

  /// One matrix for all vectors along the last axis: these are the pixels of a pointwise convolution.
  private func linearOnArrays(_ linear: ArchIR.Linear<Int>, _ numbers: LayerWeights) -> PlannedStep {
    let features = graph.nodes[node.inputs[0]].output.extents.last!
    let pixels = placement.shapes[inputs[0]].elements / max(1, features)
    let layer = DirectConvolution(
      ConvolutionShape(inputChannels: features, outputChannels: linear.outputFeatures), weights: numbers.kernel,
      bias: numbers.bias, rowPixels: pixels, kernels: kernels)
    let (value, result) = (inputs[0], step.result)
    let lanes = kernels.lanes
    return planned(
      "linear", "\(pixels) vectors are the pixels of one row", weightBytes: layer.weightBytes, family: .dense,
      cycles: layer.cycles(rows: 1, pixels: pixels)
    ) { context in
      var free = context.scratch[result]![...]
      let array = context.array(of: value, &free)
      let made = RowMajorView(context.arrays[result] ?? free.removeFirst(), [pixels, linear.outputFeatures])
      let panels = free.suffix(2)
      func view(_ memory: UnsafeMutablePointer<Float>, _ channels: Int) -> BlockedView {
        BlockedView(memory: memory, images: 1, channels: channels, height: 1, width: pixels, lanes: lanes)
      }
      let (before, after) = (view(panels.first!, features), view(panels.last!, linear.outputFeatures))
      before.fill(fromVectors: RowMajorView(array, [pixels, features]), on: context.pool)
      layer.run(before, to: after, on: context.pool)
      after.write(toVectors: made, on: context.pool)
      context.finish(result, made)
    }
  }

  private func arrayKernel(_ numbers: LayerWeights) throws -> (String, ArrayKernel) {
    let extents = node.inputs.map { graph.nodes[$0].output.extents }
    let output = node.output.extents
    switch node.op {
    case .add, .multiply:
      let layer = StretchedArithmetic(node.op == .add ? .add : .multiply, operands: extents, output: output)
      return (node.op == .add ? "stretched addition" : "stretched multiplication", { layer.run($0, to: $1, on: $2) })
    case .activation(let activation): return (activation.name, activationKernel(activation))
    case .constantScale(let factor):
      let factor = Float(factor.doubleValue)
      return (
        "scale",
        { inputs, output, pool in
          let own = RowMajorView.strides(output.extents)
          ElementwiseFunction.map(output.extents, inputs[0], own, to: output, on: pool) { $0 * factor }
        }
      )
    case .concatenation: return ("array copy", copies(StridedCopy.concatenation(extents, axis: 1, output: output)))
    case .slice(let slice):
      return copy(.section(extents[0], axis: 1, start: slice.start, count: slice.count, step: 1))
    case .flatten, .dropout: return copy(StridedCopy(extents: output, source: RowMajorView.strides(output)))
    case .tensor(let op): return try arrayKernel(op, extents, output, numbers)
    default: throw PlanError(node: step.main, "\(node.name) (\(node.op.name)) has no kernel for arrays")
    }
  }

  private func activationKernel(_ activation: ArchIR.Activation) -> ArrayKernel {
    guard let function = Microkernels.Activation(activation) else {
      let layer = AxisSoftmax(node.output.extents, axis: 1, kernels: kernels)
      return { layer.run($0[0], to: $1, on: $2) }
    }
    let kernels = kernels
    return { inputs, output, pool in
      let vectors = output.count.blocks(of: kernels.lanes)
      let each = 256
      pool.forEach((vectors + each - 1) / each) { item, _ in
        let start = item * each * kernels.lanes
        kernels.table.activate(
          function, inputs[0].base + start, output.base + start, min(each, vectors - item * each))
      }
    }
  }

  private func arrayKernel(
    _ op: TensorOp<Int>, _ extents: [[Int]], _ output: [Int], _ numbers: LayerWeights
  ) throws -> (String, ArrayKernel) {
    switch op {
    case .matmul:
      let layer = MatrixProduct(extents[0], extents[1], output: output)
      return ("matrix product", { layer.run($0[0], $0[1], to: $1, on: $2) })
    case .einsum(let einsum):
      let layer = EinsteinSum(extents, einsum.operands, result: einsum.result)
      return ("sum of products", { layer.run($0, to: $1, on: $2) })
    case .elementwise(let function):
      if let layer = ElementwiseFunction(function, operands: extents, output: output) {
        return (function.rawValue, { layer.run($0, to: $1, on: $2) })
      }
    case .parametricRelu:
      let layer = ParametricRelu(output, slopes: numbers.weights)
      return ("prelu", { layer.run($0[0], to: $1, on: $2) })
    case .softmax(let axis):
      let layer = AxisSoftmax(output, axis: axis, kernels: kernels)
      return ("softmax", { layer.run($0[0], to: $1, on: $2) })
    case .layerNormalization(let normalization):
      let layer = AxisNormalization(
        output, axis: normalization.axis, scale: numbers.scale, shift: numbers.shift,
        isCentred: normalization.isCentred,
        epsilon: numbers.epsilon)
      return (op.name, { layer.run($0[0], to: $1, on: $2) })
    case .reduction(let reduction):
      if let kind = ReductionKind(reduction.function) {
        let layer = AxisReduction(kind, extents[0], axes: reduction.axes)
        return ("reduction", { layer.run($0[0], to: $1, on: $2) })
      }
    case .reshape: return copy(StridedCopy(extents: output, source: RowMajorView.strides(output)))
    case .transpose(let order): return copy(.transposition(extents[0], order))
    case .concatenation(let axis):
      return ("array copy", copies(StridedCopy.concatenation(extents, axis: axis, output: output)))
    case .section(let section):
      return copy(
        .section(extents[0], axis: section.axis, start: section.start, count: section.count, step: section.step))
    case .rearrangement(let rearrangement):
      switch rearrangement.kind {
      case .expand: return copy(.expansion(extents[0], to: output))
      case .tile: return copy(.repetition(extents[0], to: output))
      case .depthToSpace: return copy(.pixelShuffle(extents[0], to: output))
      default: break
      }
    case .stored, .resize, .recurrent, .opaque: break
    }
    throw PlanError(node: step.main, "\(node.name) (\(node.op.name)) has no kernel for arrays")
  }

  private func copy(_ layer: StridedCopy) -> (String, ArrayKernel) {
    ("array copy", { layer.run($0[0], to: $1, on: $2) })
  }

  private func copies(_ layers: [StridedCopy]) -> ArrayKernel {
    { inputs, output, pool in for (layer, input) in zip(layers, inputs) { layer.run(input, to: output, on: pool) } }
  }
}

extension ExecutionContext {
  /// The value as an array; where it lies in blocks, a copy in the next free memory of the step.
  func array(
    of value: Int, _ free: inout ArraySlice<UnsafeMutablePointer<Float>>
  ) -> UnsafeMutablePointer<Float> {
    if let array = arrays[value] { return array }
    let copy = free.removeFirst()
    view(value).write(toPlanar: copy, on: pool)
    return copy
  }

  /// Copies a result into blocks where it is read so.
  func finish(_ result: Int, _ made: RowMajorView) {
    if arrays[result] == nil { view(result).fill(fromPlanar: made.base, on: pool) }
  }
}

extension ReductionKind {
  /// Nil where the graph does not say which way, or what place an extreme value has.
  init?(_ function: Reduction.Function) {
    switch function {
    case .mean: self = .mean
    case .sum: self = .sum
    case .maximum: self = .maximum
    case .minimum: self = .minimum
    case .product: self = .product
    case .l1: self = .l1
    case .l2: self = .l2
    case .sumOfSquares: self = .sumOfSquares
    case .logarithmOfSum: self = .logarithmOfSum
    case .logarithmOfExponentials: self = .logarithmOfExponentials
    case .argument, .cumulative: return nil
    }
  }
}

extension Node where D == Int {
  /// Why an operator on arrays cannot be run: what is missing, as the end of a sentence; nil where it can.
  func whyNoArrayKernel(_ graph: Graph<Int>) -> String? {
    switch op {
    case .activation, .constantScale, .add, .multiply, .concatenation, .slice, .flatten, .dropout, .linear: return nil
    case .tensor(let op): return op.whyNoKernel
    default: return "has no kernel for a tensor of rank \(output.rank)"
    }
  }
}

extension TensorOp where D == Int {
  fileprivate var whyNoKernel: String? {
    switch self {
    case .elementwise(let function):
      function.isExecutable ? nil : "has no kernel: the graph does not say which function it is"
    case .reduction(let reduction):
      ReductionKind(reduction.function) == nil ? "has no kernel: the graph does not say its direction" : nil
    case .rearrangement(let rearrangement):
      switch rearrangement.kind {
      case .expand, .tile, .depthToSpace: nil
      default: "has no kernel: the graph does not say where elements go"
      }
    case .resize(let resize):
      resize.mode == .cubic
        ? "interpolates with cubic polynomials, which have no kernel" : "has no kernel for other axes than an image's"
    case .recurrent, .opaque: "has no kernel"
    default: nil
    }
  }
}
