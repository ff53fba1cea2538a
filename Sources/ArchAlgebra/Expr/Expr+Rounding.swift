// The roundings as atoms. Each has one canonical spelling: integer parts stand outside, the leading coefficient
// inside is positive, and of ⌈p/n⌉ = ⌊(p + n − 1)/n⌋ the shorter one is kept.
extension Expr {
  /// ⌊self⌋.
  public func floor() throws -> Expr { try floor(assuming: .none) }

  /// ⌈self⌉.
  public func ceiling() throws -> Expr { try ceiling(assuming: .none) }

  /// The nearest integer; halves go away from zero.
  public func rounded() throws -> Expr { try rounded(assuming: .none) }

  /// The nearest integer; halves go to the even one.
  public func roundedHalfEven() throws -> Expr { try roundedHalfEven(assuming: .none) }

  /// The channel count of the mobile networks, ``Rational/divisible(by:)``.
  ///
  /// - Throws: ``ArithmeticError/notPositive(_:)`` or ``ArithmeticError/notAnInteger(_:)`` for a constant divisor
  ///   that is not an integer greater than zero.
  public func divisible(by divisor: Expr) throws -> Expr {
    if let constant = divisor.constant {
      guard let integer = constant.integer else { throw ArithmeticError.notAnInteger("divisor \(constant)") }
      guard integer > 0 else { throw ArithmeticError.notPositive("divisor \(integer)") }
      if let value = self.constant { return Expr(try value.divisible(by: integer)) }
    }
    return Expr(.call(try Call(.divisible, [self, divisor])))
  }

  func floor(assuming known: Assumptions) throws -> Expr {
    if let constant { return Expr(constant.floor) }
    return try StepFunction.floor.applied(to: self, assuming: known)
  }

  func ceiling(assuming known: Assumptions) throws -> Expr {
    if let constant { return Expr(constant.ceiling) }
    return try StepFunction.ceiling.applied(to: self, assuming: known)
  }

  /// Halves away from zero do not commute with adding an integer, so nothing is pulled out unless the sign is
  /// known: then this is a floor.
  func rounded(assuming known: Assumptions) throws -> Expr {
    if let constant { return Expr(constant.rounded) }
    if known.isInteger(self) { return self }
    if polynomial.leading.coefficient.sign < 0 { return try negated().rounded(assuming: known).negated() }
    let half = Expr(Rational(reduced: 1, over: 2))
    if known.isNonNegative(self) { return try adding(half).floor(assuming: known) }
    let opposite = try negated()
    if known.isNonNegative(opposite) { return try opposite.adding(half).floor(assuming: known).negated() }
    return Expr(.call(try Call(.rounded, [self])))
  }

  /// Rounding to even commutes with adding an even number.
  func roundedHalfEven(assuming known: Assumptions) throws -> Expr {
    if let constant { return Expr(constant.roundedHalfEven) }
    let (halves, _) = try known.splitInteger(divided(by: 2))
    let even = try halves.multiplied(by: 2)
    let rest = try subtracting(even)
    if known.isInteger(rest) { return self }
    if !even.isZero { return try rest.roundedHalfEven(assuming: known).adding(even) }
    if polynomial.leading.coefficient.sign < 0 {
      return try negated().roundedHalfEven(assuming: known).negated()
    }
    return Expr(.call(try Call(.roundedHalfEven, [self])))
  }
}
