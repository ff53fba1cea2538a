import ArchAlgebra
import ArchIR

/// Nodes of a graph that the language has no operator for.
public struct UnspellableGraph: Error {
  /// Each with its name, what it does, and why that cannot be written.
  public var nodes: [(name: String, op: String, reason: String)]
}

extension SpecSyntax {
  /// The specification of a graph: what stands in it several times is written once, as repetitions and as blocks with
  /// arguments.
  ///
  /// Elaborated, it gives the same layers in the same order, unless branches are interleaved in the graph: then each is
  /// written whole. Names are lost but for those of a few labels.
  ///
  /// - Parameters:
  ///   - graph: it has outputs; a batch is not said.
  ///   - name: what the network is to be called.
  ///   - documentation: lines before the network.
  /// - Throws: ``UnspellableGraph``.
  public init(of graph: Graph<Int>, named name: String, documentation: [String] = []) throws {
    try Self.check(graph)
    let graph = graph.concatenatingInSteps()
    var names = LabelNames()
    let network = names.unique(name)
    var reading = GraphReading(graph, names: names)
    var recovered = Recovered(reading.steps())
    recovered.fold()
    names = reading.names
    recovered.nameBlocks(&names)
    var layout = Layout(recovered, names: names)
    var items = recovered.blocks.map { block in
      ItemSyntax(
        .block(
          BlockSyntax(
            name: Name(block.name),
            arguments: block.parameters.map { .init(name: Name($0.name), value: $0.standard?.syntax) },
            body: layout.body(block.body))))
    }
    let members = layout.network(recovered.network).map(NetworkSyntax.Member.line)
    items.append(
      ItemSyntax(
        .network(NetworkSyntax(name: Name(network), family: nil, members: members)), documentation: documentation))
    for index in items.indices.dropFirst() { items[index].trivia.blankLineBefore = true }
    self.init(items: items)
  }

  private static func check(_ graph: Graph<Int>) throws {
    var nodes: [(name: String, op: String, reason: String)] = []
    for node in graph.nodes {
      var reason: String?
      if node.op == .input {
        if ![2, 4].contains(node.output.rank) { reason = "inputs are images or vectors, this is \(node.output)" }
      } else if node.parametersOf != nil {
        reason = "it shares its parameters with another layer"
      } else if node.inputs.isEmpty || Spelling.step(node.op, input: graph.nodes[node.inputs[0]].output) == nil {
        reason = "the language has no operator for it"
      }
      if let reason { nodes.append((node.name, node.op.name, reason)) }
    }
    guard nodes.isEmpty else { throw UnspellableGraph(nodes: nodes) }
  }
}

extension Graph<Int> {
  /// A concatenation whose first operands another one has joined already goes on from that one, where it depends on it: the
  /// layers of a dense block then are all alike.
  func concatenatingInSteps() -> Graph<Int> {
    var graph = self
    /// The concatenations by their first operands.
    var known: [[Int]: Int] = [:]
    for (index, node) in nodes.enumerated() where node.op == .concatenation {
      if node.inputs.count > 2,
        let length = (2..<node.inputs.count).reversed().first(where: { known[Array(node.inputs.prefix($0))] != nil })
      {
        let before = known[Array(node.inputs.prefix(length))]!
        if node.inputs[length...].contains(where: { depends($0, on: before) }) {
          graph.nodes[index].inputs = [before] + node.inputs[length...]
        }
      }
      known[node.inputs] = index
    }
    return graph
  }

  private func depends(_ node: Int, on other: Int) -> Bool {
    var (pending, seen): ([Int], Set<Int>) = ([node], [])
    while let next = pending.popLast() {
      if next == other { return true }
      // Nodes read earlier ones only.
      if next > other, seen.insert(next).inserted { pending += nodes[next].inputs }
    }
    return false
  }
}

extension Recovered {
  /// Gives the blocks names that tell what is in them, and puts those that are called before those that call.
  mutating func nameBlocks(_ names: inout LabelNames) {
    var ordered: [Block] = []
    var written: [String: String] = [:]
    func write(_ block: Block) {
      guard written[block.name] == nil else { return }
      written[block.name] = ""
      for name in block.body.callees { if let callee = blocks.first(where: { $0.name == name }) { write(callee) } }
      var copy = block
      copy.body = block.body.renamingCalls(written)
      copy.name = names.unique(copy.body.title)
      written[block.name] = copy.name
      ordered.append(copy)
    }
    for block in blocks { write(block) }
    network = network.renamingCalls(written)
    blocks = ordered
  }
}

extension [Step] {
  fileprivate var callees: [String] {
    flatMap { step -> [String] in
      let own: [String] = if case .call(let name) = step.head { [name] } else { [] }
      return own + step.branches.flatMap(\.callees)
    }
  }

  fileprivate func renamingCalls(_ names: [String: String]) -> [Step] {
    map { step in
      var copy = step
      if case .call(let name) = step.head, let new = names[name] { copy.head = .call(new) }
      copy.branches = step.branches.map { $0.renamingCalls(names) }
      return copy
    }
  }

  /// A name for a block of these steps.
  fileprivate var title: String {
    let kinds = compactMap { step -> MergeSyntax.Kind? in if case .merge(let kind) = step.head { kind } else { nil } }
    if contains(where: { $0.head == .repetition }) { return "stage" }
    if kinds.contains(.add) { return "residual" }
    if kinds.contains(.concat) { return "joined" }
    if kinds.contains(.multiply) { return "gated" }
    let words = callees.filter { Operators.byName[$0] != nil }
    return words.count == count && count <= 3 ? words.joined(separator: "_") : "unit"
  }
}
