import ArchAlgebra
import ArchIR

/// Where the tensors of a graph lie: which share memory, at which channel, and how many zeros surround them.
///
/// Concatenation costs nothing where its operands start at blocks of channels: they are made where they will stand.
/// Slices that start at a block are views. A step that reads a tensor for the last time may write over it.
struct Placement {
  /// A piece of memory that holds one tensor, and perhaps others inside it.
  struct Storage {
    var shape: TensorShape
    var halo = Halo.none
    var isPlanar = false
    /// Not in blocks of channels but as an array of any rank.
    var isRowMajor = false
    /// Kept with the network and the same in every run.
    var isConstant = false
    /// The steps from the first that writes it to the last that reads it.
    var firstStep = Int.max
    var lastStep = -1

    /// The floats that it takes; nil where they are more than any machine addresses.
    func count(lanes: Int) -> Int? {
      if isRowMajor { return Self.product([(shape.elements + 15) / 16, 16]) }
      // An image in planes is one whose blocks have a channel each.
      return Self.product(
        BlockedView.factors(
          images: shape.images, channels: shape.channels, height: shape.height, width: shape.width,
          lanes: isPlanar ? 1 : lanes, halo: halo))
    }

    private static func product(_ factors: [Int]) -> Int? {
      factors.reduce(1) { product, factor in
        guard let (result, overflow) = product?.multipliedReportingOverflow(by: factor) else { return nil }
        return overflow || result > 1 << 44 ? nil : result
      }
    }

    func blockedView(_ memory: UnsafeMutablePointer<Float>, lanes: Int) -> BlockedView {
      BlockedView(
        memory: memory, images: shape.images, channels: shape.channels, height: shape.height, width: shape.width,
        lanes: lanes, halo: halo)
    }
  }

  /// For each node that has a tensor: its storage and the first of its channels there.
  private(set) var place: [Int: (storage: Int, channel: Int)] = [:]
  private(set) var storages: [Storage] = []
  /// For each concatenation, the operands (by position) that have to be copied.
  private(set) var copiedOperands: [Int: [Int]] = [:]
  /// For each step on arrays, by its result: copies of operands that lie in blocks and other memory of its own.
  private(set) var scratch: [Int: [Int]] = [:]
  let shapes: [TensorShape]
  private let lanes: Int
  /// The tensors that a tensor lies in: operands of concatenations, slices, steps in place.
  private var parent: [Int: (node: Int, channel: Int)] = [:]
  /// The tensors that are others, seen otherwise.
  private var views: Set<Int> = []

  init(_ graph: Graph<Int>, _ fusion: Fusion, needs: PlacementNeeds, lanes: Int) throws {
    self.lanes = lanes
    shapes = try graph.nodes.enumerated().map { index, node in
      guard let shape = TensorShape(node.output) else {
        let elements = try node.output.elements()
        // An array of any other rank is so many numbers.
        if fusion.rowMajor.contains(index) { return TensorShape(images: 1, channels: elements, height: 1, width: 1) }
        throw PlanError(
          node: index, "\(node.name) makes a tensor of \(node.output): the kernels know images and signals")
      }
      return shape
    }
    var stepOf: [Int: Int] = [:]
    for (number, step) in fusion.steps.enumerated() {
      for node in step.nodes { stepOf[node] = number }
    }
    placeViews(graph, fusion)
    placeReshapes(graph, fusion)
    placeInPlace(graph, fusion, stepOf)
    assign(graph, fusion, needs)
  }

  func storage(of node: Int) -> Storage { storages[place[node]!.storage] }

  func isRowMajor(_ value: Int) -> Bool { place[value].map { storages[$0.storage].isRowMajor } ?? false }

  /// Whether a step has nothing to do because its result already stands where it should.
  func isFree(_ step: FusedStep, in graph: Graph<Int>) -> Bool {
    switch graph.nodes[step.main].op {
    case .concatenation: copiedOperands[step.main]?.isEmpty ?? false
    case .slice, .tensor(.reshape), .flatten: views.contains(step.main)
    default: false
    }
  }

  private mutating func placeViews(_ graph: Graph<Int>, _ fusion: Fusion) {
    for step in fusion.steps where !fusion.rowMajor.contains(step.main) {
      let node = graph.nodes[step.main]
      switch node.op {
      case .slice(let slice) where slice.isView(lanes: lanes):
        parent[step.main] = (fusion.source[node.inputs[0]], slice.start)
        views.insert(step.main)
      case .concatenation:
        var channel = 0
        var copies: [Int] = []
        for (position, input) in node.inputs.enumerated() {
          let value = fusion.source[input]
          if channel % lanes == 0, parent[value] == nil, !graph.nodes[value].op.isStored, step.permutedResult == nil {
            parent[value] = (step.main, channel)
          } else {
            copies.append(position)
          }
          channel += shapes[value].channels
        }
        copiedOperands[step.main] = copies
      default: break
      }
    }
  }

  /// An array under other extents is the same memory.
  private mutating func placeReshapes(_ graph: Graph<Int>, _ fusion: Fusion) {
    for step in fusion.steps where graph.nodes[step.main].op.isView {
      let value = fusion.source[graph.nodes[step.main].inputs[0]]
      guard isRowMajor(value, graph, fusion), isRowMajor(step.main, graph, fusion) else { continue }
      parent[step.main] = (value, 0)
      views.insert(step.main)
    }
  }

  private func isRowMajor(_ value: Int, _ graph: Graph<Int>, _ fusion: Fusion) -> Bool {
    fusion.rowMajor.holds(value, of: graph, readers: fusion.readers[value])
  }

  /// Lets pointwise steps and additions write over an operand that nobody needs any more.
  private mutating func placeInPlace(_ graph: Graph<Int>, _ fusion: Fusion, _ stepOf: [Int: Int]) {
    let hosts = Set(parent.values.map(\.node))
    for (number, step) in fusion.steps.enumerated()
    where parent[step.result] == nil && !hosts.contains(step.result) && !fusion.rowMajor.contains(step.main) {
      let candidates: [Int]
      switch graph.nodes[step.main].op {
      case .normalization, .scale, .activation:
        // Nor over channels that it takes to other places.
        candidates = step.order == nil ? [fusion.source[graph.nodes[step.main].inputs[0]]] : []
      case .add, .multiply:
        // Two are taken at a time: what the first two make must not stand where a later one, or the same again, is read.
        let operands = operands(ofNode: step.main, graph, fusion)
        candidates = operands.prefix(2).filter { value in operands.filter { $0 == value }.count == 1 }
      case .convolution:
        // Not over what the convolution itself still reads around each pixel.
        let input = fusion.source[graph.nodes[step.entry].inputs[0]]
        candidates = step.residual.map { $0.value == input ? [] : [$0.value] } ?? []
      default: candidates = []
      }
      let operand = candidates.first { value in
        shapes[value] == shapes[step.result] && parent[value] == nil && !hosts.contains(value)
          && !fusion.isOutput[value] && graph.nodes[value].op != .input
          && !graph.nodes[value].op.isStored
          && fusion.readers[value].allSatisfy { reader in stepOf[reader].map { $0 <= number } ?? false }
      }
      if let operand { parent[step.result] = (operand, 0) }
    }
  }

  /// The operands of a sum or a product in the order in which they are taken: of a product those with all pixels first,
  /// gates after them.
  func operands(ofNode node: Int, _ graph: Graph<Int>, _ fusion: Fusion) -> [Int] {
    let values = graph.nodes[node].inputs.map { fusion.source[$0] }
    guard graph.nodes[node].op == .multiply else { return values }
    let most = values.map { shapes[$0].pixels }.max() ?? 0
    return values.filter { shapes[$0].pixels == most } + values.filter { shapes[$0].pixels < most }
  }

  private mutating func assign(_ graph: Graph<Int>, _ fusion: Fusion, _ needs: PlacementNeeds) {
    func root(_ node: Int) -> (node: Int, channel: Int) {
      var (node, channel) = (node, 0)
      while let next = parent[node] { (node, channel) = (next.node, channel + next.channel) }
      return (node, channel)
    }
    var storageOf: [Int: Int] = [:]
    let stored = graph.nodes.indices.filter { graph.nodes[$0].op.isStored }
    let values = graph.inputs + stored + fusion.steps.map(\.result)
    for value in values {
      let (top, channel) = root(value)
      if storageOf[top] == nil {
        storageOf[top] = storages.count
        var storage = Storage(shape: shapes[top])
        storage.isRowMajor = isRowMajor(top, graph, fusion)
        storage.isConstant = graph.nodes[top].op.isStored
        storages.append(storage)
      }
      place[value] = (storageOf[top]!, channel)
    }
    for value in values {
      let storage = place[value]!.storage
      storages[storage].halo = storages[storage].halo.union(needs.halo[value] ?? .none)
      if needs.planarInputs.contains(value) { storages[storage].isPlanar = true }
      if fusion.isOutput[value] { storages[storage].lastStep = fusion.steps.count }
      if graph.nodes[value].op == .input { storages[storage].firstStep = -1 }
    }
    for (number, step) in fusion.steps.enumerated() {
      let inputs = graph.nodes[step.entry].inputs.map { fusion.source[$0] } + (step.residual.map { [$0.value] } ?? [])
      if fusion.rowMajor.contains(step.main), !isFree(step, in: graph) { placeScratch(step, number, graph, inputs) }
      for value in inputs + [step.result] {
        let storage = place[value]!.storage
        storages[storage].firstStep = min(storages[storage].firstStep, number)
        storages[storage].lastStep = max(storages[storage].lastStep, number)
      }
    }
  }
}

extension Placement {
  /// Row-major copies of what a step on arrays reads or makes in blocks, and blocks for the pixels of a linear layer.
  private mutating func placeScratch(_ step: FusedStep, _ number: Int, _ graph: Graph<Int>, _ inputs: [Int]) {
    var places: [Int] = []
    func reserve(_ shape: TensorShape, isRowMajor: Bool) {
      var storage = Storage(shape: shape)
      storage.isRowMajor = isRowMajor
      (storage.firstStep, storage.lastStep) = (number, number)
      places.append(storages.count)
      storages.append(storage)
    }
    for value in inputs + [step.result] where !self.storage(of: value).isRowMajor {
      reserve(shapes[value], isRowMajor: true)
    }
    if case .linear(let linear) = graph.nodes[step.main].op {
      let features = graph.nodes[graph.nodes[step.main].inputs[0]].output.extents.last!
      let pixels = shapes[inputs[0]].elements / max(1, features)
      reserve(TensorShape(images: 1, channels: features, height: 1, width: pixels), isRowMajor: false)
      reserve(TensorShape(images: 1, channels: linear.outputFeatures, height: 1, width: pixels), isRowMajor: false)
    }
    scratch[step.result] = places
  }
}

/// What the operators ask of the memory of the tensors that they read.
struct PlacementNeeds {
  /// Zeros around a value.
  var halo: [Int: Halo] = [:]
  /// Graph inputs that only first layers read, which like them planar.
  var planarInputs: Set<Int> = []
}
