import ArchAlgebra
import ArchIR

// Layers that exporters write in pieces: where the last piece is met, the nodes of the others are taken back.

extension Importer {
  /// A channel shuffle: (N, C, …) seen as (N, g, C / g, …), the two axes exchanged, and seen as (N, C, …) again.
  mutating func shuffle(_ node: SourceNode, _ exchanged: Int, _ target: Shape<Expr>) throws -> Bool {
    guard case .tensor(.transpose(let order)) = graph.nodes[exchanged].op, order.count > 3,
      order == [0, 2, 1] + Array(3..<order.count), let split = piece(before: exchanged),
      case .tensor(.reshape(let parts)) = graph.nodes[split].op, let source = graph.nodes[split].inputs.first,
      graph.nodes[source].output == target, parts.extents[0] == target.extents[0],
      Array(parts.extents[3...]) == Array(target.spatial)
    else { return false }
    try replace(2, by: .permutation(.shuffle(groups: parts.extents[1])), of: source, for: node)
    return true
  }

  // MARK: GELU

  /// x · (1 + erf(x / √2)) / 2, the half taken at the end or of x.
  mutating func gelu(_ node: SourceNode) throws -> Bool {
    guard !isEvaluating, node.inputs.count == 2 else { return false }
    for (left, right) in [(0, 1), (1, 0)] {
      guard case .node(let index)? = lookUp(node.inputs[left]), isReadOnce(index) else { continue }
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
        guard case .constantScale(oneHalf) = graph.nodes[index].op, isReadOnce(sum),
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
      pieces.allSatisfy(isReadOnce)
    else { return false }
    try replace(graph.nodes.count - first, by: .activation(.gelu), of: x, for: node)
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

  /// The node before the last one, where both are pieces of a layer if they are the right operators: nothing else reads
  /// either of them.
  func piece(before last: Int) -> Int? {
    guard !isEvaluating, last > 0, last == graph.nodes.count - 1, graph.nodes[last].inputs == [last - 1],
      isReadOnce(last), isReadOnce(last - 1)
    else { return nil }
    return last - 1
  }

  /// Puts the operator that stands for them in the place of the last nodes; it is named as it and not as the last of them.
  ///
  /// - Parameter heir: the node whose tensors and parameters it has.
  mutating func replace(
    _ count: Int, by op: Op<Expr>, of source: Int, for node: SourceNode, heir: Int? = nil
  ) throws {
    let kept = heir.map {
      (
        tensors: tensors[$0], detail: details[$0], weight: names.weight($0), owner: graph.nodes[$0].parametersOf,
        parts: ownership.parts(of: $0)
      )
    }
    takeBack(count)
    try conclude(op, [source], for: node)
    let index = graph.nodes.count - 1
    names.noteLayer(index, node)
    guard let kept else { return }
    (tensors[index], details[index], graph.nodes[index].parametersOf) = (kept.tensors, kept.detail, kept.owner)
    if let weight = kept.weight { names.note(index, weight: weight) }
    for part in kept.parts { ownership.claim(part, for: index) }
  }

  /// Forgets the last nodes.
  private mutating func takeBack(_ count: Int) {
    let kept = graph.nodes.count - count
    for node in kept..<graph.nodes.count {
      (tensors[node], details[node], tensorNames[node]) = (nil, nil, nil)
      unfinished.remove(node)
      names.forget(node)
    }
    ownership.release(kept..<graph.nodes.count)
    while let last = storedOrder.last, last.node >= kept {
      stored[last.key] = nil
      storedOrder.removeLast()
    }
    graph.nodes.removeLast(count)
    origins.removeLast(count)
  }
}
