import ArchCost
import ArchReport
import ArchSpec

/// `archcalc help [NETWORK | COMMAND | conventions]`.
struct HelpCommand: Command {
  static let name = "help"
  static let usage = "help [NETWORK | COMMAND | conventions | --man]"
  static let summary = "this, a network's parameters, a command's options, or the counting conventions"

  func run(_ arguments: [String]) throws {
    guard let word = arguments.first else { return try print(overview) }
    let command = Commands.all.first { $0.name == word }
    if arguments.count > 1, command != nil || ["--man", "conventions"].contains(word) {
      throw UsageError("'\(arguments[1])' is one word too many", help: "archcalc \(Self.usage)")
    }
    if word == "--man" { return try Console().print(ManPage().text()) }
    if word == "conventions" { return try print(conventions) }
    if let command {
      var document = Document()
      document.blocks.append(.paragraph("archcalc \(command.usage)"))
      document.blocks.append(.paragraph(command.summary))
      if !command.allOptions.isEmpty { document.blocks.append(.facts(Self.facts(command.allOptions))) }
      return try print(document)
    }
    try network(try NetworkSource(arguments), named: word)
  }

  private func print(_ document: Document) throws {
    try Console().print(TextRenderer(width: Console.width, usesColor: Console.usesColor(.auto)).render(document))
  }

  private var overview: Document {
    var document = Document()
    document.blocks.append(.heading("archcalc \(version): exactly what a convolutional network costs"))
    var facts: [Document.Fact] = []
    facts.append(.init("archcalc NETWORK [options]", "what a network costs; its parameters are options"))
    facts.append(.init("archcalc FILE.arch [NETWORK]", "the same for your own specification; - is standard input"))
    facts.append(.init("archcalc MODEL.onnx", "the same for an ONNX model; extents that it leaves open are options"))
    facts += Commands.all.map { .init("archcalc \(Self.brief($0.usage))", $0.summary) }
    document.blocks.append(.facts(facts))
    document.blocks.append(.heading("Options"))
    document.blocks.append(.facts(Self.facts(GeneralOption.all)))
    return document
  }

  /// A usage without its optional parts, which `help COMMAND` shows.
  private static func brief(_ usage: String) -> String {
    usage.split(separator: " ").prefix { !$0.hasPrefix("[") && !$0.hasPrefix("(") }.joined(separator: " ")
  }

  private static func facts(_ options: [OptionDescription]) -> [Document.Fact] {
    options.map { option in
      let letter = option.letter.map { "-\($0), " } ?? "    "
      return .init("\(letter)--\(option.name)" + (option.value.map { " \($0)" } ?? ""), option.summary)
    }
  }

  private var conventions: Document {
    var document = Document()
    document.blocks.append(.heading("Counting conventions (--convention NAME)"))
    document.blocks.append(
      .facts(CountingConvention.all.map { .init($0.name, "\($0.summary); parameters: \($0.parameters.rawValue)") }))
    return document
  }

  private static func fact(_ parameter: Parameter) -> Document.Fact {
    let symbol = parameter.symbol.name == parameter.name ? "" : " (\(parameter.symbol) in formulas)"
    let documentation = parameter.documentation.isEmpty ? "" : parameter.documentation + symbol
    let isHidden = GeneralOption.reserved.contains(parameter.name)
    let option = isHidden ? "--set \(parameter.name)=" : "--\(parameter.name) "
    // Of words without a range there is nothing to say; what is true or false says so itself.
    let range = parameter.range == .between(nil, nil, step: nil) && !documentation.isEmpty ? "" : parameter.rangeText
    return .init(
      option + parameter.defaultText, [documentation, range].filter { !$0.isEmpty }.joined(separator: "; "))
  }

  /// The parameters of a network, with their defaults.
  func network(_ network: NetworkSource, named word: String) throws {
    let parameters = try network.parameters()
    var document = Document()
    var documentation = ""
    if case .declared(let found) = network {
      documentation = found.specification.documentation[found.network]?.joined(separator: " ") ?? ""
    }
    document.blocks.append(.heading("archcalc \(word)" + (documentation.isEmpty ? "" : " · \(documentation)")))
    if !parameters.isEmpty {
      document.blocks.append(.facts(parameters.map(Self.fact)))
    }
    document.blocks.append(.heading("Options of every network"))
    document.blocks.append(.facts(Self.facts(GeneralOption.all)))
    try print(document)
  }
}
