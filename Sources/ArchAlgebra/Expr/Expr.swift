/// An exact expression over named symbols: the dimension of a whole family of networks.
///
/// A sum of rational coefficients times monomials, kept in one canonical order, so that polynomials are equal
/// exactly if they are identities. What is not a polynomial is an atom within one: ⌊a/b⌋ and other roundings,
/// minimum and maximum, and sums in a denominator. Expressions with atoms are equal if they are written the same
/// after the obvious simplifications; ``simplified(assuming:)`` decides more where more is known of the symbols.
///
/// A network of twenty thousand layers has many widths that are plain numbers: a constant is held inline and
/// computed with without allocation.
public struct Expr: Hashable, Sendable {
  enum Form: Hashable, Sendable {
    case constant(Rational)
    /// Never a polynomial that is constant.
    case polynomial(Polynomial)
  }

  let form: Form

  public static let zero = Expr(0)
  public static let one = Expr(1)

  public init(_ value: Int) { form = .constant(Rational(value)) }

  public init(_ value: Rational) { form = .constant(value) }

  public init(_ symbol: Symbol) { self.init(Atom.symbol(symbol)) }

  public static func symbol(_ name: String) -> Expr { Expr(Symbol(name)) }

  init(_ polynomial: Polynomial) {
    form = polynomial.constant.map(Form.constant) ?? .polynomial(polynomial)
  }

  init(_ atom: Atom) {
    self.init(monomial: Monomial(atom))
  }

  init(monomial: Monomial, coefficient: Rational = .one) {
    self.init(Polynomial(terms: [Polynomial.Term(monomial: monomial, coefficient: coefficient)]))
  }

  /// The expression as terms; for a constant this allocates.
  var polynomial: Polynomial {
    switch form {
    case .constant(let value): Polynomial(value)
    case .polynomial(let polynomial): polynomial
    }
  }

  /// The value, if the expression is a constant.
  public var constant: Rational? {
    if case .constant(let value) = form { value } else { nil }
  }

  /// The value, if the expression is a constant integer.
  public var integerConstant: Int? { constant?.integer }

  public var isZero: Bool { form == .constant(.zero) }
}

extension Expr: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self.init(value) }
}
