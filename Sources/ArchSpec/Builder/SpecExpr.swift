import ArchAlgebra

/// An expression of the language, written in Swift.
///
/// A string literal is read as the language reads it: `"C"` is a name, `"3x3"` a size, `"25.0M"` a number whose digits
/// count, `"2*C*d"` a product. Numbers, lists and truth values are Swift's own literals.
public struct SpecExpr: Sendable {
  public var syntax: ExprSyntax

  public init(_ syntax: ExprSyntax) { self.syntax = syntax }

  public init(_ value: Int) { self.init(integerLiteral: value) }

  /// Channels of what comes in.
  public static let input = SpecExpr(.input(at: .none))

  public static func text(_ text: String) -> SpecExpr { SpecExpr(.text(text, at: .none)) }

  /// `(1, 64)`
  public static func tuple(_ elements: SpecExpr...) -> SpecExpr { SpecExpr(.tuple(elements.map(\.syntax), at: .none)) }

  /// `if condition then first else second`
  public static func choice(_ condition: SpecExpr, then first: SpecExpr, else second: SpecExpr) -> SpecExpr {
    SpecExpr(.conditional(condition.syntax, then: first.syntax, else: second.syntax, at: .none))
  }

  public subscript(index: SpecExpr) -> SpecExpr { SpecExpr(.index(syntax, index.syntax, at: .none)) }

  fileprivate init(_ op: BinaryOperator, _ left: SpecExpr, _ right: SpecExpr) {
    syntax = .binary(op, left.syntax, right.syntax, at: .none)
  }
}

extension SpecExpr: ExpressibleByStringLiteral {
  /// What cannot be read stays as it is, and is found when the specification is finished.
  public init(stringLiteral text: String) { syntax = (try? expression(reading: text)) ?? .name(Name(text)) }
}

extension SpecExpr: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral
{
  public init(integerLiteral value: Int) { self.init(stringLiteral: "\(value)") }
  public init(floatLiteral value: Double) { self.init(stringLiteral: "\(value)") }
  public init(booleanLiteral value: Bool) { syntax = .name(Name(value ? "true" : "false")) }
  public init(arrayLiteral elements: SpecExpr...) { syntax = .list(elements.map(\.syntax), at: .none) }
}

extension SpecExpr {
  public static func + (a: SpecExpr, b: SpecExpr) -> SpecExpr { SpecExpr(.plus, a, b) }
  public static func - (a: SpecExpr, b: SpecExpr) -> SpecExpr { SpecExpr(.minus, a, b) }
  public static func * (a: SpecExpr, b: SpecExpr) -> SpecExpr { SpecExpr(.times, a, b) }
  public static func / (a: SpecExpr, b: SpecExpr) -> SpecExpr { SpecExpr(.dividedBy, a, b) }
  public static func == (a: SpecExpr, b: SpecExpr) -> SpecExpr { SpecExpr(.equal, a, b) }
  public static func != (a: SpecExpr, b: SpecExpr) -> SpecExpr { SpecExpr(.notEqual, a, b) }
  public static func < (a: SpecExpr, b: SpecExpr) -> SpecExpr { SpecExpr(.less, a, b) }
  public static func <= (a: SpecExpr, b: SpecExpr) -> SpecExpr { SpecExpr(.atMost, a, b) }
  public static func > (a: SpecExpr, b: SpecExpr) -> SpecExpr { SpecExpr(.greater, a, b) }
  public static func >= (a: SpecExpr, b: SpecExpr) -> SpecExpr { SpecExpr(.atLeast, a, b) }
  public static func && (a: SpecExpr, b: SpecExpr) -> SpecExpr { SpecExpr(.and, a, b) }
  public static func || (a: SpecExpr, b: SpecExpr) -> SpecExpr { SpecExpr(.or, a, b) }
  public static prefix func ! (a: SpecExpr) -> SpecExpr { SpecExpr(.unary(.not, a.syntax, at: .none)) }
  public static prefix func - (a: SpecExpr) -> SpecExpr { SpecExpr(.unary(.minus, a.syntax, at: .none)) }

  public func power(_ exponent: SpecExpr) -> SpecExpr { SpecExpr(.power, self, exponent) }
}

/// What a parameter may be, or what is swept over: `"1..64"`, `"0.25..1:0.25"`, or a list of values.
public struct SpecSet: Sendable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  public var syntax: SetSyntax

  public init(stringLiteral text: String) {
    let read = try? Parser.reading(text) { try $0.set() }
    syntax = read ?? .members([.name(Name(text))], at: .none)
  }

  public init(arrayLiteral elements: SpecExpr...) { syntax = .members(elements.map(\.syntax), at: .none) }
}

private func expression(reading text: String) throws -> ExprSyntax {
  try Parser.reading(text) { try $0.rangeExpression() }
}

extension Parser {
  /// Reads a piece of syntax that is the whole of a text; its places, in a text that nobody sees, are dropped.
  static func reading<T>(_ text: String, _ read: (inout Parser) throws -> T) throws -> T {
    var lexer = try Lexer(Source(name: "literal", text: text))
    var parser = Parser(tokens: try lexer.tokens().map { $0.placeless })
    let result = try read(&parser)
    guard parser.current.kind == .end else { throw parser.unexpected("expected the end") }
    return result
  }
}

extension Token {
  fileprivate var placeless: Token {
    var copy = self
    copy.place.source = nil
    return copy
  }
}
