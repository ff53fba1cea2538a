import ArchReport
import ArchSpec

/// A sweep as a table.
struct SweepDocument {
  private let rows: [SweepRow]
  private let columns: SweepColumns
  private let request: SweepRequest
  private var network: String { request.found.network }

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
    document.blocks.append(.heading("\(network)\(source) · \(NumberText.exact(rows.count)) points" + remark))
    document.blocks.append(.table(table))
    return document
  }

  private var table: Table {
    var table = Table(
      columns.axes.map { Table.Column($0.parameter.name, .number) }
        + columns.metrics.map { Table.Column($0.rawValue, .number) }
        + columns.extras.map { Table.Column($0.title, .number) })
    for metric in columns.metrics { table.columns.append(.exact(metric.rawValue, rank: 3)) }
    table.columns.append(.init(columns.metrics.last!.rawValue, .bar, rank: 2))
    if rows.contains(where: { $0.reason != nil }) { table.columns.append(.init("", rank: 1, name: "note")) }
    let greatest = rows.compactMap { $0.hasNetwork ? $0.metrics[columns.metrics.count - 1] : nil }.max() ?? 0
    for row in rows {
      var cells = row.values.map { Table.Cell.text($0.description) }
      let shown = row.hasNetwork ? Array(row.metrics.prefix(columns.metrics.count)) : []
      cells += columns.metrics.indices.map { shown.isEmpty ? .text("–") : .count(shown[$0]) }
      cells += columns.extras.indices.map { row.extras.indices.contains($0) ? .text(row.extras[$0]) : .empty }
      cells += columns.metrics.indices.map { shown.isEmpty ? .empty : .exact(shown[$0]) }
      cells.append(shown.isEmpty || greatest == 0 ? .empty : .bar(Double(shown[shown.count - 1]) / Double(greatest)))
      if table.columns.count > cells.count { cells.append(.text(row.reason ?? "")) }
      table.rows.append(.init(cells, emphasis: row.hasNetwork ? .none : .faint))
    }
    return table
  }

  // MARK: The chart

  /// The last column over the last numeric parameter, a series for each combination of the others; or the front of two
  /// costs.
  ///
  /// - Throws: ``UsageError`` where nothing can be drawn.
  func chart() throws -> Chart {
    let title = network + (request.citation.map { ", \($0)" } ?? "")
    if request.pareto.count == 2 {
      let keys = request.pareto.map { request.metrics.firstIndex(of: $0)! }
      let points = rows.filter(\.hasNetwork).map {
        Chart.Point(x: Double($0.metrics[keys[0]]), y: Double($0.metrics[keys[1]]))
      }
      return Chart(
        title: title, x: request.pareto[0].axis, y: request.pareto[1].axis,
        series: [.init(name: "front", points: points.sorted { $0.x < $1.x })], isLine: false)
    }
    let free = columns.axes.indices.dropFirst(request.joined)
    guard let across = free.last(where: { isNumeric($0) }) ?? columns.axes.indices.first(where: { isNumeric($0) })
    else {
      throw UsageError("there is no numeric parameter to draw over")
    }
    let others = free.filter { $0 != across }
    var series: [Chart.Series] = []
    for row in rows where row.hasNetwork {
      guard let x = row.values[across].number?.constant?.doubleValue, let y = last(row) else { continue }
      let name = others.map { "\(columns.axes[$0].parameter.name) \(row.values[$0])" }.joined(separator: ", ")
      if let index = series.firstIndex(where: { $0.name == name }) {
        series[index].points.append(.init(x: x, y: y))
      } else {
        series.append(.init(name: name, points: [.init(x: x, y: y)]))
      }
    }
    guard !series.isEmpty else { throw UsageError("there is no point to draw") }
    guard series.count <= 24 else { throw UsageError("\(series.count) lines are too many to tell apart in a drawing") }
    for index in series.indices { series[index].points.sort { $0.x < $1.x } }
    let y = columns.extras.last.map { Chart.Axis($0.title) } ?? columns.metrics.last!.axis
    return Chart(title: title, x: .init(columns.axes[across].parameter.name), y: y, series: series)
  }

  private func isNumeric(_ axis: Int) -> Bool {
    let kind = columns.axes[axis].parameter.kind
    return kind == .integer || kind == .rational
  }

  private func last(_ row: SweepRow) -> Double? {
    columns.extras.isEmpty ? Double(row.metrics[columns.metrics.count - 1]) : row.extras.last.flatMap { Double($0) }
  }
}

extension Metric {
  fileprivate var axis: Chart.Axis {
    switch self {
    case .memory, .traffic: Chart.Axis(rawValue, unit: "bytes")
    case .macs: Chart.Axis("multiply-adds", unit: "MACs")
    case .flops: Chart.Axis("operations", unit: "FLOPs")
    case .elementwise: Chart.Axis("element-wise work", unit: "operations")
    default: Chart.Axis(rawValue)
    }
  }
}
