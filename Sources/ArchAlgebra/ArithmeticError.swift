/// Why exact arithmetic could not give an answer.
///
/// Every operation of this module throws one of these instead of trapping or rounding: a wrong parameter
/// count is worse than none. The payload is the operation or value at fault, in words fit for a diagnostic.
public enum ArithmeticError: Error, Hashable, Sendable {
  /// The result does not fit in 64 bits, as in `4611686018427387904 * 4`.
  case overflow(String)
  case divisionByZero(String)
  case notAnInteger(String)
  /// A number was needed and the expression still depends on symbols.
  case notConstant(String)
  case undefinedSymbol(String)
  /// The division leaves a remainder where an exact one was asked for.
  case notDivisible(String)
  /// A value that must be greater than zero is not.
  case notPositive(String)
  /// Something that the algebra has no way to hold.
  case unsupported(String)
  /// The expression would grow beyond ``ExpressionLimits``.
  case tooLarge(String)
}

extension ArithmeticError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .overflow(let operation): "\(operation) does not fit in a 64-bit integer"
    case .divisionByZero(let operation): "\(operation) divides by zero"
    case .notAnInteger(let value): "\(value) is not an integer"
    case .notConstant(let value): "\(value) is not a constant"
    case .undefinedSymbol(let name): "no value is given for the symbol \(name)"
    case .notDivisible(let operation): "\(operation) leaves a remainder"
    case .notPositive(let value): "\(value) is not greater than zero"
    case .unsupported(let what): "unsupported: \(what)"
    case .tooLarge(let what): "the expression is too large: \(what)"
    }
  }
}
