import ArchCost
import ArchIR
import ArchReport
import ArchSpec

/// `archcalc list [WORD…]`: the networks that are known, with what they cost at default settings.
struct ListCommand: Command {
  static let name = "list"
  static let usage = "list [WORD…] [--json | --csv | --markdown] [-o FILE]"
  static let summary = "the networks, their parameters and their cost at default settings"

  /// A network of the list.
  private struct Row {
    var network: String
    var family: String
    var aliases: [String]
    var parameters: [String]
    var input: Shape<Int>?
    var params: Int
    var macs: Int
  }

  func run(_ arguments: [String]) throws {
    let options = ["json": false, "csv": false, "markdown": false, "output": true]
    let parsed = try ParsedArguments(
      arguments, letters: ["o": "output"], takesValue: { options[$0] },
      unknown: { UsageError("list has no option \($0)", help: "archcalc \(Self.usage)") })
    let format = try parsed.format()
    let rows = try Self.rows(parsed.words)
    guard !rows.isEmpty else {
      let near = parsed.words.compactMap { suggestion(for: $0, among: Networks.library.names) }.first
      throw UsageError(
        "no network matches '\(parsed.words.joined(separator: " "))'",
        help: near.map { "did you mean '\($0)'?" } ?? "archcalc list shows all")
    }
    var document = Document()
    document.blocks.append(.table(Self.table(rows)))
    try parsed.write(format, json: Self.json(rows), document: document)
  }

  /// The networks that have all words in a name, an alias or the family's title.
  private static func rows(_ words: [String]) throws -> [Row] {
    var rows: [Row] = []
    var specifications: [Int: Specification] = [:]
    var progress = Progress("networks", of: Networks.library.entries.count)
    defer { progress.clear() }
    for (index, entry) in Networks.library.entries.enumerated() {
      progress.show(index)
      let specification = try specifications[entry.file] ?? Networks.library.specification(of: entry)
      specifications[entry.file] = specification
      let family = try specification.metadata(of: specification.network(named: entry.network)!).title ?? ""
      let names = ([entry.network, family] + entry.aliases).map { $0.lowercased() }
      guard words.allSatisfy({ word in names.contains { $0.contains(word.lowercased()) } }) else { continue }
      let architecture: Architecture<Int> = try specification.elaborate(entry.network)
      let (graph, total) = (architecture.graph, try Analysis(architecture.graph).total)
      rows.append(
        Row(
          network: entry.network, family: family, aliases: entry.aliases,
          parameters: architecture.settings.map(\.parameter.name),
          input: graph.inputs.first.map { graph.nodes[$0].output },
          params: try total.parameters.trainable, macs: try total.macs))
    }
    return rows
  }

  private static func table(_ rows: [Row]) -> Table {
    var table = Table([
      .init("network"), .init("family"), .init("parameters", rank: 1), .init("input", rank: 2),
      .init("params", .number), .init("MACs", .number), .exact("params", rank: 4), .exact("MACs", rank: 4),
      .init("also", rank: 5),
    ])
    table.rows = rows.map { row in
      .init([
        .text(row.network), .text(row.family), .text(row.parameters.joined(separator: " ")),
        .text(row.input?.description ?? ""), .count(row.params), .count(row.macs), .exact(row.params), .exact(row.macs),
        .text(row.aliases.joined(separator: " ")),
      ])
    }
    return table
  }

  private static func json(_ rows: [Row]) -> JSON {
    let networks = rows.map { row in
      JSON.object([
        ("network", .string(row.network)), ("family", .string(row.family)),
        ("aliases", .array(row.aliases.map { .string($0) })),
        ("parameters", .array(row.parameters.map { .string($0) })),
        ("input", row.input.map { .array($0.extents.map { .integer($0) }) } ?? .null),
        ("params", .integer(row.params)), ("macs", .integer(row.macs)),
      ])
    }
    return .object([
      ("schema", .string("archcalc.list/1")), ("version", .string(version)), ("networks", .array(networks)),
    ])
  }
}
