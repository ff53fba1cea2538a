import ArchAlgebra
import ArchSpec

/// Comparisons of amounts.
enum Comparing {
  /// Relative difference below which two floating-point numbers are the same.
  static let tolerance = 1e-9

  /// Whether a relation holds; `nil` where it cannot be told of a formula. `~` is equality here.
  static func decide(_ left: Amount, _ relation: Relation, _ right: Amount, assuming known: Assumptions) throws -> Bool?
  {
    if case (.exact(let a), .exact(let b)) = (left, right) {
      if let a = a.constant, let b = b.constant { return holds(a < b ? -1 : a == b ? 0 : 1, relation) }
      return try Proof(of: a, relation, b, assuming: known).result
    }
    guard let a = left.number, let b = right.number else { return nil }
    let isSame = (a - b).magnitude <= tolerance * max(a.magnitude, b.magnitude)
    return holds(isSame ? 0 : a < b ? -1 : 1, relation)
  }

  static func holds(_ order: Int, _ relation: Relation) -> Bool {
    switch relation {
    case .equal, .about: order == 0
    case .notEqual: order != 0
    case .less: order < 0
    case .atMost: order <= 0
    case .greater: order > 0
    case .atLeast: order >= 0
    }
  }
}

/// Decides a comparison of formulas for all values of their symbols.
struct Proof {
  /// `nil` where it is neither proved nor refuted.
  let result: Bool?

  init(of left: Expr, _ relation: Relation, _ right: Expr, assuming known: Assumptions) throws {
    let difference = try left.subtracting(right).simplified(assuming: known)
    if difference.isZero {
      result = Comparing.holds(0, relation)
      return
    }
    if relation == .equal || relation == .about {
      // Polynomials that differ as polynomials differ somewhere; a function is not known to.
      result = try Self.isStrictSign(difference, known) != nil ? false : nil
      return
    }
    if let sign = try Self.isStrictSign(difference, known) {
      result = Comparing.holds(sign, relation)
      return
    }
    let isSettled =
      switch relation {
      case .atLeast: try Self.isNonNegative(difference, known)
      case .atMost: try Self.isNonNegative(difference.negated(), known)
      default: false
      }
    result = isSettled ? true : nil
  }

  /// 1 or −1 where the sign is the same everywhere and never 0.
  private static func isStrictSign(_ expr: Expr, _ known: Assumptions) throws -> Int? {
    let (content, common, rest) = try expr.factored()
    var sign = content.sign
    for factor in common where factor.exponent % 2 != 0 {
      guard let own = known.sign(of: factor.base), own != 0 else { return nil }
      sign *= own
    }
    for factor in common where factor.exponent % 2 == 0 { guard known.isPositive(factor.base) else { return nil } }
    guard let own = known.sign(of: rest), own != 0, sign != 0 else { return nil }
    return sign * own
  }

  /// A product of factors that are not negative, with a rest that is not negative or a square.
  private static func isNonNegative(_ expr: Expr, _ known: Assumptions) throws -> Bool {
    if known.isNonNegative(expr) { return true }
    let (content, common, rest) = try expr.factored()
    guard content.sign > 0 else { return false }
    for factor in common where factor.exponent % 2 != 0 && !known.isNonNegative(factor.base) { return false }
    return try known.isNonNegative(rest) || squareRoot(of: rest) != nil
  }

  /// The polynomial whose square an expression is, up to the sign; `nil` if there is none.
  ///
  /// Coefficient by coefficient in one symbol, as a root of a number is found digit by digit.
  static func squareRoot(of expr: Expr) throws -> Expr? {
    if let constant = expr.constant {
      guard constant.sign >= 0 else { return nil }
      guard let top = root(constant.numerator), let bottom = root(constant.denominator) else { return nil }
      return Expr(try Rational(top, bottom))
    }
    guard let symbol = expr.symbols.sorted().first, let coefficients = try expr.coefficients(in: symbol),
      coefficients.count % 2 == 1, let lead = try squareRoot(of: coefficients[coefficients.count - 1])
    else { return nil }
    let degree = coefficients.count / 2
    var root = [Expr](repeating: .zero, count: degree + 1)
    root[degree] = lead
    for index in stride(from: degree - 1, through: 0, by: -1) {
      var rest = coefficients[index + degree]
      for other in (index + 1)..<degree where index + degree - other > index && index + degree - other <= degree {
        rest = try rest.subtracting(root[other].multiplied(by: root[index + degree - other]))
      }
      root[index] = try rest.divided(by: lead.multiplied(by: Expr(2)))
    }
    let sum = try Expr.sum(root.enumerated().map { try $1.multiplied(by: Expr(symbol).power($0)) })
    return try sum.multiplied(by: sum).subtracting(expr).isZero ? sum : nil
  }

  private static func root(_ value: Int) -> Int? {
    guard value >= 0 else { return nil }
    let root = Int(Double(value).squareRoot().rounded())
    return root.multipliedReportingOverflow(by: root).partialValue == value ? root : nil
  }
}
