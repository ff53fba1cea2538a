import ArchCost
import ArchReport
import ArchSpec

/// `archcalc compare A B [C…]`: networks side by side.
struct CompareCommand: Command {
  static let name = "compare"
  static let usage = "compare NETWORK NETWORK… [--batch N] [--input CxHxW] [--json | --csv | --markdown] [-o FILE]"
  static let summary =
    "networks side by side, stage by stage; NETWORK:alpha=0.5,resolution=192 is one at other settings"

  func run(_ arguments: [String]) throws {
    let values = [
      "batch": true, "input": true, "bytes": true, "output": true, "json": false, "csv": false, "markdown": false,
    ]
    let parsed = try ParsedArguments(
      arguments, letters: ["o": "output", "b": "batch", "i": "input"], takesValue: { values[$0] },
      unknown: { argument in
        let near = suggestion(for: String(argument.drop { $0 == "-" }), among: values.keys.sorted())
        return UsageError(
          "compare has no option \(argument)", help: near.map { "did you mean --\($0)?" } ?? "archcalc \(Self.usage)")
      })
    let format = try parsed.format()
    let networks = try Self.networks(parsed.words)
    guard networks.count >= 2 else {
      throw UsageError("compare takes at least two networks", help: "archcalc compare NETWORK NETWORK:parameter=value")
    }
    var options = ElaborationOptions()
    var layout = AnalysisLayout()
    if let batch = parsed.last("batch") { options.batch = try batch.integer(1...1_000_000_000) }
    if let bytes = parsed.last("bytes") { layout.bytesPerElement = try bytes.integer(1...16) }
    if let text = parsed.last("input")?.value { options.input = try InputExtents.parse(text) }
    var studies: [Study] = []
    var forms: [ClosedForms] = []
    for (words, settings) in networks {
      let (network, own) = try Self.network(words, settings, options)
      guard let study = try network.study(own, batch: parsed.last("batch") == nil ? nil : options.batch) else {
        throw UsageError("\(words[0]) leaves extents open: it cannot be compared")
      }
      studies.append(study)
      forms.append(try network.closedForms(own))
    }
    let comparison = try NetworkComparison(studies, forms: forms, layout: layout)
    // A terminal has not the width for three networks and their differences in one table.
    try parsed.write(
      format, json: try comparison.json(version: version),
      document: try comparison.document(areDifferencesApart: format == .text && studies.count > 2))
  }

  /// `mobilenet`, `mobilenet:alpha=0.5,resolution=192`, `my.arch:width=8`, `my.arch tiny:width=8`
  private static func networks(_ words: [String]) throws -> [(words: [String], settings: Substring?)] {
    var networks = NetworkWords()
    var settings: [Substring?] = []
    for word in words {
      let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let own = parts.count == 2 ? parts[1] : nil
      guard try networks.take(String(parts[0]), isComplete: own != nil) else {
        throw networks.unknown(String(parts[0]))
      }
      // A word that says which network of a file is meant begins no other.
      if settings.count == networks.networks.count { settings.removeLast() }
      settings.append(own)
    }
    return Array(zip(networks.networks, settings))
  }

  /// A network at the settings that stand with it.
  private static func network(
    _ words: [String], _ settings: Substring?, _ options: ElaborationOptions
  ) throws -> (NetworkSource, ElaborationOptions) {
    let network = try NetworkSource(words)
    var options = options
    guard let settings else { return (network, options) }
    guard !settings.isEmpty else {
      throw UsageError("no setting stands after the colon of '\(words.last!):'", help: "archcalc \(usage)")
    }
    let parameters = try network.parameters()
    var items: [String] = []
    // A comma within a value, as in depths=3,4,6,3, has no name after it.
    for item in settings.split(separator: ",") {
      if item.contains("=") || items.isEmpty {
        items.append(String(item))
      } else {
        items[items.count - 1] += "," + item
      }
    }
    for item in items {
      let sides = item.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2 else { throw UsageError("a setting is NAME=VALUE, not '\(item)'") }
      guard let parameter = parameters.first(where: { $0.name == sides[0] || $0.symbol.name == sides[0] }) else {
        let near = suggestion(for: sides[0], among: parameters.map(\.name)).map { "did you mean '\($0)'?" }
        throw UsageError("\(network.name) has no parameter '\(sides[0])'", help: near)
      }
      options.settings[parameter.name] = try parameter.value(parsing: sides[1])
    }
    return (network, options)
  }
}
