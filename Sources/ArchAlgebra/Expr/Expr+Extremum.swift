extension Expr {
  public static func minimum(_ a: Expr, _ b: Expr) throws -> Expr {
    try extremum(.minimum, of: [a, b], assuming: .none)
  }

  public static func maximum(_ a: Expr, _ b: Expr) throws -> Expr {
    try extremum(.maximum, of: [a, b], assuming: .none)
  }

  /// The least or greatest of the candidates, without those that another one is provably not worse than.
  ///
  /// Nested calls of the same function are flattened and the arguments sorted, so that both are associative and
  /// commutative also as atoms.
  static func extremum(_ function: Function, of candidates: [Expr], assuming known: Assumptions) throws -> Expr {
    let flat = candidates.flatMap { candidate -> [Expr] in
      guard case .polynomial(let polynomial) = candidate.form, polynomial.terms.count == 1,
        polynomial.leading.coefficient == .one, polynomial.leading.monomial.factors.count == 1,
        let factor = polynomial.leading.monomial.factors.first, factor.exponent == 1,
        let call = factor.atom.call, call.function == function
      else { return [candidate] }
      return call.arguments
    }
    var kept: [Expr] = []
    for candidate in flat {
      if try kept.contains(where: { try dominates($0, candidate, in: function, known) }) { continue }
      try kept.removeAll { try dominates(candidate, $0, in: function, known) }
      kept.append(candidate)
    }
    if kept.count == 1 { return kept[0] }
    kept.sort { $0.precedes($1) }
    return Expr(.call(try Call(function, kept)))
  }

  private static func dominates(
    _ a: Expr, _ b: Expr, in function: Function, _ known: Assumptions
  ) throws -> Bool {
    let advantage = try function == .maximum ? a.subtracting(b) : b.subtracting(a)
    return known.isNonNegative(advantage)
  }
}
