import ArchAlgebra
import ArchIR

// Normalisations that exporters write in pieces.

extension Importer {
  /// A normalisation over the channels: they are put last, normalised as the last axis, and put back.
  ///
  /// - Parameter order: the axes of the transposition that may be the last piece.
  mutating func layerNormalization(_ node: SourceNode, _ order: [Int]) throws -> Bool {
    let normalized = graph.nodes.count - 1
    guard !isEvaluating, order.count > 2, order == [0, order.count - 1] + Array(1..<order.count - 1), normalized > 0,
      case .node(normalized)? = lookUp(node.inputs[0]), uses(node.inputs[0]) == 1,
      case .tensor(.layerNormalization(let normalization)) = graph.nodes[normalized].op, normalization.isCentred,
      normalization.axis == order.count - 1, graph.nodes[normalized].inputs == [normalized - 1],
      case .tensor(.transpose(let first)) = graph.nodes[normalized - 1].op,
      first == [0] + Array(2..<order.count) + [1], isReadOnce(normalized - 1)
    else { return false }
    let (source, name) = (graph.nodes[normalized - 1].inputs[0], graph.nodes[normalized].name)
    let owner = graph.nodes[normalized].parametersOf
    let op = Normalization<Expr>(kind: .layer, hasScale: normalization.hasScale, hasShift: normalization.hasShift)
    move(normalized, to: normalized - 1)
    let noted = (tensors[normalized - 1], details[normalized - 1], names.weight(normalized - 1))
    takeBack(2)
    let index = try emit(.normalization(op), [source], for: node)
    graph.nodes[index].name = name
    graph.nodes[index].parametersOf = owner
    (tensors[index], details[index]) = (noted.0, noted.1)
    if let weight = noted.2 { names.note(index, weight: weight) }
    try define(node, .node(index))
    return true
  }

  /// A normalisation over groups: (N, C, …) seen as (N, g, …), each of the g normalised by itself, and seen as
  /// (N, C, …) again.
  ///
  /// - Parameters:
  ///   - normalized: what is seen as `target`, by the node that may be the last piece.
  mutating func groupNormalization(_ node: SourceNode, _ normalized: Int, _ target: Shape<Expr>) throws -> Bool {
    guard !isEvaluating, normalized == graph.nodes.count - 1, uses(node.inputs[0]) == 1, target.rank > 2,
      case .normalization(let rows) = graph.nodes[normalized].op, rows.kind == .group,
      graph.nodes[normalized].inputs == [normalized - 1], isReadOnce(normalized - 1),
      case .tensor(.reshape(let parts)) = graph.nodes[normalized - 1].op,
      let source = graph.nodes[normalized - 1].inputs.first, graph.nodes[source].output == target,
      parts.extents[0] == target.batch, parts.channels == rows.groups,
      let groups = rows.groups.integerConstant, let channels = target.channels.integerConstant, channels % groups == 0,
      details[normalized]?.loss == nil, try changesNothing(normalized)
    else { return false }
    let detail = details[normalized]
    takeBack(2)
    let op = Normalization<Expr>(kind: .group, hasScale: false, hasShift: false, groups: rows.groups)
    try concludeLayer(.normalization(op), [source], for: node)
    details[graph.nodes.count - 1] = detail
    pieces[graph.nodes.count - 1] = node.outputs[0]
    return true
  }

  /// Whether factors and shifts that stand with a normalisation are ones and zeros.
  private func changesNothing(_ normalized: Int) throws -> Bool {
    for (role, tensor) in tensors[normalized] ?? [:] where try !changesNothing(Constant(tensor), as: role) {
      return false
    }
    return true
  }

  /// A product with factors, or a sum with shifts, of the channels that come out of a group normalisation in pieces: the
  /// next of its pieces.
  mutating func goesOn(_ node: SourceNode, _ role: TensorRole) throws -> Bool {
    for (tensor, vector) in [(0, 1), (1, 0)] where node.inputs.count == 2 {
      guard !isEvaluating, case .node(let index)? = lookUp(node.inputs[tensor]), isReadOnce(index),
        case .normalization(var normalization) = graph.nodes[index].op,
        !normalization.hasShift, role == .shift || !normalization.hasScale,
        case .constant(let numbers)? = lookUp(node.inputs[vector]), numbers.rank <= graph.nodes[index].output.rank
      else { continue }
      let isForChannels = numbers.runs(along: 1, of: graph.nodes[index].output)
      if numbers.isParameter, isForChannels {
        if role == .scale { normalization.hasScale = true } else { normalization.hasShift = true }
        graph.nodes[index].op = .normalization(normalization)
        try attach([(role, numbers)], to: index)
      } else {
        guard !numbers.isParameter, isForChannels || numbers.shape.allSatisfy({ $0 == .one }),
          try changesNothing(numbers, as: role)
        else { continue }
      }
      try define(node, .node(index))
      pieces[index] = node.outputs[0]
      return true
    }
    return false
  }
}
