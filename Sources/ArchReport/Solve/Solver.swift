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
    let form = try closedForm()
    let roots =
      form.symbols.contains(parameter.symbol)
      ? try Root.all(of: form, in: parameter.symbol, target: target, within: bounds) : []
    // Without a root the ends of the range come nearest.
    let centres = roots.isEmpty ? [bounds.lowerBound, bounds.upperBound] : roots.map(\.value)
    var found: [Candidate] = []
    for centre in centres { found += try candidates(near: centre) }
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

  /// The cost in the parameter alone.
  @inline(never)
  private func closedForm() throws -> Expr {
    let forms = try ClosedForms(specification, network: network, options: try startingOptions())
    guard let form = try metric.closedForm(forms) else {
      throw Diagnostic("there is no closed form of \(metric.rawValue) for '\(network)'", at: .none)
    }
    var known = forms.subject.binding
    known[parameter.symbol] = nil
    return try form.substituting(known.mapValues { Expr($0) })
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

  /// The range of the parameter, as far as it is sensible to look.
  var bounds: ClosedRange<Double> {
    let least = parameter.kind == .integer ? 1.0 : 1e-3
    let most = parameter.kind == .integer ? 1e7 : 1e4
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
  private static func integer(_ number: Double) -> Int { Int(min(max(number, -0x1p60), 0x1p60)) }

  /// Values on both sides of a root at which there is a network.
  private func candidates(near root: Double) throws -> [Candidate] {
    if let choices { return try choices.compactMap(candidate) }
    var steps: [Rational] = parameter.kind == .integer ? [1] : try Self.denominators.map { try Rational(1, $0) }
    var first = Rational.zero
    if case .between(let low, _, let step?) = parameter.range { (first, steps) = (low ?? .zero, [step]) }
    var found: [Candidate] = []
    for step in steps {
      let index = Self.integer(((root - first.doubleValue) / step.doubleValue).rounded(.down))
      for direction in [0, 1] {
        // Where an extent must be divided there is a network at every 32nd value or so.
        for offset in 0..<(steps.count == 1 ? 64 : 2) {
          let position = direction == 0 ? index - offset : index + 1 + offset
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

  /// The network's cost at a value; `nil` where there is no network, or not one of the same assumptions.
  private func candidate(_ value: Rational) throws -> Candidate? {
    guard (try? parameter.check(.number(Expr(value)))) != nil else { return nil }
    var trial = options
    trial.settings[parameter.name] = .number(Expr(value))
    guard let study = try? Study(specification, network: network, options: trial) else { return nil }
    guard try holdsAssumptions(study) else { return nil }
    let cost = try metric.value(of: study)
    return Candidate(value: value, cost: cost, difference: (Double(cost) - Double(target)) / Double(target))
  }

  /// Whether what the specification takes for granted (`assume 32 divides R`) is so.
  private func holdsAssumptions(_ study: Study) throws -> Bool {
    for item in specification.syntax.items {
      guard case .assumption(let assumption) = item.kind else { continue }
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
  /// What the file assumes of a parameter, in its words.
  public func assumptions(on parameter: Parameter) -> [String] {
    syntax.items.compactMap { item in
      guard case .assumption(let assumption) = item.kind else { return nil }
      let (divisor, dividend) = (assumption.divisor.description, assumption.dividend.description)
      let words = (divisor + " " + dividend).split { !$0.isLetter && !$0.isNumber && $0 != "_" }
      guard words.contains(where: { $0 == parameter.name || $0 == parameter.symbol.name }) else { return nil }
      return "\(divisor) divides \(dividend)"
    }
  }
}
