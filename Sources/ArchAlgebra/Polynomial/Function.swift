/// The functions that an expression can hold unevaluated.
///
/// The raw value is the order in which their atoms are printed.
enum Function: Int, Hashable, Sendable {
  case floor, ceiling, rounded, roundedHalfEven, minimum, maximum, divisible

  /// The value of its one argument: a sum kept whole because something is divided by it.
  ///
  /// Occurs only with negative exponents, and sorts last so that a denominator is found at the end of a monomial.
  case sum

  /// The value on constants.
  func callAsFunction(_ arguments: [Rational]) throws -> Rational {
    switch self {
    case .floor: return Rational(arguments[0].floor)
    case .ceiling: return Rational(arguments[0].ceiling)
    case .rounded: return Rational(arguments[0].rounded)
    case .roundedHalfEven: return Rational(arguments[0].roundedHalfEven)
    case .minimum: return arguments.min()!
    case .maximum: return arguments.max()!
    case .sum: return arguments[0]
    case .divisible:
      guard let divisor = arguments[1].integer else {
        throw ArithmeticError.notAnInteger("divisor \(arguments[1])")
      }
      return Rational(try arguments[0].divisible(by: divisor))
    }
  }

  /// Its name in tables.
  var name: String {
    switch self {
    case .floor: "floor"
    case .ceiling: "ceiling"
    case .rounded: "rounded"
    case .roundedHalfEven: "roundedHalfEven"
    case .minimum: "minimum"
    case .maximum: "maximum"
    case .divisible: "divisible"
    case .sum: "sum"
    }
  }
}
