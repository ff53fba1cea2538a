import ArchCost
import ArchPage
import ArchReport
import ArchSpec

/// `archcalc report NETWORK… -o FILE`: a page about networks that computes their costs itself.
struct ReportCommand: Command {
  static let name = "report"
  static let usage =
    "report NETWORK [options]… [--all] [--run RUN.json] [--verify VERIFY.json] [-o FILE.html | -o FOLDER]"
  static let summary = "a page with the graph, the layers, charts, and sliders that recompute every number"

  static let options: [OptionDescription] = [
    .init(name: "all", summary: "every network of the zoo"),
    .init(name: "run", value: "FILE", summary: "measured times, as archcalc run --json writes them"),
    .init(name: "verify", value: "FILE", summary: "claims with verdicts, as archcalc verify --json writes them"),
    .init(
      name: "output", letter: "o", value: "FILE",
      summary: "the page; a folder takes an index and a report of each network instead"),
  ]

  static let networkOptions = GeneralOption.ofCounts

  func run(_ arguments: [String]) throws {
    var pending = arguments[...]
    var common: [String] = []
    var networks = NetworkWords()
    var options: [[String]] = []  // by network
    var isAfterOption = false
    var output: String?
    var run: String?
    var verification: String?
    /// Options before the first network are those of all, others those of the network before.
    func add(_ words: [String]) {
      if options.isEmpty { common += words } else { options[options.count - 1] += words }
    }
    while let argument = pending.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      func value() throws -> String {
        guard parts.count == 1 else { return parts[1] }
        guard let next = pending.popFirst() else { throw UsageError("\(parts[0]) needs a value") }
        return next
      }
      let mayBeValue = isAfterOption
      isAfterOption = false
      switch parts.first ?? "" {
      case "-o", "--output": output = try value()
      case let option where option.hasPrefix("-o"): output = String(argument.dropFirst(2))
      case "--run": run = try value()
      case "--verify": verification = try value()
      case "--all": networks.takeZoo()
      case let word where !word.hasPrefix("-") || word == "-":
        guard try !networks.take(argument) else { break }
        guard mayBeValue else { throw networks.unknown(argument) }
        add([argument])
      default:
        let takesNext = parts.count == 1 && Self.takesValue(argument, networks.networks.last)
        add([argument] + (takesNext ? pending.popFirst().map { [$0] } ?? [] : []))
        isAfterOption = parts.count == 1 && !takesNext
      }
      while options.count < networks.networks.count { options.append([]) }
    }
    guard !options.isEmpty else { throw UsageError("report takes a network", help: "archcalc \(Self.usage)") }
    let requests = try zip(networks.networks, options).flatMap { words, own in
      try Self.networks(words).map { try AnalyzeRequest($0 + common + own, for: OptionUser(Self.self)) }
    }
    let claims = try verification.map { try Self.report($0, schema: "archcalc.verify", fields: ["claims"]) }
    if let output, Files.isFolder(output) {
      guard run == nil else { throw UsageError("timings do not go into a folder of reports", help: "-o FILE.html") }
      return try writeFolder(output, requests, try claims.map { try Verification($0, name: verification!) })
    }
    var page = Page(version: version, networks: requests.count)
    page.run = try run.map { try Self.report($0, schema: "archcalc.run", fields: ["network", "layers", "machine"]) }
    page.verification = claims
    let names = requests.map(\.network.name)
    if let measured = page.run?["network"]?.stringValue, !names.contains(measured) {
      throw UsageError(
        "\(run!) is a run of \(measured), which is not on the page", help: "archcalc report \(measured) --run …")
    }
    var progress = Progress("networks", of: requests.count)
    defer { progress.clear() }
    for (index, request) in requests.enumerated() {
      progress.show(index)
      let study = try Self.study(request)
      let forms = try Self.numberedForms(request, request.options, study) ?? Self.forms(request, study)
      let isInFile = Networks.isFile(request.word) && request.network.isDeclared
      let command = isInFile ? "\(request.word) \(request.network.name)" : request.word
      try page.add(study, forms, request.layout, command: command) { try Self.forms(request, at: $0) }
    }
    let html = page.html()
    progress.clear()
    if let output { try Files.write(html, to: output) } else { try Console().print(html) }
  }

  static func study(_ request: AnalyzeRequest) throws -> Study {
    guard let study = try request.network.study(request.options, batch: request.batch) else {
      throw UsageError("\(request.word) leaves extents open", help: "--input 3x224x224, or --set NAME=VALUE for each")
    }
    return study
  }

  /// Whether the word after an option is its value for certain: a network's name can be one too.
  private static func takesValue(_ argument: String, _ network: [String]?) -> Bool {
    if let known = GeneralOption.named(argument) { return known.value != nil }
    // A model is large, and what is no regular file is read only once.
    guard let network,
      !Networks.isFile(network[0]) || Networks.isSpecification(network[0]) && Files.isRegular(network[0])
    else { return false }
    let name = argument.drop { $0 == "-" }
    let parameters = (try? NetworkSource(network).parameters()) ?? []
    return parameters.contains { ($0.name == name || $0.symbol.name == name) && $0.kind != .boolean }
  }

  /// A file without a network's name after it stands for all that it declares.
  private static func networks(_ words: [String]) throws -> [[String]] {
    guard words.count == 1 else { return [words] }
    let names = try Networks.names(in: words[0])
    return names.count <= 1 ? [words] : names.map { words + [$0] }
  }

  /// The closed forms, if what they say of the settings is what is counted; a model that was read with another batch or
  /// input has none, and constants in their place.
  static func forms(_ request: AnalyzeRequest, _ study: Study) throws -> ClosedForms {
    let forms = try request.network.closedForms(request.options)
    return try forms.agree(with: study) ? forms : try ClosedForms(study.graph.constantForms(), Subject())
  }

  /// The closed forms at other values of the parameters.
  ///
  /// - Throws: Any error where there is no such network, or none that closed forms tell of.
  private static func forms(_ request: AnalyzeRequest, at settings: [String: Value]) throws -> ClosedForms {
    var options = request.options
    options.settings.merge(settings) { $1 }
    guard let study = try request.network.study(options, batch: request.batch) else {
      throw ClosedForms.Absence(reason: "the network leaves extents open")
    }
    if let forms = numberedForms(request, options, study) { return forms }
    let forms = try request.network.closedForms(options)
    guard try forms.agree(with: study) else {
      throw ClosedForms.Absence(reason: "the closed forms are of another network")
    }
    return forms
  }

  /// The closed forms in which copies that differ by their numbers alone stand once; `nil` where there are none.
  private static func numberedForms(
    _ request: AnalyzeRequest, _ options: ElaborationOptions, _ study: Study
  ) -> ClosedForms? {
    guard request.network.isDeclared else { return nil }
    var options = options
    options.numbersCopies = true
    guard let forms = try? request.network.closedForms(options), (try? forms.agree(with: study)) == true else {
      return nil
    }
    return forms
  }

  /// A report of another command, to be shown on the page.
  private static func report(_ path: String, schema: String, fields: [String]) throws -> JSON {
    let report = try JSON(parsing: try Files.source(path))
    let known = schema + "/1"
    let command = schema == "archcalc.run" ? "archcalc run NETWORK" : "archcalc verify"
    guard let name = report["schema"]?.stringValue else {
      throw Diagnostic(
        "\(path) is no report of archcalc: it names no schema", at: .none, help: "\(command) --json writes one")
    }
    guard name == known else {
      let isNewer = name.hasPrefix(schema + "/") && name.dropFirst(schema.count + 1).allSatisfy(\.isNumber)
      throw Diagnostic(
        "\(path) is \(name), and this archcalc knows \(known)", at: .none,
        help: isNewer ? "use a newer archcalc" : "\(command) --json writes one")
    }
    for field in fields where report[field] == nil {
      throw Diagnostic("\(path) is no \(schema): it has no '\(field)'", at: .none)
    }
    return report
  }
}

extension ClosedForms {
  /// Whether they say of a network's settings what is counted for it.
  fileprivate func agree(with study: Study) throws -> Bool {
    let binding = study.subject.binding
    let macs = try? analysis.total.macs.evaluated(binding).integer
    let written = try? analysis.total.outputElements.evaluated(binding).integer
    return macs == (try study.total.macs) && written == study.total.outputElements
  }
}
