/// The dimension of one given network: checked 64-bit arithmetic.
///
/// `Int`'s own operators trap on overflow, which in a program that reads other people's files is a crash.
/// Code over `Dimension` gets these methods; code over plain `Int` should call them for the same reason.
extension Int: Dimension {
  /// - Throws: ``ArithmeticError/notConstant(_:)`` or ``ArithmeticError/notAnInteger(_:)``.
  public init(_ expr: Expr) throws {
    guard let constant = expr.constant else { throw ArithmeticError.notConstant(expr.description) }
    guard let integer = constant.integer else { throw ArithmeticError.notAnInteger(constant.description) }
    self = integer
  }

  public var expr: Expr { Expr(self) }

  public func adding(_ other: Int) throws -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    guard !overflow else { throw ArithmeticError.overflow("\(self) + \(other)") }
    return sum
  }

  public func subtracting(_ other: Int) throws -> Int {
    let (difference, overflow) = subtractingReportingOverflow(other)
    guard !overflow else { throw ArithmeticError.overflow("\(self) - \(other)") }
    return difference
  }

  public func multiplied(by other: Int) throws -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    guard !overflow else { throw ArithmeticError.overflow("\(self) * \(other)") }
    return product
  }

  public func floorDivided(by other: Int) throws -> Int {
    guard other != 0 else { throw ArithmeticError.divisionByZero("\(self) / 0") }
    let (quotient, overflow) = dividedReportingOverflow(by: other)
    guard !overflow else { throw ArithmeticError.overflow("\(self) / \(other)") }
    let remainder = self % other
    return remainder != 0 && (remainder < 0) != (other < 0) ? quotient - 1 : quotient
  }

  public func exactlyDivided(by other: Int) throws -> Int {
    guard other != 0 else { throw ArithmeticError.divisionByZero("\(self) / 0") }
    let (quotient, overflow) = dividedReportingOverflow(by: other)
    guard !overflow else { throw ArithmeticError.overflow("\(self) / \(other)") }
    guard self % other == 0 else { throw ArithmeticError.notDivisible("\(self) / \(other)") }
    return quotient
  }

  /// Zero is a multiple of everything, and the only multiple of zero.
  public func isMultiple(of other: Int) throws -> Bool? {
    let decided: Bool = magnitude.isMultiple(of: other.magnitude)
    return decided
  }

  public func ordered(against other: Int) throws -> Int? {
    self < other ? -1 : self == other ? 0 : 1
  }

  public static func maximum(_ a: Int, _ b: Int) throws -> Int { Swift.max(a, b) }

  public func simplified(assuming assumptions: Assumptions) throws -> Int { self }
}
