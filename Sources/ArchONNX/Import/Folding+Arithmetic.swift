import ArchAlgebra
import ArchIR

extension Folding {
  static let arithmetic: [String: Rule] = [
    "Add": binary { try $0.adding($1) }, "Sub": binary { try $0.subtracting($1) },
    "Mul": binary { try $0.multiplied(by: $1) },
    "Div": { call in
      let isExact = try call.constant(0).type.isFloatingPoint
      return try binary { a, b in
        let quotient = try a.divided(by: b)
        if isExact { return quotient }
        // Integers are divided towards zero; open extents are not negative.
        if let constant = quotient.constant { return Expr(constant.sign < 0 ? constant.ceiling : constant.floor) }
        return try quotient.floor().simplified(assuming: call.known)
      }(call)
    },
    "Mod": binary { a, b in try a.subtracting(try a.floorDivided(by: b).multiplied(by: b)) },
    "Min": { call in try folded(call) { a, b in try Expr.minimum(a, b).simplified(assuming: call.known) } },
    "Max": { call in try folded(call) { a, b in try Expr.maximum(a, b).simplified(assuming: call.known) } },
    "Pow": binary { a, b in
      guard let exponent = b.integerConstant, (0...16).contains(exponent) else { throw FoldingCall.NotFolded() }
      return try a.power(exponent)
    },
    "Neg": unary { try $0.negated() },
    "Abs": unary { value in
      guard let constant = value.constant else { return value }
      return Expr(constant.sign < 0 ? try constant.negated() : constant)
    },
    "Floor": unary { try $0.floor() }, "Ceil": unary { try $0.ceiling() }, "Round": unary { try $0.roundedHalfEven() },
    "Sqrt": unary { value in
      guard let integer = value.integerConstant, integer >= 0, integer < 1 << 52 else { throw FoldingCall.NotFolded() }
      let root = Int(Double(integer).squareRoot())
      guard root * root == integer else { throw FoldingCall.NotFolded() }
      return Expr(root)
    },
    "Not": unary { try Expr(1).subtracting($0) },
    "Equal": compare { $0 == 0 }, "Less": compare { $0 < 0 }, "LessOrEqual": compare { $0 <= 0 },
    "Greater": compare { $0 > 0 }, "GreaterOrEqual": compare { $0 >= 0 },
    "And": binary { try $0.multiplied(by: $1) },
    "Or": binary { a, b in try Expr.maximum(a, b) },
    "Where": { call in
      let shape = try broadcast([try call.constant(0), try call.constant(1), try call.constant(2)])
      let (conditions, yes, no) = (try spread(call, 0, shape), try spread(call, 1, shape), try spread(call, 2, shape))
      let elements = try conditions.indices.map { index in
        guard let condition = conditions[index].integerConstant else { throw FoldingCall.NotFolded() }
        return condition != 0 ? yes[index] : no[index]
      }
      return [Constant(type: try call.constant(1).type, shape: shape.map { Expr($0) }, elements: elements)]
    },
    "Cast": { call in
      let input = try call.constant(0)
      let type = ElementType(rawValue: call.node.integer("to") ?? 0)
      var result = input
      result.type = type
      if input.type.isFloatingPoint, !type.isFloatingPoint {
        // Towards zero; a closed form with a fraction is an extent times a scale, which is not negative.
        result.elements = try input.elements?.map { value in
          guard let constant = value.constant else { return try value.floor().simplified(assuming: call.known) }
          return Expr(constant.sign < 0 ? constant.ceiling : constant.floor)
        }
      }
      if type == .boolean {
        result.elements = result.elements?.map { $0.constant == .zero ? 0 : $0.constant != nil ? 1 : $0 }
      }
      result.isSource = input.isSource && input.type.isFloatingPoint == type.isFloatingPoint
      return [result]
    },
    "ReduceProd": reduce { try product($0) }, "ReduceSum": reduce { try Expr.sum($0) },
    "ReduceMax": reduce { try $0.dropFirst().reduce($0[0]) { try Expr.maximum($0, $1) } },
    "ReduceMin": reduce { try $0.dropFirst().reduce($0[0]) { try Expr.minimum($0, $1) } },
  ]

  // MARK: Element by element

  private static func unary(_ f: @escaping @Sendable (Expr) throws -> Expr) -> Rule {
    { call in
      var result = try call.constant(0)
      result.elements = try call.elements(0).map(f)
      result.source = nil
      return [result]
    }
  }

  private static func binary(_ f: @escaping @Sendable (Expr, Expr) throws -> Expr) -> Rule {
    { call in
      let (a, b) = (try call.constant(0), try call.constant(1))
      let shape = try broadcast([a, b])
      let elements = try zip(try spread(call, 0, shape), try spread(call, 1, shape)).map { try f($0, $1) }
      return [Constant(type: a.type, shape: shape.map { Expr($0) }, elements: elements)]
    }
  }

  /// A comparison is folded where it comes out the same for all open extents.
  private static func compare(_ holds: @escaping @Sendable (Int) -> Bool) -> Rule {
    { call in
      let results = try binary { a, b in
        guard let order = try a.ordered(against: b, assuming: call.known) else { throw FoldingCall.NotFolded() }
        return holds(order) ? 1 : 0
      }(call)
      return results.map { Constant(type: .boolean, shape: $0.shape, elements: $0.elements) }
    }
  }

  private static func folded(_ call: FoldingCall, _ f: @Sendable (Expr, Expr) throws -> Expr) throws -> [Constant] {
    var result = try call.constant(0)
    for index in call.inputs.indices.dropFirst() {
      let other = try call.constant(index)
      let shape = try broadcast([result, other])
      guard let mine = result.elements else { throw FoldingCall.NotFolded() }
      let elements = try zip(
        spread(mine, result.extents ?? [], shape), try spread(call, index, shape)
      ).map { try f($0, $1) }
      result = Constant(type: result.type, shape: shape.map { Expr($0) }, elements: elements)
    }
    return [result]
  }

  /// Reductions of lists to one number, which is all that shape arithmetic needs.
  private static func reduce(_ f: @escaping @Sendable ([Expr]) throws -> Expr) -> Rule {
    { call in
      let input = try call.constant(0)
      let elements = try call.elements(0)
      let axes = try call.axes(input: 1) ?? []
      guard input.rank == 1, !elements.isEmpty, axes.isEmpty || axes == [0] || axes == [-1] else {
        throw FoldingCall.NotFolded()
      }
      let keeps = (call.node.integer("keepdims") ?? 1) != 0
      return [Constant(type: input.type, shape: keeps ? [1] : [], elements: [try f(elements)])]
    }
  }

  // MARK: Stretching

  static func broadcast(_ constants: [Constant]) throws -> [Int] {
    var result: [Int] = []
    for constant in constants {
      guard var extents = constant.extents else { throw FoldingCall.NotFolded() }
      let rank = max(result.count, extents.count)
      extents = Array(repeating: 1, count: rank - extents.count) + extents
      result = Array(repeating: 1, count: rank - result.count) + result
      for axis in 0..<rank where result[axis] != extents[axis] {
        guard result[axis] == 1 || extents[axis] == 1 else { throw FoldingCall.NotFolded() }
        result[axis] = result[axis] == 1 ? extents[axis] : result[axis]
      }
    }
    try FoldingCall.check(TensorReference.product(result) ?? -1)
    return result
  }

  private static func spread(_ call: FoldingCall, _ index: Int, _ shape: [Int]) throws -> [Expr] {
    guard let extents = try call.constant(index).extents else { throw FoldingCall.NotFolded() }
    return spread(try call.elements(index), extents, shape)
  }

  /// The elements of a tensor stretched to a greater shape, in order.
  static func spread(_ elements: [Expr], _ extents: [Int], _ shape: [Int]) -> [Expr] {
    if extents == shape { return elements }
    let padded = Array(repeating: 1, count: shape.count - extents.count) + extents
    return (0..<shape.reduce(1, *)).map { flat in
      var (rest, index, stride) = (flat, 0, 1)
      for axis in shape.indices.reversed() {
        let position = rest % shape[axis]
        rest /= shape[axis]
        if padded[axis] != 1 { index += position * stride }
        stride *= padded[axis]
      }
      return elements[index]
    }
  }
}
