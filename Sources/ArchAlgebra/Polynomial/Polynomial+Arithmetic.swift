// Sums and products term by term. Denominators that are sums are not cancelled here but in ``Fraction``.
extension Polynomial {
  func adding(_ other: Polynomial) throws -> Polynomial {
    try merged(with: other, isDifference: false)
  }

  func subtracting(_ other: Polynomial) throws -> Polynomial {
    try merged(with: other, isDifference: true)
  }

  private func merged(with other: Polynomial, isDifference: Bool) throws -> Polynomial {
    let (a, b) = (terms, other.terms)
    var result: [Term] = []
    result.reserveCapacity(a.count + b.count)
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      let order = a[i].monomial.order(against: b[j].monomial)
      if order == 0 {
        let (x, y) = (a[i].coefficient, b[j].coefficient)
        let sum = try isDifference ? x.subtracting(y) : x.adding(y)
        if sum != .zero { result.append(Term(monomial: a[i].monomial, coefficient: sum)) }
        i += 1
        j += 1
      } else if order < 0 {
        result.append(a[i])
        i += 1
      } else {
        result.append(try isDifference ? b[j].negated() : b[j])
        j += 1
      }
    }
    result += a[i...]
    result += try isDifference ? b[j...].map { try $0.negated() } : Array(b[j...])
    try ExpressionLimits.check(terms: result.count)
    return Polynomial(terms: result)
  }

  func multiplied(by other: Polynomial) throws -> Polynomial {
    // Rows of the longer one: fewer merges.
    let (short, long) = terms.count <= other.terms.count ? (self, other) : (other, self)
    return try Polynomial.sum(short.terms.count) { try long.multiplied(by: short.terms[$0]) }
  }

  /// Merges pairwise, as merge sort does: linear merging would be quadratic in the number of summands.
  static func sum(_ count: Int, _ summand: (Int) throws -> Polynomial) throws -> Polynomial {
    func sum(_ range: Range<Int>) throws -> Polynomial {
      switch range.count {
      case 0: return .zero
      case 1: return try summand(range.lowerBound)
      default:
        let middle = range.lowerBound + range.count / 2
        return try sum(range.lowerBound..<middle).adding(sum(middle..<range.upperBound))
      }
    }
    return try sum(0..<count)
  }

  /// The product with one term, which keeps the order of terms.
  func multiplied(by term: Term) throws -> Polynomial {
    Polynomial(
      terms: try terms.map {
        Term(
          monomial: try $0.monomial.multiplied(by: term.monomial),
          coefficient: try $0.coefficient.multiplied(by: term.coefficient))
      })
  }

  func scaled(by factor: Rational) throws -> Polynomial {
    if factor == .zero { return .zero }
    if factor == .one { return self }
    return try multiplied(by: Term(monomial: .one, coefficient: factor))
  }

  func power(_ exponent: Int) throws -> Polynomial {
    precondition(exponent >= 0)
    if terms.count == 1, exponent > 0 {
      return Polynomial(
        terms: [
          Term(
            monomial: try leading.monomial.power(exponent),
            coefficient: try leading.coefficient.power(exponent))
        ])
    }
    var result = Polynomial(.one)
    var base = self
    var remaining = exponent
    while remaining > 0 {
      if remaining & 1 == 1 { result = try result.multiplied(by: base) }
      remaining >>= 1
      if remaining > 0 { base = try base.multiplied(by: base) }
    }
    return result
  }
}

extension Polynomial.Term {
  func negated() throws -> Self {
    Self(monomial: monomial, coefficient: try coefficient.negated())
  }
}
