/// Looking into an expression without the inner types.
extension Expr {
  /// One summand: `coefficient · base₁^exponent₁ · …`.
  public struct Term: Hashable, Sendable {
    public struct Factor: Hashable, Sendable {
      /// A symbol or a function; a sum only where the exponent is negative.
      public let base: Expr
      /// Not zero; negative for what the term is divided by.
      public let exponent: Int
    }

    public let coefficient: Rational
    public let factors: [Factor]
  }

  /// The summands in the order in which they are printed; none for zero.
  public var terms: [Term] {
    polynomial.terms.map { Term(coefficient: $0.coefficient, factors: $0.monomial.publicFactors) }
  }

  /// All symbols, also those within functions.
  public var symbols: Set<Symbol> {
    var symbols: Set<Symbol> = []
    collectSymbols(into: &symbols)
    return symbols
  }

  /// Terms and what they are made of, symbols and functions with all that stands in them: how much there is to read.
  public var size: Int {
    polynomial.terms.reduce(0) { size, term in
      term.monomial.factors.reduce(size + 1) { $0 + ($1.atom.call?.size ?? 1) }
    }
  }

  /// Whether functions or denominators occur, so that the expression is not a polynomial in its symbols.
  public var isPolynomial: Bool {
    atoms.allSatisfy { $0.call == nil } && polynomial.terms.allSatisfy(\.monomial.isPolynomial)
  }

  func collectSymbols(into symbols: inout Set<Symbol>) {
    for atom in atoms { atom.collectSymbols(into: &symbols) }
  }

  func contains(_ symbol: Symbol) -> Bool {
    atoms.contains { $0.contains(symbol) }
  }

  /// The atoms of the sum itself, not those within.
  var atoms: Set<Atom> {
    guard case .polynomial(let polynomial) = form else { return [] }
    return Set(polynomial.terms.lazy.flatMap { $0.monomial.factors.lazy.map(\.atom) })
  }

  /// Any total order; used to sort arguments and atoms.
  func precedes(_ other: Expr) -> Bool {
    if let own = constant, let its = other.constant { return own < its }
    let (own, its) = (polynomial.terms, other.polynomial.terms)
    for (x, y) in zip(own, its) where x != y {
      if x.monomial != y.monomial { return x.monomial.precedes(y.monomial) }
      return x.coefficient < y.coefficient
    }
    return own.count < its.count
  }
}

extension Monomial {
  var publicFactors: [Expr.Term.Factor] {
    factors.map { factor in
      // A denominator is shown as the sum it is, not as the atom that holds it.
      let base = factor.atom.isDenominator ? factor.atom.call!.arguments[0] : Expr(factor.atom)
      return Expr.Term.Factor(base: base, exponent: factor.exponent)
    }
  }
}
