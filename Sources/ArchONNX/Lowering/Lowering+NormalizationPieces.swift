import ArchAlgebra
import ArchIR

// Normalisations that exporters write in pieces.

extension Importer {
  /// A normalisation over the channels: they are put last, normalised as the last axis, and put back.
  ///
  /// - Parameter order: the axes of the transposition that may be the last piece.
  mutating func layerNormalization(_ node: SourceNode, _ order: [Int]) throws -> Bool {
    guard order.count > 2, order == [0, order.count - 1] + Array(1..<order.count - 1),
      case .node(let normalized)? = lookUp(node.inputs[0]), let exchanged = piece(before: normalized),
      case .tensor(.layerNormalization(let normalization)) = graph.nodes[normalized].op, normalization.isCentred,
      normalization.axis == order.count - 1,
      case .tensor(.transpose([0] + Array(2..<order.count) + [1])) = graph.nodes[exchanged].op
    else { return false }
    let op = Normalization<Expr>(kind: .layer, hasScale: normalization.hasScale, hasShift: normalization.hasShift)
    try replace(2, by: .normalization(op), of: graph.nodes[exchanged].inputs[0], for: node, heir: normalized)
    return true
  }

  /// A normalisation over groups: (N, C, …) seen as (N, g, …), each of the g normalised by itself, and seen as
  /// (N, C, …) again.
  ///
  /// - Parameters:
  ///   - normalized: what the node that may be the last piece sees in another shape.
  ///   - target: that shape.
  mutating func groupNormalization(_ node: SourceNode, _ normalized: Int, _ target: Shape<Expr>) throws -> Bool {
    // There is no kernel for more axes; in pieces they run.
    guard (3...4).contains(target.rank), let split = piece(before: normalized),
      case .normalization(var op) = graph.nodes[normalized].op, op.kind == .group,
      case .tensor(.reshape(let rows)) = graph.nodes[split].op, rows.batch == target.batch,
      rows.channels == op.groups, let source = graph.nodes[split].inputs.first, graph.nodes[source].output == target,
      let groups = op.groups.integerConstant, let channels = target.channels.integerConstant,
      groups > 0, channels % groups == 0,
      details[normalized]?.loss == nil
    else { return false }
    // Where each channel is a row, factors and shifts of the rows are those of channels; ones and zeros that no node
    // makes are taken for parameters then.
    let isPlain = try scalesNothing(normalized) && (groups < channels || !op.hasScale && !op.hasShift)
    guard isPlain || groups == channels else { return false }
    let detail = details[normalized]
    if isPlain { (op.hasScale, op.hasShift) = (false, false) }
    try replace(2, by: .normalization(op), of: source, for: node, heir: isPlain ? nil : normalized)
    let index = graph.nodes.count - 1
    details[index] = detail
    if isPlain { unfinished.insert(index) }
    return true
  }

  /// Whether the factors and shifts that stand with a normalisation are ones and zeros.
  private func scalesNothing(_ normalized: Int) throws -> Bool {
    try (tensors[normalized] ?? [:]).allSatisfy { try changesNothing(Constant($1), as: $0) }
  }

  /// A product with factors, or a sum with shifts, of the channels that come out of a group normalisation in pieces: the
  /// next of its pieces.
  mutating func extendNormalization(_ node: SourceNode, _ role: TensorRole) throws -> Bool {
    for (tensor, vector) in [(0, 1), (1, 0)] where node.inputs.count == 2 {
      guard !isEvaluating, case .node(let index)? = lookUp(node.inputs[tensor]), unfinished.contains(index),
        isReadOnce(index), case .normalization(var normalization) = graph.nodes[index].op,
        !normalization.hasShift, role == .shift || !normalization.hasScale,
        case .constant(let numbers)? = lookUp(node.inputs[vector]), numbers.rank <= graph.nodes[index].output.rank
      else { continue }
      let isForChannels = numbers.runs(along: 1, of: graph.nodes[index].output)
      let isParameter = numbers.isParameter && !numbers.isComputed
      if isParameter, isForChannels {
        // Parameters are shared with one layer, or with none.
        guard !normalization.hasScale || ownership.owner(of: numbers) == graph.nodes[index].parametersOf else {
          continue
        }
        if role == .scale { normalization.hasScale = true } else { normalization.hasShift = true }
        graph.nodes[index].op = .normalization(normalization)
        try attach([(role, numbers)], to: index)
      } else {
        guard !isParameter, isForChannels || numbers.shape.allSatisfy({ $0 == .one }),
          try changesNothing(numbers, as: role)
        else { continue }
      }
      try define(node, .node(index))
      return true
    }
    return false
  }
}
