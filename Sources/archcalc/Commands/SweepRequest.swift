import ArchAlgebra
import ArchReport
import ArchSpec
import ArchVerify

/// What a command line asks of a sweep.
struct SweepRequest {
  enum Format: String { case table, csv, jsonLines = "jsonl", markdown }

  var found: Networks.Found
  var options = Networks.options
  var axes: [Axis] = []
  /// The first so many axes vary together: those of a declared sweep.
  var joined = 0
  /// What the declared sweep cites.
  var citation: String?
  var metrics: [Metric] = [.params, .macs]
  var extras: [SweepExtra] = []
  var drawings = Drawings()
  /// Whether two parameters are drawn as a map.
  var isMap = false
  var condition: ExprSyntax?
  /// The condition where it mentions more than what is swept and the totals.
  var measured: ClaimExpression?
  var pareto: [Metric] = []
  var sort: (column: String, descending: Bool)?
  var shard = (index: 1, count: 1)
  var threads: Int?
  var format = Format.table
  var output: String?

  static let options: [OptionDescription] = [
    .init(
      name: "declared", value: "NAME",
      summary: "the sweep that the specification declares, by its name, its citation or its number"),
    .init(
      name: "columns", value: "A,B…",
      summary: "what to print of each point: \(Metric.allCases.map(\.rawValue).joined(separator: ", ")), "
        + "elasticity(macs, P), a claim's left side by its name, as C114, or an expression as in claims"),
    .init(
      name: "svg", value: "FILE",
      summary: "a drawing of the last column over the last numeric parameter, or of the front of two costs, as SVG"),
    .init(name: "chart", summary: "the same in the terminal, below the table"),
    .init(name: "map", summary: "draw the last column over two parameters as a map; in the terminal without --svg"),
    .init(
      name: "where", value: "CONDITION",
      summary: "only the points where it holds, as 'macs < 300M and params < 3M'"),
    .init(name: "pareto", value: "A,B…", summary: "only the points that no other beats in all of these"),
    .init(name: "sort", value: "COLUMN[:desc]", summary: "in the order of a column"),
    .init(name: "shard", value: "I/N", summary: "the I-th of N pieces; the pieces one after the other are the whole"),
    .init(name: "set", value: "NAME=VALUES", summary: "a parameter that has the name of one of these options"),
    .init(name: "threads", value: "N", summary: "how many to use; all by default"),
    .init(name: "batch", value: "N", summary: "images at once"),
    .init(name: "input", value: "CxHxW", summary: "another size of the input"),
    .init(name: "csv", summary: "as CSV, written as it is computed"),
    .init(name: "jsonl", summary: "as JSON, a line for each point"),
    .init(name: "markdown", summary: "as a Markdown table"),
    .init(name: "output", letter: "o", value: "FILE", summary: "into a file, written whole or not at all"),
  ]

  init(_ arguments: [String]) throws {
    let words = Array(arguments.prefix { !$0.hasPrefix("-") || $0 == "-" })
    guard !words.isEmpty else {
      throw UsageError("sweep takes a network", help: "archcalc sweep NETWORK --PARAMETER 1..64 --columns params,macs")
    }
    found = try Networks.find(words)
    let network = found.network
    let declared = found.specification.network(named: network)!
    try found.specification.checkStatements(of: declared, options)
    // Once is enough; at a point a mistake there would look as if there were no network.
    options.checksStatements = false
    let parameters = try found.specification.parameters(of: declared)
    func parameter(_ name: String) -> Parameter? {
      parameters.first { $0.name == name } ?? parameters.first { $0.symbol.name == name }
    }
    let parsed = try ParsedArguments(
      arguments, letters: ["o": "output"],
      takesValue: { name in
        Self.options.first { $0.name == name }.map { $0.value != nil } ?? (parameter(name) == nil ? nil : true)
      },
      unknown: { argument in
        let name = String(argument.drop { $0 == "-" })
        let near = suggestion(for: name, among: parameters.map(\.name) + Self.options.map(\.name))
        let known = parameters.isEmpty ? nil : "its parameters are \(parameters.map(\.name).joined(separator: ", "))"
        return UsageError(
          "\(network) has no parameter and sweep no option \(argument)",
          help: near.map { "did you mean --\($0)?" } ?? known)
      })
    if let extra = parsed.words.first(where: { !words.contains($0) }) {
      throw UsageError("'\(extra)' is one word too many")
    }
    format = try parsed.only(["csv", "jsonl", "markdown"]).flatMap(Format.init) ?? .table
    for option in parsed.options {
      let value = option.value ?? ""
      if option.name == "set" {
        try set(value, parameter)
      } else if !option.isLetter, !Self.options.contains(where: { $0.name == option.name }),
        let parameter = parameter(option.name)
      {
        try vary(parameter, value)
      } else if option.name == "columns" {
        try setColumns(value, parameter)
      } else if option.name == "declared" {
        try declare(value, parameter)
      } else {
        try apply(option, value)
      }
    }
    if isMap, !drawings.areAskedFor { drawings.isInTerminal = true }
    try drawings.check(areBelowData: format == .csv || format == .jsonLines)
    try Files.requireDistinct([("output", output), ("svg", drawings.path)])
    try checkShard()
    try checkCondition()
  }

  private mutating func vary(_ parameter: Parameter, _ values: String) throws {
    if axes.prefix(joined).contains(where: { $0.parameter.name == parameter.name }) {
      throw UsageError("--\(parameter.name) is swept by the declared sweep already")
    }
    axes.removeAll { $0.parameter.name == parameter.name }
    axes.append(try Axis(parameter, parsing: values))
  }

  /// `--set columns=1,2`: a parameter that has the name of an option.
  private mutating func set(_ text: String, _ parameter: (String) -> Parameter?) throws {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw UsageError("--set takes NAME=VALUES, not '\(text)'") }
    guard let found = parameter(parts[0]) else {
      throw UsageError("\(self.found.network) has no parameter '\(parts[0])'")
    }
    try vary(found, parts[1])
  }

  /// Pieces are the whole one after the other only where each row is printed by itself.
  private func checkShard() throws {
    guard shard.count > 1, format == .table || format == .markdown || sort != nil || !pareto.isEmpty else { return }
    throw UsageError(
      "--shard needs --csv or --jsonl, and neither --sort nor --pareto",
      help: "pieces that are sorted or headed by themselves do not make up the whole")
  }

  private mutating func apply(_ option: ParsedArguments.Option, _ value: String) throws {
    switch option.name {
    case "where":
      guard condition == nil else { throw UsageError("--where is given twice", help: "join conditions: 'A and B'") }
      guard value.contains(where: { $0 != " " }) else {
        throw UsageError("--where needs a condition", help: Self.exampleOfCondition)
      }
      condition = try Self.explained { try parseExpression(Source(name: "--where", text: value)) }
    case "pareto":
      pareto = try value.split(separator: ",").map { try metric($0) }
      guard !pareto.isEmpty else { throw UsageError("--pareto needs at least one column, as params,macs") }
    case "sort":
      let parts = value.split(separator: ":", maxSplits: 1)
      guard let column = parts.first, parts.count == 1 || ["asc", "desc"].contains(parts[1]) else {
        throw UsageError("--sort takes a column, as macs or macs:desc, not '\(value)'")
      }
      sort = (String(column), parts.count == 2 && parts[1] == "desc")
    case "shard":
      let parts = value.split(separator: "/").map { Int($0) }
      guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1, (1...count).contains(index) else {
        throw UsageError("--shard takes I/N with I from 1 to N, not '\(value)'")
      }
      shard = (index, count)
    case "threads": threads = try option.integer(1...1024)
    case "batch": options.batch = try option.integer(1...1_000_000_000)
    case "input": options.input = try InputExtents.parse(value)
    case "csv", "jsonl", "markdown": break
    case "chart": drawings.isInTerminal = try option.isOn()
    case "map": isMap = try option.isOn()
    case "svg": drawings.path = value
    default: output = value
    }
  }

  private func metric(_ name: Substring) throws -> Metric {
    guard let metric = Metric(rawValue: String(name)) else {
      let names = Metric.allCases.map(\.rawValue)
      let near = suggestion(for: String(name), among: names).map { "did you mean '\($0)'?" }
      throw UsageError("there is no column '\(name)'", help: near ?? names.joined(separator: ", "))
    }
    return metric
  }
}
