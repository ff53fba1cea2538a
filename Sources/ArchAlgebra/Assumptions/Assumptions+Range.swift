// Interval arithmetic: quick, and blind to the same symbol occurring twice.
extension Assumptions {
  /// Bounds of the value of an expression, as far as they are known.
  func range(of expr: Expr) -> Interval {
    switch expr.form {
    case .constant(let value): return Interval(value)
    case .polynomial(let polynomial):
      var sum = Interval(.zero)
      for term in polynomial.terms {
        sum = sum.adding(range(of: term.monomial).multiplied(by: Interval(term.coefficient)))
        if sum == .unbounded { break }
      }
      return sum
    }
  }

  func range(of monomial: Monomial) -> Interval {
    monomial.factors.reduce(Interval(.one)) { $0.multiplied(by: range(of: $1.atom).power($1.exponent)) }
  }

  func range(of atom: Atom) -> Interval {
    switch atom {
    case .symbol(let symbol): range(of: symbol)
    case .call(let call): range(of: call)
    }
  }

  /// The declared bounds, moved to the next possible value of a symbol that is a multiple of something.
  private func range(of symbol: Symbol) -> Interval {
    let (lower, upper) = (lowerBounds[symbol], upperBounds[symbol])
    guard lower != nil || upper != nil, let divisor = knownDivisor(of: Monomial(.symbol(symbol))) else {
      return Interval(lower: lower, upper: upper)
    }
    let step = Rational(divisor)
    return Interval(
      lower: lower.map { (try? Rational($0.divided(by: step).ceiling).multiplied(by: step)) ?? $0 },
      upper: upper.map { (try? Rational($0.divided(by: step).floor).multiplied(by: step)) ?? $0 })
  }

  private func range(of call: Call) -> Interval {
    let ranges = call.arguments.map { range(of: $0) }
    switch call.function {
    case .sum: return ranges[0]
    case .floor, .ceiling, .rounded, .roundedHalfEven: return ranges[0].mapped { try call.function([$0]) }
    case .minimum:
      let (lowers, uppers) = (ranges.compactMap(\.lower), ranges.compactMap(\.upper))
      return Interval(lower: lowers.count == ranges.count ? lowers.min() : nil, upper: uppers.min())
    case .maximum:
      let (lowers, uppers) = (ranges.compactMap(\.lower), ranges.compactMap(\.upper))
      return Interval(lower: lowers.max(), upper: uppers.count == ranges.count ? uppers.max() : nil)
    case .divisible:
      // At least the divisor; at most two steps above the value, or three divisors where that is small.
      let divisor = ranges[1]
      guard let step = divisor.upper, let value = ranges[0].upper else {
        return Interval(lower: max(divisor.lower ?? .one, .one), upper: nil)
      }
      let slack = try? step.multiplied(by: 2)
      return Interval(
        lower: max(divisor.lower ?? .one, .one),
        upper: slack.flatMap { slack in try? max(value, .zero).adding(slack) })
    }
  }
}
