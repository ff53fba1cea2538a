extension Monomial {
  /// Whether this comes first in print: higher total degree, then the higher power of the alphabetically first
  /// atom (graded lexicographic order).
  ///
  /// Multiplying both sides by a monomial keeps the order, also with negative exponents. Polynomial division
  /// rests on that, and so does multiplication: a row of a product needs no sorting.
  func precedes(_ other: Monomial) -> Bool {
    if degree != other.degree { return degree > other.degree }
    var i = 0
    while true {
      switch (i < factors.count, i < other.factors.count) {
      case (false, false): return false
      case (true, false): return factors[i].exponent > 0
      case (false, true): return other.factors[i].exponent < 0
      case (true, true):
        let (own, its) = (factors[i], other.factors[i])
        if own.atom == its.atom {
          if own.exponent != its.exponent { return own.exponent > its.exponent }
        } else {
          return own.atom < its.atom ? own.exponent > 0 : its.exponent < 0
        }
      }
      i += 1
    }
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
