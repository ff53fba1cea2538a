import ArchAlgebra

/// An expression over parameters, constants, arguments and `in`.
public indirect enum ExprSyntax: Sendable, Hashable {
  case number(NumberSyntax, at: Place)
  case text(String, at: Place)
  /// `3x3`, `1x7`: height by width.
  case size(Int, Int, at: Place)
  case name(Name)
  /// `in`: the channels of what comes in.
  case input(at: Place)
  case list([ExprSyntax], at: Place)
  case tuple([ExprSyntax], at: Place)
  case call(CallSyntax)
  case unary(UnaryOperator, ExprSyntax, at: Place)
  case binary(BinaryOperator, ExprSyntax, ExprSyntax, at: Place)
  case index(ExprSyntax, ExprSyntax, at: Place)
  case member(ExprSyntax, Name)
  case conditional(ExprSyntax, then: ExprSyntax, else: ExprSyntax, at: Place)
  case range(ExprSyntax, ExprSyntax, at: Place)

  public var place: Place {
    switch self {
    case .number(_, let place), .text(_, let place), .size(_, _, let place), .input(let place): place
    case .list(_, let place), .tuple(_, let place), .unary(_, _, let place): place
    case .binary(_, _, _, let place), .index(_, _, let place), .conditional(_, _, _, let place): place
    case .range(_, _, let place): place
    case .name(let name): name.place
    case .call(let call): call.place
    case .member(let base, let name): base.place.through(name.place)
    }
  }
}

/// A literal as it is written: `32`, `0.75`, `25.0M`, `1%`.
///
/// The digits matter, not only the value: a claim `25.0M` is right to one decimal of a million.
public struct NumberSyntax: Sendable, Hashable {
  public var text: String
  public var value: Rational

  /// Whether it has a decimal point: parameters with such a default need not be integers.
  public var isDecimal: Bool { text.utf8.contains(UInt8(ascii: ".")) }

  public init(text: String, value: Rational) {
    self.text = text
    self.value = value
  }
}

public enum UnaryOperator: String, Sendable, Hashable { case minus = "-", not }

public enum BinaryOperator: String, Sendable, Hashable, CaseIterable {
  case or, and
  case equal = "==", notEqual = "!=", less = "<", atMost = "<=", greater = ">", atLeast = ">="
  case plus = "+", minus = "-"
  case times = "*", dividedBy = "/"
  case power = "^"

  /// Operators of a higher precedence bind first.
  var precedence: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .equal, .notEqual, .less, .atMost, .greater, .atLeast: 3
    case .plus, .minus: 4
    case .times, .dividedBy: 5
    case .power: 7
    }
  }

  var isComparison: Bool { precedence == 3 }
}
