/// A product of powers of atoms.
///
/// Exponents may be negative, so that `H/s` is one term as it is in print; a sum in the denominator is an atom of
/// its own, ``Function/sum``.
///
/// Invariant: factors ascend strictly by atom, exponents are not zero, and `degree` is their sum.
struct Monomial: Hashable, Sendable {
  struct Factor: Hashable, Sendable {
    var atom: Atom
    var exponent: Int
  }

  let factors: [Factor]
  let degree: Int

  static let one = Monomial(factors: [], degree: 0)

  init(_ atom: Atom, _ exponent: Int = 1) {
    self.init(factors: [Factor(atom: atom, exponent: exponent)], degree: exponent)
  }

  init(factors: [Factor], degree: Int) {
    self.factors = factors
    self.degree = degree
  }

  /// - Throws: ``ArithmeticError/overflow(_:)`` if the exponents do not fit.
  init(factors: [Factor]) throws {
    self.init(factors: factors, degree: try factors.reduce(0) { try $0.adding($1.exponent) })
  }

  var isOne: Bool { factors.isEmpty }

  func multiplied(by other: Monomial) throws -> Monomial {
    if isOne { return other }
    if other.isOne { return self }
    return try combined(with: other) { try $0.adding($1) }
  }

  func divided(by other: Monomial) throws -> Monomial {
    other.isOne ? self : try combined(with: other) { try $0.subtracting($1) }
  }

  func power(_ exponent: Int) throws -> Monomial {
    if exponent == 0 { return .one }
    return try Monomial(
      factors: factors.map { Factor(atom: $0.atom, exponent: try $0.exponent.multiplied(by: exponent)) })
  }

  /// The greatest monomial that divides both: the lesser exponent of every atom, where an absent one has zero.
  func commonPart(with other: Monomial) throws -> Monomial {
    try combined(with: other) { min($0, $1) }
  }

  /// Merges two ascending lists of factors, with exponent zero for what one of them lacks.
  func combined(with other: Monomial, exponents: (Int, Int) throws -> Int) throws -> Monomial {
    var result: [Factor] = []
    result.reserveCapacity(factors.count + other.factors.count)
    var (i, j) = (0, 0)
    func append(_ atom: Atom, _ exponent: Int) {
      if exponent != 0 { result.append(Factor(atom: atom, exponent: exponent)) }
    }
    while i < factors.count || j < other.factors.count {
      if i < factors.count, j < other.factors.count, factors[i].atom == other.factors[j].atom {
        append(factors[i].atom, try exponents(factors[i].exponent, other.factors[j].exponent))
        i += 1
        j += 1
      } else if j == other.factors.count || i < factors.count && factors[i].atom < other.factors[j].atom {
        append(factors[i].atom, try exponents(factors[i].exponent, 0))
        i += 1
      } else {
        append(other.factors[j].atom, try exponents(0, other.factors[j].exponent))
        j += 1
      }
    }
    return try Monomial(factors: result)
  }
}
