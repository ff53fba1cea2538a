import ArchSpec

/// A report of verdicts on claims, read back to be shown elsewhere.
public struct Verification {
  public struct Claim {
    public var id: String?
    public var file: String
    public var line: Int?
    public var network: String?
    public var statement: String
    public var citing: String
    /// What the specification says that it was made from.
    public var paper: Paper?
    public var verdict: String
    public var condition: String
    public var evidence: [JSON]

    /// Where it is on the page of claims.
    var anchor: String { id ?? "\(file)-\(line ?? 0)" }
  }

  public let claims: [Claim]
  private let disagreements: Int

  /// - Parameter name: what the report is called in errors.
  /// - Throws: ``Diagnostic`` for what is no `archcalc.verify/1`.
  public init(_ report: JSON, name: String) throws {
    guard report["schema"]?.stringValue == "archcalc.verify/1", let claims = report["claims"]?.elements else {
      throw Diagnostic("\(name) is no archcalc.verify/1", at: .none, help: "archcalc verify --json writes one")
    }
    disagreements = report["disagreements"]?.integerValue ?? 0
    self.claims = claims.map { claim in
      Claim(
        id: claim["id"]?.stringValue, file: claim["file"]?.stringValue ?? "", line: claim["line"]?.integerValue,
        network: claim["network"]?.stringValue,
        statement: claim["statement"]?.stringValue ?? "", citing: claim["citing"]?.stringValue ?? "",
        paper: claim["source"].flatMap(Paper.init),
        verdict: claim["verdict"]?.stringValue ?? "error", condition: claim["condition"]?.stringValue ?? "",
        evidence: claim["evidence"]?.elements ?? [])
    }
  }

  /// `105 claims: 104 true, 1 conditional; every verdict is the recorded one.`
  var summary: String {
    "\(claims.count) claims: \(Self.tally(claims)); "
      + (disagreements == 0
        ? "every verdict is the recorded one." : "\(disagreements) verdicts are not the recorded ones.")
  }

  func tally(of network: String) -> String { Self.tally(claims.filter { $0.network == network }) }

  private static func tally(_ claims: [Claim]) -> String {
    ["true", "conditional", "false", "undecidable", "error"].compactMap { verdict in
      let count = claims.count { $0.verdict == verdict }
      return count == 0 ? nil : "\(count) \(verdict)"
    }.joined(separator: ", ")
  }

  // MARK: The page of claims

  /// Each claim with what was computed, file by file, each with a link to where it is claimed.
  public func markdown(version: String) -> String {
    var text = """
      # Every claim

      Judged by archcalc \(version). \(summary) Of a claim over many points the one that says most against it is shown;
      [tables.md](tables.md) has the tables that papers print, row by row.

      """
    var file = ""
    for claim in claims {
      if claim.file != file {
        file = claim.file
        text += "\n## \(Self.code(file))\n\n| where it stands | claim | source | published | computed | verdict |\n"
        text += "|---|---|---|---:|---:|---|\n"
      }
      let shown = claim.evidence.first { $0["role"]?.stringValue == "claimed" } ?? claim.evidence.first
      let anchor = claim.line.map { "#L\($0)" } ?? ""
      let place = [claim.network ?? claim.file, claim.line.map { "line \($0)" } ?? ""].joined(separator: " ")
      let remark = [shown?["remark"]?.stringValue ?? "", claim.condition.isEmpty ? "" : "true if \(claim.condition)"]
      let cells = [
        "<a id=\"\(claim.anchor)\"></a>[\(MarkdownRenderer().escaped(place))](../Specs/\(claim.file).arch\(anchor))",
        Self.code(claim.statement),
        MarkdownRenderer().escaped(claim.citing), Self.number(shown?["right"]), Self.number(shown?["left"]),
        MarkdownRenderer().escaped(([claim.verdict] + remark.filter { !$0.isEmpty }).joined(separator: ", ")),
      ]
      text += "| " + cells.joined(separator: " | ") + " |\n"
    }
    return text
  }

  /// Text as code; what would end it is left out.
  static func code(_ text: String) -> String {
    "`" + String(text.filter { $0 != "`" && !$0.isNewline }.map { $0 == "|" ? "¦" : $0 }) + "`"
  }

  static func number(_ side: JSON?) -> String {
    guard let text = side?.stringValue else { return "" }
    return Int(text).map { NumberText.exact($0) } ?? code(text)
  }
}
