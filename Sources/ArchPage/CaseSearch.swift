import ArchAlgebra
import ArchIR
import ArchReport
import ArchSpec

/// The closed forms of a network at values of its parameters by their names; it throws where there is no such network.
public typealias CaseBuild = ([String: Value]) throws -> ClosedForms

/// Looks for the cases of a network: the closed forms that its controls reach, each with the conditions under which it
/// holds.
///
/// A specification takes decisions by its parameters (`when stride != 1`, a shortcut's option), and closed forms hold
/// where these are taken alike. From each case that is known, one control after the other is moved; what no known case
/// covers is built anew. The work is bounded, so that what is found does not depend on the machine.
struct CaseSearch {
  /// One case: closed forms, and the point at which they were found.
  struct Case {
    let forms: ClosedForms
    fileprivate let point: [Value]
    /// The values of what closed forms have no symbol for: these have to be the same for the case to hold.
    let words: [(name: String, value: Value)]

    fileprivate init(_ forms: ClosedForms, _ controls: [Control], at point: [Value]) {
      self.forms = forms
      self.point = point
      words = zip(controls, point).compactMap { control, value in
        if case .choice = control.kind, !control.isNumber { return (control.setting.parameter.name, value) }
        return nil
      }
    }
  }

  /// How much is built at most.
  struct Limits {
    var nodes: Int
    var attempts: Int

    /// Some tenths of a second for a page of a few networks; those of many share what a page may take.
    init(networks: Int) {
      nodes = min(12_000, 24_000 / networks)
      attempts = min(160, 640 / networks)
    }
  }

  private static let mostRefused = 4

  let controls: [Control]
  private let limits: Limits
  private let build: CaseBuild
  private var cases: [Case]
  private var nodes = 0
  private var attempts = 0

  init(_ first: ClosedForms, _ controls: [Control], _ limits: Limits, build: @escaping CaseBuild) {
    self.controls = controls
    self.limits = limits
    self.build = build
    cases = [Case(first, controls, at: controls.map(\.setting.value))]
  }

  /// Hands over each case, the given one first; a few that are not taken, since there is no room for them, are passed
  /// over.
  mutating func run(take: (Case) throws -> Bool) throws {
    _ = try take(cases[0])
    var (known, refused) = (0, 0)
    while known < cases.count {
      let center = cases[known]
      for (axis, stop) in moves(from: center) {
        var point = center.point
        point[axis] = stop
        guard try !isCovered(point, axis, near: center) else { continue }
        guard nodes < limits.nodes, attempts < limits.attempts else { return }
        guard let found = try attempt(point) else { continue }
        guard try take(found) else {
          refused += 1
          if refused == Self.mostRefused { return }
          continue
        }
        cases.append(found)
      }
      known += 1
    }
  }

  /// The stops of all controls that can leave a case: in turn, so that none takes all the room.
  private func moves(from center: Case) -> [(axis: Int, stop: Value)] {
    let axes = controls.indices.filter { isDecisive($0, in: center) }
      .map { axis in controls[axis].stops(from: center.point[axis]).map { (axis, $0) } }
    let longest = axes.map(\.count).max() ?? 0
    return (0..<longest).flatMap { turn in axes.compactMap { turn < $0.count ? $0[turn] : nil } }
  }

  private mutating func attempt(_ point: [Value]) throws -> Case? {
    attempts += 1
    let settings = Dictionary(uniqueKeysWithValues: zip(controls, point).map { ($0.setting.parameter.name, $1) })
    guard let forms = try? build(settings) else { return nil }
    nodes += forms.analysis.graph.nodes.count
    let found = Case(forms, controls, at: point)
    return holds(forms.subject.conditions, at: point) ? found : nil
  }

  // MARK: What is known

  /// Whether moving a control can leave a case.
  private func isDecisive(_ axis: Int, in center: Case) -> Bool {
    let control = controls[axis]
    guard control.isNumber else { return true }
    let symbol = control.setting.parameter.symbol
    return center.forms.subject.conditions.contains { $0.mentions(symbol) }
  }

  /// Whether a case holds at a point that differs from a case's own on one axis.
  private func isCovered(_ point: [Value], _ axis: Int, near center: Case) throws -> Bool {
    let symbol = controls[axis].setting.parameter.symbol
    let own = center.forms.subject.conditions.filter { $0.mentions(symbol) }
    if controls[axis].isNumber, holds(own, at: point) { return true }
    return cases.contains { other in
      controls.indices.allSatisfy { controls[$0].isNumber || other.point[$0] == point[$0] }
        && holds(other.forms.subject.conditions, at: point)
    }
  }

  /// Conditions that cannot be evaluated do not hold.
  private func holds(_ conditions: [Condition], at point: [Value]) -> Bool {
    var values: [Symbol: Rational] = [:]
    for (control, value) in zip(controls, point) { values[control.setting.parameter.symbol] = value.number?.constant }
    return conditions.allSatisfy { (try? $0.holds(at: values)) == true }
  }
}
