import ArchAlgebra
import ArchSpec

/// Networks against their budgets.
public struct CheckReport: Sendable {
  public static let schema = "archcalc.check/1"

  public struct Finding: Sendable {
    public var limit: Budget.Limit
    public var value: Int
    public var isOver: Bool
    public var blame: Blame?

    /// How much the value is over the amount; negative below it.
    public var excess: Int { value.subtractingReportingOverflow(limit.amount).partialValue }
  }

  public struct Result: Sendable {
    public var network: String
    public var settings: [String]
    public var findings: [Finding]
    /// Where the network is declared.
    public var place: Place

    /// - Throws: ``ArithmeticError`` where a figure leaves the range of integers.
    public init(_ study: Study, _ limits: [Budget.Limit], layout: AnalysisLayout, place: Place) throws {
      network = study.graph.name
      settings = study.settingTexts
      self.place = place
      findings = try limits.map { limit in
        let value = try limit.figure.value(of: study, layout)
        let isOver = value > limit.greatest
        return Finding(
          limit: limit, value: value, isOver: isOver, blame: isOver ? try Blame(limit.figure, in: study, layout) : nil)
      }
    }
  }

  public var results: [Result]

  public init(_ results: [Result]) { self.results = results }

  /// What is over its budget.
  public var violations: [(result: Result, finding: Finding)] {
    results.flatMap { result in result.findings.filter(\.isOver).map { (result, $0) } }
  }

  // MARK: For people

  public func document() -> Document {
    var document = Document()
    var table = Table([
      .init("network"), .init("figure"), .init("value", .number), .init("limit", .number), .init("over by", .number),
      .init("", .number), .init("exact value", .number, rank: 2), .init("exact limit", .number, rank: 2),
    ])
    for result in results {
      for (index, finding) in result.findings.enumerated() {
        let figure = finding.limit.figure
        let tolerance =
          finding.limit.tolerance == .zero ? "" : " + " + NumberText.percent(finding.limit.tolerance.doubleValue)
        table.rows.append(
          .init(
            [
              .text(index == 0 ? result.network : ""), .text(figure.title), .text(figure.text(finding.value)),
              .text(figure.text(finding.limit.amount) + tolerance),
              finding.isOver ? .change(finding.excess, inBytes: figure.isBytes) : .text("within"),
              finding.isOver && finding.limit.amount > 0
                ? .difference(Double(finding.excess) / Double(finding.limit.amount)) : .empty,
              .exact(finding.value), .exact(finding.limit.amount),
            ], emphasis: finding.isOver ? .strong : .none, hasRuleBefore: index == 0 && !table.rows.isEmpty))
      }
    }
    document.blocks.append(.table(table))
    for (result, finding) in violations { document.blocks.append(.paragraph(message(result, finding))) }
    return document
  }

  /// One sentence: what is over by how much, and which part is to blame.
  public func message(_ result: Result, _ finding: Finding) -> String {
    let figure = finding.limit.figure
    let amount = finding.limit.amount
    let ratio = amount > 0 ? " (" + NumberText.difference(Double(finding.excess) / Double(amount)) + ")" : ""
    let blame = finding.blame.map { ": " + $0.text(figure) } ?? ""
    return "\(result.network): \(figure.title) \(figure.isPlural ? "are" : "is") \(figure.text(finding.value)), "
      + "\(figure.text(finding.excess))\(ratio) over \(figure.text(amount))\(blame)"
  }

  // MARK: For programs

  public func json(version: String) -> JSON {
    .object([
      ("schema", .string(Self.schema)), ("version", .string(version)), ("passed", .boolean(violations.isEmpty)),
      (
        "networks",
        .array(
          results.map { result in
            .object([
              ("network", .string(result.network)), ("settings", .array(result.settings.map { .string($0) })),
              (
                "limits",
                .array(
                  result.findings.map { finding in
                    var members: [(String, JSON)] = [
                      ("figure", .string(finding.limit.figure.rawValue)), ("value", .integer(finding.value)),
                      ("limit", .integer(finding.limit.amount)),
                      ("tolerance", .string(finding.limit.tolerance.description)),
                      ("over", .boolean(finding.isOver)), ("excess", .integer(finding.excess)),
                    ]
                    if let blame = finding.blame {
                      members.append(
                        (
                          "blame",
                          .object([
                            ("part", .string(blame.part)), ("amount", .integer(blame.amount)),
                            ("layer", .string(blame.layer)),
                            ("layer_amount", .integer(blame.layerAmount)),
                            ("place", blame.place.description.map { .string($0) } ?? .null),
                          ])
                        ))
                    }
                    return .object(members)
                  })
              ),
            ])
          })
      ),
    ])
  }
}

extension CostFigure {
  fileprivate var isPlural: Bool { ![.count, .peakMemory, .traffic, .depth].contains(self) }
}
