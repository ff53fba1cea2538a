/// Spells expressions. Coefficients that are fractions put their denominator behind: `3·R²/4`.
struct ExprPrinter {
  let style: Expr.Style

  private var times: String { style == .ascii ? "*" : "·" }
  private var minus: String { style == .ascii ? "-" : "−" }

  func sum(_ expr: Expr) -> String {
    let polynomial = expr.polynomial
    if polynomial.isZero { return "0" }
    if polynomial.terms.count > 1, !polynomial.denominator.isEmpty { return quotient(expr) }
    var text = ""
    for (index, term) in polynomial.terms.enumerated() {
      let isNegative = term.coefficient.sign < 0
      text += index == 0 ? (isNegative ? minus : "") : isNegative ? " \(minus) " : " + "
      text += monomial(term.monomial, times: term.coefficient)
    }
    return text
  }

  /// The expression as a product, if it is one; else as a sum.
  func product(_ expr: Expr) -> String {
    guard let form = try? expr.polynomial.primitiveForm(), form.primitive.terms.count > 1,
      !form.monomial.isOne || form.content.numerator.magnitude != 1 || form.content.denominator != 1
    else { return sum(expr) }
    let sign = form.content.sign < 0 ? minus : ""
    return sign
      + monomial(form.monomial, times: form.content, and: [parenthesized(Expr(form.primitive))])
  }

  /// The magnitude of a term; its sign is printed by the sum.
  private func monomial(
    _ monomial: Monomial, times coefficient: Rational, and others: [String] = []
  ) -> String {
    var numerator: [String] = []
    let positive = monomial.factors.filter { $0.exponent > 0 }
    if coefficient.numerator.magnitude != 1 || positive.isEmpty && others.isEmpty {
      numerator.append(String(coefficient.numerator.magnitude))
    }
    numerator += positive.map { power(atom($0.atom), $0.exponent.magnitude) } + others
    let negative = monomial.factors.filter { $0.exponent < 0 }
    return over(numerator, negative, coefficient.denominator)
  }

  private func over(_ numerator: [String], _ factors: [Monomial.Factor], _ constant: Int) -> String {
    let denominator =
      (constant == 1 ? [] : [String(constant)])
      + factors.map { power(atom($0.atom), $0.exponent.magnitude) }
    let top = numerator.joined(separator: times)
    switch denominator.count {
    case 0: return top
    case 1: return "\(top)/\(denominator[0])"
    default: return "\(top)/(\(denominator.joined(separator: times)))"
    }
  }

  private func parenthesized(_ expr: Expr) -> String {
    expr.polynomial.terms.count > 1 ? "(\(sum(expr)))" : sum(expr)
  }

  private func power(_ base: String, _ exponent: UInt) -> String {
    if exponent == 1 { return base }
    if style == .ascii { return "\(base)^\(exponent)" }
    let digits = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return base + String(exponent).map { digits[$0.wholeNumberValue!] }.joined()
  }

  private func atom(_ atom: Atom) -> String {
    switch atom {
    case .symbol(let symbol): return symbol.name
    case .call(let call):
      let arguments = call.arguments
      switch (call.function, style) {
      case (.sum, _): return "(\(sum(arguments[0])))"
      case (.floor, .typographic): return "⌊\(quotient(arguments[0]))⌋"
      case (.ceiling, .typographic): return "⌈\(quotient(arguments[0]))⌉"
      case (.floor, .ascii): return "floor(\(quotient(arguments[0])))"
      case (.ceiling, .ascii): return "ceil(\(quotient(arguments[0])))"
      case (.rounded, _): return "round(\(quotient(arguments[0])))"
      case (.roundedHalfEven, _): return "roundEven(\(quotient(arguments[0])))"
      case (.minimum, _): return "min(\(arguments.map(sum).joined(separator: ", ")))"
      case (.maximum, _): return "max(\(arguments.map(sum).joined(separator: ", ")))"
      case (.divisible, _): return "divisible(\(sum(arguments[0])), by: \(sum(arguments[1])))"
      }
    }
  }

  /// Over one denominator, as sums are written within a rounding: ⌊(H − 1)/2⌋ and not ⌊H/2 − 1/2⌋.
  private func quotient(_ expr: Expr) -> String {
    let polynomial = expr.polynomial
    guard polynomial.terms.count > 1,
      let constant = try? polynomial.terms.reduce(1, { try leastCommonMultiple($0, $1.coefficient.denominator) }),
      let denominator = try? polynomial.terms.reduce(
        Monomial.one,
        { common, term in
          try common.combined(with: term.monomial) { max($0, try 0.subtracting($1)) }
        }),
      let numerator = try? polynomial.multiplied(
        by: Polynomial.Term(monomial: denominator, coefficient: Rational(constant))),
      constant != 1 || !denominator.isOne
    else { return sum(expr) }
    return over([parenthesized(Expr(numerator))], denominator.factors, constant)
  }
}
