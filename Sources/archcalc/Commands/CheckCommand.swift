import ArchReport
import ArchSpec

/// `archcalc check`: networks against what they may cost.
struct CheckCommand: Command {
  static let name = "check"
  static let usage =
    "check [NETWORK [options]] [--max-macs 4.3G]… [--budget FILE] [--tolerance P] "
    + "[--json | --markdown | --github | --sarif] [-o FILE]"
  static let summary = "networks against their budgets in archcalc.budget or in options; exits 1 if one is over"

  static let options: [OptionDescription] =
    CostFigure.allCases.map {
      .init(name: "max-\($0.rawValue)", value: "AMOUNT", summary: "at most so much: \($0.summary)")
    }
    + [
      .init(name: "budget", value: "FILE", summary: "the limits; archcalc.budget where no other is named"),
      .init(name: "tolerance", value: "P", summary: "how far over --max-… is still within, as 1%"),
      .init(name: "json", summary: "as JSON"),
      .init(name: "markdown", summary: "as Markdown"),
      .init(name: "github", summary: "what is over, as annotations of a GitHub workflow"),
      .init(name: "sarif", summary: "what is over, as SARIF for code scanning and editors"),
      .init(name: "output", letter: "o", value: "FILE", summary: "into a file, written whole or not at all"),
    ]

  static let networkOptions = GeneralOption.ofCounts

  private enum Format: String { case text, json, markdown, github, sarif }

  private static let budgetName = "archcalc.budget"

  func run(_ arguments: [String]) throws {
    var format = Format.text
    var output: String?
    var budgetPath: String?
    var limits: [Budget.Limit] = []
    var tolerance: String?
    var rest: [String] = []
    var pending = arguments[...]
    while let argument = pending.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      func value() throws -> String {
        guard parts.count == 1 else { return parts[1] }
        guard let next = pending.popFirst() else { throw UsageError("\(parts[0]) needs a value") }
        return next
      }
      switch parts[0] {
      case "--json", "--markdown", "--github", "--sarif":
        let asked = Format(rawValue: String(parts[0].dropFirst(2)))!
        guard format == .text || format == asked else {
          throw UsageError("--\(format.rawValue) and --\(asked.rawValue): which of the two?")
        }
        format = asked
      case "--output", "-o": output = try value()
      case let option where option.hasPrefix("-o"): output = String(argument.dropFirst(2))
      case "--budget": budgetPath = try value()
      case "--tolerance": tolerance = try value()
      case let option where option.hasPrefix("--max-"):
        limits.append(try limit(String(option.dropFirst(6)), try value()))
      case let word where word.hasSuffix(".budget") && !word.hasPrefix("-") && rest.isEmpty: budgetPath = word
      default: rest.append(argument)
      }
    }
    if limits.isEmpty, tolerance != nil {
      throw UsageError("--tolerance says nothing about a budget file", help: "it has its own: tolerance 1%")
    }
    if let budgetPath, !limits.isEmpty {
      throw UsageError("limits as options and \(budgetPath): which of the two?", help: "archcalc \(Self.usage)")
    }
    if let tolerance {
      guard let share = Amount.parseShare(tolerance) else {
        throw UsageError("--tolerance is a share, as 1%, not '\(tolerance)'")
      }
      for index in limits.indices { limits[index].tolerance = share }
    }
    let report = CheckReport(
      limits.isEmpty
        ? try budgeted(rest, budgetPath) : [try result(AnalyzeRequest(rest, for: OptionUser(Self.self)), limits)])
    let text = render(report, format, isToTerminal: output == nil)
    if let output { try Files.write(text, to: output) } else { try Console().print(text) }
    let over = report.violations.count
    let all = report.results.reduce(0) { $0 + $1.findings.count }
    guard over == 0 else { throw FailedCheck(["\(over) of \(all) \(all == 1 ? "limit is" : "limits are") exceeded"]) }
  }

  private func limit(_ name: String, _ text: String) throws -> Budget.Limit {
    do {
      let figure = try CostFigure.named(name)
      guard let amount = Amount.parse(text) else {
        if Amount.isTooLarge(text) { throw UsageError(tooLarge: text, "max-\(name)") }
        throw UsageError("--max-\(name) must be an amount, as 4300000000, 4.3G or 48MiB, not '\(text)'")
      }
      return Budget.Limit(figure, amount)
    } catch let error as Diagnostic {
      let near = suggestion(for: name, among: CostFigure.allCases.map(\.rawValue)).map { "did you mean --max-\($0)?" }
      throw UsageError("there is no option --max-\(name)", help: near ?? error.help)
    }
  }

  private func render(_ report: CheckReport, _ format: Format, isToTerminal: Bool) -> String {
    switch format {
    case .json: report.json(version: version).text()
    case .markdown: MarkdownRenderer().render(report.document())
    case .github: report.annotations(isFile: Files.exists)
    case .sarif: report.sarif(version: version, isFile: Files.exists).text()
    case .text:
      TextRenderer(width: Console.width, usesColor: isToTerminal && Console.usesColor(.auto)).render(report.document())
    }
  }

  // MARK: The budget file

  /// The entries of a budget file, or those of it that are of one network.
  private func budgeted(_ words: [String], _ path: String?) throws -> [CheckReport.Result] {
    let network = words.first
    let folder = network.flatMap { Networks.isFile($0) ? Self.folder(of: $0) : nil } ?? ""
    let path = path ?? folder + Self.budgetName
    guard path == "-" || Files.exists(path) else {
      throw UsageError("there is no \(path), and no limit is given", help: "archcalc check NETWORK --max-macs 4.3G")
    }
    let budget = try Budget(try Files.source(path))
    var entries = budget.entries.map { entry in
      var entry = entry
      // Files are named from where the budget stands.
      if let word = entry.words.first, Networks.isFile(word), word != "-", !word.hasPrefix("/") {
        entry.words[0] = Self.folder(of: path) + word
      }
      return entry
    }
    if let network {
      guard words.count == 1 || Networks.isFile(network) && words.count == 2 else {
        throw UsageError("options stand in the budget", help: "or give limits as options: --max-macs 4.3G")
      }
      entries = entries.filter { $0.words.starts(with: words) }
      guard !entries.isEmpty else { throw UsageError("\(path) has no limits for '\(words.joined(separator: " "))'") }
    }
    guard !entries.isEmpty else { throw Diagnostic("\(path) limits nothing", at: .none) }
    var progress = Progress("networks", of: entries.count)
    defer { progress.clear() }
    return try entries.map { entry in
      defer { progress.advance() }
      do { return try result(try AnalyzeRequest(entry.words, for: .budget), entry.limits) } catch let error
        as UsageError
      {
        throw Diagnostic(error.message, at: entry.place, help: error.help)
      } catch let error as SettingError {
        throw Diagnostic("--\(error)", at: entry.place)
      } catch var error as Diagnostic where error.place == .none {
        error.place = entry.place
        throw error
      }
    }
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  private func result(_ request: AnalyzeRequest, _ limits: [Budget.Limit]) throws -> CheckReport.Result {
    guard let study = try request.network.study(request.options, batch: request.batch) else {
      throw UsageError("\(request.word) leaves extents open", help: "--input 3x224x224, or --set NAME=VALUE for each")
    }
    var place = Place.none
    if case .declared(let found) = request.network {
      place = found.specification.network(named: found.network)?.name.place ?? .none
    }
    return try CheckReport.Result(study, limits, layout: request.layout, place: place)
  }
}
