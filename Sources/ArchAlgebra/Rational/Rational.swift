/// An exact fraction of two 64-bit integers.
///
/// Coefficients of closed forms are rationals because resolutions are divided by 32 and expansion ratios are
/// written `0.75`: floating point would turn an identity between two formulas into an approximation.
///
/// Invariant: the fraction is reduced and its denominator positive, so that equality and hashing are those of
/// the two integers.
public struct Rational: Hashable, Sendable {
  public let numerator: Int
  public let denominator: Int

  public static let zero = Rational(0)
  public static let one = Rational(1)

  public init(_ integer: Int) {
    numerator = integer
    denominator = 1
  }

  /// The fraction `numerator / denominator`, reduced.
  ///
  /// - Throws: ``ArithmeticError/divisionByZero(_:)``, or ``ArithmeticError/overflow(_:)`` for the few values,
  ///   such as `1 / Int.min`, whose reduced form does not fit.
  public init(_ numerator: Int, _ denominator: Int) throws {
    guard denominator != 0 else { throw ArithmeticError.divisionByZero("\(numerator) / 0") }
    let divisor = greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
    try self.init(
      isNegative: (numerator < 0) != (denominator < 0),
      numerator.magnitude / divisor, denominator.magnitude / divisor)
  }

  /// A reduced fraction from its magnitudes.
  init(isNegative: Bool, _ numerator: UInt, _ denominator: UInt) throws {
    // The magnitude of Int.min is one more than Int.max: it fits on one side only.
    guard numerator <= (isNegative ? Int.min : Int.max).magnitude, denominator <= UInt(Int.max) else {
      throw ArithmeticError.overflow("\(isNegative ? "-" : "")\(numerator) / \(denominator)")
    }
    self.numerator = isNegative ? Int(truncatingIfNeeded: 0 &- numerator) : Int(numerator)
    self.denominator = Int(denominator)
  }

  /// A fraction known to be reduced, with a positive denominator.
  init(reduced numerator: Int, over denominator: Int) {
    assert(denominator > 0)
    self.numerator = numerator
    self.denominator = denominator
  }

  public var isInteger: Bool { denominator == 1 }

  /// The value where it is an integer.
  public var integer: Int? { denominator == 1 ? numerator : nil }

  /// The nearest floating-point number, up to the rounding of one division.
  public var doubleValue: Double { Double(numerator) / Double(denominator) }

  /// −1, 0 or 1.
  public var sign: Int { numerator.signum() }
}

extension Rational: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
}

/// Works on magnitudes because |Int.min| is not an `Int`.
func greatestCommonDivisor(_ a: UInt, _ b: UInt) -> UInt {
  var (a, b) = (a, b)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}

/// The least common multiple of two positive integers.
func leastCommonMultiple(_ a: Int, _ b: Int) throws -> Int {
  let divisor = Int(greatestCommonDivisor(a.magnitude, b.magnitude))
  return try (a / divisor).multiplied(by: b)
}
