import ArchAlgebra
import ArchIR
import Microkernels
import Synchronization

/// Decides how a graph is run. Nothing that is as large as the network is allocated before ``plan(_:)``.
public struct Planner {
  let graph: Graph<Int>
  let kernels: Kernels
  let fusion: Fusion
  let winograd: WinogradPolicy
  let placement: Placement
  /// The places of the activations.
  public let memory: MemoryPlan

  /// - Throws: ``PlanError`` for a network that the kernels cannot run.
  public init(_ graph: Graph<Int>, kernels: Kernels = .best, winograd: WinogradPolicy = .modelled) throws {
    try self.init(graph, kernels: kernels, winograd: winograd, separable: SeparablePolicy())
  }

  init(_ graph: Graph<Int>, kernels: Kernels, winograd: WinogradPolicy, separable: SeparablePolicy) throws {
    self.graph = graph
    self.kernels = kernels
    self.winograd = winograd
    fusion = Fusion(graph, lanes: kernels.lanes, separable: separable)
    for step in fusion.steps { try Self.requireKernel(step, graph, fusion) }
    placement = try Placement(
      graph, fusion, needs: Self.needs(graph, fusion, kernels, winograd), lanes: kernels.lanes)
    memory = MemoryPlan(try Self.requests(placement, graph, lanes: kernels.lanes))
  }

  /// - Throws: ``PlanError`` for a network that the kernels cannot run.
  public static func plan(
    _ graph: Graph<Int>, weights: some NetworkWeights, kernels: Kernels = .best, winograd: WinogradPolicy = .modelled
  ) throws -> ExecutionPlan {
    try Planner(graph, kernels: kernels, winograd: winograd).plan(weights)
  }

  private static func requests(_ placement: Placement, _ graph: Graph<Int>, lanes: Int) throws -> [MemoryPlan.Request] {
    try placement.storages.enumerated().map { number, storage in
      guard let count = storage.count(lanes: lanes) else {
        let node = placement.place.filter { $0.value.storage == number }.keys.min()
        throw PlanError(
          node: node,
          "\(node.map { graph.nodes[$0].name } ?? graph.name) makes a tensor that is, with the zeros that are read around it, "
            + "more than any memory holds")
      }
      // Constants have memory of their own.
      return MemoryPlan.Request(count: storage.isConstant ? 0 : count, first: storage.firstStep, last: storage.lastStep)
    }
  }

  /// Packs the weights.
  ///
  /// - Throws: ``PlanError`` for a step that the kernels cannot run.
  public func plan(_ weights: some NetworkWeights) throws -> ExecutionPlan {
    let steps = try build(fusion.steps.filter { !placement.isFree($0, in: graph) }, weights)
    var made: [Int: TensorShape] = [:]
    for step in fusion.steps where !fusion.rowMajor.contains(step.main) {
      made[step.result] = madeShape(step)
    }
    let deferred = fusion.steps.compactMap { step in
      step.deferredPermutation.flatMap(graph.rearrangement).map { (step.result, $0) }
    }
    let busy = Set(steps.flatMap(\.nodes))
    return ExecutionPlan(
      graph: graph, kernels: kernels, steps: steps, freeNodes: graph.layers.filter { !busy.contains($0) },
      memory: memory, usesWinograd: steps.contains { $0.algorithm == "winograd" },
      source: fusion.source, placement: placement, made: made, deferred: Dictionary(uniqueKeysWithValues: deferred),
      constants: constants(weights))
  }

  /// What the kernels of a step make of what it reads.
  private func madeShape(_ step: FusedStep) -> TensorShape? {
    func made(_ node: Int) -> TensorShape? {
      let operands = graph.nodes[node].inputs.map { placement.shapes[fusion.source[$0]] }
      return graph.nodes[node].op.madeShape(operands)
    }
    guard let first = step.before.first, case .convolution = graph.nodes[first].op else { return made(step.main) }
    return made(first).flatMap { graph.nodes[step.main].op.madeShape([$0]) }
  }

  /// The tensors that are kept with the network, laid out as they are read.
  private func constants(_ weights: some NetworkWeights) -> [Int: AlignedBuffer] {
    var constants: [Int: AlignedBuffer] = [:]
    for node in graph.nodes.indices where graph.nodes[node].op.isStored {
      let number = placement.place[node]!.storage
      let storage = placement.storages[number]
      let numbers = weights.weights(ofNode: node, in: graph).kernel
      let buffer = AlignedBuffer(count: storage.count(lanes: kernels.lanes)!)
      if storage.isRowMajor {
        numbers.read(from: 0, into: UnsafeMutableBufferPointer(start: buffer.pointer, count: numbers.count))
      } else {
        numbers.values.withUnsafeBufferPointer { source in
          guard let source = source.baseAddress else { return }
          storage.blockedView(buffer.pointer, lanes: kernels.lanes).fill(fromPlanar: source)
        }
      }
      constants[number] = buffer
    }
    return constants
  }

  /// Makes the steps, on all processors: packing weights is most of what a plan costs.
  private func build(_ steps: [FusedStep], _ weights: some NetworkWeights) throws -> [PlannedStep] {
    let built = Mutex([Int: Result<PlannedStep, any Error>]())
    let pool = ThreadPool(threads: max(1, min(ProcessMemory.processors, steps.count)))
    pool.forEach(steps.count) { [graph, fusion, placement, kernels, winograd] index, _ in
      let builder = StepBuilder(graph, fusion, placement, kernels, winograd, steps[index])
      let step = Result { try builder.build(weights) }
      built.withLock { $0[index] = step }
    }
    return try built.withLock { built in try steps.indices.map { try built[$0]!.get() } }
  }

  /// The zeros that convolutions read around their inputs, and the inputs that may stay planar.
  private static func needs(
    _ graph: Graph<Int>, _ fusion: Fusion, _ kernels: Kernels, _ winograd: WinogradPolicy
  ) throws -> PlacementNeeds {
    var needs = PlacementNeeds()
    for step in fusion.steps {
      // The operator that reads around its pixels: of two, the first.
      let reader = step.before.first ?? step.main
      guard case .convolution(let convolution) = graph.nodes[reader].op else { continue }
      let value = fusion.source[graph.nodes[step.entry].inputs[0]]
      let operand = fusion.source[graph.nodes[reader].inputs[0]]
      guard let input = TensorShape(graph.nodes[operand].output),
        let output = TensorShape(graph.nodes[reader].output)
      else { continue }
      let shape = ConvolutionShape(convolution, inputChannels: input.channels)
      let layer = step.before.isEmpty ? WinogradPolicy.Layer(step, graph, fusion) : nil
      let choice = layer.flatMap { winograd.choice($0, kernels: kernels) }
      let halo =
        convolution.isTransposed
        ? TransposedConvolution.halo(
          shape, height: input.height, width: input.width, outputHeight: output.height, outputWidth: output.width)
        : choice?.halo(shape, height: input.height, width: input.width)
          ?? shape.halo(height: input.height, width: input.width)
      needs.halo[value] = (needs.halo[value] ?? .none).union(halo)
    }
    for input in graph.inputs where !fusion.isOutput[input] {
      guard let channels = TensorShape(graph.nodes[input].output)?.channels, channels < kernels.lanes else { continue }
      let readers = fusion.readers[input].map { graph.nodes[$0].op }
      let isFirstLayer = readers.allSatisfy {
        guard case .convolution(let convolution) = $0, convolution.groups == 1, !convolution.isTransposed else {
          return false
        }
        let shape = ConvolutionShape(convolution, inputChannels: channels)
        return !LanewiseConvolution.supports(shape, lanes: kernels.lanes)
      }
      if isFirstLayer, !readers.isEmpty { needs.planarInputs.insert(input) }
    }
    return needs
  }

  /// Places that a transposed convolution makes from different taps: rows times columns of its stride.
  private static let mostPhases = 4096

  private static func requireKernel(_ step: FusedStep, _ graph: Graph<Int>, _ fusion: Fusion) throws {
    let node = graph.nodes[step.main]
    func refuse(_ why: String) -> PlanError { PlanError(node: step.main, "\(node.name) (\(node.op.name)) \(why)") }
    for (what, values, most) in node.op.reaches {
      guard let value = values.first(where: { $0.magnitude > most }) else { continue }
      throw refuse("has a \(what) of \(value): the kernels know up to \(most)")
    }
    if case .convolution(let convolution) = node.op, convolution.isTransposed {
      let phases = convolution.stride.prefix(2).reduce(1, *)
      guard phases <= mostPhases else {
        throw refuse("writes \(phases) kinds of places: the kernels know up to \(mostPhases)")
      }
    }
    if fusion.rowMajor.contains(step.main) {
      if let why = node.whyNoArrayKernel(graph) { throw refuse(why) }
      return
    }
    for input in node.inputs {
      let read = graph.nodes[input].output
      // What is flattened is read as it lies: of arrays, one row for all images.
      let source = read.extents.first == 1 ? read : graph.nodes[fusion.source[input]].output
      guard let shape = [read, source].first(where: { TensorShape($0) == nil }) else { continue }
      throw refuse("reads a tensor of rank \(shape.rank): there is a kernel for images and signals only")
    }
    switch node.op {
    case .convolution(let convolution) where convolution.kernel.count > 2:
      throw refuse("has \(convolution.kernel.count) spatial extents: the kernels know one and two")
    case .pool(let pool) where pool.kernel.count > 2:
      throw refuse("has \(pool.kernel.count) spatial extents: the kernels know one and two")
    default: break
    }
  }
}

extension ConvolutionShape {
  init(_ convolution: ArchIR.Convolution<Int>, inputChannels: Int) {
    self.init(inputChannels: inputChannels, outputChannels: convolution.outputChannels, groups: convolution.groups)
    (kernelHeight, kernelWidth) = rowsAndColumns(convolution.kernel, default: 1)
    (strideHeight, strideWidth) = rowsAndColumns(convolution.stride, default: 1)
    (dilationHeight, dilationWidth) = rowsAndColumns(convolution.dilation, default: 1)
    let before = rowsAndColumns(convolution.padding.before, default: 0)
    let after = rowsAndColumns(convolution.padding.after, default: 0)
    padding = Halo(top: before.rows, left: before.columns, bottom: after.rows, right: after.columns)
  }
}

extension Op where D == Int {
  /// What places are computed from, by name, and the most that leaves them numbers.
  fileprivate var reaches: [(what: String, values: [Int], most: Int)] {
    func window(_ kernel: [Int], _ stride: [Int], _ dilation: [Int]) -> [(what: String, values: [Int], most: Int)] {
      [("kernel", kernel), ("stride", stride), ("dilation", dilation)].map { ($0, $1, 2_000_000_000) }
    }
    return switch self {
    case .convolution(let c): window(c.kernel, c.stride, c.dilation)
    case .pool(let p): window(p.kernel, p.stride, p.dilation)
    case .padding(let padding): [("padding", padding.sides, Int(Int32.max))]
    // The channels that are looked at for each.
    case .localResponseNormalization(let op): [("size", [op.size], 65_535)]
    default: []
    }
  }
}
