import ArchAlgebra
import ArchCost
import ArchSpec

/// The costs that an iso-cost sweep asks for, point by point.
///
/// Closed forms are used where their conditions hold, and made anew where they do not; what is printed in the end is
/// the cost of a network that was built.
final class IsoCostPoints {
  private let specification: Specification
  private let network: String
  private let options: ElaborationOptions
  private let vary: Parameter
  private let solve: Parameter
  private let metric: Metric
  private var engine: SweepEngine

  /// - Throws: ``SettingError`` where the two parameters have values that cannot be held.
  init(
    _ specification: Specification, network: String, options: ElaborationOptions, _ vary: Parameter, _ solve: Parameter,
    _ metric: Metric
  ) throws {
    self.specification = specification
    self.network = network
    self.options = options
    self.vary = vary
    self.solve = solve
    self.metric = metric
    let axes = [try vary.axis(), try solve.axis()]
    engine = try SweepEngine(
      specification, network: network, options: options, space: try PointSpace(axes), metrics: [metric])
  }

  /// The cost by closed forms; `nil` where there is no network.
  func cost(_ x: Rational, _ y: Rational) throws -> Int? {
    var results: [Int] = []
    let outcome = try engine.evaluate([.number(Expr(x)), .number(Expr(y))], into: &results)
    return outcome == .network ? results[0] : nil
  }

  /// The cost of the network that is built; `nil` where there is none.
  func built(_ x: Rational, _ y: Rational) throws -> Int? {
    var options = options
    options.settings[vary.name] = .number(Expr(x))
    options.settings[solve.name] = .number(Expr(y))
    do { return try metric.value(of: Study(specification, network: network, options: options)) } catch is Diagnostic {
      return nil
    }
  }
}

extension Parameter {
  /// The numbers that the parameter may be, in ascending order.
  ///
  /// - Throws: ``Diagnostic`` at `place` where it is no number, or one of which there are infinitely many.
  func choices(at place: Place) throws -> Choices {
    guard kind == .integer || kind == .rational else {
      throw Diagnostic("'\(name)' is no number that a sweep could vary or solve", at: place)
    }
    switch range {
    case .members(let members): return .list(members.compactMap { $0.number?.constant }.sorted())
    case .between(let low, let high, let step):
      guard let step = step ?? (kind == .integer ? .one : nil) else {
        throw Diagnostic(
          "'\(name)' has no steps that a sweep could take", at: place,
          help: "give its declaration a range with a step, as in 0.25..1:0.25, or a set, as in {0.5, 1}")
      }
      let first = low ?? .one
      let count = try high.map { try (($0 - first) / step).floor + 1 } ?? 1_000_000_000
      return .steps(first: first, step: step, count: min(count, 1_000_000_000))
    }
  }

  /// An axis of a parameter's values.
  fileprivate func axis() throws -> Axis {
    switch try choices(at: place) {
    case .list(let numbers): Axis(self, values: .list(numbers.map { .number(Expr($0)) }))
    case .steps(let first, let step, let count): Axis(self, values: .range(first: first, step: step, count: count))
    }
  }
}
