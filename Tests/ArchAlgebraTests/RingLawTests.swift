import ArchAlgebra
import TestSupport
import Testing

@Suite struct RingLawTests {
  @Test(arguments: 1...60) func ringLaws(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (a, b, c) = (try random.polynomial(), try random.polynomial(), try random.polynomial())
    #expect(try a + b == b + a)
    #expect(try (a + b) + c == a + (b + c))
    #expect(try a + .zero == a)
    #expect(try a - a == .zero)
    #expect(try a - b == a + b.negated())
    #expect(try a * b == b * a)
    #expect(try (a * b) * c == a * (b * c))
    #expect(try a * .one == a)
    #expect(try a * .zero == .zero)
    #expect(try a * (b + c) == a * b + a * c)
    #expect(try (a + b).power(2) == a * a + 2 * a * b + b * b)
    #expect(try a.power(3) == a * a * a)
    #expect(try Expr.sum([a, b, c]) == a + b + c)
    #expect(try (a * b + c).hashValue == (c + b * a).hashValue)
  }

  /// Evaluation commutes with every operation, on polynomials and on expressions with functions in them.
  @Test(arguments: 1...150) func evaluationIsAHomomorphism(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (a, b) =
      seed % 2 == 0
      ? (try random.polynomial(), try random.polynomial())
      : (try random.expression(), try random.expression())
    for _ in 0..<8 {
      let point = try random.point()
      guard let x = try? a.evaluated(point), let y = try? b.evaluated(point) else { continue }
      try agrees(x + y) { try (a + b).evaluated(point) }
      try agrees(x - y) { try (a - b).evaluated(point) }
      try agrees(x * y) { try (a * b).evaluated(point) }
      if y != .zero { try agrees(x / y) { try (a / b).evaluated(point) } }
      try agrees(Rational(x.floor)) { try a.floor().evaluated(point) }
      try agrees(Rational(x.ceiling)) { try a.ceiling().evaluated(point) }
      try agrees(Rational(x.rounded)) { try a.rounded().evaluated(point) }
      try agrees(Rational(x.roundedHalfEven)) { try a.roundedHalfEven().evaluated(point) }
      try agrees(max(x, y)) { try Expr.maximum(a, b).evaluated(point) }
      try agrees(min(x, y)) { try Expr.minimum(a, b).evaluated(point) }
      try agrees(Rational(x.divisible(by: 8))) { try a.divisible(by: 8).evaluated(point) }
    }
  }

  /// Substituting some of the symbols, then the others, is evaluating all.
  @Test(arguments: 1...80) func partialEvaluation(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let expr = try random.expression()
    let point = try random.point()
    guard let value = try? expr.evaluated(point) else { return }
    let first = SeededGenerator.symbols[0]
    guard let partial = try? expr.substituting([first: Expr(point[first]!)]) else { return }
    #expect(!partial.symbols.contains(first))
    try agrees(value) { try partial.evaluated(point) }
    try agrees(value) {
      try #require(try expr.substituting(point.mapValues { Expr($0) }).constant, "\(expr)")
    }
  }

  @Test func substitutionComposes() throws {
    let e = try C * C + 3 * C * d - 1
    #expect(try e.substituting([Symbol("C"): d + 1]) == d * d + 2 * d + 1 + 3 * d * d + 3 * d - 1)
    #expect(try e.substituting([Symbol("C"): d, Symbol("d"): C]) == d * d + 3 * C * d - 1)
  }

  /// Overflow on the way is no disagreement, and neither is a denominator that vanishes at the point.
  private func agrees(
    _ expected: @autoclosure () throws -> Rational, _ operation: () throws -> Rational,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    guard let expected = try? expected() else { return }
    do {
      #expect(try operation() == expected, sourceLocation: sourceLocation)
    } catch ArithmeticError.overflow {
    } catch ArithmeticError.divisionByZero {
    }
  }
}
