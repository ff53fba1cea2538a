import ArchAlgebra

extension Specification {
  /// The value of an expression of a sweep: of the symbols in `open`, everything else at its setting.
  public func evaluate<D>(
    _ expression: ExprSyntax, settings: [Architecture<D>.Setting], open: Set<Symbol>
  ) throws -> Expr {
    var values: [String: Value] = [:]
    for setting in settings {
      let symbol = setting.parameter.symbol
      let value = open.contains(symbol) ? Value.number(Expr(symbol)) : setting.value
      values[setting.parameter.name] = value
      values[symbol.name] = value
    }
    var evaluator = NamedValues(values: values)
    return try evaluator.number(expression)
  }
}

/// Evaluates expressions over given names.
public struct NamedValues: EvaluationContext {
  public var values: [String: Value]
  var nesting = 0

  public init(values: [String: Value]) { self.values = values }

  /// Whether a condition holds of the values.
  ///
  /// - Throws: ``Diagnostic`` where it is no condition or mentions what has no value.
  public mutating func holds(_ condition: ExprSyntax) throws -> Bool { try boolean(condition) }

  mutating func lookUp(_ name: String) throws -> Value? { values[name] }
  var knownNames: [String] { Array(values.keys) }

  mutating func input(_ member: Name?, at place: Place) throws -> Expr {
    throw Diagnostic("'in' means nothing here", at: place)
  }

  mutating func decide(_ left: Expr, _ relation: Condition.Relation, _ right: Expr) throws -> Bool {
    guard let order = try left.ordered(against: right) else {
      throw Diagnostic("this depends on what is swept", at: .none)
    }
    return relation.holds(order)
  }
}
