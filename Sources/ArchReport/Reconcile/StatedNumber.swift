import ArchAlgebra

/// A number as somebody wrote it: `4.134G`, `25.6M`, `25,557,032`, `4.1e9`, `15.5 GFLOPs`, `97.8 MB`.
///
/// What is written is an integer, the digits without the point, times the worth of the last digit. That worth is not
/// always said: a bare `569` may be millions, and `4100000000` may be rounded.
public struct StatedNumber: Sendable, Hashable {
  public var text: String
  /// What it is of, where its unit says so.
  public var kind: StatedKind?
  /// The ways to understand it, the plainest first.
  public var readings: [Reading]

  public struct Reading: Sendable, Hashable {
    public var digits: Int
    /// What a unit of the last digit is worth: `quantum` = `scale` / 10^decimals.
    public var quantum: Rational
    /// What the prefix is worth: 1, 1000, 1024, …
    public var scale: Int
    public var unit: String
    /// How far this is from what is written.
    public var effort: Int

    /// The number itself.
    public var value: Double { Double(digits) * quantum.doubleValue }
  }
}

/// What a stated number can be of.
public enum StatedKind: String, Sendable, Hashable, CaseIterable {
  case parameters, operations, bytes
}

extension StatedNumber {
  /// - Returns: `nil` for text that is not a number.
  public init?(_ text: String) {
    var rest = Substring(text.filter { $0 != "," && $0 != "_" })
    while let first = rest.first, "~≈= ".contains(first) { rest.removeFirst() }
    let whole = Self.digits(&rest)
    var fraction = ""
    if rest.first == "." {
      rest.removeFirst()
      fraction = Self.digits(&rest)
    }
    guard !(whole + fraction).isEmpty, let digits = Int(whole + fraction), digits > 0 else { return nil }
    var exponent = 0
    if rest.first == "e" || rest.first == "E" {
      var power = rest.dropFirst()
      if power.first == "+" { power.removeFirst() }
      let text = Self.digits(&power)
      guard let number = Int(text), number <= 18 else { return nil }
      (exponent, rest) = (number, power)
    }
    guard let unit = Unit(rest.filter { $0 != " " }) else { return nil }
    guard exponent == 0 || unit.prefix == nil else { return nil }
    self.text = text
    kind = unit.kind
    readings = []
    if exponent > 0 {
      guard add(digits, fraction.count, (0..<exponent).reduce(1) { scale, _ in scale * 10 }, "", 0) else { return nil }
    } else if let prefix = unit.prefix {
      let power = 1 + "KMGTP".distance(from: "KMGTP".startIndex, to: "KMGTP".firstIndex(of: prefix)!)
      let decimal = (0..<power).reduce(1) { scale, _ in scale * 1000 }
      // Sizes of files are as often written in one unit as in the other.
      if !unit.isBinary {
        guard add(digits, fraction.count, decimal, String(prefix), 0) else { return nil }
        if fraction.isEmpty { addRounded(digits, decimal, String(prefix)) }
      }
      _ = add(digits, fraction.count, 1 << (10 * power), "\(prefix)i", unit.isBinary ? 0 : unit.kind == .bytes ? 1 : 4)
    } else {
      if fraction.isEmpty { _ = add(digits, 0, 1, "", 0) }
      addWithoutUnit(digits, fraction.count)
    }
    if readings.isEmpty { return nil }
  }

  private static func digits(_ text: inout Substring) -> String {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    text = text.dropFirst(digits.count)
    return String(digits)
  }

  /// - Returns: whether such numbers can be held.
  private mutating func add(_ digits: Int, _ decimals: Int, _ scale: Int, _ unit: String, _ effort: Int) -> Bool {
    guard decimals <= 15 else { return false }
    let divisor = (0..<decimals).reduce(1) { power, _ in power * 10 }
    guard let quantum = try? Rational(scale, divisor), !digits.multipliedReportingOverflow(by: scale).overflow
    else { return false }
    readings.append(Reading(digits: digits, quantum: quantum, scale: scale, unit: unit, effort: effort))
    return true
  }

  /// Papers head their columns with the unit, and rounded numbers are written out with zeros.
  private mutating func addWithoutUnit(_ digits: Int, _ decimals: Int) {
    for (unit, scale) in [("M", 1_000_000), ("G", 1_000_000_000), ("K", 1_000)] {
      _ = add(digits, decimals, scale, unit, decimals == 0 ? 2 : 1)
    }
    if decimals == 0 { addRounded(digits, 1, "") }
  }

  /// `720M` may be a number of two digits.
  private mutating func addRounded(_ digits: Int, _ scale: Int, _ unit: String) {
    var (short, zeros) = (digits, 1)
    while short % 10 == 0 { (short, zeros) = (short / 10, zeros * 10) }
    guard zeros > 1, let quantum = try? Rational(scale).multiplied(by: Rational(zeros)) else { return }
    readings.append(Reading(digits: short, quantum: quantum, scale: scale, unit: unit, effort: 1))
  }
}

/// What stands after the digits: a prefix, and what is counted.
private struct Unit {
  var prefix: Character?
  var isBinary = false
  var kind: StatedKind?

  private static let names: [(StatedKind, [String])] = [
    (.parameters, ["params", "parameters", "param", "weights"]),
    (
      .operations,
      [
        "flops", "flop", "macs", "mac", "madds", "madd", "multadds", "multadd", "multiplyadds", "ops", "op",
        "operations", "flops/s",
      ]
    ),
    (.bytes, ["b", "bytes", "byte"]),
  ]

  private static let words: [(String, Character)] = [
    ("thousand", "K"), ("million", "M"), ("mio", "M"), ("billion", "G"), ("bn", "G"), ("trillion", "T"),
  ]

  /// - Returns: `nil` for a unit that is not known.
  init?(_ text: some StringProtocol) {
    var rest = String(text.filter { $0 != "-" })
    if let word = Self.words.first(where: { rest.lowercased().hasPrefix($0.0) }) {
      (prefix, rest) = (word.1, String(rest.dropFirst(word.0.count)))
    } else if rest == "B" {
      (prefix, rest) = ("G", "")  // billions, as of parameters
    } else if let first = rest.first, let letter = first.uppercased().first, "KMGTP".contains(letter),
      Self.kind(rest) == nil
    {
      prefix = letter
      rest.removeFirst()
      if rest.first == "i" {
        isBinary = true
        rest.removeFirst()
      }
    }
    guard !rest.isEmpty else { return }
    guard let kind = Self.kind(rest) else { return nil }
    self.kind = kind
  }

  /// `m` is a million, `macs` are no thousand thousand.
  private static func kind(_ text: String) -> StatedKind? {
    names.first { $0.1.contains(text.lowercased()) }?.0
  }
}
