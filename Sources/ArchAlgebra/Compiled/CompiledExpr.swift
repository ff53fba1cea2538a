/// An expression made ready to be evaluated at many points, as sweeps and searches do.
///
/// Evaluation is exact. It runs in checked integer arithmetic; what leaves 64 bits on the way, or is a fraction
/// where the program expects an integer, is computed again with rationals, so that the result, or the error, is
/// always that of ``Expr/evaluated(_:)``.
public struct CompiledExpr: Sendable {
  public let expr: Expr
  public let variables: [Symbol]
  private let program: Program

  /// - Parameter variables: The symbols in the order in which their values will be given.
  /// - Throws: ``ArithmeticError/undefinedSymbol(_:)`` for a symbol of `expr` that is not among the variables;
  ///   ``ArithmeticError/overflow(_:)`` if its coefficients have no common denominator of 64 bits.
  public init(_ expr: Expr, variables: [Symbol]) throws {
    self.expr = expr
    self.variables = variables
    program = try ProgramBuilder.program(for: expr, variables: variables)
  }

  /// The value at a point. Allocates nothing beyond a small frame on the stack.
  ///
  /// - Precondition: There are as many values as variables.
  /// - Throws: ``ArithmeticError`` where there is no value, or none that fits.
  public func evaluate(_ values: UnsafeBufferPointer<Int>) throws -> Rational {
    precondition(values.count == variables.count, "one value for each variable")
    if let (numerator, denominator) = program.run(values) {
      if denominator == 1 { return Rational(numerator) }
      if denominator != 0 { return try Rational(numerator, denominator) }
    }
    return try evaluate(values.map { Rational($0) })
  }

  public func evaluate(_ values: [Int]) throws -> Rational {
    try values.withUnsafeBufferPointer { try evaluate($0) }
  }

  /// The value at a point where it must be an integer, as costs are.
  ///
  /// - Throws: Also ``ArithmeticError/notAnInteger(_:)``.
  public func evaluateInteger(_ values: UnsafeBufferPointer<Int>) throws -> Int {
    let value = try evaluate(values)
    guard let integer = value.integer else { throw ArithmeticError.notAnInteger(value.description) }
    return integer
  }

  public func evaluateInteger(_ values: [Int]) throws -> Int {
    try values.withUnsafeBufferPointer { try evaluateInteger($0) }
  }

  /// The value at a point that need not be integral: the slow, exact path.
  public func evaluate(_ values: [Rational]) throws -> Rational {
    precondition(values.count == variables.count, "one value for each variable")
    return try expr.evaluated(Dictionary(zip(variables, values)) { first, _ in first })
  }

  /// The approximate value, for plots; not a number or infinite where there is none.
  public func evaluateDouble(_ values: UnsafeBufferPointer<Double>) -> Double {
    precondition(values.count == variables.count, "one value for each variable")
    return program.run(values)
  }

  public func evaluateDouble(_ values: [Double]) -> Double {
    values.withUnsafeBufferPointer { evaluateDouble($0) }
  }
}
