import ArchAlgebra
import ArchIR

/// Shape arithmetic: exporters write `Reshape` to a shape that `Shape`, `Gather`, `Concat` and others compute. What does
/// not depend on the network's input is computed here, with open extents as closed forms.
extension Importer {
  /// Evaluates a node whose outputs do not depend on what goes into the network.
  ///
  /// - Returns: whether it could be done; if not, the node is an operator like any other.
  mutating func fold(_ node: SourceNode) throws -> Bool {
    guard node.domain.isEmpty, let rule = Folding.rules[node.op] else { return false }
    switch node.op {
    case "Shape", "Size":
      guard let value = lookUp(node.inputs.first ?? ""), let shape = try? shape(value) else { return false }
      return try finish(
        node, rule(FoldingCall(node: node, folder: file.folder, shape: shape.extents, inputs: [], known: known)))
    default: break
    }
    var inputs: [Constant?] = []
    for name in node.inputs {
      guard !name.isEmpty else {
        inputs.append(nil)
        continue
      }
      guard case .constant(var constant)? = lookUp(name) else { return false }
      constant.elements = try elements(of: constant)
      inputs.append(constant)
    }
    let call = FoldingCall(node: node, folder: file.folder, shape: [], inputs: inputs, known: known)
    guard let results = try? rule(call) else { return false }
    return try finish(node, results, of: inputs.compactMap { $0 })
  }

  private mutating func finish(_ node: SourceNode, _ results: [Constant], of inputs: [Constant] = []) throws -> Bool {
    for (index, var result) in zip(node.outputs.indices, results) {
      if result.source == nil {
        ownership.derive(&result, from: inputs, piece: Folding.isPiece(node) ? node.outputs[index] : nil)
      }
      try define(node, .constant(result), output: index)
    }
    return true
  }
}

/// A node that is evaluated.
struct FoldingCall {
  var node: SourceNode
  var folder: String?
  /// The shape of the input, for operators that want no more.
  var shape: [Expr]
  var inputs: [Constant?]
  var known: Assumptions

  /// Not an error of the model: the node is then imported as an operator.
  struct NotFolded: Error {}

  func constant(_ index: Int) throws -> Constant {
    guard index < inputs.count, let input = inputs[index] else { throw NotFolded() }
    return input
  }

  func has(_ index: Int) -> Bool { index < inputs.count && inputs[index] != nil }

  /// The elements of an input.
  func elements(_ index: Int) throws -> [Expr] {
    guard let elements = try constant(index).elements else { throw NotFolded() }
    return elements
  }

  func integers(_ index: Int) throws -> [Int] {
    try elements(index).map { element in
      guard let integer = element.integerConstant else { throw NotFolded() }
      return integer
    }
  }

  /// Axes from an attribute, or since opset 13 from an input.
  func axes(input: Int, attribute: String = "axes") throws -> [Int]? {
    if has(input) { return try integers(input) }
    return try node.integers(attribute)
  }

  func axis(_ axis: Int, rank: Int) throws -> Int {
    let result = axis < 0 ? axis &+ rank : axis
    guard (0..<max(1, rank)).contains(result) else { throw NotFolded() }
    return result
  }

  /// The result of moving elements about: what is stored keeps its origin.
  func moved(_ input: Constant, shape: [Expr], elements: [Expr]?, keepsOrder: Bool) -> Constant {
    var result = input
    result.shape = shape
    result.elements = elements
    result.isSource = input.isSource && keepsOrder
    return result
  }

  /// - Throws: ``NotFolded`` for more elements than are followed.
  static func check(_ count: Int) throws {
    guard count >= 0, count <= ModelLimits.knownElements else { throw NotFolded() }
  }
}

enum Folding {
  typealias Rule = @Sendable (FoldingCall) throws -> [Constant]

  static let rules: [String: Rule] = [shapes, arithmetic, movement].reduce(into: [:]) { all, part in
    all.merge(part) { first, _ in first }
  }

  /// Whether what a node makes is some elements of its input.
  static func isPiece(_ node: SourceNode) -> Bool { ["Slice", "Gather", "Split"].contains(node.op) }

  private static let shapes: [String: Rule] = [
    "Shape": { call in
      let rank = call.shape.count
      func bound(_ name: String, _ standard: Int) -> Int {
        guard let value = call.node.integer(name) else { return standard }
        return min(max(value < 0 ? value &+ rank : value, 0), rank)
      }
      let (start, end) = (bound("start", 0), bound("end", rank))
      return [Constant(start < end ? Array(call.shape[start..<end]) : [])]
    },
    "Size": { call in [Constant(type: .int64, shape: [], elements: [try product(call.shape)])] },
    "Constant": { call in
      if let tensor = try call.node.tensor("value", folder: call.folder) {
        var constant = Constant(tensor)
        constant.isMade = true
        return [constant]
      }
      if let value = call.node.integer("value_int") {
        return [Constant(type: .int64, shape: [], elements: [Expr(value)])]
      }
      if let values = try call.node.integers("value_ints") { return [Constant(values.map { Expr($0) })] }
      if let value = call.node.float("value_float") {
        return [Constant(type: .float, shape: [], elements: Rational(exactly: Double(value)).map { [Expr($0)] })]
      }
      if let values = try call.node.floats("value_floats") {
        let exact = values.compactMap { Rational(exactly: Double($0)) }
        return [
          Constant(
            type: .float, shape: [Expr(values.count)],
            elements: exact.count == values.count ? exact.map { Expr($0) } : nil)
        ]
      }
      throw FoldingCall.NotFolded()
    },
    "ConstantOfShape": { call in
      let shape = try call.elements(0)
      var (type, value) = (ElementType.float, Expr(0))
      if let tensor = try call.node.tensor("value", folder: call.folder) {
        type = tensor.type
        switch try tensor.elements(limit: 1) {
        case .integers(let integers)?: value = Expr(integers.first ?? 0)
        case .numbers(let numbers)?:
          guard let number = numbers.first, let exact = Rational(exactly: number) else { throw FoldingCall.NotFolded() }
          value = Expr(exact)
        case nil: throw FoldingCall.NotFolded()
        }
      }
      let count = try? product(shape).integerConstant
      let elements = count.flatMap {
        (0...ModelLimits.knownElements).contains($0) ? Array(repeating: value, count: $0) : nil
      }
      return [Constant(type: type, shape: shape, elements: elements)]
    },
    "Range": { call in
      let (start, limit, delta) = (try call.elements(0), try call.elements(1), try call.elements(2))
      guard let first = start.first, let last = limit.first, let step = delta.first else {
        throw FoldingCall.NotFolded()
      }
      let type = try call.constant(0).type
      // max(⌈(limit − start) / delta⌉, 0); with open extents it is taken not to be empty.
      let count = try last.subtracting(first).divided(by: step).ceiling().simplified(assuming: call.known)
      guard let number = count.integerConstant else { return [Constant(type: type, shape: [count], elements: nil)] }
      guard number <= ModelLimits.knownElements else {
        return [Constant(type: type, shape: [count], elements: nil)]
      }
      let elements = try (0..<max(0, number)).map { try first.adding(step.multiplied(by: Expr($0))) }
      return [Constant(type: type, shape: [Expr(elements.count)], elements: elements)]
    },
  ]
}
