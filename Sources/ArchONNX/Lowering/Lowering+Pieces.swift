import ArchAlgebra
import ArchIR

// Layers that exporters write in pieces: where the last piece is met, the nodes of the others are taken back.

extension Importer {
  /// A channel shuffle: (N, C, …) seen as (N, g, C / g, …), the two axes exchanged, and seen as (N, C, …) again.
  mutating func shuffle(_ node: SourceNode, _ exchanged: Int, _ target: Shape<Expr>) throws -> Bool {
    guard !isEvaluating, exchanged == graph.nodes.count - 1, uses(node.inputs[0]) == 1,
      case .tensor(.transpose(let order)) = graph.nodes[exchanged].op, order.count > 3,
      order == [0, 2, 1] + Array(3..<order.count), let split = graph.nodes[exchanged].inputs.first,
      split == exchanged - 1,
      case .tensor(.reshape(let parts)) = graph.nodes[split].op, let source = graph.nodes[split].inputs.first,
      graph.nodes[source].output == target, parts.extents[0] == target.extents[0],
      Array(parts.extents[3...]) == Array(target.spatial), isReadOnce(split)
    else { return false }
    takeBack(2)
    try concludeLayer(.permutation(.shuffle(groups: parts.extents[1])), [source], for: node)
    return true
  }

  // MARK: GELU

  /// x · (1 + erf(x / √2)) / 2, the half taken at the end or of x.
  mutating func gelu(_ node: SourceNode) throws -> Bool {
    guard !isEvaluating, node.inputs.count == 2 else { return false }
    for (left, right) in [(0, 1), (1, 0)] {
      guard case .node(let index)? = lookUp(node.inputs[left]), uses(node.inputs[left]) == 1 else { continue }
      switch lookUp(node.inputs[right]) {
      case .constant(let half)?:
        guard graph.nodes[index].op == .multiply, graph.nodes[index].inputs.count == 2,
          half.shape.allSatisfy({ $0 == .one }),
          try elements(of: half)?.first?.constant == oneHalf
        else { continue }
        let inputs = graph.nodes[index].inputs
        for (x, sum) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])] {
          if let pieces = try errorFunctionSum(sum, of: x), try gelu(node, of: x, pieces + [index]) { return true }
        }
      case .node(let sum)?:
        guard case .constantScale(oneHalf) = graph.nodes[index].op, uses(node.inputs[right]) == 1,
          let pieces = try errorFunctionSum(sum, of: graph.nodes[index].inputs[0]),
          try gelu(node, of: graph.nodes[index].inputs[0], pieces + [index])
        else { continue }
        return true
      default: continue
      }
    }
    return false
  }

  private var oneHalf: Rational { try! Rational(1, 2) }

  private mutating func gelu(_ node: SourceNode, of x: Int, _ pieces: [Int]) throws -> Bool {
    // All that was made since the first piece are pieces, and numbers that they work with.
    var first = pieces.min()!
    let own = Set(pieces)
    func isNumber(_ index: Int) -> Bool {
      graph.nodes[index].op.isConstant && graph.nodes[index].output.extents.allSatisfy { $0 == .one }
    }
    while first > 0, isNumber(first - 1) { first -= 1 }
    guard graph.nodes[first...].indices.allSatisfy({ own.contains($0) || isNumber($0) }),
      pieces.allSatisfy({ self.pieces[$0].map { uses($0) == 1 } ?? false })
    else { return false }
    takeBack(graph.nodes.count - first)
    try concludeLayer(.activation(.gelu), [x], for: node)
    return true
  }

  /// The nodes of 1 + erf(x / √2).
  private func errorFunctionSum(_ sum: Int, of x: Int) throws -> [Int]? {
    guard graph.nodes[sum].op == .add, graph.nodes[sum].inputs.count == 2 else { return nil }
    let inputs = graph.nodes[sum].inputs
    for (function, one) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])] {
      guard graph.nodes[function].op == .tensor(.elementwise(.errorFunction)), try number(one) == 1 else { continue }
      let scaled = graph.nodes[function].inputs[0]
      guard graph.nodes[scaled].inputs.first == x else { continue }
      let divisor: Double?
      switch graph.nodes[scaled].op {
      case .constantScale(let factor): divisor = 1 / factor.doubleValue
      case .tensor(.elementwise(.divide)): divisor = try number(graph.nodes[scaled].inputs[1])
      default: divisor = nil
      }
      if let divisor, abs(divisor - Double(2).squareRoot()) < 1e-5 { return [scaled, function, sum] }
    }
    return nil
  }

  /// The one number of a stored tensor.
  private func number(_ index: Int) throws -> Double? {
    guard graph.nodes[index].op.isConstant, graph.nodes[index].output.extents.allSatisfy({ $0 == .one }) else {
      return nil
    }
    if let elements = details[index]?.elements { return elements.first.map(Double.init) }
    switch try tensors[index]?[.value]?.elements(limit: 1) {
    case .numbers(let numbers)?: return numbers.first
    case .integers(let integers)?: return integers.first.map(Double.init)
    default: return nil
    }
  }

  // MARK: Taking back

  /// Adds the operator that stands for all pieces, named as it and not as the last of them.
  mutating func concludeLayer(_ op: Op<Expr>, _ inputs: [Int], for node: SourceNode) throws {
    try conclude(op, inputs, for: node)
    names.noteLayer(graph.nodes.count - 1, node)
  }

  /// Whether nothing but the node after it reads what a node makes.
  func isReadOnce(_ node: Int) -> Bool { pieces[node].map { uses($0) == 1 } ?? false }

  /// Forgets the last nodes; what is noted of one that is kept has been moved before.
  mutating func takeBack(_ count: Int) {
    let kept = graph.nodes.count - count
    for node in kept..<graph.nodes.count {
      (pieces[node], tensors[node], details[node]) = (nil, nil, nil)
      names.forget(node)
    }
    while let last = storedOrder.last, last.node >= kept {
      stored[last.key] = nil
      storedOrder.removeLast()
    }
    graph.nodes.removeLast(count)
    origins.removeLast(count)
  }
}
