import ArchAlgebra
import ArchReport
import ArchSpec

/// What a command line asks of a sweep.
struct SweepRequest {
  enum Format { case table, csv, jsonLines, markdown }

  var found: Networks.Found
  var options = ElaborationOptions()
  var axes: [Axis] = []
  var metrics: [Metric] = [.params, .macs]
  var condition: ExprSyntax?
  var pareto: [Metric] = []
  var sort: (column: String, descending: Bool)?
  var shard = (index: 1, count: 1)
  var threads: Int?
  var format = Format.table
  var output: String?

  static let options: [(name: String, value: String?, summary: String)] = [
    ("columns", "A,B…", "what to print of each point: \(Metric.allCases.map(\.rawValue).joined(separator: ", "))"),
    ("where", "CONDITION", "only the points where it holds, as 'macs < 300M and params < 3M'"),
    ("pareto", "A,B…", "only the points that no other beats in all of these"),
    ("sort", "COLUMN[:desc]", "in the order of a column"),
    ("shard", "I/N", "the I-th of N pieces; the pieces one after the other are the whole"),
    ("threads", "N", "how many to use; all by default"),
    ("batch", "N", "images at once"), ("input", "CxHxW", "another size of the input"),
    ("csv", nil, "as CSV, written as it is computed"), ("jsonl", nil, "as JSON, a line for each point"),
    ("markdown", nil, "as a Markdown table"), ("output", "FILE", "into a file, written whole or not at all"),
  ]

  init(_ arguments: [String]) throws {
    let words = Array(arguments.prefix { !$0.hasPrefix("-") || $0 == "-" })
    guard !words.isEmpty else {
      throw UsageError("sweep takes a network", help: "archcalc sweep NETWORK --PARAMETER 1..64 --columns params,macs")
    }
    found = try Networks.find(words)
    let network = found.network
    let declared = found.specification.network(named: network)!
    let parameters = try found.specification.parameters(of: declared)
    func parameter(_ name: String) -> Parameter? {
      parameters.first { $0.name == name } ?? parameters.first { $0.symbol.name == name }
    }
    let parsed = try ParsedArguments(
      arguments, letters: ["o": "output"],
      takesValue: { name in
        parameter(name) != nil ? true : Self.options.first { $0.name == name }.map { $0.value != nil }
      },
      unknown: { argument in
        let name = String(argument.drop { $0 == "-" })
        let near = suggestion(for: name, among: parameters.map(\.name) + Self.options.map(\.name))
        return UsageError(
          "\(network) has no parameter and sweep no option \(argument)", help: near.map { "did you mean --\($0)?" })
      })
    if let extra = parsed.words.first(where: { !words.contains($0) }) {
      throw UsageError("'\(extra)' is one word too many")
    }
    for option in parsed.options {
      let value = option.value ?? ""
      if !option.isLetter, let parameter = parameter(option.name) {
        axes.removeAll { $0.parameter.name == parameter.name }
        axes.append(try Axis(parameter, parsing: value))
      } else {
        try apply(option.name, value)
      }
    }
  }

  private mutating func apply(_ name: String, _ value: String) throws {
    switch name {
    case "columns":
      metrics = try value.split(separator: ",").map { try metric($0) }
      guard !metrics.isEmpty else { throw UsageError("--columns needs at least one column") }
    case "where": condition = try parseExpression(Source(name: "--where", text: value))
    case "pareto": pareto = try value.split(separator: ",").map { try metric($0) }
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
    case "threads":
      guard let count = Int(value), (1...1024).contains(count) else {
        throw UsageError("--threads must be from 1 to 1024, not '\(value)'")
      }
      threads = count
    case "batch":
      guard let batch = Int(value), batch > 0 else { throw UsageError("--batch must be a positive integer, not '\(value)'") }
      options.batch = batch
    case "input": options.input = try InputExtents.parse(value)
    case "csv": format = .csv
    case "jsonl": format = .jsonLines
    case "markdown": format = .markdown
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

/// `3x224x224`
enum InputExtents {
  /// - Parameter isImage: whether the input is channels, height and width; otherwise there are any number of extents.
  /// - Throws: ``UsageError`` if it is not one extent or three.
  static func parse(_ text: String, isImage: Bool = true) throws -> [Int] {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "x" || $0 == "×" || $0 == "," }.map { Int($0) }
    let values = parts.compactMap { $0 }
    guard values.count == parts.count, values.count == 1 || values.count == 3 || !isImage, values.allSatisfy({ $0 > 0 }) else {
      throw UsageError("--input is channels x height x width, as 3x224x224, not '\(text)'")
    }
    return values
  }
}
