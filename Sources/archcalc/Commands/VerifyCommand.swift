import ArchReport
import ArchSpec
import ArchVerify
import Specs

/// `archcalc verify [FILE…]`: judges the claims of the specifications.
struct VerifyCommand: Command {
  static let name = "verify"
  static let usage = "verify [FILE.arch…] [--network N] [--source TEXT] [--kind K] [--verdict V] [--claim ID]"
  static let summary = "judges every claim about cost, and fails where a verdict is not the recorded one"

  static let options: [OptionDescription] = [
    .init(name: "network", value: "NAME", summary: "only claims about a network"),
    .init(name: "source", value: "TEXT", summary: "only claims whose file or citation has the text"),
    .init(name: "kind", value: "K", summary: RecordedClaim.Kind.allCases.map(\.rawValue).joined(separator: ", ")),
    .init(name: "verdict", value: "V", summary: Verdict.allCases.map(\.rawValue).joined(separator: ", ")),
    .init(name: "claim", value: "ID", summary: "only the claim of this name"),
    .init(name: "json", value: nil, summary: "as JSON (Reports/verify-1.schema.json)"),
    .init(name: "markdown", value: nil, summary: "as Markdown"),
    .init(name: "output", value: "FILE", summary: "into a file, written whole or not at all"),
  ]

  func run(_ arguments: [String]) throws {
    let parsed = try ParsedArguments(
      arguments, letters: ["o": "output"],
      takesValue: { name in Self.options.first { $0.name == name }.map { $0.value != nil } },
      unknown: { argument in
        let name = String(argument.drop { $0 == "-" })
        return UsageError(
          "verify has no option \(argument)",
          help: suggestion(for: name, among: Self.options.map(\.name)).map { "did you mean --\($0)?" })
      })
    let format = try parsed.format()
    let verdict = try Self.choice(parsed, "verdict", Verdict.self)
    try parsed.words.forEach(Self.requireFile)
    let own = try parsed.words.map { try Specification(Files.source($0)) }
    let claims = try Self.claims(parsed, own)
    guard own.isEmpty || own.contains(where: { !$0.ledger.isEmpty }) else {
      let files = parsed.words.joined(separator: ", ")
      throw UsageError(
        "\(files) \(own.count == 1 ? "has" : "have") no claims", help: "as in: claim weights < 1M, within a network")
    }
    let bench = Workbench { name, specification in
      if let mine = own.first(where: { $0.network(named: name.text) != nil }) { return (mine, name.text) }
      return try Networks.reference(name, from: specification)
    }
    let judge = Judge(bench)
    var progress = Progress("claims", of: claims.count)
    var judgements: [Judgement] = []
    for (index, claim) in claims.enumerated() {
      progress.show(index)
      judgements.append(judge.judge(claim))
    }
    progress.clear()
    if let verdict { judgements.removeAll { $0.verdict != verdict } }
    guard !judgements.isEmpty else {
      throw UsageError("there is no such claim", help: "archcalc verify shows all")
    }
    let report = VerifyReport(judgements)
    try parsed.write(format, json: report.json(version: version), document: report.document())
    guard report.disagreements.isEmpty else { throw Disagreement(report) }
  }

  /// - Throws: ``UsageError`` for what is no specification: a model, or a network of the catalog.
  private static func requireFile(_ word: String) throws {
    try Networks.requireNoModel(word)
    guard !Files.exists(word), let entry = Networks.library.entry(named: word) else { return }
    throw UsageError(
      "verify takes files, and \(word) is a network", help: "archcalc verify --network \(entry.network)")
  }

  /// The claims that are asked for, in the order of the files and within them.
  private static func claims(_ parsed: ParsedArguments, _ own: [Specification]) throws -> [RecordedClaim] {
    let specifications = try own.isEmpty ? Networks.library.sources.map { try Specification($0) } : own
    let kind = try choice(parsed, "kind", RecordedClaim.Kind.self)
    let source = parsed.last("source")?.value?.lowercased()
    let label = parsed.last("claim")?.value
    var network = parsed.last("network")?.value
    if let word = network, parsed.words.isEmpty {
      guard let entry = Networks.library.entry(named: word) else { throw Networks.unknown(word) }
      network = entry.network
    }
    return try specifications.flatMap { specification in
      try specification.checkStatements(knownConventions: Networks.conventions)
      for network in specification.networks {
        try specification.checkStatements(of: network, knownConventions: Networks.conventions)
      }
      return specification.ledger
    }.filter { claim in
      (network == nil || claim.isAbout(network!)) && (kind == nil || claim.kind == kind)
        && (label == nil || claim.label == label)
        && (source == nil || (claim.file + " " + claim.citation).lowercased().contains(source!))
    }
  }

  private static func choice<T: RawRepresentable & CaseIterable>(
    _ parsed: ParsedArguments, _ option: String, _ type: T.Type
  ) throws -> T? where T.RawValue == String {
    guard let value = parsed.last(option)?.value else { return nil }
    if let found = T(rawValue: value) { return found }
    let names = T.allCases.map(\.rawValue)
    let near = suggestion(for: value, among: names).map { "did you mean '\($0)'?" }
    throw UsageError("there is no \(option) '\(value)'", help: near ?? names.joined(separator: ", "))
  }

  /// Verdicts that are not the recorded ones.
  private struct Disagreement: Error, CustomStringConvertible {
    var description: String

    init(_ report: VerifyReport) {
      let names = report.disagreements.prefix(5).map(\.title).joined(separator: ", ")
      let count = report.disagreements.count
      description =
        "\(count) verdict\(count == 1 ? " is" : "s are") not the recorded one: \(names)" + (count > 5 ? ", …" : "")
    }
  }
}
