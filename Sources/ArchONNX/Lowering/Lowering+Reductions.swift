import ArchAlgebra
import ArchIR

extension LoweringTable {
  static let reductions: [String: Lowering] = [
    "ReduceMean": { try $0.reduce($1, .mean) },
    "ReduceSum": { try $0.reduce($1, .sum) },
    "ReduceMax": { try $0.reduce($1, .maximum) },
    "ReduceMin": { try $0.reduce($1, .minimum) },
    "ReduceProd": { try $0.reduce($1, .product) },
    "ReduceL1": { try $0.reduce($1, .l1) },
    "ReduceL2": { try $0.reduce($1, .l2) },
    "ReduceSumSquare": { try $0.reduce($1, .sumOfSquares) },
    "ReduceLogSum": { try $0.reduce($1, .logarithmOfSum) },
    "ReduceLogSumExp": { try $0.reduce($1, .logarithmOfExponentials) },
    "ArgMax": { try $0.argument($1) }, "ArgMin": { try $0.argument($1) },
    "CumSum": { importer, node in
      try importer.conclude(
        .tensor(.reduction(Reduction(.cumulative, axes: [], keepsAxes: true))), [try importer.operand(node, 0)],
        for: node)
    },
  ]
}

extension Importer {
  fileprivate mutating func argument(_ node: SourceNode) throws {
    let axis = try axis(node.integer("axis") ?? 0, rank: try shape(node, 0).rank)
    let reduction = Reduction(.argument, axes: [axis], keepsAxes: (node.integer("keepdims") ?? 1) != 0)
    try conclude(.tensor(.reduction(reduction)), [try operand(node, 0)], for: node)
  }

  fileprivate mutating func reduce(_ node: SourceNode, _ function: Reduction.Function) throws {
    let input = try shape(node, 0)
    let named = try integers(node, 1) ?? node.integers("axes") ?? []
    if named.isEmpty, node.integer("noop_with_empty_axes") == 1 { return try define(node, try self.input(node, 0)) }
    let axes = named.isEmpty ? Array(0..<input.rank) : try named.map { try axis($0, rank: input.rank) }
    let keeps = (node.integer("keepdims") ?? 1) != 0
    let source = try operand(node, 0)
    // The mean or maximum over a whole image is a global pool.
    let kinds: [Reduction.Function: PoolKind] = [.mean: .average, .maximum: .max]
    if let kind = kinds[function], input.rank > 2, Set(axes) == Set(2..<input.rank) {
      let pool = AdaptivePool(kind: kind, output: Array(repeating: Expr(1), count: input.rank - 2))
      let pooled = try emit(.adaptivePool(pool), [source], for: node)
      return keeps ? try define(node, .node(pooled)) : try conclude(.flatten, [pooled], for: node)
    }
    try conclude(.tensor(.reduction(Reduction(function, axes: axes, keepsAxes: keeps))), [source], for: node)
  }
}
