import ArchAlgebra
import ArchIR

// What depends on the values of parameters is decided as the given ones decide it, and the closed forms then rest on
// that: it is recorded as a condition, unless what is known of the parameters decides it for all of their values.

extension Elaborator {
  mutating func decide(_ left: Expr, _ relation: Condition.Relation, _ right: Expr) throws -> Bool {
    if let order = try left.ordered(against: right) { return relation.holds(order) }
    if let order = try left.ordered(against: right, assuming: assumptions) { return relation.holds(order) }
    // What is known not to be strict decides the relations that include equality.
    if assumptions.isNonNegative(try left - right), relation == .atLeast || relation == .less {
      return relation == .atLeast
    }
    if assumptions.isNonNegative(try right - left), relation == .atMost || relation == .greater {
      return relation == .atMost
    }
    let (a, b) = (try left.evaluated(binding), try right.evaluated(binding))
    let holds = relation.holds(a < b ? -1 : a == b ? 0 : 1)
    record(Condition(left: left, relation: holds ? relation : relation.negated, right: right))
    return holds
  }

  /// The value of an expression at the given parameters, for what must be a number even in a closed form.
  func concrete(_ expr: Expr) throws -> Rational { try expr.evaluated(binding) }

  mutating func settle(_ expression: Expr) throws -> Rational? {
    if let constant = expression.constant { return constant }
    let value = try expression.evaluated(binding)
    record(Condition(left: expression, relation: .equal, right: Expr(value)))
    return value
  }

  /// Whether a divisor divides a value.
  mutating func divides(_ divisor: Expr, _ value: Expr) throws -> Bool {
    if divisor == .one { return true }  // extents are integers
    if let isMultiple = try value.isMultiple(of: divisor, assuming: assumptions) { return isMultiple }
    let condition = Condition(left: divisor, relation: .divides, right: value)
    guard try condition.holds(at: binding) else { return false }
    record(condition)
    return true
  }

  /// Makes sure that a width is an integer, which rounds nothing: `w/2` is one where 2 divides w.
  mutating func requireInteger(_ value: Expr, _ what: String, at place: Place) throws {
    let here = try exact(place) { try value.constant ?? concrete(value) }
    guard here.isInteger else {
      throw Diagnostic(
        "\(what) must be an integer", at: place, cause: "it is \(here.decimalDescription)",
        help: "say how to round it: round(x), floor(x), ceil(x) or divisible(x, by: 8)")
    }
    guard value.constant == nil,
      let (divisor, dividend) = try exact(place, { try assumptions.divisibility(ofInteger: value) })
    else { return }
    record(Condition(left: divisor, relation: .divides, right: dividend))
  }
}

extension Elaborator: ExtentDecisions {
  mutating func areEqual(_ a: D, _ b: D) throws -> Bool? {
    let (a, b) = (a.expr, b.expr)
    if let order = try a.ordered(against: b, assuming: assumptions) { return order == 0 }
    guard try concrete(a) == concrete(b) else { return false }
    record(
      a.constant == nil
        ? Condition(left: a, relation: .equal, right: b) : Condition(left: b, relation: .equal, right: a))
    return true
  }

  mutating func isMultiple(_ value: D, of divisor: D) throws -> Bool? { try divides(divisor.expr, value.expr) }
}
