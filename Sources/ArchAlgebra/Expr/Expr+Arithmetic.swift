extension Expr {
  /// - Throws: ``ArithmeticError/overflow(_:)`` or ``ArithmeticError/tooLarge(_:)``, as all arithmetic below.
  public func adding(_ other: Expr) throws -> Expr {
    if case (.constant(let a), .constant(let b)) = (form, other.form) { return Expr(try a.adding(b)) }
    let (a, b) = (polynomial, other.polynomial)
    if a.denominator == b.denominator {
      let sum = try a.adding(b)
      return a.denominator.isEmpty ? Expr(sum) : Expr(try Fraction(sum).reduced())
    }
    return Expr(try Fraction(a).adding(Fraction(b)).reduced())
  }

  public func subtracting(_ other: Expr) throws -> Expr {
    if case (.constant(let a), .constant(let b)) = (form, other.form) { return Expr(try a.subtracting(b)) }
    let (a, b) = (polynomial, other.polynomial)
    if a.denominator.isEmpty, b.denominator.isEmpty { return Expr(try a.subtracting(b)) }
    return try adding(other.negated())
  }

  public func multiplied(by other: Expr) throws -> Expr {
    switch (form, other.form) {
    case (.constant(let a), .constant(let b)): return Expr(try a.multiplied(by: b))
    case (.constant(let a), .polynomial(let b)), (.polynomial(let b), .constant(let a)):
      return Expr(try b.scaled(by: a))
    case (.polynomial(let a), .polynomial(let b)):
      if a.denominator.isEmpty, b.denominator.isEmpty { return Expr(try a.multiplied(by: b)) }
      return Expr(try Fraction(a).multiplied(by: Fraction(b)).reduced())
    }
  }

  public func negated() throws -> Expr {
    switch form {
    case .constant(let value): Expr(try value.negated())
    case .polynomial(let polynomial): Expr(Polynomial(terms: try polynomial.terms.map { try $0.negated() }))
    }
  }

  /// The quotient, exact.
  ///
  /// A divisor that divides leaves a polynomial. Any other quotient is kept: `H/s` as a monomial with a negative
  /// exponent, `L·M/(M + 1)` with the sum in the denominator as an atom.
  ///
  /// - Throws: ``ArithmeticError/divisionByZero(_:)``. A divisor that is zero only for some values of its symbols
  ///   throws when it is evaluated there.
  public func divided(by other: Expr) throws -> Expr {
    switch (form, other.form) {
    case (_, .constant(.zero)): throw ArithmeticError.divisionByZero("\(self) / 0")
    case (.constant(let a), .constant(let b)): return Expr(try a.divided(by: b))
    case (.polynomial(let a), .constant(let b)):
      return Expr(
        Polynomial(
          terms: try a.terms.map {
            Polynomial.Term(monomial: $0.monomial, coefficient: try $0.coefficient.divided(by: b))
          }))
    case (_, .polynomial(let b)):
      return Expr(try Fraction(polynomial).multiplied(by: Fraction(b).inverted()).reduced())
    }
  }

  /// `self` to an integer power; the zeroth power of everything is one.
  public func power(_ exponent: Int) throws -> Expr {
    if let constant { return Expr(try constant.power(exponent)) }
    if exponent < 0 {
      guard exponent != .min else { throw ArithmeticError.overflow("-(\(exponent))") }
      return try Expr.one.divided(by: self).power(-exponent)
    }
    let power = try polynomial.power(exponent)
    // (x + 1)/(x² + 2x + 1) is in lowest terms as far as whole denominators go, and its square is not.
    return Expr(power.denominator.isEmpty ? power : try Fraction(power).reduced())
  }

  /// The sum of many expressions, faster than adding them one after the other.
  public static func sum(_ summands: [Expr]) throws -> Expr {
    if summands.allSatisfy({ $0.polynomial.denominator.isEmpty }) {
      return Expr(try Polynomial.sum(summands.count) { summands[$0].polynomial })
    }
    return try summands.reduce(.zero) { try $0.adding($1) }
  }

  public static prefix func - (a: Expr) throws -> Expr { try a.negated() }
  public static func / (a: Expr, b: Expr) throws -> Expr { try a.divided(by: b) }
}
