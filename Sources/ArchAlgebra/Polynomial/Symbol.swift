/// A hyper-parameter that a formula is written in, such as the cardinality `C`.
///
/// Symbols with the same name are the same symbol; there is no scope and no registry.
public struct Symbol: Hashable, Sendable {
  public let name: String

  public init(_ name: String) { self.name = name }
}

/// Alphabetical, which fixes the order of factors and terms in every printed formula.
extension Symbol: Comparable {
  public static func < (a: Symbol, b: Symbol) -> Bool { a.name < b.name }
}

extension Symbol: CustomStringConvertible {
  public var description: String { name }
}
