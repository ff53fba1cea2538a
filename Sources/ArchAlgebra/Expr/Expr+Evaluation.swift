extension Expr {
  /// The expression with expressions in the place of symbols; symbols without a value stay.
  ///
  /// - Throws: ``ArithmeticError``, such as ``ArithmeticError/divisionByZero(_:)`` where a denominator vanishes.
  public func substituting(_ values: [Symbol: Expr]) throws -> Expr {
    try mappingAtoms { atom in
      switch atom {
      case .symbol(let symbol): values[symbol]
      case .call(let call):
        // Functions of other symbols keep the simplifications that assumptions have given them.
        call.arguments.contains { values.keys.contains(where: $0.contains) }
          ? try Expr.apply(call.function, call.arguments.map { try $0.substituting(values) }, assuming: .none)
          : nil
      }
    }
  }

  /// The value where every symbol has one.
  ///
  /// - Throws: ``ArithmeticError/undefinedSymbol(_:)``, or another ``ArithmeticError`` where there is no value.
  public func evaluated(_ values: [Symbol: Rational]) throws -> Rational {
    switch form {
    case .constant(let value): return value
    case .polynomial(let polynomial):
      return try polynomial.terms.reduce(Rational.zero) { sum, term in
        let value = try term.monomial.factors.reduce(term.coefficient) {
          try $0.multiplied(by: $1.atom.evaluated(values).power($1.exponent))
        }
        return try sum.adding(value)
      }
    }
  }

  /// Rebuilds the sum with other expressions in the place of its atoms; `nil` keeps an atom.
  func mappingAtoms(_ transform: (Atom) throws -> Expr?) throws -> Expr {
    guard case .polynomial(let polynomial) = form else { return self }
    var images: [Atom: Expr] = [:]
    for atom in atoms { images[atom] = try transform(atom) }
    if images.isEmpty { return self }
    let summands = try polynomial.terms.map { term in
      var kept: [Monomial.Factor] = []
      var product = Expr(term.coefficient)
      for factor in term.monomial.factors {
        guard let image = images[factor.atom] else { kept.append(factor); continue }
        product = try product.multiplied(by: image.power(factor.exponent))
      }
      return try kept.isEmpty ? product : product.multiplied(by: Expr(monomial: Monomial(factors: kept)))
    }
    return try Expr.sum(summands)
  }

  /// A function of expressions, simplified by what is known of them.
  static func apply(_ function: Function, _ arguments: [Expr], assuming known: Assumptions) throws -> Expr {
    switch function {
    case .floor: try arguments[0].floor(assuming: known)
    case .ceiling: try arguments[0].ceiling(assuming: known)
    case .rounded: try arguments[0].rounded(assuming: known)
    case .roundedHalfEven: try arguments[0].roundedHalfEven(assuming: known)
    case .minimum, .maximum: try extremum(function, of: arguments, assuming: known)
    case .divisible: try arguments[0].divisible(by: arguments[1])
    case .sum: arguments[0]
    }
  }
}

extension Atom {
  fileprivate func evaluated(_ values: [Symbol: Rational]) throws -> Rational {
    switch self {
    case .symbol(let symbol):
      guard let value = values[symbol] else { throw ArithmeticError.undefinedSymbol(symbol.name) }
      return value
    case .call(let call): return try call.function(call.arguments.map { try $0.evaluated(values) })
    }
  }
}
