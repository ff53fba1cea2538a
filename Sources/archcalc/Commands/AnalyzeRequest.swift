import ArchAlgebra
import ArchCost
import ArchReport
import ArchSpec

/// What a command line asks about a network.
struct AnalyzeRequest {
  var word: String
  var network: NetworkSource
  var options = Networks.options
  /// The batch, if it is asked for.
  var batch: Int?
  /// Whether it is asked for what the rows of the table are.
  var isGrouped = false
  var layout = AnalysisLayout()
  var format = OutputFormat.text
  var output: String?
  var drawings = Drawings()
  var compare: String?
  var color = Console.Color.auto
  var isSweep = false
  var budget: (name: String, value: Int)?
  var tolerance = try! Rational(1, 10)
  var wantsHelp = false

  /// - Parameter user: who asks; options that say nothing to it are refused.
  init(_ arguments: [String], for user: OptionUser = .analysis) throws {
    // The network's words come first or between options: its parameters decide which options there are.
    let words = Self.words(arguments)
    guard let word = words.first else {
      throw UsageError("which network?", help: "archcalc list shows all networks, archcalc help the options")
    }
    self.word = word
    network = try NetworkSource(words)
    let parameters = try network.parameters()
    let general = GeneralOption.all
    var letters: [Character: ParsedArguments.Letter] = [:]
    for option in general {
      if let letter = option.letter { letters[letter] = .init(option.name, takesValue: option.value != nil) }
    }

    func parameter(_ name: String) -> Parameter? {
      if GeneralOption.reserved.contains(name) { return nil }
      return parameters.first { $0.name == name } ?? parameters.first { $0.symbol.name == name }
    }
    let name = network.name
    let parsed = try ParsedArguments(
      arguments, letters: letters,
      takesValue: { name in
        if let parameter = parameter(name) { return parameter.kind == .boolean ? false : true }
        if GeneralOption.budgets.contains(name) { return true }
        return general.first { $0.name == name }.map { $0.value != nil }
      },
      unknown: { argument in
        let option = String(argument.drop { $0 == "-" })
        let known = parameters.map(\.name) + general.map(\.name)
        let near = suggestion(for: option, among: known).map { "did you mean --\($0)?" }
        let own = parameters.map { "--" + $0.name }.joined(separator: " ")
        return UsageError(
          "\(name) has no option \(argument)",
          help: near ?? (own.isEmpty ? "archcalc help lists the options" : "its parameters are \(own)"))
      })
    if let extra = parsed.words.first(where: { !words.contains($0) })
      ?? (parsed.words.count > words.count ? parsed.words.last : nil)
    {
      throw UsageError("'\(extra)' is one word too many", help: "options begin with --, files have a name in .arch")
    }
    // What is no parameter of the network's is an option of every network.
    let options = parsed.options.filter { $0.isLetter || parameter($0.name) == nil }
    try options.forEach(user.check)
    format = try parsed.format()
    for option in parsed.options {
      if !option.isLetter, let parameter = parameter(option.name) {
        try set(parameter, option)
      } else {
        try apply(option, parameters)
      }
    }
    try drawings.check(areBelowData: format == .json || format == .csv)
    try Files.requireDistinct([("output", output), ("svg", drawings.path)])
    if !wantsHelp { try checkSweep(options) }
  }

  /// A sweep has one budget and no table, and only a sweep has a tolerance.
  private func checkSweep(_ options: [ParsedArguments.Option]) throws {
    guard isSweep else {
      guard options.contains(where: { $0.name == "tolerance" }) else { return }
      throw UsageError("--tolerance says nothing without a sweep", help: "it is how far a sweep goes over its budget")
    }
    if let idle = options.first(where: { GeneralOption.ofTables.contains($0.name) }) {
      throw UsageError("--\(idle.name) says nothing about a sweep", help: "it is about the table of one network")
    }
    let budgets = options.map(\.name).filter { $0 == "budget" || GeneralOption.budgets.contains($0) }
    if let other = budgets.first(where: { $0 != budgets[0] }) {
      throw UsageError("--\(budgets[0]) and --\(other): which of the two?", help: "a sweep keeps one cost")
    }
  }

  private mutating func set(_ parameter: Parameter, _ option: ParsedArguments.Option) throws {
    let text = parameter.kind == .boolean ? String(try option.isOn()) : option.value ?? ""
    do { options.settings[parameter.name] = try parameter.value(parsing: text) } catch let error as SettingError {
      throw UsageError("--\(error)", help: "archcalc help \(word) lists its parameters")
    }
  }

  private mutating func apply(_ option: ParsedArguments.Option, _ parameters: [Parameter]) throws {
    let value = option.value ?? ""
    switch option.name {
    case "symbolic": layout.showsClosedForms = try option.isOn()
    case "by":
      isGrouped = true
      layout.grouping = try option.choice()
    case "depth": layout.depth = try option.integer(1...100)
    case "convention":
      guard let convention = CountingConvention.named(value) else {
        let names = CountingConvention.all.map(\.name)
        let near = suggestion(for: value, among: names).map { "did you mean '\($0)'?" }
        throw UsageError("there is no convention '\(value)'", help: near ?? names.joined(separator: ", "))
      }
      layout.convention = convention
    case "batch":
      let count = try option.integer(1...1_000_000_000)
      (options.batch, batch) = (count, count)
    case "input": options.input = try InputExtents.parse(value, isImage: network.isDeclared)
    case "bytes": layout.bytesPerElement = try option.integer(1...16)
    case "compare": compare = value
    case "set": try options.set(value, parameters, of: network.name)
    case "sweep": isSweep = try option.isOn()
    case "tolerance":
      tolerance = try option.number()
      guard tolerance >= .zero else { throw UsageError("--tolerance must not be negative") }
    case "output": output = value
    case "svg": drawings.path = value
    case "chart": drawings.isInTerminal = try option.isOn()
    case "color": color = try option.choice()
    case "help": wantsHelp = try option.isOn()
    case "json", "csv", "markdown", "predict": break
    default:
      let amount = try option.number()
      guard let integer = amount.integer, integer > 0 else {
        throw UsageError("--\(option.name) must be a positive integer, not '\(value)'")
      }
      budget = (option.name, integer)
    }
    if option.name == "budget" || GeneralOption.budgets.contains(option.name) { isSweep = true }
  }

  /// The layout for a network: where nothing is said, one without stages is shown by types.
  func layout(for study: Study) -> AnalysisLayout {
    var layout = layout
    if !isGrouped, study.graph.scopes.count == 1, study.graph.layers.count > 40 { layout.grouping = .type }
    return layout
  }

  /// A document in the format that is asked for.
  func render(_ document: Document) -> String {
    format.render(document, isToFile: output != nil, color: color)
  }
}
