/// A sum of terms that is not a constant: the inside of ``Expr``.
///
/// Invariant: terms stand in the order of print (``Monomial/precedes(_:)``) without repetition, and no
/// coefficient is zero. Two polynomials are equal exactly if their terms are.
struct Polynomial: Hashable, Sendable {
  struct Term: Hashable, Sendable {
    var monomial: Monomial
    var coefficient: Rational
  }

  let terms: [Term]

  init(terms: [Term]) { self.terms = terms }

  init(_ constant: Rational) {
    terms = constant == .zero ? [] : [Term(monomial: .one, coefficient: constant)]
  }

  static let zero = Polynomial(terms: [])

  var isZero: Bool { terms.isEmpty }
  var leading: Term { terms[0] }

  /// The value if there is no monomial but 1.
  var constant: Rational? {
    switch terms.count {
    case 0: .zero
    case 1: terms[0].monomial.isOne ? terms[0].coefficient : nil
    default: nil
    }
  }

  /// The constant term.
  var constantTerm: Rational {
    terms.first { $0.monomial.isOne }?.coefficient ?? .zero
  }

  /// The sums that all terms are divided by: those of the first, because all have the same.
  var denominator: ArraySlice<Monomial.Factor> { terms.first?.monomial.denominator ?? [] }
}
