import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// An iso-cost sweep that a specification declares, carried out.
public struct IsoCostReport: Sendable {
  public static let schema = "archcalc.sweep/1"

  /// What a closed form of a network can be asked for.
  public static let metrics = ["weights", "params", "macs", "flops", "activations"]

  public struct Reference: Sendable {
    public var network: String
    public var symbol: Symbol
    public var width: Double
  }

  public let network: String
  public let metric: String
  public let objectiveName: String
  public let sweep: IsoCostSweep
  public let reference: Reference?
  public let citation: String?

  /// - Parameter lookUp: finds the network that a sweep compares with.
  /// - Throws: ``Diagnostic`` at the sweep where it makes no sense for the network.
  public init(
    _ syntax: SweepSyntax, of study: Study, specification: Specification, options: ElaborationOptions, budget: Int,
    tolerance: Rational, lookUp: (Name) throws -> (Specification, String)
  ) throws {
    guard syntax.variables.count == 1, let solving = syntax.solving, let objective = syntax.objective else {
      throw Diagnostic(
        "an iso-cost sweep varies one parameter, solves another and maximizes something", at: syntax.variables[0].place)
    }
    network = study.graph.name
    objectiveName = objective.name.text
    let settings = study.subject.settings
    let vary = try Self.parameter(syntax.variables[0], in: settings)
    let solve = try Self.parameter(solving, in: settings)
    let metric = if case .name(let name)? = syntax.keeping { name.text } else { "weights" }
    self.metric = metric
    let forms = try ClosedForms(specification, network: network, options: options)
    let open: Set = [vary.symbol, solve.symbol]
    let cost = try Self.closedForm(metric, forms, open: open, at: syntax.keeping?.place ?? .none)
    let width = try specification.evaluate(objective.value, settings: settings, open: open)
    do {
      sweep = try IsoCostSweep(
        .init(
          cost: cost, objective: width, vary: vary.symbol, solve: solve.symbol, varyRange: vary.integerRange,
          solveRange: solve.integerRange, budget: budget, tolerance: tolerance))
    } catch let error as SweepError {
      throw Diagnostic("\(error)", at: .none)
    }
    reference = try syntax.reference.map { reference in
      let (other, name) = try lookUp(reference.network)
      let study = try Study(other, network: name)
      let parameter = try Self.parameter(reference.solving, in: study.subject.settings)
      let forms = try ClosedForms(other, network: name)
      let cost = try Self.closedForm(metric, forms, open: [parameter.symbol], at: reference.network.place)
      guard let width = try realSolution(of: cost, in: parameter.symbol, budget: budget) else {
        throw Diagnostic("'\(name)' cannot cost \(budget)", at: reference.network.place)
      }
      return Reference(network: name, symbol: parameter.symbol, width: width)
    }
    if case .text(let text, _)? = syntax.citation { citation = text } else { citation = nil }
  }

  private static func parameter(_ name: Name, in settings: [Architecture<Int>.Setting]) throws -> Parameter {
    let all = settings.map(\.parameter)
    guard let found = all.first(where: { $0.name == name.text || $0.symbol.name == name.text }) else {
      let near = suggestion(for: name.text, among: all.map(\.name)).map { "did you mean '\($0)'?" }
      throw Diagnostic("the network has no parameter '\(name.text)'", at: name.place, help: near)
    }
    return found
  }

  /// A cost in the symbols that stay open; the others have their values.
  private static func closedForm(_ metric: String, _ forms: ClosedForms, open: Set<Symbol>, at place: Place) throws -> Expr {
    let total = forms.analysis.total
    let expr: Expr
    switch metric {
    case "weights": expr = total.parameters.weights
    case "params": expr = try total.parameters.trainable
    case "macs": expr = try total.macs
    case "flops": expr = try CountingConvention.flops.count(total)
    case "activations": expr = total.outputElements
    default:
      let near = suggestion(for: metric, among: metrics).map { "did you mean '\($0)'?" }
      throw Diagnostic("'\(metric)' is no cost that can be kept", at: place, help: near ?? metrics.joined(separator: ", "))
    }
    let bound = forms.subject.binding.filter { !open.contains($0.key) }.mapValues { Expr($0) }
    return try expr.substituting(bound)
  }
}

extension Parameter {
  /// The integers that the parameter may be.
  var integerRange: ClosedRange<Int> {
    guard case .between(let low, let high, _) = range else { return 1...1_000_000 }
    let first = low.map(\.ceiling) ?? 1
    return first...max(first, high.map(\.floor) ?? 1_000_000_000)
  }
}
