import ArchAlgebra
import ArchIR

extension LoweringTable {
  static let matrices: [String: Lowering] = [
    "Gemm": { try $0.gemm($1) },
    "MatMul": { try $0.matrixProduct($1, a: 0, b: 1) },
    "MatMulInteger": { try $0.matrixProduct($1, a: 0, b: 1) },
    "QLinearMatMul": { try $0.matrixProduct($1, a: 0, b: 3) },
    "QGemm": { try $0.matrixProduct($1, a: 0, b: 3) },
    "DynamicQuantizeMatMul": { try $0.matrixProduct($1, a: 0, b: 1) },
    "MatMulIntegerToFloat": { try $0.matrixProduct($1, a: 0, b: 1) },
    "Einsum": { importer, node in
      let count = node.inputs.count
      let values = try (0..<count).map { try importer.input(node, $0) }
      let ranks = try values.map { try importer.shape($0).rank }
      let einsum = try EinsumText(node.text("equation") ?? "", ranks: ranks).einsum
      try importer.conclude(.tensor(.einsum(einsum)), try values.map { try importer.operand($0) }, for: node)
    },
  ]
}

extension Importer {
  /// A matrix product; with a stored matrix a linear layer.
  mutating func matrixProduct(_ node: SourceNode, a: Int, b: Int) throws {
    if case .constant(let matrix) = try input(node, b), matrix.rank == 2, try shape(node, a).rank > 0 {
      return try linear(
        node, input: a, matrix, features: matrix.shape[1], inner: matrix.shape[0], bias: nil, isTransposed: true)
    }
    let left = try input(node, a), right = try input(node, b)
    // A vector is a row on the left, a column on the right.
    var (x, y) = (try operand(left), try operand(right))
    let (rankX, rankY) = (graph.nodes[x].output.rank, graph.nodes[y].output.rank)
    guard rankX > 0, rankY > 0 else { throw NotCounted("a matrix product has no numbers for operands") }
    if rankX == 1 { x = try emit(.tensor(.reshape(Shape([1] + graph.nodes[x].output.extents))), [x], for: node) }
    if rankY == 1 { y = try emit(.tensor(.reshape(Shape(graph.nodes[y].output.extents + [1]))), [y], for: node) }
    var result = try emit(.tensor(.matmul), [x, y], for: node)
    var extents = graph.nodes[result].output.extents
    if rankX == 1 { extents.remove(at: extents.count - 2) }
    if rankY == 1 { extents.removeLast() }
    if rankX == 1 || rankY == 1 { result = try emit(.tensor(.reshape(Shape(extents))), [result], for: node) }
    try define(node, .node(result))
  }

  mutating func gemm(_ node: SourceNode) throws {
    var input = try operand(node, 0)
    guard graph.nodes[input].output.rank == 2 else {
      throw NotCounted("its input has rank \(graph.nodes[input].output.rank)")
    }
    if node.integer("transA") == 1 { input = try emit(.tensor(.transpose([1, 0])), [input], for: node) }
    let isTransposed = node.integer("transB") == 1
    if case .constant(let matrix) = try self.input(node, 1), matrix.rank == 2 {
      let (features, inner) = isTransposed ? (matrix.shape[0], matrix.shape[1]) : (matrix.shape[1], matrix.shape[0])
      var bias: Constant?
      if node.hasInput(2), case .constant(let vector) = try self.input(node, 2), try product(vector.shape) == features {
        bias = vector
      }
      if bias != nil || !node.hasInput(2) {
        return try linear(
          node, source: input, matrix, features: features, inner: inner, bias: bias, isTransposed: !isTransposed)
      }
    }
    var other = try operand(node, 1)
    if isTransposed { other = try emit(.tensor(.transpose([1, 0])), [other], for: node) }
    var result = try emit(.tensor(.matmul), [input, other], for: node)
    if node.hasInput(2) {
      result = try emit(.add, [result, try operand(try self.input(node, 2), rank: 2)], for: node)
    }
    try define(node, .node(result))
  }

  /// onnxruntime's product with transposed operands.
  mutating func fusedMatrixProduct(_ node: SourceNode) throws {
    guard node.integer("transA") != 1, node.integer("transB") != 1, node.integer("transBatchA") != 1,
      node.integer("transBatchB") != 1
    else {
      var operands = [try operand(node, 0), try operand(node, 1)]
      for (index, name) in ["transA", "transB"].enumerated() where node.integer(name) == 1 {
        let rank = graph.nodes[operands[index]].output.rank
        guard rank > 1 else { throw NotCounted("its operand is no matrix") }
        let order = Array(0..<(rank - 2)) + [rank - 1, rank - 2]
        operands[index] = try emit(.tensor(.transpose(order)), [operands[index]], for: node)
      }
      return try conclude(.tensor(.matmul), operands, for: node)
    }
    try matrixProduct(node, a: 0, b: 1)
  }

  private mutating func linear(
    _ node: SourceNode, input: Int? = nil, source: Int? = nil, _ matrix: Constant, features: Expr, inner: Expr,
    bias: Constant?,
    isTransposed: Bool
  ) throws {
    let source = try source ?? operand(node, input!)
    let last = graph.nodes[source].output.extents.last!
    if let order = try last.ordered(against: inner), order != 0 {
      throw NotCounted("its matrix is for \(inner) features and its input has \(last)")
    }
    let index = try emit(.linear(Linear(outputFeatures: features, hasBias: bias != nil)), [source], for: node)
    try attach([(.weight, matrix)] + (bias.map { [(.bias, $0)] } ?? []), to: index)
    if isTransposed, !isEvaluating { details[index, default: .init()].isTransposed = true }
    try define(node, .node(index))
  }
}

/// The equation of an einsum: `...ij,...jk->...ik`.
struct EinsumText {
  var einsum: Einsum

  /// - Throws: ``NotCounted`` where the equation does not fit the ranks of the operands.
  init(_ text: String, ranks: [Int]) throws {
    let sides = text.filter { !$0.isWhitespace }.replacingArrow().split(
      separator: ">", omittingEmptySubsequences: false)
    let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    guard sides.count <= 2, terms.count == ranks.count, text.utf8.count < 1024 else {
      throw NotCounted("the equation '\(text.prefix(80))' is not for \(ranks.count) operands")
    }
    // Dots stand for as many axes as are left; they get letters that nobody writes.
    let dots: [Character] = (0..<ModelLimits.rank).map { Character(Unicode.Scalar(0xE000 + UInt32($0))!) }
    func spelled(_ term: [Character], _ rank: Int) throws -> [Character] {
      guard let first = term.firstIndex(of: ".") else { return term }
      let count = rank - (term.count - 3)
      guard term.count >= first + 3, term[first..<(first + 3)].allSatisfy({ $0 == "." }),
        (0...ModelLimits.rank).contains(count)
      else {
        throw NotCounted("the dots of the equation '\(text)' do not fit")
      }
      return Array(term[..<first]) + dots.suffix(count) + Array(term[(first + 3)...])
    }
    let operands = try zip(terms, ranks).map { try spelled($0, $1) }
    let wide = operands.map { $0.filter { dots.contains($0) }.count }.max() ?? 0
    let result: [Character]
    if sides.count == 2 {
      let term = Array(sides[1])
      result = try spelled(term, wide + term.filter { $0 != "." }.count)
    } else {
      // Without an arrow: the letters that stand once, in order.
      let all = operands.flatMap { $0 }
      let own = Set(all).filter { letter in !dots.contains(letter) && all.filter { $0 == letter }.count == 1 }
      result = dots.suffix(wide) + own.sorted()
    }
    einsum = Einsum(operands: operands, result: result)
  }
}

extension String {
  fileprivate func replacingArrow() -> String {
    var result = ""
    for character in self where character != "-" { result.append(character) }
    return result
  }
}
