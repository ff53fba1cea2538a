/// A part of a network whose cost is not in the totals, and why.
public struct Omission: Sendable, Hashable {
  /// The node's name where it comes from.
  public var name: String
  /// What it is called there: the operator.
  public var op: String
  public var reason: String

  public init(name: String, op: String, reason: String) {
    self.name = name
    self.op = op
    self.reason = reason
  }
}
