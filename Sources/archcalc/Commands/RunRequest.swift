import ArchReport
import ArchRuntime
import ArchSpec

/// What a command line that runs or plans a network asks for.
struct RunRequest {
  var network: NetworkSource
  var options = Networks.options
  var threads = ProcessMemory.processors
  /// How often it is run; `nil` for the usual number.
  var repeats: Int?
  /// The batch, if it is asked for.
  var batch: Int?
  /// Arrays that go in and come out.
  var inputs = TensorFiles()
  var outputs = TensorFiles()
  var isa = InstructionSet.best
  var seed = 0
  var showsLayers = false
  var isJSON = false
  var isCheck = false
  /// Whether a plan comes with the time that it is expected to take.
  var isPredicted = false
  /// Without Winograd's method.
  var isExact = false
  /// With the methods that are measured to be the quickest here.
  var isTuned = false
  var trace: String?
  /// Where the values of the outputs go.
  var values: String?
  var output: String?

  private static let letters: [Character: ParsedArguments.Letter] = [
    "b": "batch", "i": "input", "o": "output", "t": "threads",
  ]

  /// - Parameter command: `run` or `plan`; the options of the other one are refused.
  init(_ arguments: [String], command: String) throws {
    let words = Array(arguments.prefix { !$0.hasPrefix("-") || $0 == "-" })
    let isPlan = command == PlanCommand.name
    let (asked, other): (any Command.Type, any Command.Type) =
      isPlan ? (PlanCommand.self, RunCommand.self) : (RunCommand.self, PlanCommand.self)
    guard !words.isEmpty else { throw UsageError("which network?", help: "archcalc \(asked.usage)") }
    network = try NetworkSource(words)
    let parameters = try network.parameters()
    func parameter(_ name: String) -> Parameter? {
      parameters.first { $0.name == name } ?? parameters.first { $0.symbol.name == name }
    }
    let name = network.name
    let parsed = try ParsedArguments(
      arguments, letters: Self.letters,
      takesValue: { name in
        if let parameter = parameter(name) { return parameter.kind != .boolean }
        return asked.options.first { $0.name == name }.map { $0.value != nil }
      },
      unknown: { argument in
        let option = String(argument.drop { $0 == "-" })
        let near = suggestion(for: option, among: parameters.map(\.name) + asked.options.map(\.name))
        let isOther = other.options.contains { $0.name == option }
        return UsageError(
          "\(asked.name) \(name) has no option \(argument)",
          help: isOther
            ? "it is an option of archcalc \(other.name)"
            : near.map { "did you mean --\($0)?" } ?? "archcalc \(asked.usage)")
      })
    if let extra = parsed.words.first(where: { !words.contains($0) }) {
      throw UsageError("'\(extra)' is one word too many")
    }
    for option in parsed.options {
      if !option.isLetter, let parameter = parameter(option.name) {
        let text = option.value ?? (option.isNegated ? "false" : "true")
        options.settings[parameter.name] = try parameter.value(parsing: text)
      } else {
        try apply(option, parameters)
      }
    }
    if isPlan, let array = (inputs.entries + outputs.entries).first {
      throw UsageError("plan runs nothing: \(array.path) is neither read nor written", help: "archcalc run does both")
    }
    guard !(isExact && isTuned) else {
      throw UsageError(
        "--exact and --tune: which of the two?", help: "--exact leaves one method, and nothing to choose")
    }
  }

  private mutating func apply(_ option: ParsedArguments.Option, _ parameters: [Parameter]) throws {
    let value = option.value ?? ""
    switch option.name {
    case "threads": threads = try integer(value, option.name, 1...1024)
    case "batch":
      let count = try integer(value, option.name, 1...65_536)
      (options.batch, batch) = (count, count)
    case "repeat": repeats = try integer(value, option.name, 1...1_000_000)
    case "seed": seed = try integer(value, option.name, 0...Int.max)
    case "input" where inputs.add(value): break
    case "input": options.input = try InputExtents.parse(value, isImage: network.isDeclared)
    case "output" where outputs.add(value): break
    case "set": try options.set(value, parameters, of: network.name)
    case "isa":
      guard let named = InstructionSet(rawValue: value) else {
        let names = InstructionSet.allCases.map(\.rawValue).joined(separator: ", ")
        throw UsageError("--isa cannot be '\(value)'", help: "it is one of \(names)")
      }
      guard named.isAvailable else {
        throw UsageError("this CPU cannot run \(value)", help: "its widest is \(InstructionSet.best.rawValue)")
      }
      isa = named
    case "trace": trace = value
    case "values": values = value
    case "output": output = value
    case "layers": showsLayers = try option.isOn()
    case "json": isJSON = try option.isOn()
    case "exact": isExact = try option.isOn()
    case "tune": isTuned = try option.isOn()
    case "predict": isPredicted = try option.isOn()
    default: isCheck = try option.isOn()
    }
  }

  private func integer(_ text: String, _ option: String, _ range: ClosedRange<Int>) throws -> Int {
    guard let value = Int(text) else { throw UsageError("--\(option) must be an integer, not '\(text)'") }
    guard range.contains(value) else {
      throw UsageError("--\(option) must be from \(range.lowerBound) to \(range.upperBound), not \(text)")
    }
    return value
  }

  /// The network at the request's settings.
  ///
  /// - Throws: ``UsageError`` where a model leaves extents open that nothing gives.
  func study() throws -> Study { try runnable().study }

  /// The network at the request's settings, and the numbers that it is run with: its own, or seeded ones.
  func runnable() throws -> (study: Study, weights: any NetworkWeights) {
    switch network {
    case .declared(let found):
      let study = try Study(found.specification, network: found.network, options: options)
      return (study, GeneratedWeights(seed: UInt64(seed)))
    case .model(let source):
      guard let (model, study) = try source.bound(options, batch: batch) else {
        let names = source.openExtents(options).map { "'\($0)'" }.joined(separator: ", ")
        throw UsageError(
          "\(source.path) leaves extents open: \(names)", help: "--input 3x224x224, or --set NAME=VALUE for each")
      }
      return (study, try ModelWeights(model, study.graph, path: source.path))
    }
  }

  func write(_ text: String) throws {
    if let output { try Files.write(text, to: output) } else { try Console().print(text) }
  }

  func write(_ document: Document) throws {
    let usesColor = output == nil && Console.usesColor(.auto)
    try write(TextRenderer(width: Console.width, usesColor: usesColor).render(document))
  }
}
