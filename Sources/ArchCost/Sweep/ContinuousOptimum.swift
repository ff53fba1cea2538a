import ArchAlgebra

/// The greatest objective at a given cost over the real numbers, where the closed forms give it.
///
/// On the curve cost = budget the objective is stationary where the gradients are parallel:
/// ∂objective/∂x · ∂cost/∂y = ∂objective/∂y · ∂cost/∂x. If that is linear in `solve` once common factors are cancelled,
/// it says where the optimum lies for every budget; and if cost and objective are then single powers of `vary`, it
/// gives the bound itself.
public struct ContinuousOptimum: Sendable {
  /// The value of `solve` at the optimum, in `vary`.
  public let condition: Expr
  public let vary: Double
  public let solve: Double
  public let objective: Double
  /// The bound as a power of the budget T: (T / divisor)^(p/q); `nil` where it is none.
  public let bound: Power?

  public struct Power: Sendable, Hashable {
    public var divisor: Double
    public var numerator: Int
    public var denominator: Int
  }

  init?(_ question: IsoCostSweep.Question) throws {
    let (x, y) = (question.vary, question.solve)
    guard let objectiveX = try question.objective.derivative(by: x),
      let objectiveY = try question.objective.derivative(by: y),
      let costX = try question.cost.derivative(by: x), let costY = try question.cost.derivative(by: y)
    else { return nil }
    let stationary = try (try objectiveX * costY - objectiveY * costX).factored().rest
    guard let coefficients = try stationary.coefficients(in: y), coefficients.count == 2, !coefficients[1].isZero else {
      return nil
    }
    condition = try (try Expr.zero - coefficients[0]).divided(by: coefficients[1])
    let cost = try question.cost.substituting([y: condition])
    let objective = try question.objective.substituting([y: condition])
    guard cost.symbols.isSubset(of: [x]) else { return nil }

    // The cost along the optimum grows with `vary`.
    let costs = try CompiledExpr(cost, variables: [x])
    let budget = Double(question.budget)
    guard let point = crossing(isBelow: { costs.evaluateDouble([$0]) < budget }) else { return nil }
    vary = point
    solve = try CompiledExpr(condition, variables: [x]).evaluateDouble([vary])
    self.objective = try CompiledExpr(objective, variables: [x]).evaluateDouble([vary])
    bound = try Self.power(cost: cost, objective: objective, in: x)
    // A stationary point may be a least one: nearby points of the curve must not do better.
    guard try isGreatest(question) else { return nil }
  }

  private func isGreatest(_ question: IsoCostSweep.Question) throws -> Bool {
    let cost = try CompiledExpr(question.cost, variables: [question.vary, question.solve])
    let objective = try CompiledExpr(question.objective, variables: [question.vary, question.solve])
    for factor in [0.5, 0.9, 1.1, 2] {
      let x = vary * factor
      let y = crossing(from: 0, to: solve * 1e3) { cost.evaluateDouble([x, $0]) < Double(question.budget) }
      if objective.evaluateDouble([x, y]) > self.objective * (1 + 1e-9) { return false }
    }
    return true
  }

  /// With cost a·x^p and objective b·x^q the bound is b·(T/a)^(q/p) = (T / (a / b^(p/q)))^(q/p).
  private static func power(cost: Expr, objective: Expr, in symbol: Symbol) throws -> Power? {
    guard let a = monomial(cost, in: symbol), let b = monomial(objective, in: symbol), a.exponent > 0, b.exponent > 0,
      a.coefficient > 0, b.coefficient > 0
    else { return nil }
    // b^(p/q) by repeated roots would lose digits: exponents are small, so compare logarithms through powers.
    let root = nthRoot(b.coefficient, b.exponent)
    var divisor = a.coefficient
    for _ in 0..<a.exponent { divisor /= root }
    let common = greatestCommonDivisor(a.exponent, b.exponent)
    return Power(divisor: divisor, numerator: b.exponent / common, denominator: a.exponent / common)
  }

  private static func monomial(_ expr: Expr, in symbol: Symbol) -> (coefficient: Double, exponent: Int)? {
    guard expr.terms.count == 1, let exponent = expr.degree(in: symbol) else { return nil }
    return (expr.terms[0].coefficient.doubleValue, exponent)
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
}

/// The positive n-th root of a positive number.
func nthRoot(_ value: Double, _ n: Int) -> Double {
  crossing(from: 0, to: max(1, value)) { root in (0..<n).reduce(1) { power, _ in power * root } < value }
}

/// The real value of one symbol at which a growing cost meets a budget; `nil` where it is none in reach.
///
/// - Throws: ``ArithmeticError`` where the cost has other symbols.
public func realSolution(of cost: Expr, in symbol: Symbol, budget: Int) throws -> Double? {
  let compiled = try CompiledExpr(cost, variables: [symbol])
  return crossing { compiled.evaluateDouble([$0]) < Double(budget) }
}
