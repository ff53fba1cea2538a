extension Expr {
  /// The derivative by a symbol; `nil` where a rounding, minimum or maximum holds the symbol.
  public func derivative(by symbol: Symbol) throws -> Expr? {
    var summands: [Expr] = []
    for term in polynomial.terms {
      for factor in term.monomial.factors where factor.atom.contains(symbol) {
        let inner: Expr
        switch factor.atom {
        case .symbol: inner = .one
        case .call(let call):
          guard call.isDenominator, let derivative = try call.arguments[0].derivative(by: symbol) else {
            return nil
          }
          inner = derivative
        }
        let rest = Expr(
          monomial: try term.monomial.divided(by: Monomial(factor.atom)),
          coefficient: try term.coefficient.multiplied(by: Rational(factor.exponent)))
        summands.append(try rest.multiplied(by: inner))
      }
    }
    return try Expr.sum(summands)
  }

  /// The highest power of a symbol; zero where it does not occur, `nil` where it occurs within a function or a
  /// sum in the denominator.
  public func degree(in symbol: Symbol) -> Int? {
    var degree: Int?
    for term in polynomial.terms {
      guard let exponent = term.monomial.exponent(of: symbol) else { return nil }
      degree = max(degree ?? exponent, exponent)
    }
    return degree ?? 0
  }

  /// The expression as a polynomial in one symbol: the coefficient of its n-th power at index n.
  ///
  /// `nil` where the symbol occurs within a function or in a denominator.
  ///
  /// - Throws: ``ArithmeticError/tooLarge(_:)`` for a degree beyond ``ExpressionLimits/terms``.
  public func coefficients(in symbol: Symbol) throws -> [Expr]? {
    guard let degree = degree(in: symbol) else { return nil }
    try ExpressionLimits.check(terms: degree)
    var rows = [[Polynomial.Term]](repeating: [], count: max(degree, 0) + 1)
    for term in polynomial.terms {
      guard let exponent = term.monomial.exponent(of: symbol), exponent >= 0 else { return nil }
      let rest = try term.monomial.divided(by: Monomial(.symbol(symbol)).power(exponent))
      rows[exponent].append(Polynomial.Term(monomial: rest, coefficient: term.coefficient))
    }
    // Terms with the same power of the symbol keep their order without it.
    return rows.map { Expr(Polynomial(terms: $0)) }
  }

  /// The sum over a symbol's values 0, 1, … up to one less than `count`, for every integer count from 0.
  ///
  /// `nil` where the symbol occurs within a function or in a denominator.
  ///
  /// - Throws: ``ArithmeticError`` for a degree beyond ``ExpressionLimits/terms``, or numbers beyond the range.
  public func summed(over symbol: Symbol, below count: Expr) throws -> Expr? {
    guard let coefficients = try coefficients(in: symbol) else { return nil }
    // (p + 1)·Σ iᵖ = nᵖ⁺¹ − Σ over j < p of (p+1 over j)·Σ iʲ
    var sums: [Expr] = []
    for power in coefficients.indices {
      var rest = try count.power(power + 1)
      var binomial = 1
      for (lower, sum) in sums.enumerated() {
        rest = try rest - sum * Expr(binomial)
        binomial = try binomial.multiplied(by: power + 1 - lower) / (lower + 1)
      }
      sums.append(try rest * Expr(Rational(1, power + 1)))
    }
    return try Expr.sum(zip(coefficients, sums).map { try $0 * $1 })
  }
}

extension Monomial {
  /// `nil` where the symbol occurs within another atom.
  fileprivate func exponent(of symbol: Symbol) -> Int? {
    var exponent = 0
    for factor in factors where factor.atom.contains(symbol) {
      guard case .symbol = factor.atom else { return nil }
      exponent = factor.exponent
    }
    return exponent
  }
}
