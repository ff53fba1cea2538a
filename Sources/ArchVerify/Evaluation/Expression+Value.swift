import ArchAlgebra
import ArchSpec

/// The value of an expression of claims at given settings of one network: what a sweep prints beside its costs.
public struct ClaimExpression: Sendable {
  /// As it is written.
  public let text: String
  private let expression: ExprSyntax
  private let specification: Specification
  private let network: String
  private let lookUp: @Sendable (Name, Specification) throws -> (Specification, String)

  /// - Parameters:
  ///   - text: an expression, or the name of a claim of the network, whose left side is meant.
  ///   - lookUp: finds other networks that the expression names.
  /// - Throws: ``Diagnostic`` for what is no expression or mentions what there is not.
  public init(
    _ text: String, specification: Specification, network: String,
    lookUp: @escaping @Sendable (Name, Specification) throws -> (Specification, String)
  ) throws {
    self.text = text
    self.specification = specification
    self.network = network
    self.lookUp = lookUp
    let claims = specification.ledger.filter { $0.owner == network || $0.owner == nil }
    if let claim = claims.first(where: { $0.label == text }), let first = claim.syntax.comparisons.first {
      expression = first.left
    } else {
      expression = try parseExpression(Source(name: "column", text: text))
      try specification.checkNumber(expression, of: network)
    }
  }

  /// The value as text: a number, exact where it is.
  ///
  /// - Throws: ``Diagnostic`` where there is none.
  public func value(_ settings: [String: Value]) throws -> String {
    // Nothing is kept: a sweep has more points than fit into memory.
    let bench = Workbench(lookUp: lookUp)
    var evaluator = ClaimEvaluator(bench: bench, specification: specification, owner: network)
    for parameter in evaluator.parameters {
      guard let value = settings[parameter.name] else { continue }
      evaluator.settings[parameter.name] = value
      if let number = value.number {
        evaluator.values[parameter.name] = number
        evaluator.values[parameter.symbol.name] = number
      }
    }
    return try evaluator.amount(expression).description
  }
}
