extension Rational {
  /// - Throws: ``ArithmeticError/overflow(_:)``, as all arithmetic below.
  public func adding(_ other: Rational) throws -> Rational {
    try combined(with: other, symbol: "+") { $0.addingReportingOverflow($1) }
  }

  public func subtracting(_ other: Rational) throws -> Rational {
    try combined(with: other, symbol: "-") { $0.subtractingReportingOverflow($1) }
  }

  /// Sum or difference by Knuth's method (TAOCP 4.5.1): dividing by the common divisor of the denominators
  /// first keeps the intermediate products as small as they can be.
  @inline(__always)
  private func combined(
    with other: Rational, symbol: String, by operation: (Int, Int) -> (partialValue: Int, overflow: Bool)
  ) throws -> Rational {
    if denominator == 1, other.denominator == 1 {
      let (value, overflow) = operation(numerator, other.numerator)
      if overflow { throw ArithmeticError.overflow("\(self) \(symbol) \(other)") }
      return Rational(value)
    }
    let divisor = Int(greatestCommonDivisor(denominator.magnitude, other.denominator.magnitude))
    let (left, overflow1) = numerator.multipliedReportingOverflow(by: other.denominator / divisor)
    let (right, overflow2) = other.numerator.multipliedReportingOverflow(by: denominator / divisor)
    let (top, overflow3) = operation(left, right)
    let reduction = Int(greatestCommonDivisor(top.magnitude, divisor.magnitude))
    let (bottom, overflow4) = (denominator / divisor)
      .multipliedReportingOverflow(by: other.denominator / reduction)
    if overflow1 || overflow2 || overflow3 || overflow4 {
      throw ArithmeticError.overflow("\(self) \(symbol) \(other)")
    }
    return Rational(reduced: top / reduction, over: bottom)
  }

  public func multiplied(by other: Rational) throws -> Rational {
    if denominator == 1, other.denominator == 1 {
      return Rational(try numerator.multiplied(by: other.numerator))
    }
    // Both fractions are reduced, so all that can cancel cancels crosswise.
    let left = Int(greatestCommonDivisor(numerator.magnitude, other.denominator.magnitude))
    let right = Int(greatestCommonDivisor(other.numerator.magnitude, denominator.magnitude))
    let (top, overflow1) = (numerator / left).multipliedReportingOverflow(by: other.numerator / right)
    let (bottom, overflow2) = (denominator / right).multipliedReportingOverflow(by: other.denominator / left)
    if overflow1 || overflow2 { throw ArithmeticError.overflow("\(self) * \(other)") }
    return Rational(reduced: top, over: bottom)
  }

  public func divided(by other: Rational) throws -> Rational {
    guard other.numerator != 0 else { throw ArithmeticError.divisionByZero("\(self) / 0") }
    let top = greatestCommonDivisor(numerator.magnitude, other.numerator.magnitude)
    let bottom = greatestCommonDivisor(denominator.magnitude, other.denominator.magnitude)
    let (n, overflow1) = (numerator.magnitude / top)
      .multipliedReportingOverflow(by: other.denominator.magnitude / bottom)
    let (d, overflow2) = (denominator.magnitude / bottom)
      .multipliedReportingOverflow(by: other.numerator.magnitude / top)
    if overflow1 || overflow2 { throw ArithmeticError.overflow("\(self) / \(other)") }
    return try Rational(isNegative: numerator < 0 && other.numerator > 0 || numerator > 0 && other.numerator < 0, n, d)
  }

  public func negated() throws -> Rational {
    guard numerator != .min else { throw ArithmeticError.overflow("-(\(self))") }
    return Rational(reduced: -numerator, over: denominator)
  }

  /// `self` to an integer power; the zeroth power of everything is one.
  ///
  /// - Throws: ``ArithmeticError/divisionByZero(_:)`` for a negative power of zero.
  public func power(_ exponent: Int) throws -> Rational {
    var base = exponent < 0 ? try Rational.one.divided(by: self) : self
    var result = Rational.one
    var remaining = exponent.magnitude
    while true {
      if remaining & 1 == 1 { result = try result.multiplied(by: base) }
      remaining >>= 1
      // The last square would not be used, and could overflow.
      if remaining == 0 { return result }
      base = try base.multiplied(by: base)
    }
  }

  public static func + (a: Rational, b: Rational) throws -> Rational { try a.adding(b) }
  public static func - (a: Rational, b: Rational) throws -> Rational { try a.subtracting(b) }
  public static func * (a: Rational, b: Rational) throws -> Rational { try a.multiplied(by: b) }
  public static func / (a: Rational, b: Rational) throws -> Rational { try a.divided(by: b) }
}
