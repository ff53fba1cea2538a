import ArchAlgebra
import ArchCost
import ArchReport
import ArchSpec

/// `archcalc NETWORK …`: what a network costs.
struct AnalyzeCommand {
  func run(_ arguments: [String]) throws {
    // How long it would take is what a plan tells.
    if arguments.contains(where: Self.asksForPlan) { return try PlanCommand().run(arguments) }
    var request = try AnalyzeRequest(arguments)
    if request.wantsHelp { return try HelpCommand().network(request.network, named: request.word) }
    let text = request.isSweep ? try sweep(&request) : try analysis(request)
    if let path = request.output { try Files.write(text, to: path) } else { try Console().print(text) }
  }

  private static func asksForPlan(_ argument: String) -> Bool {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.first == "--predict" else { return false }
    return (try? ParsedArguments.Option(name: "predict", value: parts.count == 2 ? parts[1] : nil).isOn()) ?? true
  }

  private func analysis(_ request: AnalyzeRequest) throws -> String {
    guard let study = try request.network.study(request.options, batch: request.batch) else {
      return try openForms(request)
    }
    let reference = try self.reference(request, study)
    // The powers with which costs follow a continuous parameter are always told.
    let isContinuous =
      try request.format == .text && request.network.isDeclared
      && request.network.parameters().contains { $0.kind == .rational }
    let needsForms = request.format == .json || request.layout.showsClosedForms || isContinuous
    let forms = needsForms ? try closedForms(request) : nil
    let document = AnalysisDocument(study, reference: reference, forms: forms, layout: request.layout(for: study))
    let text =
      request.format == .json
      ? try AnalysisJSON(study, reference: reference, forms: forms!, layout: request.layout, version: version)
        .json().text() : request.render(try document.document())
    return text + (try request.drawings.draw(.shares(try document.shares())))
  }

  /// The closed forms, or why there are none although there are numbers.
  private func closedForms(_ request: AnalyzeRequest) throws -> Result<ClosedForms, ClosedForms.Absence> {
    do { return .success(try request.network.closedForms(request.options)) } catch let error as Diagnostic {
      return .failure(.init(error))
    }
  }

  /// Where extents are open there are no numbers, but formulas.
  private func openForms(_ request: AnalyzeRequest) throws -> String {
    guard case .model(let model) = request.network else { return "" }
    let names = model.openExtents(request.options).map { "'\($0)'" }.joined(separator: ", ")
    let help = "--input 3x224x224, or --set NAME=VALUE for each"
    guard request.format != .json, request.format != .csv, !request.drawings.areAskedFor else {
      throw UsageError("\(request.word) leaves extents open: \(names)", help: help)
    }
    var document = try FormulaDocument.document(try model.closedForms(), request.layout)
    document.blocks.append(.paragraph("Numbers need the extents \(names): \(help)."))
    return request.render(document)
  }

  /// The network that is shown beside: as asked for, else as the specification says.
  private func reference(_ request: AnalyzeRequest, _ study: Study) throws -> Study? {
    if request.compare == "none" { return nil }
    if let name = request.compare {
      let other = try Networks.find(name, beside: request.network, for: "--compare")
      guard let study = try other.study(shared(request, with: try other.parameters()), batch: request.batch) else {
        throw UsageError("\(name) leaves extents open: it cannot be compared with")
      }
      return study
    }
    guard let name = study.subject.metadata.reference else { return nil }
    guard case .declared(let found) = request.network else { return nil }
    let (specification, network) = try Networks.reference(name, from: found.specification)
    let parameters = try specification.network(named: network).map { try specification.parameters(of: $0) } ?? []
    // What cannot be built at these settings is not compared with.
    return try? Study(specification, network: network, options: shared(request, with: parameters))
  }

  /// What both have is set alike: the comparison is of the networks, not of their inputs.
  private func shared(_ request: AnalyzeRequest, with parameters: [Parameter]) -> ElaborationOptions {
    var options = Networks.options
    options.batch = request.options.batch
    options.input = request.options.input
    for parameter in parameters {
      guard let value = request.options.settings[parameter.name], (try? parameter.check(value)) != nil else { continue }
      options.settings[parameter.name] = value
    }
    return options
  }

  private func sweep(_ request: inout AnalyzeRequest) throws -> String {
    guard case .declared(let found) = request.network else {
      throw UsageError(
        "a model has no parameters that a sweep could vary", help: "a specification has: archcalc help NETWORK")
    }
    let declared = found.specification.network(named: found.network)!
    guard let sweep = found.specification.sweeps(of: declared).first(where: { $0.solving != nil }) else {
      throw UsageError(
        "\(found.network) declares no iso-cost sweep",
        help: "in its specification: sweep M solving L keeping weights maximizing G = L*M")
    }
    let swept = Set((sweep.variables + [sweep.solving].compactMap { $0 }).map(\.text))
    if let given = try found.specification.parameters(of: declared).first(where: {
      request.options.settings[$0.name] != nil && (swept.contains($0.name) || swept.contains($0.symbol.name))
    }) {
      throw UsageError("--\(given.name) is what the sweep varies: it cannot be given too")
    }
    guard let (name, budget) = request.budget else {
      throw UsageError("an iso-cost sweep needs a budget", help: "archcalc \(found.network) --params 17536 --sweep")
    }
    let metric = try IsoCostReport.metric(sweep.keeping).rawValue
    guard name == "budget" || name == metric || (name == "params" && metric == "weights") else {
      throw UsageError("the sweep of \(found.network) keeps \(metric), not \(name)")
    }
    let study = try Study(found.specification, network: found.network, options: request.options)
    let report = try IsoCostReport(
      sweep, of: study, specification: found.specification, options: request.options, budget: budget,
      tolerance: request.tolerance, lookUp: { try Networks.reference($0, from: found.specification) })
    let text = request.format == .json ? report.json(version: version).text() : request.render(report.document())
    return text + (try request.drawings.draw(.chart(report.chart())))
  }
}
