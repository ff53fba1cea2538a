import ArchAlgebra

/// One way in which a network gives a stated number, or nearly gives it.
public struct Explanation: Sendable {
  public enum Match: String, Sendable, CaseIterable {
    /// The very number.
    case exact
    case rounded
    case truncated
    case roundedUp = "rounded-up"
    /// Another number, if not far from it.
    case near
  }

  public var variant: NetworkVariant
  public var number: CountedNumber
  public var reading: StatedNumber.Reading
  public var match: Match
  /// How far it is from the plain reading of the plain count of the network itself: 0 is plainest.
  public var effort: Int

  /// (counted − stated) / stated.
  public var difference: Double { (Double(number.value) - reading.value) / reading.value }

  init(_ variant: NetworkVariant, _ number: CountedNumber, _ reading: StatedNumber.Reading) {
    self.variant = variant
    self.number = number
    self.reading = reading
    match = reading.match(number.value)
    effort = variant.effort + number.effort + reading.effort + match.effort
  }
}

extension Explanation.Match {
  fileprivate var effort: Int {
    switch self {
    case .exact, .rounded, .near: 0
    case .truncated: 1
    case .roundedUp: 2
    }
  }
}

extension StatedNumber.Reading {
  /// How a count becomes these digits.
  func match(_ count: Int) -> Explanation.Match {
    guard let quotient = try? Rational(count).divided(by: quantum) else { return .near }
    if quotient.isInteger, quotient.floor == digits, quantum <= Rational(1) { return .exact }
    if quotient.rounded == digits { return .rounded }
    if quotient.floor == digits { return .truncated }
    return quotient.ceiling == digits ? .roundedUp : .near
  }
}

/// A network that a stated number may be of: the one that is asked about, or one close to it.
public struct NetworkVariant: Sendable {
  public var network: String
  /// What is set other than in the network itself: `strided = 1x1`.
  public var changes: [Change]
  /// Another size of the image: channels, height, width.
  public var input: [Int]?
  public var effort: Int

  public struct Change: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(network: String, changes: [Change] = [], input: [Int]? = nil, effort: Int) {
    self.network = network
    self.changes = changes
    self.input = input
    self.effort = effort
  }

  /// `resnet50 with strided = 1x1 at 256×256`
  public var description: String {
    var text = network
    if !changes.isEmpty {
      text += " with " + changes.map { "\($0.name)\u{A0}=\u{A0}\($0.value)" }.joined(separator: ", ")
    }
    if let input { text += " at " + input.dropFirst().map(String.init).joined(separator: "×") }
    return text
  }
}
