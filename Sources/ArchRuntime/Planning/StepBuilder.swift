import ArchAlgebra
import ArchIR
import Microkernels

/// Chooses the kernel of one step and packs its weights.
struct StepBuilder {
  let graph: Graph<Int>
  let fusion: Fusion
  let placement: Placement
  let kernels: Kernels
  let winograd: WinogradPolicy
  let step: FusedStep
  /// How the step brings channels to their places while it reads them; nil where they are, or where its weights are in
  /// another order instead.
  let order: ChannelGather?

  init(
    _ graph: Graph<Int>, _ fusion: Fusion, _ placement: Placement, _ kernels: Kernels, _ winograd: WinogradPolicy,
    _ step: FusedStep
  ) {
    self.graph = graph
    self.fusion = fusion
    self.placement = placement
    self.kernels = kernels
    self.winograd = winograd
    self.step = step
    order = step.order.flatMap { node in
      graph.isTakenByWeights(node, of: step.main)
        ? nil : graph.rearrangement(node).map { ChannelGather($0, kernels: kernels) }
    }
  }

  var node: Node<Int> { graph.nodes[step.main] }
  /// The values that the step reads.
  var inputs: [Int] { graph.nodes[step.entry].inputs.map { fusion.source[$0] } }
  /// Of what the operator works on, which is what the step reads but for the channels that are rearranged.
  var inputShape: TensorShape { placement.shapes[fusion.source[node.inputs[0]]] }
  var outputShape: TensorShape { placement.shapes[step.main] }

  func build(_ source: some NetworkWeights) throws -> PlannedStep {
    if fusion.rowMajor.contains(step.main) { return try buildOnArrays(source) }
    switch node.op {
    case .convolution(let convolution): return build(convolution, source)
    case .linear(let linear): return build(linear, source)
    case .normalization(let normalization) where normalization.kind != .batch:
      return build(normalization, source.weights(ofNode: step.main, in: graph))
    case .normalization, .scale, .constantScale:
      return channelwise(map(of: [step.main] + step.folded, source))
    case .activation(let activation): return build(activation)
    case .pool(let pool): return build(pool)
    case .adaptivePool(let pool):
      let (height, width) = (outputShape.height, outputShape.width)
      return pooling(
        pool.kind, PoolAxis(size: inputShape.height, adaptiveTo: height),
        PoolAxis(size: inputShape.width, adaptiveTo: width))
    case .add: return addition()
    case .multiply: return multiplication()
    case .concatenation: return concatenation()
    case .permutation: return gather("copies channels to their new places")
    case .slice: return gather("the slice does not start at a block of channels")
    case .padding(let padding): return build(padding)
    case .channelPadding(let padding):
      var sources = [Int?](repeating: nil, count: outputShape.channels)
      for channel in 0..<inputShape.channels { sources[padding.before + channel] = channel }
      return intoZeros("channels of zeros around a copy", ChannelGather(sources, kernels: kernels))
    case .flatten: return flattening()
    case .localResponseNormalization(let normalization):
      let layer = LocalResponseNormalization(size: normalization.size, alpha: 1e-4, beta: 0.75, k: 1, kernels: kernels)
      return unary("response normalisation", "", cycles: Self.powerCycles * vectors) { layer.run($0, to: $1, on: $2) }
    case .upsample(let upsample):
      let layer = Upsample(upsample.mode == .nearest ? .nearest : .bilinear(alignCorners: false), kernels: kernels)
      return unary("\(upsample.mode.rawValue) upsampling", "") { layer.run($0, to: $1, on: $2) }
    case .tensor(.resize(let resize)):
      let layer = Upsample(resize.mode == .nearest ? .nearest : .bilinear(alignCorners: false), kernels: kernels)
      return unary("\(resize.mode == .nearest ? "nearest" : "bilinear") upsampling", "") {
        layer.run($0, to: $1, on: $2)
      }
    case .tensor: throw PlanError(node: step.main, "\(node.name) (\(node.op.name)) has no kernel")
    case .input, .dropout: throw PlanError(node: step.main, "\(node.name) is no work")
    }
  }

  // MARK: Making steps

  /// Cycles for a vector of an activation that is more than bounds, of a power, and of one that is normalised by its own
  /// statistics.
  static let curvedCycles = 16.0
  static let powerCycles = 80.0
  static let statisticsCycles = 120.0

  /// Vectors of the result.
  var vectors: Double { vectors(ofNode: step.result) }

  private func vectors(ofNode node: Int) -> Double {
    Double(graph.nodes[node].output.extents.reduce(1, *) / kernels.lanes)
  }

  /// An exponential or the like for each vector of a node's tensor; none of bounds.
  func curvedCycles(_ activation: Microkernels.Activation, ofNode node: Int) -> Double {
    activation.bounds == nil ? Self.curvedCycles * vectors(ofNode: node) : 0
  }

  func planned(
    _ algorithm: String, _ reason: String, weightBytes: Int = 0, family: StepWork.Family = .pass, cycles: Double = 0,
    _ body: @escaping @Sendable (ExecutionContext) -> Void
  ) -> PlannedStep {
    let read = inputs + (step.residual.map { [$0.value] } ?? [])
    let elements = (read + [step.result]).reduce(0) { $0 + graph.nodes[$1].output.extents.reduce(1, *) }
    let curved = curvedCycles(step.activation, ofNode: step.result)
    return PlannedStep(
      name: node.name, nodes: step.nodes, result: step.result, algorithm: algorithm,
      reason: reason + rearrangements,
      weightBytes: weightBytes,
      work: StepWork(family: family, cycles: cycles + curved, weightBytes: weightBytes, activationBytes: 4 * elements),
      body: body)
  }

  /// What is said of permutations and slices that the step does.
  private var rearrangements: String {
    if step.deferredPermutation != nil { return "; before the permutation instead of after it" }
    if order != nil { return "; puts channels in their places on the way" }
    let isReordered = step.order != nil || step.permutedResult != nil && node.op.isDense
    return isReordered ? "; its weights are in the permutation's order" : ""
  }

  /// A step that reads one value.
  func unary(
    _ algorithm: String, _ reason: String, weightBytes: Int = 0, family: StepWork.Family = .pass, cycles: Double = 0,
    _ run: @escaping @Sendable (BlockedView, BlockedView, ThreadPool) -> Void
  ) -> PlannedStep {
    let (value, result) = (inputs[0], step.result)
    return planned(algorithm, reason, weightBytes: weightBytes, family: family, cycles: cycles) {
      run($0.view(value), $0.view(result), $0.pool)
    }
  }

  /// The map of some normalisations and scales one after the other.
  func map(of nodes: [Int], channels: Int? = nil, _ source: some NetworkWeights) -> ChannelMap {
    let channels = channels ?? outputShape.channels
    return nodes.reduce(ChannelMap.identity(channels)) { map, node in
      map.followed(
        by: ChannelMap(graph.nodes[node].op, source.weights(ofNode: node, in: graph), channels: channels))
    }
  }

  private func channelwise(_ map: ChannelMap) -> PlannedStep {
    var layer = ChannelAffine(scale: map.scale, shift: map.shift, activation: step.activation, kernels: kernels)
    layer.order = order
    return unary(
      "scale and shift", "no convolution before it could take it in", cycles: layer.order.map(cycles) ?? 0
    ) { [layer] in layer.run($0, to: $1, on: $2) }
  }

  // MARK: Rearrangements

  private func gather(_ reason: String) -> PlannedStep {
    let layer = ChannelGather(graph.rearrangement(step.main)!, kernels: kernels)
    return unary("channel copy", reason, family: .gather, cycles: cycles(layer)) { layer.run($0, to: $1, on: $2) }
  }

  private func cycles(_ gather: ChannelGather) -> Double {
    gather.cycles(pixels: outputShape.images * outputShape.pixels)
  }

  private func concatenation() -> PlannedStep {
    // Where each channel of the concatenation goes: to its own place but for a permutation.
    let order = step.permutedResult.flatMap(graph.rearrangement) ?? Array(0..<outputShape.channels)
    var first = 0
    var copies: [(value: Int, layer: ChannelGather)] = []
    for (position, value) in inputs.enumerated() {
      let range = first..<(first + placement.shapes[value].channels)
      if placement.copiedOperands[step.main]!.contains(position) {
        let sources = order.map { range.contains($0) ? $0 - range.lowerBound : nil }
        copies.append((value, ChannelGather(sources, kernels: kernels)))
      }
      first = range.upperBound
    }
    let result = step.result
    return planned(
      "channel copy",
      step.permutedResult == nil
        ? "\(copies.count) of \(inputs.count) operands are needed elsewhere or meet no block"
        : "to the places of the permutation after it",
      family: .gather, cycles: copies.reduce(0) { $0 + cycles($1.layer) }
    ) { [copies] context in
      for copy in copies { copy.layer.run(context.view(copy.value), to: context.view(result), on: context.pool) }
    }
  }

  private func build(_ padding: ArchIR.Padding<Int>) -> PlannedStep {
    let before = rowsAndColumns(padding.before, default: 0)
    return intoZeros(
      "padding copy", ChannelGather(Array(0..<inputShape.channels), kernels: kernels), top: before.rows,
      left: before.columns)
  }

  /// A copy into a tensor of zeros.
  private func intoZeros(_ algorithm: String, _ layer: ChannelGather, top: Int = 0, left: Int = 0) -> PlannedStep {
    unary(algorithm, "") { input, output, pool in
      for image in 0..<output.images {
        for block in 0..<output.blocks {
          for row in 0..<output.height {
            output.row(image: image, block: block, row: row).update(repeating: 0, count: output.width * output.lanes)
          }
        }
      }
      layer.run(input, to: output, top: top, left: left, on: pool)
    }
  }

  /// (N, C, H, W) to (N, C·H·W, 1, 1), where something other than a linear layer reads it.
  private func flattening() -> PlannedStep {
    unary("flattening copy", "it is not only read by linear layers") { input, output, _ in
      for image in 0..<input.images {
        let target = output.row(image: image, block: 0, row: 0)
        for channel in 0..<input.channels {
          for y in 0..<input.height {
            let row = input.row(image: image, block: channel / input.lanes, row: y) + channel % input.lanes
            for x in 0..<input.width {
              let feature = (channel * input.height + y) * input.width + x
              target[feature / output.lanes * output.blockStride + feature % output.lanes] = row[x * input.lanes]
            }
          }
        }
      }
    }
  }
}
