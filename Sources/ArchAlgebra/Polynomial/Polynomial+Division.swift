extension Polynomial {
  /// `content · monomial · primitive`, where the primitive part has coprime integer coefficients, a positive
  /// leading one, and no atom in common to all terms.
  struct PrimitiveForm {
    var content: Rational
    var monomial: Monomial
    var primitive: Polynomial
  }

  func primitiveForm() throws -> PrimitiveForm {
    guard !isZero else { return PrimitiveForm(content: .zero, monomial: .one, primitive: .zero) }
    var top = UInt(0)
    var bottom = 1
    var common = leading.monomial
    for term in terms {
      top = greatestCommonDivisor(top, term.coefficient.numerator.magnitude)
      bottom = try leastCommonMultiple(bottom, term.coefficient.denominator)
      common = try common.commonPart(with: term.monomial)
    }
    // The numerators' common divisor is prime to each denominator, so this is reduced.
    let content = try Rational(isNegative: leading.coefficient.sign < 0, top, bottom.magnitude)
    let primitive = try terms.map {
      Term(
        monomial: try $0.monomial.divided(by: common),
        coefficient: try $0.coefficient.divided(by: content))
    }
    return PrimitiveForm(content: content, monomial: common, primitive: Polynomial(terms: primitive))
  }

  /// The quotient by a primitive polynomial, or `nil` where there is a remainder.
  ///
  /// By Gauss's lemma a primitive integer polynomial that is divisible over the rationals has an integer
  /// quotient: the first coefficient that is not an integer shows that there is a remainder, and coefficients
  /// do not swell. A quotient whose computation overflows counts as not found; the caller keeps a fraction,
  /// which is as exact.
  func exactQuotient(byPrimitive divisor: Polynomial) -> Polynomial? {
    try? primitiveForm().quotient(by: divisor)
  }
}

extension Polynomial.PrimitiveForm {
  fileprivate func quotient(by divisor: Polynomial) throws -> Polynomial? {
    // The last terms multiply like the first ones, and refute most candidates at once.
    guard !primitive.isZero else { return .zero }
    guard try primitive.terms.last!.monomial.divided(by: divisor.terms.last!.monomial).isPolynomial else {
      return nil
    }
    var remainder = primitive
    var quotient: [Polynomial.Term] = []
    while !remainder.isZero {
      let monomial = try remainder.leading.monomial.divided(by: divisor.leading.monomial)
      let coefficient = try remainder.leading.coefficient.divided(by: divisor.leading.coefficient)
      guard monomial.isPolynomial, coefficient.isInteger else { return nil }
      let term = Polynomial.Term(monomial: monomial, coefficient: coefficient)
      quotient.append(term)
      try ExpressionLimits.check(terms: quotient.count)
      remainder = try remainder.subtracting(divisor.multiplied(by: term))
    }
    return try Polynomial(terms: quotient)
      .multiplied(by: Polynomial.Term(monomial: monomial, coefficient: content))
  }
}
