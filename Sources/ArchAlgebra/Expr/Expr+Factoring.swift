extension Expr {
  /// `content · Π base^exponent · rest`, where the rest has coprime integer coefficients, a positive leading one,
  /// and no factor in common to all its terms.
  ///
  /// Zero is `0 · 1`, and a constant `c · 1`.
  public func factored() throws -> (content: Rational, common: [(base: Expr, exponent: Int)], rest: Expr) {
    if let constant { return (constant, [], .one) }
    let form = try polynomial.primitiveForm()
    let common = form.monomial.publicFactors.map { (base: $0.base, exponent: $0.exponent) }
    return (form.content, common, Expr(form.primitive))
  }
}
