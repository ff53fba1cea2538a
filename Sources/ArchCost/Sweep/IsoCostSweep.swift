import ArchAlgebra

/// Trades one parameter for another at a given cost: for each value of `vary`, the value of `solve` that comes nearest
/// to the budget, and what becomes of an objective.
///
/// Everything follows from the closed forms of the cost and of the objective; which network they are of does not matter.
public struct IsoCostSweep: Sendable {
  public struct Question: Sendable {
    public var cost: Expr
    public var objective: Expr
    public var vary: Symbol
    public var solve: Symbol
    /// Values that the two may take.
    public var varyRange: ClosedRange<Int>
    public var solveRange: ClosedRange<Int>
    public var budget: Int
    /// How far over the budget the cheapest row of a value may lie.
    public var tolerance: Rational

    public init(
      cost: Expr, objective: Expr, vary: Symbol, solve: Symbol, varyRange: ClosedRange<Int>,
      solveRange: ClosedRange<Int>, budget: Int, tolerance: Rational
    ) {
      self.cost = cost
      self.objective = objective
      self.vary = vary
      self.solve = solve
      self.varyRange = varyRange
      self.solveRange = solveRange
      self.budget = budget
      self.tolerance = tolerance
    }
  }

  public struct Row: Sendable, Hashable {
    public var vary: Int
    public var solve: Int
    public var cost: Int
    public var objective: Rational
  }

  public let question: Question
  public let rows: [Row]
  /// The row with the greatest objective; of equal ones that nearest to the budget.
  public let best: Int
  public let optimum: ContinuousOptimum?

  /// More rows than this are a slip of the pen.
  public static let mostRows = 100_000

  /// - Throws: ``SweepError`` if the cost has other symbols, does not grow with `solve`, or no row is within reach.
  public init(_ question: Question) throws {
    let known: Set = [question.vary, question.solve]
    for expr in [question.cost, question.objective] {
      if let other = expr.symbols.subtracting(known).sorted().first {
        throw SweepError.undetermined(symbol: other.name, expression: expr.description)
      }
    }
    guard question.cost.symbols.contains(question.solve) else {
      throw SweepError.independent(of: question.solve.name, cost: question.cost.description)
    }
    self.question = question
    let rows = try Self.rows(question)
    self.rows = rows
    guard let best = rows.indices.max(by: { Self.isWorse(rows[$0], rows[$1], budget: question.budget) }) else {
      throw SweepError.unreachable(budget: question.budget, least: try Self.leastCost(question))
    }
    self.best = best
    optimum = try ContinuousOptimum(question)
  }

  private static func isWorse(_ a: Row, _ b: Row, budget: Int) -> Bool {
    if a.objective != b.objective { return a.objective < b.objective }
    return (a.cost - budget).magnitude > (b.cost - budget).magnitude
  }

  private static func leastCost(_ question: Question) throws -> Int {
    let cost = try CompiledExpr(question.cost, variables: [question.vary, question.solve])
    return try cost.evaluateInteger([question.varyRange.lowerBound, question.solveRange.lowerBound])
  }

  private static func rows(_ question: Question) throws -> [Row] {
    let compiled = try CompiledExpr(question.cost, variables: [question.vary, question.solve])
    let objective = try CompiledExpr(question.objective, variables: [question.vary, question.solve])
    /// The cost, or nothing where it is beyond all integers: more than any budget.
    func cost(_ vary: Int, _ solve: Int) throws -> Int? {
      do { return try compiled.evaluateInteger([vary, solve]) } catch ArithmeticError.overflow { return nil }
    }
    let limit = try (Rational(question.budget) * (Rational(1) + question.tolerance)).floor
    var rows: [Row] = []
    for vary in question.varyRange {
      guard let least = try cost(vary, question.solveRange.lowerBound), least <= limit else { break }
      guard rows.count < mostRows else { throw SweepError.tooManyRows(mostRows) }
      // The greatest value that keeps within the budget, found by halving; the next one may be nearer to it.
      var low = question.solveRange.lowerBound
      var high = question.solveRange.upperBound
      while low < high {
        let middle = low + (high - low + 1) / 2
        if let value = try cost(vary, middle), value <= question.budget { low = middle } else { high = middle - 1 }
      }
      var solve = low
      var found = try cost(vary, low)!
      if low < question.solveRange.upperBound, let above = try cost(vary, low + 1) {
        guard above >= found else { throw SweepError.notMonotone(in: question.solve.name) }
        if (above - question.budget).magnitude < (found - question.budget).magnitude { (solve, found) = (low + 1, above) }
      }
      rows.append(Row(vary: vary, solve: solve, cost: found, objective: try objective.evaluate([vary, solve])))
    }
    return rows
  }
}

public enum SweepError: Error, Hashable, Sendable, CustomStringConvertible {
  case undetermined(symbol: String, expression: String)
  case independent(of: String, cost: String)
  case notMonotone(in: String)
  case unreachable(budget: Int, least: Int)
  case tooManyRows(Int)

  public var description: String {
    switch self {
    case .undetermined(let symbol, let expression): "\(expression) also depends on \(symbol)"
    case .independent(let symbol, let cost): "the cost \(cost) does not depend on \(symbol)"
    case .notMonotone(let symbol): "the cost does not grow with \(symbol), so it cannot be solved for it"
    case .unreachable(let budget, let least): "nothing costs as little as \(budget): the least is \(least)"
    case .tooManyRows(let limit): "more than \(limit) rows are within the budget; narrow the range"
    }
  }
}
