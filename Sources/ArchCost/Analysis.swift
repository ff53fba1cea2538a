import ArchAlgebra
import ArchIR

/// What every layer of a network costs, and the whole.
public struct Analysis<D: Dimension>: Sendable {
  public let graph: Graph<D>
  /// The cost of one run of each node, in the graph's order.
  public let costs: [Cost<D>]
  /// All nodes, each as often as it runs.
  public let total: Cost<D>

  /// - Throws: ``AnalysisError`` where a count leaves the range of integers.
  public init(_ graph: Graph<D>, assuming assumptions: Assumptions = Assumptions()) throws {
    var costs: [Cost<D>] = []
    costs.reserveCapacity(graph.nodes.count)
    var total = Cost<D>()
    for (index, node) in graph.nodes.enumerated() {
      do {
        let shapes = LayerShapes(inputs: try graph.operandShapes(of: node), copies: node.copies, output: node.output)
        var cost = node.op == .input ? Cost<D>() : try node.op.cost(shapes)
        if node.parametersOf != nil { cost.parameters = ParameterCount() }
        try graph.add(cost, of: index, to: &total)
        costs.append(cost)
      } catch let error as ArithmeticError {
        throw AnalysisError(node: index, name: node.name, cause: error)
      }
    }
    self.graph = graph
    self.costs = costs
    self.total = total
  }

  /// The cost of some nodes, each as often as it runs.
  public func cost(of nodes: some Sequence<Int>) throws -> Cost<D> {
    var sum = Cost<D>()
    for index in nodes { try graph.add(costs[index], of: index, to: &sum) }
    return sum
  }
}

extension Graph {
  /// Adds a node's cost as often as it runs: of copies that are numbered, the sum over their numbers.
  fileprivate func add(_ cost: Cost<D>, of node: Int, to total: inout Cost<D>) throws {
    let numbered = folds.filter { $0.index != nil && $0.nodes.contains(node) }
    guard !numbered.isEmpty else { return try total.add(cost, times: nodes[node].times) }
    var all = Cost<D>()
    try all.add(cost, times: nodes[node].times)
    for fold in numbered { all = try all.map(fold.sum) }
    try total.add(all)
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
