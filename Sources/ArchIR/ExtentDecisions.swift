import ArchAlgebra

/// Decides what shape inference has to know of extents and what their symbols do not tell.
///
/// Over `Int` there is nothing to decide. Over `Expr`, whether `g` channels are as many as 16, or one that is stretched to
/// them, depends on the value of g: who knows the value decides, and remembers what the closed forms then rest on.
public protocol ExtentDecisions<D> {
  associatedtype D: Dimension

  /// Whether two extents are equal; `nil` leaves it open, and then they are taken to be.
  mutating func areEqual(_ a: D, _ b: D) throws -> Bool?

  /// Whether `divisor` divides `value`; `nil` leaves it open, and then it is taken to.
  mutating func isMultiple(_ value: D, of divisor: D) throws -> Bool?
}

/// Decides by the extents alone and leaves open what they do not tell.
struct StructuralDecisions<D: Dimension>: ExtentDecisions {
  func areEqual(_ a: D, _ b: D) throws -> Bool? { try a.ordered(against: b).map { $0 == 0 } }
  func isMultiple(_ value: D, of divisor: D) throws -> Bool? { try value.isMultiple(of: divisor) }
}
