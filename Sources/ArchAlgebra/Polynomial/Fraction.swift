/// A polynomial over a product of sums: how expressions with a sum in the denominator are computed with.
///
/// In an ``Expr`` such a denominator is an atom that all terms share, so that everything that walks terms works
/// on fractions too. Addition and multiplication bring operands to one denominator here, and cancel it as far
/// as it divides. A difference of equal values is therefore zero, whatever the denominators were. Common divisors
/// that are not whole denominators are not looked for: of (x² − 1)/(x² + 2x + 1) nothing cancels.
struct Fraction {
  var numerator: Polynomial
  /// Sums with positive exponents.
  var denominator: Monomial

  init(numerator: Polynomial, denominator: Monomial) {
    self.numerator = numerator
    self.denominator = denominator
  }

  init(_ polynomial: Polynomial) throws {
    let factors = polynomial.denominator
    denominator = try Monomial(factors: Array(factors)).power(-1)
    numerator =
      factors.isEmpty
      ? polynomial
      : try polynomial.multiplied(by: Polynomial.Term(monomial: denominator, coefficient: .one))
  }

  func adding(_ other: Fraction) throws -> Fraction {
    let common = try denominator.combined(with: other.denominator) { max($0, $1) }
    let left = try numerator.multiplied(by: Fraction.expanded(common.divided(by: denominator)))
    let right = try other.numerator.multiplied(by: Fraction.expanded(common.divided(by: other.denominator)))
    return Fraction(numerator: try left.adding(right), denominator: common)
  }

  func multiplied(by other: Fraction) throws -> Fraction {
    Fraction(
      numerator: try numerator.multiplied(by: other.numerator),
      denominator: try denominator.multiplied(by: other.denominator))
  }

  /// - Precondition: The numerator is not zero.
  func inverted() throws -> Fraction {
    let form = try numerator.primitiveForm()
    let scale = Polynomial.Term(
      monomial: try form.monomial.power(-1), coefficient: try Rational.one.divided(by: form.content))
    let top = try Fraction.expanded(denominator).multiplied(by: scale)
    guard form.primitive.constant == nil else { return Fraction(numerator: top, denominator: .one) }
    let sum = try Call(.sum, [Expr(form.primitive)])
    return Fraction(numerator: top, denominator: Monomial(.call(sum)))
  }

  /// The terms of the fraction, with what divides cancelled.
  func reduced() throws -> Polynomial {
    var numerator = numerator
    var rest: [Monomial.Factor] = []
    for factor in denominator.factors {
      let divisor = factor.atom.call!.arguments[0].polynomial
      var exponent = factor.exponent
      while exponent > 0, let quotient = numerator.exactQuotient(byPrimitive: divisor) {
        numerator = quotient
        exponent -= 1
      }
      if exponent > 0 { rest.append(Monomial.Factor(atom: factor.atom, exponent: exponent)) }
    }
    if rest.isEmpty || numerator.isZero { return numerator }
    let inverse = try Monomial(factors: rest).power(-1)
    return try numerator.multiplied(by: Polynomial.Term(monomial: inverse, coefficient: .one))
  }

  private static func expanded(_ denominator: Monomial) throws -> Polynomial {
    try denominator.factors.reduce(Polynomial(.one)) {
      try $0.multiplied(by: $1.atom.call!.arguments[0].polynomial.power($1.exponent))
    }
  }
}
