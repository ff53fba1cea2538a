import ArchAlgebra
import ArchSpec

/// The values that the variables of a claim take: a list of points, or ranges without end.
struct ClaimDomain {
  /// The finite variables, and their values at each point.
  var names: [String] = []
  var points: [[Rational]] = [[]]
  /// The variables without an end, and their least values.
  var open: [(name: String, least: Rational)] = []

  static let mostPoints = 200_000

  /// - Throws: ``Diagnostic`` for sets that are no numbers or too large.
  init(_ domains: [ClaimSyntax.Domain], evaluator: ClaimEvaluator) throws {
    for domain in domains {
      var values: [[Rational]] = []
      switch domain.values {
      case .members(let members, _):
        for member in members {
          if case .tuple(let parts, _) = member {
            values.append(try parts.map { try Self.number($0, evaluator) })
          } else {
            values.append([try Self.number(member, evaluator)])
          }
        }
      case .range(let from, let to, let step, let place):
        let least = try from.map { try Self.number($0, evaluator) } ?? .one
        guard let to else {
          open.append((domain.variables[0].text, least))
          continue
        }
        let last = try Self.number(to, evaluator)
        let step = try step.map { try Self.number($0, evaluator) } ?? .one
        guard step > .zero, last >= least else { throw Diagnostic("the range is empty", at: place) }
        let count = try last.subtracting(least).divided(by: step).floor
        guard count < Self.mostPoints else { throw Diagnostic("more than \(Self.mostPoints) values", at: place) }
        values = try (0...count).map { [try least.adding(step.multiplied(by: Rational($0)))] }
      }
      names += domain.variables.map(\.text)
      guard points.count * values.count <= Self.mostPoints else {
        throw Diagnostic("more than \(Self.mostPoints) points to check", at: domain.values.place)
      }
      points = points.flatMap { point in values.map { point + $0 } }
    }
  }

  private static func number(_ expression: ExprSyntax, _ evaluator: ClaimEvaluator) throws -> Rational {
    guard let number = try evaluator.amount(expression).rational else {
      throw Diagnostic("expected a number", at: expression.place)
    }
    return number
  }
}
