import ArchAlgebra
import ArchSpec

/// A comparison as it came out: at one point, or at that of many which says most.
struct Finding {
  var left: Amount
  var right: Amount
  var relation: Relation
  var holds: Bool
  var agreement: Agreement?
  /// Whether it only holds because of the tolerance.
  var needsTolerance = false
  /// At how many points it was looked at, and at how many of these it does not hold.
  var points = 1
  var failing = 0
  /// The values of the variables here.
  var place = ""
  /// Values of symbols at which it does not hold.
  var counterexample = ""
  /// What came out at every point.
  var rows: [Evidence.Row] = []

  /// Whether it says more against the claim than another one: a failure more than digits that are cut off, these more
  /// than what holds; and among equals what is farther off, or nearer to the bound.
  func isWorse(than other: Finding) -> Bool { (severity, excess) > (other.severity, other.excess) }

  private var severity: Int {
    if holds { return 0 }
    if case .byTruncation? = agreement { return 1 }
    return 2
  }

  /// By how much it is off, or over its bound, relative to the greater side; no number for formulas.
  var excess: Double {
    guard let a = left.number, let b = right.number else { return -.infinity }
    let scale = max(a.magnitude, b.magnitude)
    guard scale > 0 else { return 0 }
    return switch relation {
    case .equal, .about: (a - b).magnitude / scale
    case .notEqual: -(a - b).magnitude / scale
    case .less, .atMost: (a - b) / scale
    case .greater, .atLeast: (b - a) / scale
    }
  }
}
