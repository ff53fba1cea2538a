/// What is found of a claim.
public enum Verdict: String, Sendable, CaseIterable {
  case `true`, `false`
  /// True under a condition, which is told.
  case conditional
  /// Counting and executing cannot decide it.
  case undecidable

  public var title: String {
    switch self {
    case .conditional: "true under a condition"
    case .undecidable: "not decidable by counting"
    default: rawValue
    }
  }
}

/// A comparison as it came out.
public struct Evidence: Sendable {
  public enum Role: String, Sendable {
    case claimed
    /// What holds instead.
    case amended
    /// What the judgement rests on besides.
    case shown
  }

  public var role: Role
  /// As it is written.
  public var comparison: String
  public var left: String
  public var right: String
  public var holds: Bool
  /// How a printed number agrees, within which tolerance, and over what was checked.
  public var remark: String
  /// How things were counted.
  public var convention: String
  /// Values at which it does not hold: of a list of points, those where it is worst.
  public var counterexample: String
  /// At how many points it was looked at, and at how many of these it does not hold.
  public var points: Int
  public var failing: Int
  /// What came out at each of these points, where they are a few: the rows of a table.
  public var rows: [Row] = []

  /// A comparison at one point.
  public struct Row: Sendable {
    /// The variables of the claim here, with their values as they are written.
    public var settings: [(name: String, value: String)]
    public var left: String
    public var right: String
    public var holds: Bool
    /// How a printed number agrees.
    public var remark: String
  }

  /// More points than this are no table.
  static let mostRows = 64
}

/// A claim with what was found.
public struct Judgement: Sendable {
  public var claim: RecordedClaim
  /// `nil` where it could not be found out.
  public var verdict: Verdict?
  /// What must hold for a conditional claim.
  public var condition = ""
  public var evidence: [Evidence] = []
  /// Why there is no verdict.
  public var failure: String?

  /// Whether the verdict is the recorded one. What cannot be decided agrees with everything that is recorded of it.
  public var agrees: Bool {
    guard failure == nil, let verdict else { return false }
    return verdict == .undecidable ? claim.kind == .undecidable : verdict == claim.recorded
  }
}
