import ArchAlgebra
import TestSupport

/// Random values in small ranges, where 64 bits are never left and coincidences are frequent.
extension SeededGenerator {
  static let symbols = ["C", "d", "R"].map { Symbol($0) }

  mutating func integer(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

  mutating func rational() throws -> Rational { try Rational(integer(-12...12), integer(1...6)) }

  /// Values for all symbols.
  mutating func point() throws -> [Symbol: Rational] {
    var point: [Symbol: Rational] = [:]
    for symbol in Self.symbols { point[symbol] = try rational() }
    return point
  }

  mutating func integerPoint(_ range: ClosedRange<Int> = -9...9) -> [Symbol: Rational] {
    var point: [Symbol: Rational] = [:]
    for symbol in Self.symbols { point[symbol] = Rational(integer(range)) }
    return point
  }

  /// Up to five terms of degree three or less in each of the symbols.
  mutating func polynomial(terms: Int = 5, integerCoefficients: Bool = false) throws -> Expr {
    var sum = Expr.zero
    for _ in 0..<integer(0...terms) {
      var term = Expr(integerCoefficients ? Rational(integer(-9...9)) : try rational())
      for symbol in Self.symbols { term = try term * Expr(symbol).power(integer(0...2)) }
      sum = try sum + term
    }
    return sum
  }

  /// A polynomial with roundings, minima, maxima and quotients in it.
  mutating func expression(depth: Int = 2) throws -> Expr {
    let base = try polynomial(terms: 3)
    guard depth > 0 else { return base }
    let inner = try expression(depth: depth - 1)
    switch integer(0...7) {
    case 0: return try base + inner.floor()
    case 1: return try base * inner.ceiling()
    case 2: return try base - inner.rounded()
    case 3: return try base + inner.roundedHalfEven()
    case 4: return try .maximum(base, inner)
    case 5: return try base * .minimum(inner, Expr(rational()))
    case 6: return try base - inner.divisible(by: Expr(integer(1...8)))
    default: return inner.isZero ? base : try base / inner
    }
  }
}
