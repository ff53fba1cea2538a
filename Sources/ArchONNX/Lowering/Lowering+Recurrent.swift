import ArchAlgebra
import ArchIR

extension LoweringTable {
  static let recurrent: [String: Lowering] = [
    "LSTM": { try $0.recurrent($1, .lstm) }, "GRU": { try $0.recurrent($1, .gru) },
    "RNN": { try $0.recurrent($1, .plain) },
    // Of onnxruntime, whose weights are transposed.
    "DynamicQuantizeLSTM": { try $0.recurrent($1, .lstm, isTransposed: true) },
  ]
}

extension Importer {
  /// X, W, R, B, lengths, initial states; Y, the last state and of an LSTM the last cell.
  fileprivate mutating func recurrent(_ node: SourceNode, _ kind: RecurrentKind, isTransposed: Bool = false) throws {
    var (w, r) = (try constant(node, 1), try constant(node, 2))
    if isTransposed, w.rank == 3, r.rank == 3 {
      w.shape.swapAt(1, 2)
      r.shape.swapAt(1, 2)
      (w.isSource, r.isSource) = (false, false)
    }
    guard w.rank == 3, r.rank == 3, let directions = w.shape[0].integerConstant, (1...2).contains(directions) else {
      throw NotCounted("its weights are not those of one or two directions")
    }
    let hidden = node.integer("hidden_size").map { Expr($0) } ?? r.shape[2]
    guard r.shape[2] == hidden, try w.shape[1] == hidden * Expr(kind.gates) else {
      throw NotCounted("its weights are not for a state of \(hidden)")
    }
    let input = try shape(node, 0)
    guard input.rank == 3, try input.extents[2].ordered(against: w.shape[2]).map({ $0 == 0 }) != false else {
      throw NotCounted("its weights are not for its input")
    }
    let isBatchFirst = node.integer("layout") == 1
    let op = Recurrent(
      kind: kind, hidden: hidden, directions: directions, hasBias: node.hasInput(3),
      hasPeepholes: kind == .lstm && node.hasInput(7), isBatchFirst: isBatchFirst)
    let index = try emit(.tensor(.recurrent(op)), [try operand(node, 0)], for: node)
    var tensors: [(TensorRole, Constant)] = [(.weight, w), (.recurrence, r)]
    if op.hasBias { tensors.append((.bias, try constant(node, 3))) }
    if op.hasPeepholes { tensors.append((.peepholes, try constant(node, 7))) }
    try attach(tensors, to: index)
    try define(node, .node(index))
    let batch = input.extents[isBatchFirst ? 0 : 1]
    let state = Shape(isBatchFirst ? [batch, Expr(directions), hidden] : [Expr(directions), batch, hidden])
    for output in 1..<3 where output < node.outputs.count && !node.outputs[output].isEmpty {
      try conclude(.tensor(.rearrangement(Rearrangement(.gather, output: state))), [index], for: node, output: output)
    }
  }
}
