import ArchAlgebra
import ArchSpec

/// The values that the variables of a claim take: a list of points, or ranges without end.
struct ClaimDomain {
  /// A value of a variable.
  struct Coordinate {
    var value: Rational
    /// What the last digit is worth, where it is written as a number: 0.1M of `4.2M`.
    var unit: Double?
    /// The value as the claim has it.
    var text: String
  }

  /// The finite variables, and their values at each point.
  var names: [String] = []
  var points: [[Coordinate]] = [[]]
  /// The variables without an end, and their least values.
  var open: [(name: String, least: Rational)] = []

  static let mostPoints = 200_000

  /// - Throws: ``Diagnostic`` for sets that are no numbers or too large.
  init(_ domains: [ClaimSyntax.Domain], evaluator: ClaimEvaluator) throws {
    for domain in domains {
      var values: [[Coordinate]] = []
      switch domain.values {
      case .members(let members, _):
        for member in members {
          if case .tuple(let parts, _) = member {
            values.append(try parts.map { try Self.coordinate($0, evaluator) })
          } else {
            values.append([try Self.coordinate(member, evaluator)])
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
        values = try (0...count).map { [Coordinate(try least.adding(step.multiplied(by: Rational($0))))] }
      }
      names += domain.variables.map(\.text)
      guard points.count * values.count <= Self.mostPoints else {
        throw Diagnostic("more than \(Self.mostPoints) points to check", at: domain.values.place)
      }
      points = points.flatMap { point in values.map { point + $0 } }
    }
  }

  private static func coordinate(_ expression: ExprSyntax, _ evaluator: ClaimEvaluator) throws -> Coordinate {
    Coordinate(
      value: try number(expression, evaluator), unit: expression.printed?.unit, text: expression.description)
  }

  private static func number(_ expression: ExprSyntax, _ evaluator: ClaimEvaluator) throws -> Rational {
    guard let number = try evaluator.amount(expression).rational else {
      throw Diagnostic("expected a number", at: expression.place)
    }
    return number
  }
}

extension ClaimDomain.Coordinate {
  /// A value of a range.
  init(_ value: Rational) { self.init(value: value, unit: nil, text: value.decimalDescription) }
}
