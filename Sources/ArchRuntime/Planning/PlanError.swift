/// Why a network cannot be run here.
public struct PlanError: Error, Sendable, CustomStringConvertible {
  /// The node that has no kernel, where it is one.
  public var node: Int?
  public var description: String

  init(node: Int? = nil, _ description: String) {
    self.node = node
    self.description = description
  }
}
