/// A number that shapes and costs are computed with: `Int` for one network, `Expr` for all of a family.
///
/// Shape inference and cost rules are written once over this protocol, so that the number and the closed
/// formula cannot drift apart. All arithmetic throws instead of trapping: a product that leaves `Int` is an
/// ``ArithmeticError``, for literals as for dimensions.
public protocol Dimension: Hashable, Sendable, CustomStringConvertible {
  /// The value of an expression as a dimension.
  ///
  /// - Throws: ``ArithmeticError`` if the dimension type cannot hold it; `Int` holds constant integers only.
  init(_ expr: Expr) throws

  /// A literal.
  init(_ value: Int)

  /// The dimension as an expression; exact.
  var expr: Expr { get }

  func adding(_ other: Self) throws -> Self
  func subtracting(_ other: Self) throws -> Self
  func multiplied(by other: Self) throws -> Self

  /// ⌊self / other⌋, rounding towards minus infinity.
  func floorDivided(by other: Self) throws -> Self

  /// self / other where the division leaves no remainder.
  ///
  /// - Throws: `Int` throws if there is a remainder; `Expr` keeps the quotient, exact as a rational function.
  func exactlyDivided(by other: Self) throws -> Self

  /// Whether `other` divides `self`; `nil` where that depends on the values of symbols.
  func isMultiple(of other: Self) throws -> Bool?

  /// −1, 0 or 1 as `self` is less than, equal to or greater than `other`; `nil` where that depends on symbols.
  func ordered(against other: Self) throws -> Int?

  static func maximum(_ a: Self, _ b: Self) throws -> Self

  /// The same value, simplified by what is known of the symbols in it.
  func simplified(assuming assumptions: Assumptions) throws -> Self
}

extension Dimension {
  public static func + (a: Self, b: Self) throws -> Self { try a.adding(b) }
  public static func - (a: Self, b: Self) throws -> Self { try a.subtracting(b) }
  public static func * (a: Self, b: Self) throws -> Self { try a.multiplied(by: b) }
}
