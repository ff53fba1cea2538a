/// ⌊e⌋ and ⌈e⌉, mirror images of each other, brought to canonical form.
enum StepFunction {
  case floor, ceiling

  private var function: Function { self == .floor ? .floor : .ceiling }
  private var mirrored: StepFunction { self == .floor ? .ceiling : .floor }

  private func value(_ constant: Rational) -> Int { self == .floor ? constant.floor : constant.ceiling }

  func applied(to expr: Expr, assuming known: Assumptions) throws -> Expr {
    // Integer-valued parts stand outside; of the constant, all but a fraction.
    var (outside, inside) = try known.splitInteger(expr)
    let whole = Expr(value(inside.polynomial.constantTerm))
    outside = try outside.adding(whole)
    inside = try inside.subtracting(whole)
    return try outside.adding(appliedToFraction(inside, assuming: known))
  }

  private func appliedToFraction(_ inside: Expr, assuming known: Assumptions) throws -> Expr {
    if let constant = inside.constant { return Expr(value(constant)) }
    if inside.polynomial.leading.coefficient.sign < 0 {
      return try mirrored.appliedToFraction(inside.negated(), assuming: known).negated()
    }
    let range = known.range(of: inside)
    if let lower = range.lower, let upper = range.upper, value(lower) == value(upper) {
      return Expr(value(lower))
    }
    let offset = inside.polynomial.constantTerm
    let varying = try inside.subtracting(Expr(offset))
    guard let parts = known.granularity(of: varying) else {
      return try withoutInnerStep(inside, assuming: known) ?? atom(inside)
    }
    // `varying` is a multiple of 1/n: only as much of the offset counts as is one too, and
    // ⌈p − k/n⌉ = ⌊p + (n − 1 − k)/n⌋. Ceilings are kept for k = 0 only.
    let n = Rational(parts)
    let steps = value(try offset.multiplied(by: n))
    let upwards = self == .floor ? steps : try parts.adding(steps).subtracting(1)
    let floored = try varying.adding(Expr(Rational(upwards).divided(by: n)))
    let raised = try varying.adding(Expr(Rational(upwards.subtracting(parts - 1)).divided(by: n)))
    return try StepFunction.floor.withoutInnerStep(floored, assuming: known)
      ?? StepFunction.ceiling.withoutInnerStep(raised, assuming: known)
      ?? (upwards == parts - 1 ? StepFunction.ceiling.atom(raised) : StepFunction.floor.atom(floored))
  }

  /// ⌊(⌊x⌋ + m)/n⌋ = ⌊(x + m)/n⌋ for integers m and n: a stack of strided layers is one rounding.
  private func withoutInnerStep(_ inside: Expr, assuming known: Assumptions) throws -> Expr? {
    let terms = inside.polynomial.terms
    for term in terms where term.coefficient.numerator == 1 && term.monomial.factors.count == 1 {
      let factor = term.monomial.factors[0]
      guard factor.exponent == 1, let call = factor.atom.call, call.function == function else { continue }
      let outer = Expr(term.coefficient)
      let rest = try inside.subtracting(Expr(factor.atom).multiplied(by: outer))
      guard try known.isInteger(rest.divided(by: outer)) else { continue }
      return try applied(to: rest.adding(call.arguments[0].multiplied(by: outer)), assuming: known)
    }
    return nil
  }

  private func atom(_ inside: Expr) throws -> Expr {
    Expr(.call(try Call(function, [inside])))
  }
}
