import ArchReport
import ArchRuntime
import ArchSpec

/// What a command line that runs or plans a network asks for.
struct RunRequest {
  var found: Networks.Found
  var options = ElaborationOptions()
  var threads = ProcessMemory.processors
  var repeats = 10
  var isa = InstructionSet.best
  var seed = 0
  var showsLayers = false
  var isJSON = false
  var isCheck = false
  /// Without Winograd's method.
  var isExact = false
  var trace: String?
  /// Where the values of the outputs go.
  var values: String?
  var output: String?

  /// The options besides the network's parameters, and whether they have a value.
  private static let general: [(name: String, takesValue: Bool)] = [
    ("threads", true), ("batch", true), ("repeat", true), ("isa", true), ("input", true), ("seed", true),
    ("trace", true), ("values", true), ("output", true), ("layers", false), ("json", false), ("check", false), ("exact", false),
  ]

  static let usage =
    "[--threads N] [--batch N] [--repeat N] [--input CxHxW] [--isa baseline|avx2|avx512] [--layers] [--json] "
    + "[--trace FILE] [--values FILE] [--check] [--exact] [--seed N]"

  init(_ arguments: [String], command: String) throws {
    let words = Array(arguments.prefix { !$0.hasPrefix("-") || $0 == "-" })
    guard !words.isEmpty else {
      throw UsageError("which network?", help: "archcalc \(command) NETWORK \(Self.usage)")
    }
    found = try Networks.find(words)
    let declared = found.specification.network(named: found.network)!
    let parameters = try found.specification.parameters(of: declared)
    func parameter(_ name: String) -> Parameter? {
      parameters.first { $0.name == name } ?? parameters.first { $0.symbol.name == name }
    }
    let network = found.network
    let parsed = try ParsedArguments(
      arguments, letters: ["b": "batch", "i": "input", "o": "output", "t": "threads"],
      takesValue: { name in
        if let parameter = parameter(name) { return parameter.kind != .boolean }
        return Self.general.first { $0.name == name }?.takesValue
      },
      unknown: { argument in
        let name = String(argument.drop { $0 == "-" })
        let near = suggestion(for: name, among: parameters.map(\.name) + Self.general.map(\.name))
        return UsageError(
          "\(command) \(network) has no option \(argument)",
          help: near.map { "did you mean --\($0)?" } ?? "archcalc \(command) NETWORK \(Self.usage)")
      })
    if let extra = parsed.words.first(where: { !words.contains($0) }) {
      throw UsageError("'\(extra)' is one word too many")
    }
    for option in parsed.options {
      if !option.isLetter, let parameter = parameter(option.name) {
        let text = option.value ?? (option.isNegated ? "false" : "true")
        options.settings[parameter.name] = try parameter.value(parsing: text)
      } else {
        try apply(option)
      }
    }
  }

  private mutating func apply(_ option: ParsedArguments.Option) throws {
    let value = option.value ?? ""
    switch option.name {
    case "threads": threads = try integer(value, option.name, 1...1024)
    case "batch": options.batch = try integer(value, option.name, 1...65_536)
    case "repeat": repeats = try integer(value, option.name, 1...1_000_000)
    case "seed": seed = try integer(value, option.name, 0...Int.max)
    case "input": options.input = try InputExtents.parse(value)
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
    case "layers": showsLayers = true
    case "json": isJSON = true
    case "exact": isExact = true
    default: isCheck = true
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
  func study() throws -> Study {
    try Study(found.specification, network: found.network, options: options)
  }

  func write(_ text: String) throws {
    if let output { try Files.write(text, to: output) } else { try Console().print(text) }
  }

  func write(_ document: Document) throws {
    let usesColor = output == nil && Console.usesColor(.auto)
    try write(TextRenderer(width: Console.width, usesColor: usesColor).render(document))
  }
}
