import ArchReport
import ArchSpec

/// A sweep as a table.
struct SweepDocument {
  let rows: [SweepRow]
  let columns: SweepColumns
  let request: SweepRequest
  var network: String { request.found.network }

  init(_ rows: [SweepRow], _ columns: SweepColumns, _ request: SweepRequest) {
    self.rows = rows
    self.columns = columns
    self.request = request
  }

  func render(_ request: SweepRequest) -> String {
    switch request.format {
    case .csv: return rows.reduce(into: columns.csvHeader) { columns.csv($1, into: &$0) }
    case .jsonLines: return rows.reduce(into: "") { columns.jsonLine($1, into: &$0) }
    case .markdown: return MarkdownRenderer().render(document)
    case .table:
      let usesColor = request.output == nil && Console.usesColor(.auto)
      return TextRenderer(width: Console.width, usesColor: usesColor).render(document)
    }
  }

  private var document: Document {
    var document = Document()
    let without = rows.count { !$0.hasNetwork }
    let remark = without == 0 ? "" : ", \(NumberText.exact(without)) of them without a network"
    let source = request.citation.map { ", \($0)" } ?? ""
    document.blocks.append(
      .heading("\(network)\(source) · \(NumberText.exact(rows.count)) point\(rows.count == 1 ? "" : "s")" + remark))
    document.blocks.append(.table(table))
    for (reason, row) in reasons {
      let point = zip(columns.axes, row.values).map { "\($0.parameter.name) \($1)" }.joined(separator: ", ")
      document.blocks.append(.paragraph("No network at \(point): \(reason)"))
    }
    return document
  }

  /// Why there is no network at some points, each with the first of them.
  private var reasons: [(String, SweepRow)] {
    var found: [(String, SweepRow)] = []
    for row in rows {
      guard let reason = row.reason, !found.contains(where: { $0.0 == reason }) else { continue }
      found.append((reason, row))
      if found.count == 3 { break }
    }
    return found
  }

  private var table: Table {
    var table = Table(
      columns.axes.map { Table.Column($0.parameter.name, .number) }
        + columns.metrics.map { Table.Column($0.rawValue, .number) }
        + columns.extras.map { Table.Column($0.title, .number) })
    for metric in columns.metrics { table.columns.append(.exact(metric.rawValue, rank: 3)) }
    table.columns.append(.init(columns.metrics.last!.rawValue, .bar, rank: 2))
    let greatest = rows.compactMap { $0.hasNetwork ? $0.metrics[columns.metrics.count - 1] : nil }.max() ?? 0
    for row in rows {
      var cells = row.values.map { Table.Cell.text($0.description) }
      let shown = row.hasNetwork ? Array(row.metrics.prefix(columns.metrics.count)) : []
      cells += columns.metrics.indices.map { shown.isEmpty ? .text("–") : .count(shown[$0]) }
      cells += columns.extras.indices.map { row.extras.indices.contains($0) ? .text(row.extras[$0]) : .empty }
      cells += columns.metrics.indices.map { shown.isEmpty ? .empty : .exact(shown[$0]) }
      cells.append(shown.isEmpty || greatest == 0 ? .empty : .bar(Double(shown[shown.count - 1]) / Double(greatest)))
      table.rows.append(.init(cells, emphasis: row.hasNetwork ? .none : .faint))
    }
    return table
  }
}
