import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// The index of the reports about many networks, as Markdown.
public struct ZooIndex {
  private struct Row {
    var name: String
    var title: String
    var paper: String
    var input: String
    var params: Int
    var macs: Int
    var peak: Int
  }

  private let version: String
  private let verification: Verification?
  private var rows: [Row] = []

  /// - Parameter verification: the claims with their verdicts, if there are any.
  public init(version: String, verification: Verification?) {
    self.version = version
    self.verification = verification
  }

  /// - Throws: ``ArithmeticError`` where a sum leaves the range of integers.
  public mutating func add(_ study: Study) throws {
    let input = study.graph.inputs.first.map { study.graph.nodes[$0].output.description } ?? ""
    rows.append(
      Row(
        name: study.graph.name, title: study.title, paper: study.subject.metadata.identifier ?? "", input: input,
        params: try study.total.parameters.trainable, macs: try study.total.macs,
        peak: try study.memory.peak.multiplied(by: 4)))
  }

  public func markdown() -> String {
    var text = """
      # Reports of the zoo

      What archcalc \(version) counts of each of its \(rows.count) networks at default settings: one multiply-add is one MAC,
      parameters are trainable ones, memory is of 4-byte numbers. Each name leads to the report with the closed forms, the
      layers, and the counts by every convention. `Reports/update` writes this folder anew; CI fails where that changes it.

      """
    if let verification {
      text +=
        "\n" + verification.summary
        + " [Every claim](claims.md), with what was computed; [the papers' tables](tables.md), row by row.\n"
    }
    text +=
      "\n| network | what | source | input | parameters | MACs | peak memory |"
      + (verification == nil ? "" : " claims |") + "\n"
    text += "|---|---|---|---|---:|---:|---:|" + (verification == nil ? "" : "---|") + "\n"
    for row in rows {
      let cells =
        [
          "[\(row.name)](networks/\(row.name).json)", MarkdownRenderer().escaped(row.title),
          MarkdownRenderer().escaped(row.paper),
          row.input, NumberText.exact(row.params), NumberText.exact(row.macs), NumberText.bytes(row.peak),
        ] + (verification.map { [$0.tally(of: row.name)] } ?? [])
      text += "| " + cells.joined(separator: " | ") + " |\n"
    }
    return text
  }
}
