import ArchReport
import ArchSpec

/// `archcalc diff OLD NEW`: what changed between two reports of a network.
struct DiffCommand: Command {
  static let name = "diff"
  static let usage = "diff OLD.json NEW.json [--fail-on-increase macs=1%]… [--depth N] [--markdown | --json] [-o FILE]"
  static let summary = "what changed between two reports of --json, block by block; exits 1 if it grew too much"

  static let options: [OptionDescription] = [
    .init(
      name: "fail-on-increase", value: "FIGURE=P%",
      summary: "exit 1 if the figure grew by more than a share, or an amount as params=100K"),
    .init(name: "depth", letter: "d", value: "N", summary: "components of a layer's name that make its block"),
    .init(name: "json", summary: "as JSON"),
    .init(name: "markdown", summary: "as Markdown, for a pull request"),
    .init(name: "output", letter: "o", value: "FILE", summary: "into a file, written whole or not at all"),
  ]

  func run(_ arguments: [String]) throws {
    let values = ["fail-on-increase": true, "depth": true, "output": true, "markdown": false, "json": false]
    let parsed = try ParsedArguments(
      arguments, letters: ["o": "output", "d": "depth"], takesValue: { values[$0] },
      unknown: { argument in
        let near = suggestion(for: String(argument.drop { $0 == "-" }), among: values.keys.sorted())
        return UsageError(
          "diff has no option \(argument)", help: near.map { "did you mean --\($0)?" } ?? "archcalc \(Self.usage)")
      })
    guard parsed.words.count == 2 else {
      throw UsageError(
        "diff takes two reports", help: "archcalc NETWORK --json -o new.json; archcalc diff old.json new.json")
    }
    let depth = Int(parsed.last("depth")?.value ?? "1") ?? 0
    guard (1...100).contains(depth) else { throw UsageError("--depth must be from 1 to 100") }
    let limits = try parsed.options.filter { $0.name == "fail-on-increase" }.map { option in
      do { return try IncreaseLimit(parsing: option.value ?? "") } catch let error as Diagnostic {
        throw UsageError("--fail-on-increase: \(error.message)", help: error.help)
      }
    }
    let (old, new) = (try snapshot(parsed.words[0]), try snapshot(parsed.words[1]))
    let difference = try Difference(old, new, depth: depth)
    let violations = try limits.compactMap { try $0.violation(of: difference) }
    var document = difference.document()
    // On a terminal it is said last, on standard error.
    let format = try parsed.format()
    if format == .markdown { document.blocks += violations.map { .paragraph("Failed: \($0).") } }
    try parsed.write(format, json: difference.json(version: version), document: document)
    guard violations.isEmpty else { throw FailedCheck(violations) }
  }

  private func snapshot(_ path: String) throws -> Snapshot {
    let source = try Files.source(path)
    return try Snapshot(JSON(parsing: source), name: path == "-" ? "standard input" : path)
  }
}
