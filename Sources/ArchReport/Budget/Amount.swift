import ArchAlgebra

/// Amounts as people write them.
public enum Amount {
  private static let units: [(name: String, factor: Int)] =
    zip(["K", "M", "G", "T"], 1...).flatMap { unit, power in
      let (thousands, kibi) = (
        repeatElement(1000, count: power).reduce(1, *), repeatElement(1024, count: power).reduce(1, *)
      )
      // The longest name goes first: 4MiB ends in B too.
      return [(unit + "iB", kibi), (unit + "B", thousands), (unit, thousands)]
    } + [("k", 1000), ("B", 1)]

  /// Reads `4300000000`, `4.3G`, `48MiB`, `100MB`, `48 MiB`; what is not whole is rounded down.
  ///
  /// - Returns: `nil` for what is no amount, is negative, or does not fit.
  public static func parse(_ text: some StringProtocol) -> Int? {
    let (digits, factor) = split(text)
    guard digits.first != "-", let number = try? Rational(parsing: digits) else { return nil }
    return try? (number * Rational(factor)).floor
  }

  /// Whether a text is an amount that does not fit in 64 bits, as `9999999999G`.
  public static func isTooLarge(_ text: some StringProtocol) -> Bool {
    let (digits, factor) = split(text)
    let whole = digits.prefix { $0 != "." }
    guard !whole.isEmpty, (whole + digits.dropFirst(whole.count + 1)).allSatisfy("0123456789".contains) else {
      return false
    }
    guard let number = try? Rational(parsing: whole) else { return true }
    return (try? number * Rational(factor)) == nil
  }

  /// The number before a unit, and what the unit stands for.
  private static func split(_ text: some StringProtocol) -> (digits: Substring, factor: Int) {
    let unit = units.first { text.hasSuffix($0.name) }
    var digits = Substring(text).dropLast(unit?.name.count ?? 0)
    while digits.last == " " { digits = digits.dropLast() }
    return (digits, unit?.factor ?? 1)
  }

  /// Reads `1%` or `0.01`.
  public static func parseShare(_ text: some StringProtocol) -> Rational? {
    let isPercent = text.hasSuffix("%")
    guard text.first != "-", let number = try? Rational(parsing: text.dropLast(isPercent ? 1 : 0)) else { return nil }
    return isPercent ? try? number / Rational(100) : number
  }
}
