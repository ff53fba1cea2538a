import ArchAlgebra

/// Trades one parameter for another at a given cost: for each value of `vary`, the value of `solve` that comes nearest
/// to the budget, and what becomes of an objective.
///
/// Which network it is about does not matter: its cost is asked for point by point.
public struct IsoCostSweep: Sendable {
  public struct Question: Sendable {
    /// The closed form of the cost, from which the continuous optimum follows.
    public var cost: Expr
    public var objective: Expr
    public var vary: Symbol
    public var solve: Symbol
    /// Values that the two may take.
    public var varyChoices: Choices
    public var solveChoices: Choices
    /// Whether the cost is known to grow with `vary`, so that nothing comes after the last row.
    public var growsWithVary: Bool
    public var budget: Int
    /// How far from the budget a row may lie to be the best one, and how far over it the least cost of a row.
    public var tolerance: Rational

    public init(
      cost: Expr, objective: Expr, vary: Symbol, solve: Symbol, varyChoices: Choices, solveChoices: Choices,
      growsWithVary: Bool, budget: Int, tolerance: Rational
    ) {
      self.cost = cost
      self.objective = objective
      self.vary = vary
      self.solve = solve
      self.varyChoices = varyChoices
      self.solveChoices = solveChoices
      self.growsWithVary = growsWithVary
      self.budget = budget
      self.tolerance = tolerance
    }
  }

  public struct Row: Sendable, Hashable {
    public var vary: Rational
    public var solve: Rational
    public var cost: Int
    public var objective: Rational
  }

  public let question: Question
  public let rows: [Row]
  /// The row with the greatest objective of those within the tolerance, of equal ones that nearest to the budget; `nil`
  /// where none is within.
  public let best: Int?
  /// The row nearest to the budget.
  public let nearest: Int
  public let optimum: ContinuousOptimum?
  /// How many values of `vary` were not tried, as the last of ``mostValues`` had been.
  public let untried: Int

  /// More rows than this are a slip of the pen.
  public static let mostRows = 10_000
  /// Values of `vary` that are tried.
  public static let mostValues = 20_000

  /// - Parameters:
  ///   - hasOptimum: whether the closed form holds for all values, so that its continuous optimum means something.
  ///   - cost: the cost at values of `vary` and `solve`; `nil` where they give no network.
  ///   - verified: the same by building the network, which is asked for each row.
  /// - Throws: ``SweepError`` if the cost neither grows nor falls with `solve`, or no row is within reach; what the
  ///   costs throw, but for ``ArithmeticError/overflow(_:)``.
  public init(
    _ question: Question, hasOptimum: Bool, cost: @escaping (Rational, Rational) throws -> Int?,
    verified: (Rational, Rational) throws -> Int?
  ) throws {
    self.question = question
    let limit = try (Rational(question.budget) * (Rational(1) + question.tolerance)).floor
    let count = min(question.varyChoices.count, Self.mostValues)
    var rows: [Row] = []
    var least: Int?
    var untried = question.varyChoices.count - count
    for index in 0..<count {
      let vary = try question.varyChoices.number(at: index)
      let search = CostSearch(count: question.solveChoices.count, budget: question.budget) {
        try cost(vary, try question.solveChoices.number(at: $0))
      }
      let found: (best: CostSearch.Found, least: Int)?
      do { found = try search.nearest() } catch is CostSearch.NotMonotone {
        throw SweepError.notMonotone(in: question.solve.name)
      }
      guard let found else { continue }
      least = min(least ?? found.least, found.least)
      guard found.least <= limit else {
        guard question.growsWithVary else { continue }
        untried = 0
        break
      }
      let solve = try question.solveChoices.number(at: found.best.index)
      guard let cost = try verified(vary, solve) else { continue }
      guard rows.count < Self.mostRows else { throw SweepError.tooManyRows(Self.mostRows) }
      let objective = try question.objective.evaluated([question.vary: vary, question.solve: solve])
      rows.append(Row(vary: vary, solve: solve, cost: cost, objective: objective))
    }
    self.rows = rows
    self.untried = untried
    func distance(_ row: Row) -> UInt { (row.cost - question.budget).magnitude }
    guard let nearest = rows.indices.min(by: { distance(rows[$0]) < distance(rows[$1]) }) else {
      throw SweepError.unreachable(budget: question.budget, least: least)
    }
    self.nearest = nearest
    let slack = try Rational(question.budget) * question.tolerance
    best = rows.indices.filter { Rational(Int(distance(rows[$0]))) <= slack }.max { a, b in
      let (a, b) = (rows[a], rows[b])
      return a.objective != b.objective ? a.objective < b.objective : distance(a) > distance(b)
    }
    optimum = hasOptimum ? try ContinuousOptimum(question) : nil
  }
}

public enum SweepError: Error, Hashable, Sendable, CustomStringConvertible {
  case notMonotone(in: String)
  case unreachable(budget: Int, least: Int?)
  case tooManyRows(Int)

  public var description: String {
    switch self {
    case .notMonotone(let symbol): "the cost neither grows nor falls with \(symbol), so it cannot be solved for it"
    case .unreachable(let budget, let least?):
      "nothing costs as little as \(budget): the least that was found is \(least)"
    case .unreachable(_, nil): "no value that was tried gives a network"
    case .tooManyRows(let limit): "more than \(limit) rows are within the budget; narrow the range"
    }
  }
}
