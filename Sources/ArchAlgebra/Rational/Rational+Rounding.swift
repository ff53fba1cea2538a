// None of the roundings below can overflow: a fraction that is not an integer is at most half of Int.max in
// magnitude, so there is always room for the integer next to it.
extension Rational {
  /// The greatest integer that is not greater.
  public var floor: Int {
    let quotient = numerator / denominator
    return numerator < 0 && quotient * denominator != numerator ? quotient - 1 : quotient
  }

  /// The least integer that is not less.
  public var ceiling: Int {
    let quotient = numerator / denominator
    return numerator > 0 && quotient * denominator != numerator ? quotient + 1 : quotient
  }

  /// The nearest integer; halves go away from zero, as in C's `round`.
  public var rounded: Int { nearest { $0 < 0 } }

  /// The nearest integer; halves go to the even one, as in Python's `round`.
  public var roundedHalfEven: Int { nearest { $0 & 1 == 0 } }

  /// - Parameter keepsFloor: Given the floor of an exact half, whether that is the rounded value.
  private func nearest(keepsFloor: (Int) -> Bool) -> Int {
    let below = floor
    // In 0 ..< denominator; that the product may wrap cancels in the difference.
    let above = numerator &- below &* denominator
    let missing = denominator - above
    if above == missing { return keepsFloor(below) ? below : below + 1 }
    return above < missing ? below : below + 1
  }

  /// The channel count of the mobile networks: the nearest multiple of `divisor`, at least `divisor`, and not
  /// more than 10 % below the value.
  ///
  /// This is `_make_divisible` of the TensorFlow reference code of MobileNetV2, except that 0.9·v is exact:
  /// `n = max(d, ⌊v + d div 2⌋ div d · d)`, and `n + d` where `n < 0.9·v`.
  ///
  /// - Throws: ``ArithmeticError/notPositive(_:)`` for a divisor below one; ``ArithmeticError/overflow(_:)``.
  public func divisible(by divisor: Int) throws -> Int {
    guard divisor > 0 else { throw ArithmeticError.notPositive("divisor \(divisor)") }
    let shifted = try adding(Rational(divisor / 2)).floor
    let multiple = try shifted.floorDivided(by: divisor).multiplied(by: divisor)
    let nearest = Swift.max(divisor, multiple)
    let least = try multiplied(by: Rational(reduced: 9, over: 10))
    return Rational(nearest) < least ? try nearest.adding(divisor) : nearest
  }
}
