import ArchAlgebra

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A value in a claim: exact wherever that is possible, a floating-point number after a root.
enum Amount {
  case exact(Expr)
  case real(Double)

  init(_ integer: Int) { self = .exact(Expr(integer)) }

  var rational: Rational? { if case .exact(let expr) = self { expr.constant } else { nil } }

  /// The number; `nil` for a formula.
  var number: Double? {
    switch self {
    case .exact(let expr): expr.constant?.doubleValue
    case .real(let value): value
    }
  }

  /// The number as text, exact where it is; a formula as it is written.
  var description: String {
    switch self {
    case .exact(let expr):
      expr.constant.map { $0.denominator > 1000 ? significant($0.doubleValue) : $0.decimalDescription }
        ?? expr.factoredDescription
    case .real(let value): significant(value)
    }
  }

  /// Exact arithmetic, or approximate where one side is.
  static func combine(
    _ a: Amount, _ b: Amount, exactly: (Expr, Expr) throws -> Expr, approximately: (Double, Double) -> Double
  ) throws -> Amount {
    if case (.exact(let x), .exact(let y)) = (a, b) { return .exact(try exactly(x, y)) }
    guard let x = a.number, let y = b.number else {
      throw ArithmeticError.unsupported("a root of a formula")
    }
    return .real(approximately(x, y))
  }

  func power(_ exponent: Amount) throws -> Amount {
    if case .exact(let base) = self, let integer = exponent.rational?.integer, (-64...64).contains(integer) {
      return .exact(try base.power(integer))
    }
    guard let base = number, let exponent = exponent.number else {
      throw ArithmeticError.unsupported("a root of a formula")
    }
    return .real(pow(base, exponent))
  }
}

/// A number with seven digits that count.
func significant(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return "\(value)" }
  var scale = 1.0
  while value.magnitude * scale < 1e6 { scale *= 10 }
  let rounded = (value * scale).rounded() / scale
  return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? String(Int(rounded)) : "\(rounded)"
}
