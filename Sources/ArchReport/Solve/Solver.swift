import ArchAlgebra
import ArchCost
import ArchSpec

/// Finds the value of a parameter at which a cost meets a target: the roots of the closed form, and the best values
/// beside them at which there is a network.
public struct Solver {
  public let specification: Specification
  public let network: String
  public let parameter: Parameter
  public let metric: Metric
  public let target: Int
  public var options: ElaborationOptions

  public init(
    _ specification: Specification, network: String, parameter: Parameter, metric: Metric, target: Int,
    options: ElaborationOptions
  ) {
    self.specification = specification
    self.network = network
    self.parameter = parameter
    self.metric = metric
    self.target = target
    self.options = options
  }

  /// A value of the parameter with the cost that the network then has.
  public struct Candidate: Sendable {
    public var value: Rational
    public var cost: Int
    /// Relative to the target.
    public var difference: Double
  }

  public struct Solution: Sendable {
    /// Where the closed form meets the target.
    public var roots: [Root]
    /// The values nearest to the roots at which there is a network, at and below the target and above it.
    public var below: Candidate?
    public var above: Candidate?
    public var best: Candidate?
  }

  /// - Throws: ``Diagnostic``, ``SettingError`` where there is no network to begin with.
  public func solve() throws -> Solution {
    let (form, isOneOfSeveral) = try closedForm()
    var roots: [Root] = []
    if let form, form.symbols.contains(parameter.symbol) {
      roots = try Root.all(of: form, in: parameter.symbol, target: target, within: bounds)
    }
    var found: [Candidate] = []
    if let choices {
      found = try choices.compactMap { try candidate($0) }
    } else {
      let near = try roots.map { try candidates(near: $0) }
      found = near.flatMap { $0 }
      if isOneOfSeveral, let form {
        // The form of other values is none of the networks'.
        roots = try zip(roots, near).filter { try $1.contains { try isCost($0, form) } }.map(\.0)
      }
      let isWhole = !isOneOfSeveral && !roots.isEmpty && lowest >= bounds.lowerBound
      roots.removeAll { $0.isLeap }
      if !isWhole, !found.contains(where: { $0.cost == target }) { found += try searched() }
    }
    if roots.isEmpty, let number = parameter.defaultValue.number?.constant, let candidate = try candidate(number) {
      found.append(candidate)
    }
    let within = found.filter { $0.cost <= target }
    let beyond = found.filter { $0.cost > target }
    return Solution(
      roots: roots, below: Self.nearest(within), above: Self.nearest(beyond), best: Self.nearest(found))
  }

  @inline(never)
  private static func nearest(_ candidates: [Candidate]) -> Candidate? {
    candidates.min { $0.difference.magnitude < $1.difference.magnitude }
  }

  /// The cost in the parameter alone, and whether it holds for some values of the parameter only.
  @inline(never)
  private func closedForm() throws -> (form: Expr?, isOneOfSeveral: Bool) {
    let forms = try ClosedForms(specification, network: network, options: try startingOptions())
    var known = forms.subject.binding
    known[parameter.symbol] = nil
    let form = try metric.closedForm(forms)?.substituting(known.mapValues { Expr($0) })
    return (form, forms.subject.conditions.contains { $0.mentions(parameter.symbol) })
  }

  /// Whether a network costs what the closed form says.
  private func isCost(_ candidate: Candidate, _ form: Expr) throws -> Bool {
    try form.substituting([parameter.symbol: Expr(candidate.value)]) == Expr(candidate.cost)
  }

  /// Settings at which there is a network, whose closed form can be read off.
  @inline(never)
  private func startingOptions() throws -> ElaborationOptions {
    var first: (any Error)?
    let least = Rational(Self.integer(bounds.lowerBound.rounded(.up)))
    for value in [parameter.defaultValue.number?.constant, least, .one, 2, 4, 8, 16, 32, 64].compactMap({ $0 }) {
      var trial = options
      trial.settings[parameter.name] = .number(Expr(value))
      do {
        _ = try Study(specification, network: network, options: trial)
        return trial
      } catch { first = first ?? error }
    }
    throw first!
  }

  /// Where roots are looked for: the range of the parameter, as far as it is positive and sensible.
  var bounds: ClosedRange<Double> {
    let least = parameter.kind == .integer ? 1.0 : 1e-3
    let most = parameter.kind == .integer ? 1e12 : 1e6
    guard case .between(let low, let high, _) = parameter.range else {
      let values = choices ?? []
      return (values.min()?.doubleValue ?? least)...(values.max()?.doubleValue ?? most)
    }
    let start = max(low?.doubleValue ?? least, low.map { $0 > .zero ? $0.doubleValue : least } ?? least)
    return start...max(start, high?.doubleValue ?? most)
  }

  /// The values of a parameter that has a choice.
  private var choices: [Rational]? {
    if case .members(let members) = parameter.range { members.compactMap { $0.number?.constant } } else { nil }
  }

  // MARK: Neighbours

  /// What a rational parameter is rounded to: the network exists at multiples of some of these only.
  private static let denominators = [1, 2, 4, 5, 8, 10, 16, 20, 25, 32, 64, 100, 128]

  /// A whole number, or one that is as large as anything that is counted with.
  static func integer(_ number: Double) -> Int { Int(min(max(number, -0x1p60), 0x1p60)) }

  /// Values on both sides of a root at which there is a network.
  private func candidates(near root: Root) throws -> [Candidate] {
    var steps: [Rational] = parameter.kind == .integer ? [1] : try Self.denominators.map { try Rational(1, $0) }
    var first = Rational.zero
    if case .between(let low, _, let step?) = parameter.range { (first, steps) = (low ?? .zero, [step]) }
    var found: [Candidate] = []
    for step in steps {
      let place = (root.value - first.doubleValue) / step.doubleValue
      // Rounding leaps at a whole number or just behind it: what stands there is looked at from both sides.
      let index = Self.integer(root.isLeap ? (place - 1e-6).rounded(.up) : place.rounded(.down))
      for direction in root.isLeap ? [-1, 0, 1] : [0, 1] {
        for offset in 0..<(steps.count == 1 ? Self.reach : 2) {
          let position = direction == 1 ? index + 1 + offset : index + direction - offset
          guard position >= 0, let value = try? first + step.multiplied(by: Rational(position)),
            let one = try candidate(value)
          else { continue }
          found.append(one)
          break
        }
      }
    }
    return found
  }

  private func candidate(_ value: Rational) throws -> Candidate? {
    var steps = 0
    return try candidate(value, steps: &steps)
  }

  /// The network's cost at a value; `nil` where there is no network, or not one of the same assumptions.
  ///
  /// - Parameter steps: those that it took to build the network are added to it.
  func candidate(_ value: Rational, steps: inout Int) throws -> Candidate? {
    guard (try? parameter.check(.number(Expr(value)))) != nil else { return nil }
    var trial = options
    trial.settings[parameter.name] = .number(Expr(value))
    guard
      let built: Architecture<Int> = try? specification.elaborate(network, options: trial, steps: &steps),
      let study = try? Study(built.graph, Subject(built))
    else { return nil }
    guard try holdsAssumptions(study) else { return nil }
    let cost = try metric.value(of: study)
    return Candidate(value: value, cost: cost, difference: (Double(cost) - Double(target)) / Double(target))
  }

  /// Whether what the specification takes for granted of the parameter (`assume 32 divides R`) is so.
  private func holdsAssumptions(_ study: Study) throws -> Bool {
    for assumption in specification.assumptions(on: parameter) {
      guard let divisor = try? number(assumption.divisor, study), let dividend = try? number(assumption.dividend, study)
      else { continue }
      guard try Condition.Relation.divides.holds(divisor, dividend) else { return false }
    }
    return true
  }

  private func number(_ expression: ExprSyntax, _ study: Study) throws -> Rational? {
    try specification.evaluate(expression, of: network, settings: study.subject.settings, open: []).constant
  }
}

extension Metric {
  /// The number of a network that is counted.
  public func value(of study: Study) throws -> Int {
    let total = study.total
    return switch self {
    case .params: try total.parameters.trainable
    case .weights: total.parameters.weights
    case .biases: total.parameters.biases
    case .normalization: total.parameters.normalization
    case .buffers: total.parameters.buffers
    case .macs: try total.macs
    case .flops: try CountingConvention.flops.count(total)
    case .elementwise: try CountingConvention.elementwise.count(total)
    case .activations: total.outputElements
    case .memory: try study.memory.peak.multiplied(by: 4)
    case .traffic: try total.trafficElements.multiplied(by: 4)
    }
  }
}

extension Specification {
  /// What the file assumes of a parameter.
  public func assumptions(on parameter: Parameter) -> [AssumptionSyntax] {
    syntax.items.compactMap { item in
      guard case .assumption(let assumption) = item.kind else { return nil }
      let words = "\(assumption.divisor) \(assumption.dividend)".split { !$0.isLetter && !$0.isNumber && $0 != "_" }
      return words.contains { $0 == parameter.name || $0 == parameter.symbol.name } ? assumption : nil
    }
  }
}
