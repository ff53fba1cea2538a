import ArchAlgebra
import ArchIR

/// What every layer of a network costs, and the whole.
public struct Analysis<D: Dimension>: Sendable {
  public let graph: Graph<D>
  /// The cost of one run of each node, in the graph's order.
  public let costs: [Cost<D>]
  /// All nodes, each as often as it runs.
  public let total: Cost<D>
  /// The folds whose copies differ by a number.
  private let numbered: [Fold<D>]

  /// - Throws: ``AnalysisError`` where a count leaves the range of integers.
  public init(_ graph: Graph<D>, assuming assumptions: Assumptions = Assumptions()) throws {
    var costs: [Cost<D>] = []
    costs.reserveCapacity(graph.nodes.count)
    var total = Cost<D>()
    let numbered = graph.folds.filter { $0.index != nil }
    for (index, node) in graph.nodes.enumerated() {
      do {
        let shapes = LayerShapes(inputs: try graph.operandShapes(of: node), copies: node.copies, output: node.output)
        var cost = node.op == .input ? Cost<D>() : try node.op.cost(shapes)
        if node.parametersOf != nil { cost.parameters = ParameterCount() }
        try total.add(cost, of: index, in: graph, summedOver: numbered)
        costs.append(cost)
      } catch let error as ArithmeticError {
        throw AnalysisError(node: index, name: node.name, cause: error)
      }
    }
    self.graph = graph
    self.costs = costs
    self.total = total
    self.numbered = numbered
  }

  /// The cost of some nodes, each as often as it runs.
  public func cost(of nodes: some Sequence<Int>) throws -> Cost<D> {
    var sum = Cost<D>()
    for index in nodes { try sum.add(costs[index], of: index, in: graph, summedOver: numbered) }
    return sum
  }
}

extension Cost {
  /// Adds a node's cost as often as it runs: of copies that are numbered, the sum over their numbers.
  fileprivate mutating func add(
    _ cost: Cost, of node: Int, in graph: Graph<D>, summedOver numbered: [Fold<D>]
  ) throws {
    let around = numbered.filter { $0.nodes.contains(node) }
    guard !around.isEmpty else { return try add(cost, times: graph.nodes[node].times) }
    var all = Cost()
    try all.add(cost, times: graph.nodes[node].times)
    for fold in around { all = try all.map(fold.sum) }
    try add(all)
  }
}

extension Fold {
  /// The sum of what each copy has.
  fileprivate func sum(_ value: D) throws -> D {
    guard let index, let sum = try value.expr.summed(over: index, below: count.expr) else {
      throw ArithmeticError.unsupported("a sum over copies of \(value)")
    }
    return try D(sum)
  }
}

/// A layer whose cost cannot be told.
public struct AnalysisError: Error, Sendable, CustomStringConvertible {
  public var node: Int
  public var name: String
  public var cause: ArithmeticError

  public var description: String { "the cost of \(name) cannot be told: \(cause)" }
}
