/// How numbers are written for people.
public enum NumberText {
  /// `25,028,904`
  public static func exact(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.insert(digits.suffix(3), at: 0)
      digits = String(digits.dropLast(3))
    }
    return (value < 0 ? "−" : "") + ([Substring(digits)] + groups).joined(separator: ",")
  }

  /// `25.03 M`: four digits and a unit of a thousand, a million, …; small numbers as they are.
  public static func scaled(_ value: Int) -> String {
    let magnitude = value.magnitude
    if magnitude < 10_000 { return (value < 0 ? "−" : "") + exactMagnitude(magnitude) }
    var divisor: UInt = 1_000
    for unit in ["K", "M", "G", "T", "P", "E"] {
      // 999.95 K and more is 1.000 M; the last unit takes whatever is left.
      let next = divisor.multipliedReportingOverflow(by: 1_000)
      if next.overflow || magnitude < next.partialValue - divisor / 20 {
        let number = Double(magnitude) / Double(divisor)
        let digits = number < 9.9995 ? 3 : number < 99.995 ? 2 : 1
        return (value < 0 ? "−" : "") + fixed(number, digits) + " " + unit
      }
      divisor = next.partialValue
    }
    return exact(value)
  }

  private static func exactMagnitude(_ value: UInt) -> String { exact(Int(value)) }

  /// Below it, a number times a power of ten is off by less than a half, roundings of the power included, so that what
  /// is read back from the digits has the same ones.
  private static let exactlyScaled = 4e15
  /// Of which a power of ten is a double.
  private static let mostDigits = 300

  /// A number with so many digits after the point, rounded half away from zero; with fewer where a double has no more.
  public static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "−∞" : "∞" }
    var (scale, kept) = (1.0, 0)
    while kept < min(digits, mostDigits), value.magnitude * scale * 10 * Double(kept + 3) < exactlyScaled {
      scale *= 10
      kept += 1
    }
    let scaled = (value.magnitude * scale).rounded()
    guard scaled < 9e18 else { return String(value) }
    let whole = Int(scaled)
    let sign = value < 0 && whole != 0 ? "−" : ""
    guard kept > 0 else { return sign + String(whole) }
    let text = String(whole)
    let padded = String(repeating: "0", count: max(0, kept + 1 - text.count)) + text
    return sign + padded.dropLast(kept) + "." + padded.suffix(kept)
  }

  /// `3.46 %`
  public static func percent(_ share: Double, _ digits: Int = 1) -> String { fixed(share * 100, digits) + " %" }

  /// `+3.46 %`
  public static func difference(_ ratio: Double) -> String {
    ratio == 0 ? "=" : (ratio > 0 ? "+" : "") + percent(ratio, abs(ratio) < 0.1 ? 2 : 1)
  }

  /// Bytes in binary units: `6.13 MiB`.
  public static func bytes(_ count: Int) -> String {
    var value = Double(count)
    for unit in ["B", "KiB", "MiB", "GiB", "TiB"] {
      if value < 1024 || unit == "TiB" { return (unit == "B" ? String(count) : fixed(value, 2)) + " " + unit }
      value /= 1024
    }
    return "\(count) B"
  }
}
