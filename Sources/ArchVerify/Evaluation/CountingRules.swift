import ArchAlgebra
import ArchIR

/// How the layers of a network are seen before they are counted.
///
/// A checker that cannot be wrong proves nothing: tests hand in rules that are broken on purpose (groups that divide
/// nothing, strides that do not shrink) and count the claims that turn.
public protocol CountingRules: Sendable {
  func counted<D: Dimension>(_ graph: Graph<D>) throws -> Graph<D>
}

/// Layers as they are.
public struct StandardRules: CountingRules {
  public init() {}
  public func counted<D: Dimension>(_ graph: Graph<D>) -> Graph<D> { graph }
}
