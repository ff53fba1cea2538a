/// The tables that papers print beside what is computed, row by row: the page `tables.md` of the reports.
///
/// Which tables there are follows from the citations of claims and of declared sweeps.
public struct PublishedTables {
  /// The sweep of a network that cites a table: a network for each row of it.
  public struct Sweep {
    public var network: String
    public var paper: Paper?
    public var citation: String
    /// The parameters, then the costs.
    public var columns: [String]
    public var rows: [[String]]
    /// What prints the same.
    public var command: String

    public init(
      network: String, paper: Paper?, citation: String, columns: [String], rows: [[String]], command: String
    ) {
      (self.network, self.paper, self.citation) = (network, paper, citation)
      (self.columns, self.rows, self.command) = (columns, rows, command)
    }
  }

  /// A number that is printed, with what it is of.
  private struct Figure: Hashable {
    var network: String?
    var settings: String
    var measured: String
    var published: String
    var computed: String
    var difference: String
    var agreement: String
  }

  private struct Table {
    var figures: [Figure] = []
    /// The claims that have each figure, and those about the table that have none.
    var claims: [Figure: [Verification.Claim]] = [:]
    var others: [Verification.Claim] = []
    var sweeps: [Sweep] = []

    mutating func add(_ claim: Verification.Claim, _ found: [Figure]) {
      if found.isEmpty { others.append(claim) }
      for figure in found {
        if claims[figure] == nil { figures.append(figure) }
        if claims[figure]?.contains(where: { $0.anchor == claim.anchor }) != true {
          claims[figure, default: []].append(claim)
        }
      }
    }
  }

  private let version: String
  private let networks: [String]
  private var papers: [Paper] = []
  /// In the order in which they are first cited.
  private var sources: [String] = []
  private var tables: [String: [String: Table]] = [:]

  /// - Parameter networks: those of which there is a report to link to.
  public init(_ verification: Verification, sweeps: [Sweep], networks: [String], version: String) {
    self.version = version
    self.networks = networks
    // A text about a paper, as a post is, has no year of its own.
    for paper in (verification.claims.map(\.paper) + sweeps.map(\.paper)).compactMap({ $0 }) where paper.year != nil {
      if !papers.contains(where: { $0.text == paper.text }) { papers.append(paper) }
    }
    for claim in verification.claims {
      for citation in TableCitation.all(in: claim.citing) {
        let figures = self.figures(of: claim)
        change(citation, claim.paper) { $0.add(claim, figures) }
      }
    }
    for sweep in sweeps {
      for citation in TableCitation.all(in: sweep.citation) {
        change(citation, sweep.paper) { $0.sweeps.append(sweep) }
      }
    }
  }

  private mutating func change(_ citation: TableCitation, _ own: Paper?, _ body: (inout Table) -> Void) {
    let source = self.source(citation, own)
    if tables[source] == nil { sources.append(source) }
    body(&tables[source, default: [:]][citation.table, default: Table()])
  }

  /// Who prints a table: the paper that is cited, or that of the specification, or the one that this reports on.
  private func source(_ citation: TableCitation, _ own: Paper?) -> String {
    if citation.source.isEmpty, let own, own.year != nil { return own.text }
    let text = citation.source.isEmpty ? own?.text ?? "" : citation.source
    let named = papers.filter { $0.isNamed(in: text) }
    // Papers of the same authors and year: the one that the specification is about.
    let exact = named.first { paper in paper.identifier.map { text.contains($0) } ?? false }
    let paper =
      exact ?? named.first { $0.text == own?.text } ?? named.first { $0.isNamed(in: own?.text ?? "") } ?? named.first
    return paper?.text ?? (text.isEmpty ? "Unknown" : text)
  }

  // MARK: Figures

  private func figures(of claim: Verification.Claim) -> [Figure] {
    var found: [(row: Int, figure: Figure)] = []
    // What stands alone on the right side of a comparison is a column of the table and no setting.
    let printed = Set(claim.evidence.compactMap { $0.sides?.right })
    for evidence in claim.evidence {
      guard let sides = evidence.sides, evidence["role"]?.stringValue != "shown" || sides.isAbout,
        sides.left.contains(where: \.isLetter)
      else { continue }
      let rows = evidence["rows"]?.elements ?? []
      for (index, row) in (rows.isEmpty ? [evidence] : rows).enumerated() {
        let settings = row["settings"]?.members ?? []
        let variable = settings.first { $0.0 == sides.right }?.1.stringValue
        guard let published = variable ?? (sides.right.isFigure ? sides.right : nil) else { continue }
        let shown = settings.filter { !printed.contains($0.0) }.map { "\($0.0) = \($0.1.stringValue ?? "")" }
        var figure = figure(claim, sides.left, published, shown.joined(separator: ", "), row)
        // What holds instead, and what a judgement rests on, are not what the verdict is of.
        if let role = ["amended": "as amended", "shown": "beside it"][evidence["role"]?.stringValue ?? ""] {
          figure.agreement += (figure.agreement.isEmpty ? "" : ", ") + role
        }
        found.append((index, figure))
      }
    }
    // All columns of a row, then the next row; `sort` is not stable.
    let ordered = found.enumerated().sorted { ($0.element.row, $0.offset) < ($1.element.row, $1.offset) }
    return ordered.map(\.element.figure)
  }

  private func figure(
    _ claim: Verification.Claim, _ left: String, _ published: String, _ settings: String, _ row: JSON
  ) -> Figure {
    // `a(b, c)`: the names in an expression.
    let names = left.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
    let remark = row["remark"]?.stringValue ?? ""
    let holds = row["holds"]?.booleanValue ?? false
    let isSame = row["left"]?.stringValue == row["right"]?.stringValue
    let agreement = remark.isEmpty ? (isSame ? "exactly" : holds ? "" : "not") : remark
    return Figure(
      network: names.first { networks.contains($0) } ?? claim.network, settings: settings, measured: left,
      published: published, computed: Self.computed(row, isPercent: published.hasSuffix("%")),
      difference: Self.difference(row),
      agreement: agreement.components(before: ", at "))
  }

  /// In the unit in which it is printed.
  private static func computed(_ row: JSON, isPercent: Bool) -> String {
    let text = row["left"]?.stringValue ?? ""
    guard let value = row.numbers?.left else { return text }
    return isPercent ? NumberText.percent(value, 4) : text.contains("/") ? NumberText.fixed(value, 6) : text
  }

  /// `+224,086 (+0.10 %)`
  private static func difference(_ row: JSON) -> String {
    guard let (left, right) = row.numbers else { return "" }
    if left == right { return "0" }
    let share = right == 0 ? "" : NumberText.difference((left - right) / right)
    guard let a = Int(row["left"]?.stringValue ?? ""), let b = Int(row["right"]?.stringValue ?? "") else {
      return share
    }
    return (a > b ? "+" : "") + NumberText.exact(a - b) + (share.isEmpty ? "" : " (\(share))")
  }

  // MARK: The page

  /// The page as Markdown.
  public func markdown() -> String {
    var text = """
      # Published tables, reproduced

      The numbers about cost that tables of papers print, beside those that archcalc \(version) computes: each figure with
      its difference, with how it agrees (exactly, by rounding, by truncation, or within what the claim allows), and with
      the claims that it stands in. Verdicts other than *true* are told there. Where a specification declares the rows of a
      table as a sweep, all of them follow as they are counted.

      """
    for source in sources {
      text += "\n## \(escaped(source))\n"
      for (name, table) in tables[source]!.sorted(by: { ($0.key.count, $0.key) < ($1.key.count, $1.key) }) {
        text += "\n### \(escaped(name))\n" + markdown(of: table)
      }
    }
    return text
  }

  private func markdown(of table: Table) -> String {
    var text = ""
    if !table.figures.isEmpty {
      let hasSettings = table.figures.contains { !$0.settings.isEmpty }
      text +=
        "\n| network | \(hasSettings ? "settings | " : "")figure | published | computed | difference | agrees | claim |\n"
      text += "|---|\(hasSettings ? "---|" : "")---|---:|---:|---:|---|---|\n"
      for figure in table.figures {
        var cells = [figure.network.map(link) ?? ""]
        if hasSettings { cells.append(escaped(figure.settings)) }
        cells += [
          Verification.code(figure.measured), escaped(figure.published),
          figure.computed.hasSuffix("%") ? figure.computed : Verification.number(.string(figure.computed)),
          figure.difference, escaped(figure.agreement), table.claims[figure]!.map(link).joined(separator: ", "),
        ]
        text += "| " + cells.joined(separator: " | ") + " |\n"
      }
    }
    if !table.others.isEmpty {
      text += "\nAlso said of it: "
      text += table.others.map { "\(Verification.code($0.statement)) \(link($0))" }.joined(separator: "; ") + ".\n"
    }
    for sweep in table.sweeps {
      text += "\nEvery row of \(link(sweep.network)), as `\(sweep.command)` counts it:\n\n"
      text +=
        "| " + sweep.columns.joined(separator: " | ") + " |\n|" + sweep.columns.map { _ in "---:|" }.joined() + "\n"
      for row in sweep.rows { text += "| " + row.map(escaped).joined(separator: " | ") + " |\n" }
    }
    return text
  }

  private func link(_ network: String) -> String {
    networks.contains(network) ? "[\(escaped(network))](networks/\(network).json)" : escaped(network)
  }

  private func link(_ claim: Verification.Claim) -> String {
    "[\(claim.id.map { "\($0), " } ?? "")\(claim.verdict)](claims.md#\(claim.anchor))"
  }

  private func escaped(_ text: String) -> String { MarkdownRenderer().escaped(text) }
}

extension JSON {
  /// The two sides of a comparison of evidence that says that they are equal, or about equal.
  fileprivate var sides: (left: String, right: String, isAbout: Bool)? {
    guard let text = self["comparison"]?.stringValue else { return nil }
    for (sign, isAbout) in [(" ~ ", true), (" == ", false)] {
      if let range = text.ranges(of: sign).last {
        return (String(text[..<range.lowerBound]), String(text[range.upperBound...]), isAbout)
      }
    }
    return nil
  }

  fileprivate var numbers: (left: Double, right: Double)? {
    /// `0.75` or `545/544`
    func number(_ side: JSON?) -> Double? {
      let parts = (side?.stringValue ?? "").split(separator: "/").map { Double($0) }
      guard let first = parts.first, let top = first, parts.count <= 2 else { return nil }
      return parts.count == 1 ? top : parts[1].map { top / $0 }
    }
    guard let left = number(self["left"]), let right = number(self["right"]) else { return nil }
    return (left, right)
  }
}

extension String {
  /// Whether it is a number as it is printed: `4.2G`, `94.86%`.
  fileprivate var isFigure: Bool {
    let body = last.map { "kKMGT%".contains($0) } ?? false ? dropLast() : self[...]
    return body.contains { $0.isNumber } && Double(body) != nil
  }

  fileprivate func components(before text: String) -> String {
    firstRange(of: text).map { String(self[..<$0.lowerBound]) } ?? self
  }
}
