extension Assumptions {
  /// Whether the expression is provably integer-valued, term by term.
  ///
  /// That H·(H − 1)/2 is an integer although neither term is one, is not seen.
  public func isInteger(_ expr: Expr) -> Bool {
    if let constant = expr.constant { return constant.isInteger }
    return granularity(of: expr) == 1
  }

  /// Like ``isInteger(_:)``, and `false` where the expression is an integer plus a fraction; `nil` if undecided.
  func isInteger(orElseNot expr: Expr) -> Bool? {
    if isInteger(expr) { return true }
    let offset = expr.polynomial.constantTerm
    let rest = Polynomial(terms: expr.polynomial.terms.filter { !$0.monomial.isOne })
    return !offset.isInteger && isInteger(Expr(rest)) ? false : nil
  }

  /// What must divide what for the expression to be an integer: 2 divides w for w/2, r divides 256 for 256/r, and 1
  /// divides 32·α for 32·α with any rational α; `nil` where it is provably one.
  public func divisibility(ofInteger expr: Expr) throws -> (divisor: Expr, dividend: Expr)? {
    if isInteger(expr) { return nil }
    let denominators = try expr.polynomial.terms.reduce(Monomial.one) { common, term in
      try common.combined(with: term.monomial) { min($0, $1, 0) }
    }
    guard denominators.factors.allSatisfy({ isInteger($0.atom) }) else { return (.one, expr) }
    var divisor = Expr(monomial: try denominators.power(-1))
    guard let parts = granularity(of: try expr.multiplied(by: divisor)) else { return (.one, expr) }
    divisor = try divisor.multiplied(by: Expr(parts))
    return (divisor, try expr.multiplied(by: divisor))
  }

  /// The least n such that the expression is provably a multiple of 1/n.
  func granularity(of expr: Expr) -> Int? {
    var result = 1
    for term in expr.polynomial.terms {
      guard let divisor = knownDivisor(of: term.monomial),
        let steps = try? term.coefficient.multiplied(by: Rational(divisor)),
        let common = try? leastCommonMultiple(result, steps.denominator)
      else { return nil }
      result = common
    }
    return result
  }

  /// The parts of a sum that are provably integers, and the rest. Of 5/2·H with an integer H, that is 2·H.
  func splitInteger(_ expr: Expr) throws -> (integer: Expr, rest: Expr) {
    var (integer, rest): ([Polynomial.Term], [Polynomial.Term]) = ([], [])
    for term in expr.polynomial.terms {
      var remaining = term.coefficient
      if let divisor = knownDivisor(of: term.monomial) {
        // The monomial is `divisor` times an integer: what counts is the coefficient of that integer.
        let steps = try term.coefficient.multiplied(by: Rational(divisor))
        let whole = try Rational(steps.numerator / steps.denominator, divisor)
        if whole != .zero { integer.append(Polynomial.Term(monomial: term.monomial, coefficient: whole)) }
        remaining = try term.coefficient.subtracting(whole)
      }
      if remaining != .zero { rest.append(Polynomial.Term(monomial: term.monomial, coefficient: remaining)) }
    }
    return (Expr(Polynomial(terms: integer)), Expr(Polynomial(terms: rest)))
  }

  /// The greatest integer that is known to divide a monomial; `nil` where it is not known to be an integer.
  ///
  /// Every way to write the monomial as a product of declared multiples and integers counts, and they combine:
  /// what 8 and 12 divide, 24 divides.
  func knownDivisor(of monomial: Monomial) -> Int? {
    var result = divisorFromFactors(of: monomial)
    for (product, divisor) in divisors {
      guard let rest = try? monomial.divided(by: product), rest.isPolynomial || rest.isOne,
        let remaining = knownDivisor(of: rest),
        let total = try? remaining.multiplied(by: divisor)
      else { continue }
      result = (try? leastCommonMultiple(result ?? 1, total)) ?? result
    }
    return result
  }

  private func divisorFromFactors(of monomial: Monomial) -> Int? {
    var result = 1
    for factor in monomial.factors {
      guard factor.exponent > 0, isInteger(factor.atom) else { return nil }
      guard let call = factor.atom.call, call.function == .divisible,
        let divisor = call.arguments[1].integerConstant,
        let power = try? Rational(divisor).power(factor.exponent).integer,
        let product = try? result.multiplied(by: power)
      else { continue }
      result = product
    }
    return result
  }

  private func isInteger(_ atom: Atom) -> Bool {
    switch atom {
    case .symbol(let symbol): integers.contains(symbol)
    case .call(let call):
      switch call.function {
      case .floor, .ceiling, .rounded, .roundedHalfEven, .divisible: true
      case .minimum, .maximum: call.arguments.allSatisfy { isInteger($0) }
      case .sum: false
      }
    }
  }
}
