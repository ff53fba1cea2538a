extension ExprSyntax {
  /// The expressions that it consists of, in the order in which they are written; none of a literal or a name.
  public var children: [ExprSyntax] {
    switch self {
    case .number, .text, .size, .name, .input: []
    case .list(let elements, _), .tuple(let elements, _): elements
    case .call(let call): call.arguments.map(\.value)
    case .unary(_, let operand, _), .member(let operand, _): [operand]
    case .binary(_, let left, let right, _), .index(let left, let right, _), .range(let left, let right, _):
      [left, right]
    case .conditional(let condition, let first, let second, _): [condition, first, second]
    }
  }
}
