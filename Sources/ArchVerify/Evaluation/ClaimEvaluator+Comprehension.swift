import ArchAlgebra
import ArchSpec

extension ClaimEvaluator {
  /// Points beyond this are a slip of the pen.
  private static let mostPoints = 2_000_000

  /// `greatest(VALUE, given: CONDITION, L: 1..99, M: 1..9)`, `least(…)`, `number(given: CONDITION, L: 1..99)`.
  ///
  /// - Throws: ``Diagnostic`` where nothing satisfies the condition.
  func comprehension(_ call: CallSyntax) throws -> Amount {
    var ranges: [(name: String, range: ClosedRange<Int>)] = []
    var condition: ExprSyntax?
    var objective: ExprSyntax?
    for argument in call.arguments {
      switch (argument.label?.text, argument.value) {
      case (nil, let value): objective = value
      case ("given"?, let value): condition = value
      case (let name?, .range(let low, let high, let place)):
        guard let low = try amount(low).rational?.integer, let high = try amount(high).rational?.integer, low <= high
        else {
          throw Diagnostic("the range is empty", at: place)
        }
        ranges.append((name, low...high))
      default: break
      }
    }
    let points = try ranges.reduce(1) { try $0.multiplied(by: $1.range.count) }
    guard points <= Self.mostPoints else {
      throw Diagnostic("more than \(Self.mostPoints) points to check", at: call.place)
    }
    var inner = self
    var found: Amount?
    var count = 0
    for point in 0..<points {
      var rest = point
      for (name, range) in ranges.reversed() {
        inner.values[name] = Expr(range.lowerBound + rest % range.count)
        rest /= range.count
      }
      if let condition, try !inner.holds(condition) { continue }
      count += 1
      guard let objective else { continue }
      let value = try inner.amount(objective)
      let isBetter = try found.map {
        try Comparing.decide(value, call.name.text == "greatest" ? .greater : .less, $0, assuming: assumptions) ?? false
      }
      if isBetter ?? true { found = value }
    }
    if call.name.text == "number" { return Amount(count) }
    guard let found else { throw Diagnostic("nothing satisfies the condition", at: call.place) }
    return found
  }
}
