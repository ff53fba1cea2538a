import ArchAlgebra
import TestSupport
import Testing

@Suite struct CalculusTests {
  let x = SeededGenerator.symbols[0]

  @Test(arguments: 1...80) func productAndQuotientRule(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (a, b) = (try random.polynomial(terms: 3), try random.polynomial(terms: 3))
    let da = try #require(try a.derivative(by: x))
    let db = try #require(try b.derivative(by: x))
    #expect(try (a + b).derivative(by: x) == da + db)
    #expect(try (a * b).derivative(by: x) == da * b + a * db)
    guard !b.isZero else { return }
    #expect(try #require(try (a / b).derivative(by: x)) * b * b == da * b - a * db)
  }

  /// The symmetric difference of a polynomial of degree two or less is its derivative exactly.
  @Test(arguments: 1...40) func finiteDifferences(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let polynomial = try random.polynomial()
    let derivative = try #require(try polynomial.derivative(by: x))
    let point = try random.point()
    var (before, after) = (point, point)
    before[x] = try point[x]! - 1
    after[x] = try point[x]! + 1
    let difference = try (polynomial.evaluated(after) - polynomial.evaluated(before)) / 2
    #expect(try derivative.evaluated(point) == difference)
  }

  @Test(arguments: 1...40) func sums(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let polynomial = try random.polynomial()
    let sum = try #require(try polynomial.summed(over: x, below: Expr(Symbol("n"))))
    for count in 0...4 {
      var point = try random.point()
      var expected = Rational.zero
      for value in 0..<count {
        point[x] = Rational(value)
        expected = try expected + polynomial.evaluated(point)
      }
      point[x] = nil
      point[Symbol("n")] = Rational(count)
      #expect(try sum.evaluated(point) == expected)
    }
    #expect(try (Expr(x) / 2).floor().summed(over: x, below: Expr(3)) == nil)
    #expect(try Expr(x).power(-1).summed(over: x, below: Expr(3)) == nil)
  }

  @Test func whereThereIsNoDerivative() throws {
    let rounded = try d + (C / 2).floor()
    #expect(try rounded.derivative(by: Symbol("C")) == nil)
    #expect(try rounded.derivative(by: Symbol("d")) == .one)
    #expect(rounded.degree(in: Symbol("C")) == nil)
    #expect(try rounded.coefficients(in: Symbol("C")) == nil)
  }

  @Test(arguments: 1...60) func coefficientsAddUp(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let polynomial = try random.polynomial()
    let coefficients = try #require(try polynomial.coefficients(in: x))
    var sum = Expr.zero
    for (exponent, coefficient) in coefficients.enumerated() {
      #expect(!coefficient.symbols.contains(x))
      sum = try sum + coefficient * Expr(x).power(exponent)
    }
    #expect(sum == polynomial)
    #expect(polynomial.degree(in: x) == coefficients.count - 1)
  }

  @Test(arguments: 1...60) func factorsMultiplyBack(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (a, b) = (try random.polynomial(), try random.polynomial(terms: 2))
    let expr = try seed % 2 == 0 || b.isZero ? a * b : a / b
    let (content, common, rest) = try expr.factored()
    var product = Expr(content)
    for factor in common { product = try product * factor.base.power(factor.exponent) }
    #expect(try product * rest == expr)
    #expect(rest.terms.allSatisfy { $0.coefficient.isInteger && $0.factors.allSatisfy { $0.exponent > 0 } })
    if let first = rest.terms.first { #expect(first.coefficient > 0) }

    // The terms are the expression.
    let sum = try Expr.sum(
      expr.terms.map { term in
        try term.factors.reduce(Expr(term.coefficient)) { try $0 * $1.base.power($1.exponent) }
      })
    #expect(sum == expr)
  }
}
