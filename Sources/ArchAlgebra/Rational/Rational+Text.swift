extension Rational: CustomStringConvertible {
  /// `3/4`, or `3` for an integer; read back by ``init(parsing:)``.
  public var description: String {
    denominator == 1 ? String(numerator) : "\(numerator)/\(denominator)"
  }

  /// `0.75` where the decimal expansion ends within 12 digits, else the fraction.
  public var decimalDescription: String {
    guard denominator > 1 else { return description }
    let bottom = denominator.magnitude
    var remainder = numerator.magnitude % bottom
    var digits = ""
    while remainder != 0 {
      // An expansion that ends within 12 digits has a denominator that divides 10¹².
      guard digits.count < 12, bottom <= 1_000_000_000_000 else { return description }
      remainder *= 10
      digits += String(remainder / bottom)
      remainder %= bottom
    }
    return "\(numerator < 0 ? "-" : "")\(numerator.magnitude / bottom).\(digits)"
  }
}

extension Rational {
  /// The number written as an integer, a decimal or a fraction: `3`, `-2`, `0.25`, `1/2`.
  ///
  /// Returns `nil` for text that is not a number in one of these forms.
  ///
  /// - Throws: ``ArithmeticError/overflow(_:)`` or ``ArithmeticError/divisionByZero(_:)`` for text that is one,
  ///   and whose value cannot be held.
  public init?(parsing text: some StringProtocol) throws {
    var digits = Array(text.utf8)[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits.removeFirst() }

    let parts = digits.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    let decimals = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard
      decimals.allSatisfy(isDigits) || parts.allSatisfy(isDigits)
    else { return nil }

    func overflow() -> ArithmeticError { .overflow(String(text)) }
    var (top, bottom): (UInt, UInt) = (0, 1)
    if decimals.count == 2 {
      var fraction = decimals[1]
      while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
      guard let value = magnitude(decimals[0] + fraction) else { throw overflow() }
      top = value
      for _ in fraction {
        let (scaled, overflowed) = bottom.multipliedReportingOverflow(by: 10)
        guard !overflowed else { throw overflow() }
        bottom = scaled
      }
    } else {
      guard let value = magnitude(parts[0]) else { throw overflow() }
      top = value
      if parts.count == 2 {
        guard let value = magnitude(parts[1]) else { throw overflow() }
        bottom = value
      }
    }
    guard bottom != 0 else { throw ArithmeticError.divisionByZero(String(text)) }
    let divisor = greatestCommonDivisor(top, bottom)
    try self.init(isNegative: isNegative && top != 0, top / divisor, bottom / divisor)
  }
}

private func isDigits(_ text: some Collection<UInt8>) -> Bool {
  !text.isEmpty && text.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
}

/// The value of decimal digits, or `nil` if it does not fit.
private func magnitude(_ digits: some Collection<UInt8>) -> UInt? {
  var value: UInt = 0
  for digit in digits {
    let (tens, overflow1) = value.multipliedReportingOverflow(by: 10)
    let (sum, overflow2) = tens.addingReportingOverflow(UInt(digit - UInt8(ascii: "0")))
    if overflow1 || overflow2 { return nil }
    value = sum
  }
  return value
}
