import ArchAlgebra
import TestSupport
import Testing

@Suite struct DivisionTests {
  /// A product divided by one factor is the other: in the same canonical form, whatever the factors.
  @Test(arguments: 1...150) func productDividedByFactor(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (a, b) = (try random.polynomial(), try random.polynomial())
    guard !b.isZero else { return }
    #expect(try a * b / b == a)
  }

  /// A quotient that leaves a remainder is kept, and multiplying undoes it.
  @Test(arguments: 1...150) func quotientTimesDivisor(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (a, b, c) = (
      try random.polynomial(terms: 3), try random.polynomial(terms: 3), try random.polynomial(terms: 2)
    )
    guard !b.isZero else { return }
    let quotient = try a / b
    #expect(try quotient * b == a)
    #expect(try (quotient + c) * b == a + c * b)
    #expect(try quotient - quotient == .zero)
    #expect(try (a + c) / b - c / b == quotient)
  }

  @Test func fractionsBecomeZeroWhereTheyAre() throws {
    #expect(try 1 / (C * (C + 1)) - 1 / C + 1 / (C + 1) == .zero)
    #expect(try C / (C * C - 1) - 1 / (C - 1) + 1 / (C * C - 1) == .zero)
    #expect(try C / (C + 1) + 1 / (C + 1) == .one)
    #expect(try (C / d) * (d / C) == .one)
    #expect(try (1 / (C + d)).power(-2) == (C + d).power(2))
    #expect(try (C * C - d * d) / (C - d) == C + d)
    #expect(try 1 / (2 * C + 2) == Expr(Rational(1, 2)) / (C + 1))
  }

  @Test func divisionByZeroThrows() throws {
    #expect(throws: ArithmeticError.self) { try C / 0 }
    #expect(throws: ArithmeticError.self) { try C.floorDivided(by: .zero) }
    #expect(throws: ArithmeticError.self) { try Expr.zero.power(-1) }
    #expect(throws: ArithmeticError.self) { try (1 / (C - 2)).evaluated([Symbol("C"): 2]) }
    #expect(throws: ArithmeticError.self) { try (1 / (C - 2)).substituting([Symbol("C"): 2]) }
    #expect(throws: ArithmeticError.self) { try Int(1).exactlyDivided(by: 0) }
  }

  @Test func multiples() throws {
    #expect(try Expr(12).isMultiple(of: 4) == true)
    #expect(try Expr(12).isMultiple(of: 5) == false)
    #expect(try (C * d).isMultiple(of: d) == true)
    #expect(try (2 * C + 4).isMultiple(of: 2) == true)
    #expect(try (2 * C + 1).isMultiple(of: 2) == false)
    #expect(try C.isMultiple(of: 2) == nil)
    #expect(try (C * d).isMultiple(of: d + 1) == nil)
    #expect(try (8 * (C / 3).floor()).isMultiple(of: 4) == true)
    #expect(try Expr.zero.isMultiple(of: C) == true)

    // With assumptions nothing is taken for an integer that is not declared one.
    var known = Assumptions()
    #expect(try (2 * C).isMultiple(of: 2, assuming: known) == nil)
    known.declareInteger(Symbol("C"))
    #expect(try (2 * C).isMultiple(of: 2, assuming: known) == true)
    #expect(try (2 * C + 1).isMultiple(of: 2, assuming: known) == false)
    try known.declare(32, divides: d)
    #expect(try d.isMultiple(of: 8, assuming: known) == true)
    #expect(try (3 * C * d / 2).isMultiple(of: 16, assuming: known) == true)
  }
}
