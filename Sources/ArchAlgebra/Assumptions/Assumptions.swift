/// What is known of symbols: that they are integers, within bounds, or that a number divides a product of them.
///
/// A width multiplier ρ with `32 divides ρ·R` is what turns ⌊(ρ·R − 1)/2⌋ + 1 into ρ·R/2. Facts are taken at
/// their word: nothing checks that they can hold together.
public struct Assumptions: Hashable, Sendable {
  private(set) var integers: Set<Symbol> = []
  private(set) var lowerBounds: [Symbol: Rational] = [:]
  private(set) var upperBounds: [Symbol: Rational] = [:]
  /// Products of symbols, and an integer that divides each.
  private(set) var divisors: [Monomial: Int] = [:]

  /// Nothing is known.
  public init() {}

  static let none = Assumptions()

  public mutating func declareInteger(_ symbol: Symbol) { integers.insert(symbol) }

  public mutating func declare(_ symbol: Symbol, atLeast bound: Rational) {
    lowerBounds[symbol] = max(lowerBounds[symbol] ?? bound, bound)
  }

  public mutating func declare(_ symbol: Symbol, atMost bound: Rational) {
    upperBounds[symbol] = min(upperBounds[symbol] ?? bound, bound)
  }

  /// Declares that `product` is an integer and a multiple of `divisor`.
  ///
  /// The factors of the product need not be integers: ρ may be 0.75 as long as 32 divides ρ·R.
  ///
  /// - Throws: ``ArithmeticError/unsupported(_:)`` if `product` is not a product of symbols with coefficient one or one over an integer,
  ///   ``ArithmeticError/notPositive(_:)`` for a divisor below one, ``ArithmeticError/overflow(_:)`` if the least
  ///   common multiple with an earlier divisor of the same product does not fit.
  public mutating func declare(_ divisor: Int, divides product: Expr) throws {
    guard divisor > 0 else { throw ArithmeticError.notPositive("divisor \(divisor)") }
    let terms = product.polynomial.terms
    guard terms.count == 1, terms[0].coefficient.numerator == 1, !terms[0].monomial.isOne,
      terms[0].monomial.isPolynomial, terms[0].monomial.factors.allSatisfy({ $0.atom.call == nil })
    else { throw ArithmeticError.unsupported("a declared multiple that is no product of symbols: \(product)") }
    let monomial = terms[0].monomial
    // What divides a q-th part divides the whole q times as often.
    let (whole, overflow) = divisor.multipliedReportingOverflow(by: terms[0].coefficient.denominator)
    guard !overflow else { throw ArithmeticError.overflow("\(divisor)·\(terms[0].coefficient.denominator)") }
    divisors[monomial] = try leastCommonMultiple(divisors[monomial] ?? 1, whole)
  }
}
