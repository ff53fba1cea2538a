import ArchCost
import ArchReport
import ArchSpec

/// `archcalc list [WORD…]`: the networks that are known, with what they cost at default settings.
struct ListCommand: Command {
  static let name = "list"
  static let usage = "list [WORD…]"
  static let summary = "the networks, their parameters and their cost at default settings"

  func run(_ arguments: [String]) throws {
    let parsed = try ParsedArguments(
      arguments, takesValue: { ["markdown": false, "csv": false, "json": false][$0] },
      unknown: { UsageError("list has no option \($0)", help: "archcalc list [WORD…] [--json|--csv|--markdown]") })
    var table = Table([
      .init("network"), .init("family", rank: 3), .init("parameters", rank: 1), .init("input", rank: 2), .init("params", .number),
      .init("MACs", .number), .exact("params", rank: 4), .exact("MACs", rank: 4),
    ])
    var rows: [JSON] = []
    var specifications: [Int: Specification] = [:]
    for entry in Networks.library.entries {
      let specification = try specifications[entry.file] ?? Networks.library.specification(of: entry)
      specifications[entry.file] = specification
      let study = try Study(specification, network: entry.network)
      let family = study.subject.metadata.title ?? ""
      let words = ([entry.network, family] + entry.aliases).map { $0.lowercased() }
      guard parsed.words.allSatisfy({ word in words.contains { $0.contains(word.lowercased()) } }) else { continue }
      let names = study.subject.settings.map(\.parameter.name)
      let parameters = try study.total.parameters.trainable
      let macs = try study.total.macs
      let input = study.graph.inputs.first.map { study.graph.nodes[$0].output }
      table.rows.append(
        .init([
          .text(entry.network), .text(family), .text(names.joined(separator: " ")), .text(input?.description ?? ""),
          .count(parameters), .count(macs), .exact(parameters), .exact(macs),
        ]))
      rows.append(
        .object([
          ("network", .string(entry.network)), ("family", .string(family)), ("aliases", .array(entry.aliases.map { .string($0) })),
          ("parameters", .array(names.map { .string($0) })), ("params", .integer(parameters)), ("macs", .integer(macs)),
        ]))
    }
    guard !table.rows.isEmpty else {
      throw UsageError("no network matches '\(parsed.words.joined(separator: " "))'", help: "archcalc list shows all")
    }
    var document = Document()
    document.blocks.append(.table(table))
    let console = Console()
    if parsed.last("json") != nil {
      try console.print(JSON.object([("schema", .string("archcalc.list/1")), ("networks", .array(rows))]).text())
    } else if parsed.last("csv") != nil {
      try console.print(CSVRenderer().render(document))
    } else if parsed.last("markdown") != nil {
      try console.print(MarkdownRenderer().render(document))
    } else {
      try console.print(TextRenderer(width: Console.width, usesColor: Console.usesColor(.auto)).render(document))
    }
  }
}
