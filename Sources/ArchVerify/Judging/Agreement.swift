import ArchAlgebra
import ArchSpec

/// How a printed number agrees with a computed one.
public enum Agreement: Sendable, Equatable {
  case exactly
  case byRounding
  /// Digits were cut off.
  case byTruncation
  /// Relative difference of the computed number to the printed one.
  case off(Double)

  /// - Parameter unit: the value of the last digit that is printed; `nil` where the number is not printed but computed.
  init(_ value: Double, printed: Double, unit: Double?) {
    let slack = 1e-12 * max(value.magnitude, printed.magnitude)
    let difference = value - printed
    if difference.magnitude <= slack {
      self = .exactly
    } else if let unit, difference.magnitude <= unit / 2 + slack {
      self = .byRounding
    } else if let unit, value.magnitude > printed.magnitude, difference.magnitude < unit {
      self = .byTruncation
    } else {
      self = .off(printed == 0 ? .infinity : difference / printed)
    }
  }

  var description: String {
    switch self {
    case .exactly: "exactly"
    case .byRounding: "by rounding"
    case .byTruncation: "by truncation"
    case .off(let ratio): "off by \(significantPercent(ratio))"
    }
  }
}

/// `+3.5 %`
func significantPercent(_ ratio: Double) -> String {
  guard ratio.isFinite else { return "∞" }
  let percent = (ratio * 10_000).rounded() / 100
  return (ratio > 0 ? "+" : "") + "\(percent) %"
}

extension NumberSyntax {
  /// The value of the last digit: 100,000 of `25.0M`.
  var unit: Double {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    let decimals = digits.firstIndex(of: ".").map { digits.distance(from: $0, to: digits.endIndex) - 1 } ?? 0
    var unit = 1.0
    switch text.last {
    case "k", "K": unit = 1e3
    case "M": unit = 1e6
    case "G": unit = 1e9
    case "T": unit = 1e12
    case "%": unit = 0.01
    default: break
    }
    for _ in 0..<decimals { unit /= 10 }
    return unit
  }
}

extension ExprSyntax {
  /// The literal that it is, or is the negative of.
  var printed: NumberSyntax? {
    switch self {
    case .number(let number, _): number
    case .unary(.minus, let operand, _): operand.printed
    default: nil
    }
  }
}
