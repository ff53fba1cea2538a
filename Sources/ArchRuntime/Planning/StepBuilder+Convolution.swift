import ArchAlgebra
import ArchIR
import Microkernels

/// How a convolution is computed.
enum ConvolutionMethod {
  case interleaved(Interleaving)
  case transposed
  case lanewise
  /// After a depthwise convolution.
  case separable(ConvolutionShape)
  case winograd(WinogradChoice)
  case direct
}

extension StepBuilder {
  func method(_ convolution: ArchIR.Convolution<Int>, _ shape: ConvolutionShape) -> ConvolutionMethod {
    // No other kernels do something to what they read.
    if let first = step.before.first {
      guard case .convolution(let depthwise) = graph.nodes[first].op else { return .direct }
      return .separable(ConvolutionShape(depthwise, inputChannels: shape.inputChannels))
    }
    if let interleaving = step.interleaving { return .interleaved(interleaving) }
    if convolution.isTransposed { return .transposed }
    if LanewiseConvolution.supports(shape, lanes: kernels.lanes) { return .lanewise }
    return winogradChoice().map { .winograd($0) } ?? .direct
  }

  func build(_ convolution: ArchIR.Convolution<Int>, _ source: some NetworkWeights) -> PlannedStep {
    let shape = ConvolutionShape(convolution, inputChannels: inputShape.channels)
    var numbers = source.weights(ofNode: step.main, in: graph)
    if let interleaving = step.interleaving {
      let columns = 0..<shape.inputChannelsPerGroup
      (numbers.kernel, numbers.bias) = arranged(
        (numbers.kernel, numbers.bias), rows: interleaving.rows, columns: columns, window: 1)
    }
    let folded = ordered(
      folded(numbers, by: foldedMap(source), isTransposed: convolution.isTransposed, shape), shape)
    switch method(convolution, shape) {
    case .interleaved(let interleaving): return interleaved(interleaving.sources, folded)
    case .transposed: return transposed(shape, folded)
    case .lanewise: return lanewise(shape, folded)
    case .separable(let depthwise): return separable(depthwise, shape, folded, source)
    case .winograd(let choice): return winograd(shape, choice, folded)
    case .direct: return direct(shape, folded, source)
    }
  }

  /// Weights and bias, with what is folded into them.
  typealias FoldedNumbers = (kernel: any NumberSource, bias: [Float])

  private func interleaved(_ sources: InterleavedSources, _ numbers: FoldedNumbers) -> PlannedStep {
    precondition(step.entry == node.inputs[0], "the permutation before the convolution is in its step")
    let (value, result, residual) = (inputs[0], step.result, step.residual?.value)
    let layer = InterleavedConvolution(
      sources, weights: numbers.kernel.values, bias: numbers.bias, activation: step.activation, kernels: kernels)
    return planned(
      "interleaved", "every lane its own group of \(sources.taps), and no permutation is carried out",
      weightBytes: layer.weightBytes, family: .depthwise,
      cycles: layer.cycles(outputShape)
    ) { layer.run($0.view(value), to: $0.view(result), adding: residual.map($0.view), on: $0.pool) }
  }

  private func lanewise(_ shape: ConvolutionShape, _ numbers: FoldedNumbers) -> PlannedStep {
    let (value, result, residual) = (inputs[0], step.result, step.residual?.value)
    var layer = LanewiseConvolution(
      shape, weights: numbers.kernel.values, bias: numbers.bias, activation: step.activation, kernels: kernels)
    layer.order = order
    let group = shape.inputChannelsPerGroup
    return planned(
      group == 1 ? "depthwise" : "grouped in lanes",
      group == 1 ? "every lane its own filter" : "\(kernels.lanes / group) groups of \(group) share a vector",
      weightBytes: layer.weightBytes, family: group == 1 ? .depthwise : .grouped,
      cycles: layer.cycles(outputShape) + gatherCycles
    ) { [layer] in
      layer.run($0.view(value), to: $0.view(result), adding: residual.map($0.view), on: $0.pool)
    }
  }

  private func separable(
    _ first: ConvolutionShape, _ shape: ConvolutionShape, _ numbers: FoldedNumbers, _ source: some NetworkWeights
  ) -> PlannedStep {
    let (value, result, residual) = (inputs[0], step.result, step.residual?.value)
    let after = step.before.dropFirst()
    let map = after.isEmpty ? nil : map(of: Array(after), channels: first.outputChannels, source)
    let own = folded(source.weights(ofNode: step.before[0], in: graph), by: map, first)
    let depthwise = LanewiseConvolution(
      first, weights: own.kernel.values, bias: own.bias, activation: step.activationBefore, kernels: kernels)
    let pointwise = DirectConvolution(
      shape, weights: numbers.kernel, bias: numbers.bias, activation: step.activation, rowPixels: rowPixels(shape),
      kernels: kernels)
    var layer = SeparableConvolution(depthwise: depthwise, pointwise: pointwise)
    layer.policy = fusion.separable
    return planned(
      "separable", "depthwise and 1×1, some rows at a time", weightBytes: layer.weightBytes, family: .separable,
      cycles: depthwise.cycles(inputShape) + curvedCycles(step.activationBefore, ofNode: step.before[0])
        + cycles(pointwise)
    ) { [layer] in layer.run($0.view(value), to: $0.view(result), adding: residual.map($0.view), on: $0.pool) }
  }

  private func winograd(_ shape: ConvolutionShape, _ choice: WinogradChoice, _ numbers: FoldedNumbers) -> PlannedStep {
    let (value, result, residual) = (inputs[0], step.result, step.residual?.value)
    let layer = WinogradConvolution(
      shape, weights: numbers.kernel, bias: numbers.bias, activation: step.activation, choice: choice,
      kernels: kernels)
    let side = choice.outputs
    return planned(
      "winograd", "F(\(side)×\(side), 3×3), \(choice.tilesInChunk) tiles at a time", weightBytes: layer.weightBytes,
      family: .winograd, cycles: choice.cycles
    ) {
      layer.run($0.view(value), to: $0.view(result), adding: residual.map($0.view), on: $0.pool)
    }
  }

  private func direct(
    _ shape: ConvolutionShape, _ numbers: FoldedNumbers, _ source: some NetworkWeights
  ) -> PlannedStep {
    let (value, result, residual) = (inputs[0], step.result, step.residual?.value)
    var layer = DirectConvolution(
      shape, weights: numbers.kernel, bias: numbers.bias, activation: step.activation, rowPixels: rowPixels(shape),
      kernels: kernels)
    if !step.before.isEmpty {
      let map = map(of: step.before, channels: inputShape.channels, source)
      layer.before = ChannelAffine(
        scale: map.scale, shift: map.shift, activation: step.activationBefore, kernels: kernels)
    }
    layer.order = order
    let isPlanar = placement.storage(of: value).isPlanar
    return planned(
      shape.kernelHeight * shape.kernelWidth == 1 ? "pointwise" : "direct",
      isPlanar ? "on the planar image" : reason(shape), weightBytes: layer.weightBytes, family: .dense,
      cycles: cycles(layer) + gatherCycles
    ) { [layer] context in
      let other = residual.map(context.view)
      if let planar = context.planarViews[value] {
        layer.run(planar, to: context.view(result), adding: other, on: context.pool)
      } else {
        layer.run(context.view(value), to: context.view(result), adding: other, on: context.pool)
      }
    }
  }

  /// Cycles in which channels are brought to their places.
  private var gatherCycles: Double { order?.cycles(pixels: inputShape.images * inputShape.pixels) ?? 0 }

  private func winogradChoice() -> WinogradChoice? {
    guard !placement.storage(of: inputs[0]).isPlanar else { return nil }
    return WinogradPolicy.Layer(step, graph, fusion).flatMap { winograd.choice($0, kernels: kernels) }
  }

  private func reason(_ shape: ConvolutionShape) -> String {
    let lanes = kernels.lanes
    if !step.before.isEmpty { return "dense; normalises its input on the way" }
    guard shape.groups > 1 else { return "dense" }
    let isWhole = shape.inputChannelsPerGroup % lanes == 0 && shape.outputChannelsPerGroup % lanes == 0
    return isWhole
      ? "groups are whole blocks of \(lanes) channels"
      : "groups of \(shape.inputChannelsPerGroup) meet no block: zeros are multiplied between them"
  }

  /// Pixels of a row as the loops see it: of the whole image where nothing lies between its rows.
  private func rowPixels(_ shape: ConvolutionShape) -> Int {
    let isPointwise = shape.kernelHeight * shape.kernelWidth == 1 && shape.padding == .none
    let isStrided = shape.strideHeight * shape.strideWidth > 1
    let values =
      (isStrided || !step.before.isEmpty || order != nil ? [] : [inputs[0]]) + [step.result]
      + (step.residual.map { [$0.value] } ?? [])
    let rowsTouch = values.allSatisfy { placement.storage(of: $0).halo == .none }
    return isPointwise && rowsTouch ? outputShape.pixels : outputShape.width
  }

  private func transposed(_ shape: ConvolutionShape, _ numbers: FoldedNumbers) -> PlannedStep {
    let layer = TransposedConvolution(
      shape, weights: numbers.kernel.values, bias: numbers.bias, activation: step.activation, kernels: kernels)
    return unary(
      "transposed", "\(shape.strideHeight * shape.strideWidth) phases, each a convolution",
      weightBytes: layer.weightBytes, family: .dense, cycles: layer.cycles(outputShape)
    ) { layer.run($0, to: $1, on: $2) }
  }

  private func cycles(_ layer: DirectConvolution) -> Double {
    let row = rowPixels(layer.shape)
    return layer.cycles(rows: outputShape.images * outputShape.pixels / row, pixels: row)
  }

  /// What is multiplied into the weights of the step's operator, if anything is.
  private func foldedMap(_ source: some NetworkWeights) -> ChannelMap? {
    step.folded.isEmpty ? nil : map(of: step.folded, source)
  }

  /// Weights and bias with the normalisations after them multiplied in.
  func folded(
    _ numbers: LayerWeights, by map: ChannelMap?, isTransposed: Bool = false, _ shape: ConvolutionShape
  ) -> FoldedNumbers {
    guard let map else { return (numbers.kernel, numbers.bias) }
    let window = shape.kernelHeight * shape.kernelWidth
    let kernel: ScaledNumbers
    if isTransposed {
      // (input channels, output channels of a group, window)
      let factors = (0..<shape.inputChannels).flatMap { input in
        let group = input / shape.inputChannelsPerGroup
        return map.scale[(group * shape.outputChannelsPerGroup)..<((group + 1) * shape.outputChannelsPerGroup)]
      }
      kernel = ScaledNumbers(source: numbers.kernel, factors: factors, each: window)
    } else {
      kernel = ScaledNumbers(source: numbers.kernel, factors: map.scale, each: shape.inputChannelsPerGroup * window)
    }
    let bias = (0..<shape.outputChannels).map { output in
      (numbers.bias.isEmpty ? 0 : numbers.bias[output] * map.scale[output]) + map.shift[output]
    }
    return (kernel, bias)
  }

  /// Weights and bias in the order in which permutations beside the layer want its channels.
  private func ordered(_ numbers: FoldedNumbers, _ shape: ConvolutionShape) -> FoldedNumbers {
    let order = order == nil ? step.order : nil
    guard order != nil || step.deferredPermutation != nil || step.permutedResult != nil else { return numbers }
    let rows =
      step.permutedResult.flatMap(graph.rearrangement) ?? step.deferredPermutation.flatMap(graph.rearrangement).map(
        inverse)
      ?? Array(0..<shape.outputChannels)
    let columns = order.flatMap(graph.rearrangement).map(inverse) ?? Array(0..<shape.inputChannelsPerGroup)
    return arranged(numbers, rows: rows, columns: columns, window: shape.kernelHeight * shape.kernelWidth)
  }

  /// The same kernels, those of other output channels (rows) and input channels of a group (columns) first.
  private func arranged(_ numbers: FoldedNumbers, rows: [Int], columns: some Collection<Int>, window: Int)
    -> FoldedNumbers
  {
    let values = numbers.kernel.values
    var kernel: [Float] = []
    kernel.reserveCapacity(values.count)
    for row in rows {
      for column in columns {
        let first = (row * columns.count + column) * window
        kernel += values[first..<(first + window)]
      }
    }
    return (kernel, numbers.bias.isEmpty ? [] : rows.map { numbers.bias[$0] })
  }

  private func inverse(_ order: [Int]) -> [Int] {
    var inverse = order
    for (place, channel) in order.enumerated() { inverse[channel] = place }
    return inverse
  }

  /// A linear layer is a convolution whose kernel is as large as its image.
  func convolutionShape(_ linear: ArchIR.Linear<Int>) -> ConvolutionShape {
    var shape = ConvolutionShape(inputChannels: inputShape.channels, outputChannels: linear.outputFeatures)
    shape.kernelHeight = inputShape.height
    shape.kernelWidth = inputShape.width
    return shape
  }

  func build(_ linear: ArchIR.Linear<Int>, _ source: some NetworkWeights) -> PlannedStep {
    let shape = convolutionShape(linear)
    let numbers = ordered(
      folded(source.weights(ofNode: step.main, in: graph), by: foldedMap(source), shape), shape)
    let layer = DirectConvolution(
      shape, weights: numbers.kernel, bias: numbers.bias, activation: step.activation, rowPixels: outputShape.images,
      kernels: kernels)
    return unary(
      "linear", inputShape.images == 1 ? "a matrix times a vector" : "the images are the pixels of one row",
      weightBytes: layer.weightBytes, family: inputShape.images == 1 ? .stream : .dense,
      cycles: layer.cycles(rows: 1, pixels: inputShape.images)
    ) { layer.run($0, to: $1, on: $2) }
  }
}
