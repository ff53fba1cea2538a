import ArchAlgebra
import ArchReport
import ArchSpec

/// `archcalc solve NETWORK --vary PARAMETER --macs 150M`: the values at which a cost meets a target.
struct SolveCommand: Command {
  static let name = "solve"
  static let usage =
    "solve NETWORK --vary P[,Q] (--macs N | --params N | … | --match NETWORK [--cost macs]) [--PARAMETER 1,2,4]…"
  static let summary = "the values of a parameter at which a network has a given cost, or that of another network"

  static let options: [OptionDescription] = [
    .init(
      name: "vary", value: "P[,Q…]",
      summary: "what may vary; the last one is solved for, the others take the values that the specification sweeps"),
    .init(name: "match", value: "NETWORK", summary: "the cost of another network is the target"),
    .init(
      name: "cost", value: "NAME",
      summary:
        "which cost is matched, params if nothing is said: \(Metric.allCases.map(\.rawValue).joined(separator: ", "))"),
    .init(name: "batch", value: "N", summary: "images at once"),
    .init(name: "input", value: "CxHxW", summary: "another size of the input"),
    .init(name: "json", value: nil, summary: "as JSON (Reports/solve-1.schema.json)"),
    .init(name: "csv", value: nil, summary: "the table as CSV"),
    .init(name: "markdown", value: nil, summary: "as Markdown"),
    .init(name: "svg", value: "FILE", summary: "a drawing over the last parameter that is given, as SVG"),
    .init(name: "chart", value: nil, summary: "the same in the terminal, below the table"),
    .init(name: "output", value: "FILE", summary: "into a file, written whole or not at all"),
  ]

  func run(_ arguments: [String]) throws {
    let words = Array(arguments.prefix { !$0.hasPrefix("-") || $0 == "-" })
    guard !words.isEmpty else {
      throw UsageError("solve takes a network", help: "archcalc solve NETWORK --vary width --macs 4.1G")
    }
    let found = try Networks.find(words)
    let parameters = try found.specification.parameters(of: found.specification.network(named: found.network)!)
    let costs = Metric.allCases.map(\.rawValue)
    func parameter(_ name: String) -> Parameter? {
      parameters.first { $0.name == name } ?? parameters.first { $0.symbol.name == name }
    }
    let parsed = try ParsedArguments(
      arguments, letters: ["o": "output"],
      takesValue: { name in
        parameter(name) != nil || costs.contains(name)
          ? true : Self.options.first { $0.name == name }.map { $0.value != nil }
      },
      unknown: { argument in
        let near = suggestion(
          for: String(argument.drop { $0 == "-" }), among: parameters.map(\.name) + costs + Self.options.map(\.name))
        return UsageError(
          "\(found.network) has no parameter and solve no option \(argument)",
          help: near.map { "did you mean --\($0)?" })
      })
    if let extra = parsed.words.first(where: { !words.contains($0) }) {
      throw UsageError("'\(extra)' is one word too many")
    }

    let varied = try (parsed.last("vary")?.value ?? "").split(separator: ",").map { name in
      guard let parameter = parameter(String(name)) else {
        let near = suggestion(for: String(name), among: parameters.map(\.name)).map { "did you mean '\($0)'?" }
        throw UsageError("\(found.network) has no parameter '\(name)' to vary", help: near)
      }
      return parameter
    }
    guard let solved = varied.last else {
      throw UsageError(
        "solve needs to know what may vary",
        help: "archcalc solve \(found.network) --vary \(parameters.first?.name ?? "width") …")
    }
    if let twice = varied.indices.first(where: { varied[..<$0].contains(varied[$0]) }) {
      throw UsageError("\(varied[twice].name) varies once")
    }
    guard solved.kind == .integer || solved.kind == .rational else {
      throw UsageError("\(solved.name) is no number: it cannot be solved for")
    }
    var axes: [Axis] = []
    for option in parsed.options {
      if !option.isLetter, let parameter = parameter(option.name) {
        guard parameter != solved else { throw UsageError("--\(solved.name) is solved for: it cannot be given too") }
        axes.append(try Axis(parameter, parsing: option.value ?? ""))
      }
    }
    for parameter in varied.dropLast() where !axes.contains(where: { $0.parameter == parameter }) {
      axes.append(Axis(parameter, values: .list(Self.swept(parameter, found))))
    }
    var options = ElaborationOptions()
    if let batch = parsed.last("batch")?.value {
      guard let count = Int(batch), count > 0 else {
        throw UsageError("--batch must be a positive integer, not '\(batch)'")
      }
      options.batch = count
    }
    if let input = parsed.last("input")?.value { options.input = try InputExtents.parse(input) }
    let (metric, target, match) = try self.target(parsed, options, found)
    let report = try solve(found, solved, axes, metric, target, match, options)
    guard report.isAttainable else { throw Self.unattainable(report) }
    try write(report, parsed)
  }

  /// The values that a specification sweeps a parameter over; its default where there are none.
  private static func swept(_ parameter: Parameter, _ found: Networks.Found) -> [Value] {
    if case .members(let members) = parameter.range { return members }
    for sweep in found.specification.declaredSweeps(of: found.network) where sweep.variables.count == 1 {
      guard sweep.variables[0].text == parameter.name || sweep.variables[0].text == parameter.symbol.name else {
        continue
      }
      if case .members(let members, _)? = sweep.values {
        let values = members.compactMap { try? parameter.value(parsing: $0.description) }
        if !values.isEmpty { return values }
      }
    }
    return [parameter.defaultValue]
  }

  private func target(
    _ parsed: ParsedArguments, _ options: ElaborationOptions, _ found: Networks.Found
  ) throws -> (Metric, Int, String?) {
    let given = parsed.options.filter { Metric(rawValue: $0.name) != nil }
    if let match = parsed.last("match")?.value {
      guard given.isEmpty else { throw UsageError("--match and --\(given[0].name) are two targets") }
      let cost = parsed.last("cost")?.value ?? "params"
      guard let metric = Metric(rawValue: cost) else {
        let names = Metric.allCases.map(\.rawValue)
        throw UsageError(
          "there is no cost '\(cost)'", help: suggestion(for: cost, among: names).map { "did you mean '\($0)'?" })
      }
      guard case .declared(let other) = try Networks.find(match, beside: .declared(found), for: "--match") else {
        throw UsageError("\(match) is a model; this needs a specification")
      }
      let study = try Study(other.specification, network: other.network, options: options)
      return (metric, try metric.value(of: study), study.graph.name)
    }
    guard parsed.last("cost") == nil else {
      throw UsageError(
        "--cost says nothing without --match", help: "it is which cost of the other network is the target")
    }
    guard given.count == 1, let metric = Metric(rawValue: given[0].name) else {
      throw UsageError(
        given.isEmpty
          ? "solve needs a target"
          : "solve takes one target, not \(given.map { "--" + $0.name }.joined(separator: " and "))",
        help: "--macs 150M, --params 4.2M, or --match NETWORK")
    }
    if let text = given[0].value, Amount.isTooLarge(text) { throw UsageError(tooLarge: text, given[0].name) }
    guard let value = given[0].value.flatMap({ Amount.parse($0) }), value > 0 else {
      throw UsageError("--\(given[0].name) must be a positive number, as 17536 or 4.1G, not '\(given[0].value ?? "")'")
    }
    return (metric, value, nil)
  }

  private func solve(
    _ found: Networks.Found, _ solved: Parameter, _ axes: [Axis], _ metric: Metric, _ target: Int, _ match: String?,
    _ options: ElaborationOptions
  ) throws -> SolveReport {
    let space = try PointSpace(axes)
    guard space.count <= 10_000 else { throw UsageError("\(space.count) settings are too many to solve for") }
    var rows: [SolveReport.Row] = []
    var progress = Progress("settings", of: space.count)
    defer { progress.clear() }
    for point in 0..<space.count {
      progress.show(point)
      let values = try space.values(at: point)
      var options = options
      for (axis, value) in zip(axes, values) { options.settings[axis.parameter.name] = value }
      let settings = zip(axes.map(\.parameter), values).map { (parameter: $0, value: $1) }
      let solver = Solver(
        found.specification, network: found.network, parameter: solved, metric: metric, target: target, options: options
      )
      do {
        rows.append(.init(settings: settings, solution: try solver.solve(), reason: nil))
      } catch let error as Diagnostic {
        if space.count == 1 { throw error }
        rows.append(.init(settings: settings, solution: nil, reason: error.message))
      }
    }
    return SolveReport(
      network: found.network, parameter: solved, metric: metric, target: target, match: match, rows: rows,
      assumptions: found.specification.assumptions(on: solved).map { "\($0.divisor) divides \($0.dividend)" })
  }

  private static func unattainable(_ report: SolveReport) -> Diagnostic {
    guard let row = report.best, let best = row.solution?.best else {
      return Diagnostic(
        "there is no network at any of these settings", at: .none, help: report.rows.compactMap(\.reason).first)
    }
    let settings =
      row.settings.map { "\($0.parameter.name) \($0.value)" } + [
        "\(report.parameter.name) \(best.value.decimalDescription)"
      ]
    return Diagnostic(
      "no \(report.parameter.name) gives \(report.network) \(NumberText.exact(report.target)) \(report.metric.rawValue)",
      at: .none,
      help: "the nearest that was found is \(NumberText.exact(best.cost)), at \(settings.joined(separator: ", "))")
  }

  private func write(_ report: SolveReport, _ parsed: ParsedArguments) throws {
    let format = try parsed.format()
    let drawings = Drawings(path: parsed.last("svg")?.value, isInTerminal: try parsed.isOn("chart"))
    try Files.requireDistinct([("output", parsed.last("output")?.value), ("svg", drawings.path)])
    try drawings.check(areBelowData: format == .json || format == .csv)
    var text =
      format == .json
      ? report.json(version: version).text()
      : format.render(report.document(), isToFile: parsed.last("output") != nil)
    if drawings.areAskedFor {
      guard let chart = report.chart() else {
        throw UsageError("there is no numeric parameter to draw over", help: "--PARAMETER 1,2,4 gives it values")
      }
      text += try drawings.draw(.chart(chart))
    }
    try parsed.write(text)
  }
}

extension Specification {
  /// The sweeps that a network and its file declare.
  func declaredSweeps(of network: String) -> [SweepSyntax] {
    var own: [SweepSyntax] = []
    for case .item(let item) in self.network(named: network)?.members ?? [] {
      if case .sweep(let sweep) = item.kind { own.append(sweep) }
    }
    return own + sweeps
  }
}
