import ArchReport
import ArchSpec

/// `archcalc show NETWORK`: the specification that a network comes from, or its graph.
struct ShowCommand: Command {
  static let name = "show"
  static let usage = "show NETWORK [--graph [dot|mermaid]] [--depth N] [options]"
  static let summary = "the specification that a network comes from, or its graph for Graphviz or Mermaid"

  static let options: [OptionDescription] = [
    .init(name: "graph", value: "dot|mermaid", summary: "its graph, for Graphviz if nothing is said"),
    .init(name: "depth", letter: "d", value: "N", summary: "levels of blocks that the graph shows"),
  ]

  static let networkOptions = GeneralOption.ofNetworks + ["depth", "output"]

  private enum GraphFormat: String, CaseIterable { case dot, mermaid }

  func run(_ arguments: [String]) throws {
    var rest: [String] = []
    var format: GraphFormat?
    var pending = arguments[...]
    while let argument = pending.popFirst() {
      switch argument.prefix(while: { $0 != "=" }) {
      case "--graph" where argument.contains("="):
        format = try Self.graphFormat(String(argument.drop { $0 != "=" }.dropFirst()))
      case "--graph":
        format = .dot
        // Before the network a word that is no format is the network.
        guard let next = pending.first, !next.hasPrefix("-"), !rest.isEmpty || GraphFormat(rawValue: next) != nil
        else { break }
        format = try Self.graphFormat(next)
        pending.removeFirst()
      default: rest.append(argument)
      }
    }
    if let format { try showGraph(rest, format) } else { try showSpecification(rest) }
  }

  private static func graphFormat(_ text: String) throws -> GraphFormat {
    guard let format = GraphFormat(rawValue: text) else {
      throw UsageError("--graph cannot be '\(text)'", help: "it is one of dot, mermaid")
    }
    return format
  }

  private func showGraph(_ arguments: [String], _ format: GraphFormat) throws {
    let request = try AnalyzeRequest(arguments, for: OptionUser(Self.self, " --graph"))
    guard let study = try request.network.study(request.options, batch: request.batch) else {
      throw UsageError("\(request.word) leaves extents open", help: "--input 3x224x224, or --set NAME=VALUE for each")
    }
    let drawing = GraphDrawing(study.graph, depth: request.layout.depth)
    let text = format == .dot ? drawing.dot() : drawing.mermaid()
    if let path = request.output { try Files.write(text, to: path) } else { try Console().print(text) }
  }

  private func showSpecification(_ arguments: [String]) throws {
    if arguments.count > 1, let option = arguments.first(where: { $0.hasPrefix("-") && $0 != "-" }) {
      let given = arguments.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
      throw UsageError(
        "show prints a specification as it is: \(option) says nothing about that",
        help: "options are about the graph: archcalc show \(given) --graph")
    }
    if arguments.count == 2, Networks.isFile(arguments[0]) {
      throw UsageError(
        "show prints the whole of a file, not \(arguments[1]) alone",
        help: "archcalc show \(arguments.joined(separator: " ")) --graph draws one network of it")
    }
    guard arguments.count == 1, let word = arguments.first, !word.hasPrefix("--") else {
      throw UsageError("show takes one network", help: "archcalc list shows all networks; archcalc \(Self.usage)")
    }
    try Networks.requireNoModel(word)
    if Networks.isFile(word) { return try Console().print(format(try parse(try Files.source(word)))) }
    guard let entry = Networks.library.entry(named: word) else { throw Networks.unknown(word) }
    try Console().print(format(try parse(Networks.library.sources[entry.file])))
  }
}
