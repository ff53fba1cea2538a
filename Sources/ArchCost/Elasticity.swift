import ArchAlgebra

extension Expr {
  /// The elasticity d ln f / d ln x at a point: f grows like x to this power there.
  ///
  /// `nil` where a rounding holds the symbol, so that there is no derivative, or where the value is 0.
  public func elasticity(by symbol: Symbol, at point: [Symbol: Rational]) throws -> Double? {
    guard let derivative = try derivative(by: symbol) else { return nil }
    let symbols = symbols.union([symbol]).sorted()
    guard
      let values = try? symbols.map({ symbol in
        guard let value = point[symbol] else { throw ArithmeticError.undefinedSymbol(symbol.name) }
        return value.doubleValue
      })
    else { return nil }
    let value = try CompiledExpr(self, variables: symbols).evaluateDouble(values)
    let slope = try CompiledExpr(derivative, variables: symbols).evaluateDouble(values)
    let elasticity = slope / value * values[symbols.firstIndex(of: symbol)!]
    return value != 0 && elasticity.isFinite ? elasticity : nil
  }
}
