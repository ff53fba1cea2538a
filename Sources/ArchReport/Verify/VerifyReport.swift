import ArchSpec
import ArchVerify

/// Judged claims, ready to be shown.
public struct VerifyReport: Sendable {
  public static let schema = "archcalc.verify/1"

  public let judgements: [Judgement]

  public init(_ judgements: [Judgement]) { self.judgements = judgements }

  /// Claims whose computed verdict is not the recorded one.
  public var disagreements: [Judgement] { judgements.filter { !$0.agrees } }

  /// What was done, in one line.
  public var summary: String {
    let wrong = disagreements.count
    let undecided = judgements.count { $0.verdict == .undecidable }
    let decided = judgements.count { $0.verdict != nil } - undecided
    return "\(judgements.count) claim\(judgements.count == 1 ? "" : "s"), \(decided) of them decided"
      + (undecided == 0 ? "" : ", \(undecided) that counting cannot decide")
      + (wrong == 0
        ? "; every verdict is the recorded one."
        : "; \(wrong) verdict\(wrong == 1 ? " is" : "s are") not the recorded one.")
  }

  func count(_ kind: RecordedClaim.Kind, _ verdict: Verdict?) -> Int {
    judgements.count { $0.claim.kind == kind && $0.verdict == verdict }
  }

  // MARK: For people

  public func document() -> Document {
    var document = Document()
    var file = ""
    var facts: [Document.Fact] = []
    func flush() {
      if !facts.isEmpty { document.blocks.append(.facts(facts)) }
      facts = []
    }
    for judgement in judgements {
      if judgement.claim.file != file {
        flush()
        file = judgement.claim.file
        let title = judgement.claim.specification.title
        document.blocks.append(.heading(file + (title.isEmpty ? "" : " · " + title)))
      }
      facts.append(Self.fact(judgement))
    }
    flush()
    document.blocks.append(.heading("Claims by kind of evidence and verdict"))
    document.blocks.append(.table(counts))
    if !disagreements.isEmpty {
      document.blocks.append(
        .facts(disagreements.map { Document.Fact("differs", $0.disagreement) }))
    }
    document.blocks.append(.paragraph(summary))
    return document
  }

  private static func fact(_ judgement: Judgement) -> Document.Fact {
    // Without words the evidence says what is claimed.
    let isSaid = !judgement.claim.statement.isEmpty || judgement.evidence.isEmpty
    var parts = [judgement.title + (isSaid ? ": " + judgement.statement : "")]
    if !judgement.claim.citation.isEmpty { parts.append("[\(judgement.claim.citation)]") }
    parts += judgement.evidence.map(\.text)
    if !judgement.condition.isEmpty { parts.append("true if \(judgement.condition)") }
    if !judgement.claim.reason.isEmpty { parts.append(judgement.claim.reason) }
    if let failure = judgement.failure { parts.append("error: \(failure)") }
    let verdict = judgement.verdict.map { $0 == .conditional ? "conditional" : $0.rawValue } ?? "error"
    return .init((judgement.agrees ? "  " : "✗ ") + verdict, parts.joined(separator: " · "))
  }

  private var counts: Table {
    var verdicts: [Verdict?] = [.true, .conditional, .false, .undecidable]
    if judgements.contains(where: { $0.verdict == nil }) { verdicts.append(nil) }
    var table = Table(
      [Table.Column("kind")] + verdicts.map { Table.Column($0?.rawValue ?? "error", .number) }
        + [.init("all", .number)])
    for kind in RecordedClaim.Kind.allCases where judgements.contains(where: { $0.claim.kind == kind }) {
      table.rows.append(
        .init(
          [.text(kind.title)] + verdicts.map { .exact(count(kind, $0)) }
            + [.exact(judgements.count { $0.claim.kind == kind })]))
    }
    table.rows.append(
      .init(
        [.text("all")] + verdicts.map { verdict in .exact(judgements.count { $0.verdict == verdict }) }
          + [.exact(judgements.count)], emphasis: .strong, hasRuleBefore: true))
    return table
  }

  // MARK: For programs

  public func json(version: String) -> JSON {
    var counts: [JSON] = []
    for kind in RecordedClaim.Kind.allCases {
      for verdict in Verdict.allCases where count(kind, verdict) > 0 {
        counts.append(
          .object([
            ("kind", .string(kind.rawValue)), ("verdict", .string(verdict.rawValue)),
            ("claims", .integer(count(kind, verdict))),
          ]))
      }
    }
    return .object([
      ("schema", .string(Self.schema)), ("version", .string(version)), ("agrees", .boolean(disagreements.isEmpty)),
      ("claims", .array(judgements.map(\.json))), ("counts", .array(counts)),
      ("total", .integer(judgements.count)), ("disagreements", .integer(disagreements.count)),
    ])
  }
}

extension Judgement {
  /// How the claim is called: its label, or where it stands.
  public var title: String {
    claim.label
      ?? [claim.network ?? claim.file, claim.place.source.map { "line \($0.line(at: Int(claim.place.start)))" } ?? ""]
      .joined(separator: " ")
  }

  /// In words, or as it is written.
  public var statement: String {
    claim.statement.isEmpty ? claim.syntax.comparisons.map(\.description).joined(separator: " and ") : claim.statement
  }

  fileprivate var disagreement: String {
    let found = failure.map { "but \($0)" } ?? "computed \(verdict?.title ?? "nothing")"
    return "\(title): recorded \(claim.recorded?.title ?? "nothing"), \(found)"
  }

  fileprivate var json: JSON {
    func text(_ value: String?) -> JSON { value.flatMap { $0.isEmpty ? nil : .string($0) } ?? .null }
    let comparisons = claim.syntax.comparisons.map(\.description).joined(separator: " and ")
    let members: [(String, JSON)] = [
      ("id", text(claim.label)),
      ("file", .string(claim.file)),
      ("line", claim.place.source.map { .integer($0.line(at: Int(claim.place.start))) } ?? .null),
      ("network", text(claim.network)),
      ("citing", text(claim.citation)),
      ("source", claim.metadata.flatMap(Paper.init)?.json ?? .null),
      ("statement", .string(statement)),
      ("claim", text(comparisons)),
      ("kind", .string(claim.kind.rawValue)),
      ("recorded", text(claim.recorded?.rawValue)),
      ("verdict", text(verdict?.rawValue)),
      ("agrees", .boolean(agrees)),
      ("condition", text(condition)),
      ("because", text(claim.reason)),
      ("error", text(failure)),
      ("evidence", .array(evidence.map(\.json))),
    ]
    return .object(members)
  }
}

extension Evidence {
  /// `weights ~ 70k: 70,144, by rounding`
  fileprivate var text: String {
    func grouped(_ number: String) -> String { Int(number).map { NumberText.exact($0) } ?? number }
    var text = comparison
    let sides = comparison.split(separator: " ").map(String.init)
    if !sides.contains(left) || !sides.contains(right) { text += ": \(grouped(left)) and \(grouped(right))" }
    if !remark.isEmpty { text += ", \(remark)" }
    if !holds {
      text += ", which does not hold"
      if points > 1 { text += " at \(NumberText.exact(failing)) of \(NumberText.exact(points)) points, the worst" }
      if !counterexample.isEmpty { text += (points > 1 ? " " : " at ") + counterexample }
    }
    return text + (convention.isEmpty || convention == "macs" ? "" : " (\(convention))")
  }

  fileprivate var json: JSON {
    func text(_ value: String) -> JSON { value.isEmpty ? .null : .string(value) }
    return .object([
      ("role", .string(role.rawValue)), ("comparison", .string(comparison)), ("left", .string(left)),
      ("right", .string(right)), ("holds", .boolean(holds)), ("remark", text(remark)), ("convention", text(convention)),
      ("counterexample", text(counterexample)), ("points", .integer(points)), ("failing", .integer(failing)),
      ("rows", .array(rows.map(\.json))),
    ])
  }
}

extension Evidence.Row {
  fileprivate var json: JSON {
    .object([
      ("settings", .object(settings.map { ($0.name, .string($0.value)) })), ("left", .string(left)),
      ("right", .string(right)), ("holds", .boolean(holds)), ("remark", remark.isEmpty ? .null : .string(remark)),
    ])
  }
}

extension Specification {
  /// The title of the file.
  var title: String {
    for item in syntax.items {
      if case .metadata(let metadata) = item.kind, metadata.key.text == "title",
        case .text(let text, _)? = metadata.values.first
      {
        return text
      }
    }
    return ""
  }
}
