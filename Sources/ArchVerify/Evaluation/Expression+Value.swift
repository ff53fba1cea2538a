import ArchAlgebra
import ArchSpec

/// An expression or a condition of claims at given settings of one network: what a sweep prints beside its costs, and
/// what it filters by.
public struct ClaimExpression: Sendable {
  public typealias LookUp = @Sendable (Name, Specification) throws -> (Specification, String)

  /// As it is written.
  public let text: String
  private let expression: ExprSyntax
  private let specification: Specification
  private let lookUp: LookUp
  private let scope: ClaimScope

  /// - Parameters:
  ///   - text: an expression, or the name of a claim of the network, whose left side is meant.
  ///   - other: the claim of another file that has a name: its left side is meant, too.
  ///   - lookUp: finds other networks that the expression names.
  /// - Throws: ``Diagnostic`` for what is no expression or mentions what there is not.
  public init(
    _ text: String, specification: Specification, network: String,
    other: (String) throws -> RecordedClaim? = { _ in nil },
    lookUp: @escaping LookUp
  ) throws {
    let claims = specification.ledger.filter { $0.owner == network || $0.owner == nil }
    var left = claims.first { $0.label == text }?.syntax.comparisons.first?.left
    if left == nil {
      do {
        let expression = try parseExpression(Source(name: "column", text: text))
        try specification.checkNumber(expression, of: network)
        left = expression
      } catch let error as Diagnostic {
        guard let claim = try other(text) else { throw error }
        guard let first = claim.syntax.comparisons.first else {
          throw Diagnostic("the claim \(text) compares nothing", at: .none)
        }
        left = first.left
      }
    }
    self.init(left!, text: text, specification, network, lookUp)
  }

  /// - Parameter figures: names that the condition may mention besides, whose values are given where it is judged.
  /// - Throws: ``Diagnostic`` for what is no condition or mentions what there is not.
  public init(
    condition: ExprSyntax, figures: [String], specification: Specification, network: String, lookUp: @escaping LookUp
  ) throws {
    try specification.checkCondition(condition, of: network, figures: figures)
    self.init(condition, text: condition.description, specification, network, lookUp)
  }

  private init(
    _ expression: ExprSyntax, text: String, _ specification: Specification, _ network: String,
    _ lookUp: @escaping LookUp
  ) {
    self.text = text
    self.expression = expression
    self.specification = specification
    self.lookUp = lookUp
    scope = ClaimScope(specification, owner: network)
  }

  /// The value as text: a number, exact where it is.
  ///
  /// - Throws: ``Diagnostic`` where there is none.
  public func value(_ settings: [String: Value]) throws -> String {
    try evaluator(settings).amount(expression).description
  }

  /// Whether the condition holds.
  ///
  /// - Throws: ``Diagnostic`` where it cannot be told.
  public func holds(_ settings: [String: Value], figures: [String: Int]) throws -> Bool {
    var evaluator = evaluator(settings)
    for (name, value) in figures { evaluator.values[name] = Expr(value) }
    return try evaluator.holds(expression)
  }

  private func evaluator(_ settings: [String: Value]) -> ClaimEvaluator {
    // Nothing is kept: a sweep has more points than fit into memory.
    var evaluator = ClaimEvaluator(bench: Workbench(lookUp: lookUp), specification: specification, scope)
    for parameter in scope.parameters {
      guard let value = settings[parameter.name] else { continue }
      evaluator.settings[parameter.name] = value
      if let number = value.number {
        evaluator.values[parameter.name] = number
        evaluator.values[parameter.symbol.name] = number
      }
    }
    return evaluator
  }
}
