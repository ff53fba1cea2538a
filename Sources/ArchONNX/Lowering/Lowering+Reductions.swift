import ArchAlgebra
import ArchIR

extension LoweringTable {
  static let reductions: [String: Lowering] = {
    let functions: [(String, Reduction.Function)] = [
      ("ReduceMean", .mean), ("ReduceSum", .sum), ("ReduceMax", .maximum), ("ReduceMin", .minimum),
      ("ReduceProd", .product),
      ("ReduceL1", .l1), ("ReduceL2", .l2), ("ReduceSumSquare", .sumOfSquares), ("ReduceLogSum", .logarithmOfSum),
      ("ReduceLogSumExp", .logarithmOfExponentials),
    ]
    var table: [String: Lowering] = [:]
    for (name, function) in functions { table[name] = { try $0.reduce($1, function) } }
    for name in ["ArgMax", "ArgMin"] {
      table[name] = { importer, node in
        let rank = try importer.shape(node, 0).rank
        let axis = try importer.axis(node.integer("axis") ?? 0, rank: rank)
        let reduction = Reduction(.argument, axes: [axis], keepsAxes: (node.integer("keepdims") ?? 1) != 0)
        try importer.conclude(.tensor(.reduction(reduction)), [try importer.operand(node, 0)], for: node)
      }
    }
    table["CumSum"] = { importer, node in
      try importer.conclude(
        .tensor(.reduction(Reduction(.cumulative, axes: [], keepsAxes: true))), [try importer.operand(node, 0)],
        for: node)
    }
    return table
  }()
}

extension Importer {
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
