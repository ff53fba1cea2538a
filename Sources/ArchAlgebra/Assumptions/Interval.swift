/// A closed range of rationals; an absent bound is infinite, or too large to hold.
///
/// Arithmetic never throws: a bound that overflows is given up, which is weaker and still true.
struct Interval: Hashable, Sendable {
  var lower: Rational?
  var upper: Rational?

  static let unbounded = Interval(lower: nil, upper: nil)

  init(lower: Rational?, upper: Rational?) {
    self.lower = lower
    self.upper = upper
  }

  init(_ value: Rational) { self.init(lower: value, upper: value) }

  var isNonNegative: Bool { lower.map { $0 >= .zero } ?? false }
  var isNonPositive: Bool { upper.map { $0 <= .zero } ?? false }

  func negated() -> Interval {
    Interval(lower: upper.flatMap { try? $0.negated() }, upper: lower.flatMap { try? $0.negated() })
  }

  func adding(_ other: Interval) -> Interval {
    Interval(
      lower: combine(lower, other.lower) { try $0.adding($1) },
      upper: combine(upper, other.upper) { try $0.adding($1) })
  }

  func multiplied(by other: Interval) -> Interval {
    if isNonNegative, other.isNonNegative {
      return Interval(
        lower: combine(lower, other.lower) { try $0.multiplied(by: $1) } ?? .zero,
        upper: combine(upper, other.upper) { try $0.multiplied(by: $1) })
    }
    if isNonPositive, !isNonNegative { return negated().multiplied(by: other).negated() }
    if other.isNonPositive, !other.isNonNegative { return multiplied(by: other.negated()).negated() }
    guard let a = lower, let b = upper, let c = other.lower, let d = other.upper,
      let products = try? [
        a.multiplied(by: c), a.multiplied(by: d), b.multiplied(by: c), b.multiplied(by: d),
      ]
    else { return .unbounded }
    return Interval(lower: products.min(), upper: products.max())
  }

  func power(_ exponent: Int) -> Interval {
    if exponent < 0 {
      return exponent == .min ? .unbounded : power(-exponent).inverted()
    }
    if exponent % 2 == 0 {
      if isNonPositive, !isNonNegative { return negated().power(exponent) }
      if !isNonNegative {
        let ends = [lower, upper].map { end in end.flatMap { try? $0.power(exponent) } }
        return Interval(lower: .zero, upper: combine(ends[0], ends[1]) { max($0, $1) })
      }
    }
    // Powers are monotone on what is left: odd ones everywhere, even ones from zero on.
    return Interval(
      lower: lower.flatMap { try? $0.power(exponent) } ?? (isNonNegative ? .zero : nil),
      upper: upper.flatMap { try? $0.power(exponent) })
  }

  /// 1/x wherever that is defined.
  func inverted() -> Interval {
    if isNonPositive, !isNonNegative { return negated().inverted().negated() }
    guard isNonNegative, let lower else { return .unbounded }
    return Interval(
      lower: upper.flatMap { try? Rational.one.divided(by: $0) } ?? .zero,
      upper: try? Rational.one.divided(by: lower))
  }

  /// The bounds under a function that never decreases.
  func mapped(_ function: (Rational) throws -> Rational) -> Interval {
    Interval(lower: lower.flatMap { try? function($0) }, upper: upper.flatMap { try? function($0) })
  }

  private func combine(
    _ a: Rational?, _ b: Rational?, by operation: (Rational, Rational) throws -> Rational
  ) -> Rational? {
    guard let a, let b else { return nil }
    return try? operation(a, b)
  }
}
