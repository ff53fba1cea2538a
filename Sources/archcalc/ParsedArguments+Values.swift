import ArchAlgebra
import ArchSpec

// What the values of options are read as; each throws a ``UsageError`` that names the option.

extension ParsedArguments.Option {
  /// Whether a switch is on: `--x`, `--x=true`; off are `--no-x` and `--x=false`.
  func isOn() throws -> Bool {
    guard let value else { return !isNegated }
    switch value {
    case "true", "yes", "on", "1": return !isNegated
    case "false", "no", "off", "0": return isNegated
    default: throw UsageError("--\(name) is a switch, true or false, not '\(value)'")
    }
  }

  /// One of the names of a type's cases.
  func choice<T: RawRepresentable & CaseIterable>() throws -> T where T.RawValue == String {
    let text = value ?? ""
    guard let value = T(rawValue: text) else {
      let names = T.allCases.map(\.rawValue)
      let near = suggestion(for: text, among: names).map { "did you mean '\($0)'?" }
      throw UsageError("--\(name) cannot be '\(text)'", help: near ?? "it is one of \(names.joined(separator: ", "))")
    }
    return value
  }

  func integer(_ range: ClosedRange<Int>) throws -> Int {
    let text = value ?? ""
    guard let value = Int(text) else { throw UsageError("--\(name) must be an integer, not '\(text)'") }
    guard range.contains(value) else {
      throw UsageError("--\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(text)")
    }
    return value
  }

  /// `17536`, `4.1G`, `10%`
  func number() throws -> Rational {
    let text = value ?? ""
    let scales: [Character: Int] = ["K": 1_000, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000]
    do {
      if let last = text.last, let scale = scales[last], let value = try Rational(parsing: text.dropLast()) {
        return try value * Rational(scale)
      }
      if text.last == "%", let value = try Rational(parsing: text.dropLast()) { return try value / Rational(100) }
      if let value = try Rational(parsing: text) { return value }
    } catch is ArithmeticError {
      throw UsageError("--\(name): \(text) is too large")
    }
    throw UsageError("--\(name) must be a number, as 17536, 4.1G or 10%, not '\(text)'")
  }
}
