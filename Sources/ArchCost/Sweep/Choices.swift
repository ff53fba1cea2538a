import ArchAlgebra

/// Numbers in ascending order, those that a parameter may be; they need not all be held.
public enum Choices: Sendable, Hashable {
  /// `count` numbers from `first` on in steps of `step`.
  case steps(first: Rational, step: Rational, count: Int)
  case list([Rational])

  public var count: Int {
    switch self {
    case .steps(_, _, let count): count
    case .list(let numbers): numbers.count
    }
  }

  /// Whether a number lies between the least and the greatest, be it one of them or not.
  public func reach(_ number: Double) -> Bool {
    guard count > 0 else { return false }
    switch self {
    case .steps(let first, let step, let count):
      return first.doubleValue <= number && number <= first.doubleValue + step.doubleValue * Double(count - 1)
    case .list(let numbers): return numbers[0].doubleValue <= number && number <= numbers[count - 1].doubleValue
    }
  }

  /// - Throws: ``ArithmeticError/overflow(_:)`` for a number that cannot be held.
  func number(at index: Int) throws -> Rational {
    switch self {
    case .steps(let first, let step, _): try first + step * Rational(index)
    case .list(let numbers): numbers[index]
    }
  }
}
