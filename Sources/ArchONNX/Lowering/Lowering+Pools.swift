import ArchAlgebra
import ArchIR

extension LoweringTable {
  static let pools: [String: Lowering] = [
    "MaxPool": { try $0.pool($1, .max) },
    "AveragePool": { try $0.pool($1, .average) },
    "LpPool": { try $0.pool($1, .average) },
    "QLinearAveragePool": { try $0.pool($1, .average) },
    "GlobalAveragePool": { try $0.globalPool($1, .average) },
    "QLinearGlobalAveragePool": { try $0.globalPool($1, .average) },
    "GlobalMaxPool": { try $0.globalPool($1, .max) },
    "GlobalLpPool": { try $0.globalPool($1, .average) },
  ]
}

extension Importer {
  fileprivate mutating func pool(_ node: SourceNode, _ kind: PoolKind) throws {
    let input = try shape(node, 0)
    let window = try WindowAttributes(node, kernel: nil)
    let pool = Pool(
      kind: kind, kernel: window.kernel, stride: window.stride, padding: try window.padding(for: input),
      dilation: window.dilation, roundsUp: node.integer("ceil_mode") == 1,
      countsPadding: node.integer("count_include_pad") == 1)
    let source = try operand(node, 0)
    let index = try emit(.pool(pool), [source], for: node)
    try define(node, .node(index))
    // The second output of a maximum pool says where the maxima were.
    if node.outputs.count > 1, !node.outputs[1].isEmpty {
      let places = Rearrangement(.window, output: graph.nodes[index].output)
      try conclude(.tensor(.rearrangement(places)), [source], for: node, output: 1)
    }
  }

  fileprivate mutating func globalPool(_ node: SourceNode, _ kind: PoolKind) throws {
    let input = try shape(node, 0)
    guard input.rank >= 2 else { throw NotCounted("its input has no channels") }
    let pool = AdaptivePool(kind: kind, output: Array(repeating: Expr(1), count: input.rank - 2))
    try conclude(.adaptivePool(pool), [try operand(node, 0)], for: node)
  }
}
