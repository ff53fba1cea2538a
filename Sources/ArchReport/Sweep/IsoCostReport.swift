import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// An iso-cost sweep that a specification declares, carried out.
public struct IsoCostReport: Sendable {
  public static let schema = "archcalc.sweep/1"

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
  /// What the closed form of the cost rests on, as far as it depends on the two parameters; the rows do not, which are
  /// all built.
  public let conditions: [Condition]

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
    let metric = try Self.metric(syntax.keeping)
    self.metric = metric.rawValue
    let forms = try ClosedForms(specification, network: network, options: options)
    let open: Set = [vary.symbol, solve.symbol]
    let cost = try Self.closedForm(metric, forms, open: open, at: syntax.keeping?.place ?? .none)
    conditions = forms.subject.conditions.filter { !$0.left.symbols.union($0.right.symbols).isDisjoint(with: open) }
    let width = try specification.evaluate(objective.value, of: network, settings: settings, open: open)
    for symbol in width.symbols.subtracting(open).sorted() {
      throw Diagnostic("the objective depends on '\(symbol.name)' too", at: objective.value.place)
    }
    let points = try IsoCostPoints(specification, network: network, options: options, vary, solve, metric)
    let slope = conditions.isEmpty ? try cost.derivative(by: vary.symbol) : nil
    do {
      sweep = try IsoCostSweep(
        .init(
          cost: cost, objective: width, vary: vary.symbol, solve: solve.symbol,
          varyChoices: try vary.choices(at: syntax.variables[0].place),
          solveChoices: try solve.choices(at: solving.place),
          growsWithVary: slope.map { forms.subject.assumptions.isNonNegative($0) } ?? false, budget: budget,
          tolerance: tolerance),
        hasOptimum: conditions.isEmpty, cost: points.cost, verified: points.built)
    } catch let error as SweepError {
      throw Diagnostic("\(error)", at: syntax.variables[0].place)
    } catch let error as ArithmeticError {
      throw Diagnostic("the sweep leaves the range of integers", at: syntax.variables[0].place, cause: "\(error)")
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

  /// The cost that a sweep keeps.
  ///
  /// - Throws: ``Diagnostic`` where there is no such cost.
  public static func metric(_ keeping: ExprSyntax?) throws -> Metric {
    guard let keeping else { return .weights }
    guard case .name(let name) = keeping, let metric = Metric(rawValue: name.text) else {
      let names = Metric.allCases.map(\.rawValue)
      let near = suggestion(for: keeping.description, among: names).map { "did you mean '\($0)'?" }
      throw Diagnostic(
        "'\(keeping)' is no cost that can be kept", at: keeping.place, help: near ?? names.joined(separator: ", "))
    }
    return metric
  }

  /// A cost in the symbols that stay open; the others have their values.
  private static func closedForm(_ metric: Metric, _ forms: ClosedForms, open: Set<Symbol>, at place: Place) throws
    -> Expr
  {
    guard let form = try metric.closedForm(forms) else {
      throw Diagnostic("there is no closed form of \(metric.rawValue)", at: place)
    }
    return try form.substituting(forms.subject.binding.filter { !open.contains($0.key) }.mapValues { Expr($0) })
  }
}
