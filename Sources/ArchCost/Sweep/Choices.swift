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

  /// - Throws: ``ArithmeticError/overflow(_:)`` for a number that cannot be held.
  func number(at index: Int) throws -> Rational {
    switch self {
    case .steps(let first, let step, _): try first + step * Rational(index)
    case .list(let numbers): numbers[index]
    }
  }
}
