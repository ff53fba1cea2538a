extension Assumptions {
  /// −1, 0 or 1 where the sign of the value can be proved, wherever the expression is defined.
  public func sign(of expr: Expr) -> Int? {
    if let constant = expr.constant { return constant.sign }
    if isPositive(expr) { return 1 }
    guard let opposite = try? expr.negated() else { return nil }
    if isPositive(opposite) { return -1 }
    return isNonNegative(expr) && isNonNegative(opposite) ? 0 : nil
  }

  public func isNonNegative(_ expr: Expr) -> Bool { proves(expr, isStrict: false, relaxations: 3) }

  public func isPositive(_ expr: Expr) -> Bool { proves(expr, isStrict: true, relaxations: 3) }

  /// Whether one of the methods shows `expr` ≥ 0, or `expr` > 0.
  private func proves(_ expr: Expr, isStrict: Bool, relaxations: Int) -> Bool {
    if let lower = range(of: expr).lower, lower > .zero || lower == .zero && !isStrict { return true }
    guard expr.constant == nil, expr.polynomial.terms.count <= 100, !isLinearInSymbols(expr) else { return false }
    if (try? provesByShifting(expr, isStrict: isStrict)) ?? false { return true }
    return relaxations > 0
      && ((try? provesByRelaxing(expr, isStrict: isStrict, relaxations: relaxations - 1)) ?? false)
  }

  /// Whether each symbol occurs once and alone, so that the range of the sum is exact and nothing more can be proved.
  private func isLinearInSymbols(_ expr: Expr) -> Bool {
    divisors.isEmpty
      && expr.polynomial.terms.allSatisfy { term in
        guard let factor = term.monomial.factors.first else { return true }
        return term.monomial.factors.count == 1 && factor.exponent == 1 && factor.atom.call == nil
      }
  }

  /// Writes each atom as its lower bound plus something that is not negative: if no coefficient is negative then,
  /// neither is the sum. So H² − 2·H with H ≥ 2 is H′² + 2·H′.
  private func provesByShifting(_ expr: Expr, isStrict: Bool) throws -> Bool {
    let cleared = try clearingDenominators(expr)
    guard let cleared, (cleared.polynomial.terms.map(\.monomial.degree).max() ?? 0) <= 16 else { return false }
    var signed: Set<Atom> = []
    let shifted = try cleared.mappingAtoms { atom in
      let range = range(of: atom)
      if let lower = range.lower {
        signed.insert(atom)
        return try Expr(atom).adding(Expr(lower))
      }
      if let upper = range.upper {
        signed.insert(atom)
        return try Expr(upper).subtracting(Expr(atom))
      }
      return nil
    }
    let terms = shifted.polynomial.terms
    guard !isStrict || shifted.polynomial.constantTerm > .zero else { return false }
    return terms.allSatisfy { term in
      term.coefficient > .zero
        && term.monomial.factors.allSatisfy { signed.contains($0.atom) || $0.exponent % 2 == 0 }
    }
  }

  /// The expression times its denominators; `nil` unless these are positive.
  private func clearingDenominators(_ expr: Expr) throws -> Expr? {
    let terms = expr.polynomial.terms
    let denominator = try terms.reduce(Monomial.one) { common, term in
      try common.combined(with: term.monomial) { min($0, $1, 0) }
    }
    if denominator.isOne { return expr }
    guard
      denominator.factors.allSatisfy({ $0.exponent % 2 == 0 || range(of: $0.atom).isNonNegative })
    else { return nil }
    return Expr(
      try expr.polynomial.multiplied(
        by: Polynomial.Term(monomial: try denominator.power(-1), coefficient: .one)))
  }

  /// Replaces a function by what bounds it from the side that counts: H − ⌊H/2⌋ is at least H − H/2.
  private func provesByRelaxing(_ expr: Expr, isStrict: Bool, relaxations: Int) throws -> Bool {
    let calls = expr.atoms.filter { $0.call.map { !$0.isDenominator } ?? false }
    // Every order in which calls can be relaxed is tried, so with many of them this would take long.
    guard calls.count <= 4 else { return false }
    for atom in calls {
      guard let call = atom.call, let factor = try linearFactor(of: atom, in: expr) else { continue }
      let range = range(of: factor)
      guard range.isNonNegative || range.isNonPositive else { continue }
      let (bounds, needsAll) = try self.bounds(of: call, fromBelow: range.isNonNegative)
      let proofs = bounds.lazy.map { bound in
        guard let relaxed = try? expr.mappingAtoms({ $0 == atom ? bound : nil }) else { return false }
        return self.proves(relaxed, isStrict: isStrict, relaxations: relaxations)
      }
      if !bounds.isEmpty, needsAll ? proofs.allSatisfy({ $0 }) : proofs.contains(true) { return true }
    }
    return false
  }

  /// What the atom is multiplied by; `nil` if it occurs in a power.
  private func linearFactor(of atom: Atom, in expr: Expr) throws -> Expr? {
    var terms: [Polynomial.Term] = []
    for term in expr.polynomial.terms {
      guard let factor = term.monomial.factors.first(where: { $0.atom == atom }) else { continue }
      guard factor.exponent == 1 else { return nil }
      terms.append(
        Polynomial.Term(
          monomial: try term.monomial.divided(by: Monomial(atom)), coefficient: term.coefficient))
    }
    return Expr(Polynomial(terms: terms))
  }

  /// Expressions that bound a call from one side, and whether they do so only together.
  private func bounds(of call: Call, fromBelow: Bool) throws -> (bounds: [Expr], needsAll: Bool) {
    let argument = call.arguments[0]
    // A multiple of 1/n is at most (n − 1)/n away from its floor.
    let parts = granularity(of: argument)
    let step = Expr(try parts.map { try Rational($0 - 1, $0) } ?? .one)
    let half = Expr(Rational(reduced: 1, over: 2))
    switch call.function {
    case .floor: return ([fromBelow ? try argument.subtracting(step) : argument], false)
    case .ceiling: return ([fromBelow ? argument : try argument.adding(step)], false)
    case .rounded, .roundedHalfEven:
      return ([try fromBelow ? argument.subtracting(half) : argument.adding(half)], false)
    case .minimum: return (call.arguments, fromBelow)
    case .maximum: return (call.arguments, !fromBelow)
    case .divisible:
      return (fromBelow ? [try argument.multiplied(by: Expr(Rational(reduced: 9, over: 10)))] : [], false)
    case .sum: return ([], false)
    }
  }
}
