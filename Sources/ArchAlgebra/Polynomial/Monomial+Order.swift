extension Monomial {
  /// Whether this comes first in print: higher total degree, then the higher power of the alphabetically first
  /// atom (graded lexicographic order).
  ///
  /// Multiplying both sides by a monomial keeps the order, also with negative exponents. Polynomial division
  /// rests on that, and so does multiplication: a row of a product needs no sorting.
  func precedes(_ other: Monomial) -> Bool { order(against: other) < 0 }

  /// −1 if this comes first in print, 0 if the two are equal, 1 otherwise. One walk decides all three, since
  /// merging sums asks nothing else.
  func order(against other: Monomial) -> Int {
    if degree != other.degree { return degree > other.degree ? -1 : 1 }
    let common = min(factors.count, other.factors.count)
    for i in 0..<common {
      let (own, its) = (factors[i], other.factors[i])
      if own.atom == its.atom {
        if own.exponent != its.exponent { return own.exponent > its.exponent ? -1 : 1 }
      } else if own.atom < its.atom {
        return own.exponent > 0 ? -1 : 1
      } else {
        return its.exponent > 0 ? 1 : -1
      }
    }
    if factors.count > common { return factors[common].exponent > 0 ? -1 : 1 }
    if other.factors.count > common { return other.factors[common].exponent > 0 ? 1 : -1 }
    return 0
  }

  /// Whether no exponent is negative.
  var isPolynomial: Bool { factors.allSatisfy { $0.exponent > 0 } }

  /// The factors that are sums in the denominator; these sort last.
  var denominator: ArraySlice<Factor> {
    guard let last = factors.last, last.atom.isDenominator else { return [] }
    let start = factors.firstIndex { $0.atom.isDenominator }!
    return factors[start...]
  }
}
