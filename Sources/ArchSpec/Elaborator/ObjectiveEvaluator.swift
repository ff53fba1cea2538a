import ArchAlgebra

extension Specification {
  /// The value of an expression of a sweep of a network: of the symbols in `open`, everything else at its setting.
  ///
  /// - Throws: ``Diagnostic`` where it cannot be evaluated.
  public func evaluate<D>(
    _ expression: ExprSyntax, of network: String, settings: [Architecture<D>.Setting], open: Set<Symbol>
  ) throws -> Expr {
    var values: [String: Value] = [:]
    for setting in settings {
      let symbol = setting.parameter.symbol
      let value = open.contains(symbol) ? Value.number(Expr(symbol)) : setting.value
      values[setting.parameter.name] = value
      values[symbol.name] = value
    }
    var evaluator = NamedValues(values: values)
    for constant in constants { evaluator.constants[constant.name.text] = constant.value }
    for case .item(let item) in self.network(named: network)?.members ?? [] {
      if case .constant(let constant) = item.kind { evaluator.constants[constant.name.text] = constant.value }
    }
    return try evaluator.number(expression)
  }
}

/// Evaluates expressions over given names.
public struct NamedValues: EvaluationContext {
  public var values: [String: Value]
  /// Named values that are computed where they are asked for.
  var constants: [String: ExprSyntax] = [:]
  var nesting = 0

  public init(values: [String: Value]) { self.values = values }

  /// Whether a condition holds of the values.
  ///
  /// - Throws: ``Diagnostic`` where it is no condition or mentions what has no value.
  public mutating func holds(_ condition: ExprSyntax) throws -> Bool { try boolean(condition) }

  mutating func lookUp(_ name: String) throws -> Value? {
    try values[name] ?? constants[name].map { try evaluate($0) }
  }

  var knownNames: [String] { Array(values.keys) + Array(constants.keys) }

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
