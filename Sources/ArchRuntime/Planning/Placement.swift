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
    /// The steps from the first that writes it to the last that reads it.
    var firstStep = Int.max
    var lastStep = -1
  }

  /// For each node that has a tensor: its storage and the first of its channels there.
  private(set) var place: [Int: (storage: Int, channel: Int)] = [:]
  private(set) var storages: [Storage] = []
  /// For each concatenation, the operands (by position) that have to be copied.
  private(set) var copiedOperands: [Int: [Int]] = [:]
  let shapes: [TensorShape]
  private let lanes: Int
  /// The tensors that a tensor lies in: operands of concatenations, slices, steps in place.
  private var parent: [Int: (node: Int, channel: Int)] = [:]

  init(_ graph: Graph<Int>, _ fusion: Fusion, needs: PlacementNeeds, lanes: Int) throws {
    self.lanes = lanes
    shapes = try graph.nodes.enumerated().map { index, node in
      if case .tensor = node.op { throw PlanError(node: index, "\(node.name) (\(node.op.name)) cannot be run yet") }
      guard let shape = TensorShape(node.output) else {
        throw PlanError(node: index, "\(node.name) makes a tensor of \(node.output): the kernels know images and signals")
      }
      return shape
    }
    var stepOf: [Int: Int] = [:]
    for (number, step) in fusion.steps.enumerated() { stepOf[step.result] = number }
    placeViews(graph, fusion)
    placeInPlace(graph, fusion, stepOf)
    assign(graph, fusion, needs)
  }

  func storage(of node: Int) -> Storage { storages[place[node]!.storage] }

  /// Whether a step has nothing to do because its result already stands where it should.
  func isFree(_ step: FusedStep, in graph: Graph<Int>) -> Bool {
    switch graph.nodes[step.main].op {
    case .concatenation: copiedOperands[step.main]!.isEmpty
    case .slice: parent[step.main] != nil
    default: false
    }
  }

  private mutating func placeViews(_ graph: Graph<Int>, _ fusion: Fusion) {
    for step in fusion.steps {
      let node = graph.nodes[step.main]
      switch node.op {
      case .slice(let slice) where slice.start % lanes == 0:
        parent[step.main] = (fusion.source[node.inputs[0]], slice.start)
      case .concatenation:
        var channel = 0
        var copies: [Int] = []
        for (position, input) in node.inputs.enumerated() {
          let value = fusion.source[input]
          if channel % lanes == 0, parent[value] == nil {
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

  /// Lets pointwise steps and additions write over an operand that nobody needs any more.
  private mutating func placeInPlace(_ graph: Graph<Int>, _ fusion: Fusion, _ stepOf: [Int: Int]) {
    let hosts = Set(parent.values.map(\.node))
    for (number, step) in fusion.steps.enumerated() where parent[step.result] == nil && !hosts.contains(step.result) {
      let candidates: [Int]
      switch graph.nodes[step.main].op {
      case .normalization, .scale, .activation: candidates = [fusion.source[graph.nodes[step.main].inputs[0]]]
      case .add, .multiply: candidates = graph.nodes[step.main].inputs.map { fusion.source[$0] }
      case .convolution: candidates = step.residual.map { [$0.value] } ?? []
      default: candidates = []
      }
      let operand = candidates.first { value in
        shapes[value] == shapes[step.result] && parent[value] == nil && !hosts.contains(value)
          && !fusion.isOutput[value] && graph.nodes[value].op != .input
          && candidates.filter { $0 == value }.count == 1
          && fusion.readers[value].allSatisfy { reader in Self.step(reading: reader, fusion, upTo: number) }
      }
      if let operand { parent[step.result] = (operand, 0) }
    }
  }

  /// Whether the node runs in a step not later than `number`.
  private static func step(reading node: Int, _ fusion: Fusion, upTo number: Int) -> Bool {
    fusion.steps.prefix(number + 1).contains { $0.nodes.contains(node) }
  }

  private mutating func assign(_ graph: Graph<Int>, _ fusion: Fusion, _ needs: PlacementNeeds) {
    func root(_ node: Int) -> (node: Int, channel: Int) {
      var (node, channel) = (node, 0)
      while let next = parent[node] { (node, channel) = (next.node, channel + next.channel) }
      return (node, channel)
    }
    var storageOf: [Int: Int] = [:]
    let values = graph.inputs + fusion.steps.map(\.result)
    for value in values {
      let (top, channel) = root(value)
      if storageOf[top] == nil {
        storageOf[top] = storages.count
        storages.append(Storage(shape: shapes[top]))
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
      let inputs = graph.nodes[step.main].inputs.map { fusion.source[$0] } + (step.residual.map { [$0.value] } ?? [])
      for value in inputs + [step.result] {
        let storage = place[value]!.storage
        storages[storage].firstStep = min(storages[storage].firstStep, number)
        storages[storage].lastStep = max(storages[storage].lastStep, number)
      }
    }
  }
}

/// What the operators ask of the memory of the tensors that they read.
struct PlacementNeeds {
  /// Zeros around a value.
  var halo: [Int: Halo] = [:]
  /// Graph inputs that only first layers read, which like them planar.
  var planarInputs: Set<Int> = []
}
