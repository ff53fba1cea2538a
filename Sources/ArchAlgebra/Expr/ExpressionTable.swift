/// Expressions as numbers in tables, each distinct one once: what a program that is not this one needs to evaluate
/// them exactly, without reading printed text.
///
/// An expression is a sum of terms, a term a coefficient times powers of atoms, an atom a symbol or a function of
/// expressions that stand before it in the table.
public struct ExpressionTable: Sendable {
  public enum Atom: Sendable, Hashable {
    case symbol(Symbol)
    /// A function by its name: `floor`, `ceiling`, `rounded` (half away from zero), `roundedHalfEven`, `minimum`,
    /// `maximum`, `divisible` (see ``Rational/divisible(by:)``), or `sum`, the value of its argument.
    case call(name: String, arguments: [Int])
  }

  public struct Term: Sendable {
    public var coefficient: Rational
    /// Atoms with exponents that are not zero.
    public var factors: [(atom: Int, exponent: Int)]
  }

  public private(set) var atoms: [Atom] = []
  /// The terms of each expression.
  public private(set) var expressions: [[Term]] = []
  private var known: [Expr: Int] = [:]
  private var knownAtoms: [ArchAlgebra.Atom: Int] = [:]

  public init() {}

  /// Where an expression stands; it is added if it is new.
  public mutating func index(of expr: Expr) -> Int {
    if let index = known[expr] { return index }
    let terms = expr.polynomial.terms.map { term in
      Term(coefficient: term.coefficient, factors: term.monomial.factors.map { (index(of: $0.atom), $0.exponent) })
    }
    known[expr] = expressions.count
    expressions.append(terms)
    return expressions.count - 1
  }

  private mutating func index(of atom: ArchAlgebra.Atom) -> Int {
    if let index = knownAtoms[atom] { return index }
    let entry: Atom =
      switch atom {
      case .symbol(let symbol): .symbol(symbol)
      case .call(let call): .call(name: call.function.name, arguments: call.arguments.map { index(of: $0) })
      }
    knownAtoms[atom] = atoms.count
    atoms.append(entry)
    return atoms.count - 1
  }
}
