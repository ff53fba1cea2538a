import ArchAlgebra
import ArchReport
import ArchSpec

extension SweepDocument {
  /// The last column over the last numeric parameter, a series for each combination of the others; a map of it over the
  /// last two where that is asked for or there are many; the front where two costs are weighed against each other.
  ///
  /// - Parameter others: what the front beats, which stands behind it.
  /// - Throws: ``UsageError`` where nothing can be drawn.
  func drawing(behind others: [SweepRow] = []) throws -> Drawing {
    if !request.pareto.isEmpty {
      guard request.pareto.count == 2 else {
        throw UsageError("a front of \(request.pareto.count) costs cannot be drawn: of two it can")
      }
      return .chart(front(behind: others))
    }
    let free = columns.axes.indices.dropFirst(request.joined)
    let numeric = free.filter { isNumeric($0) }
    let others = free.filter { $0 != numeric.last }
    let settings = Set(rows.filter(\.hasNetwork).map { row in others.map { row.values[$0].description } })
    if request.isMap || (settings.count > Self.mostLines && free.count == 2 && numeric.count == 2) {
      guard numeric.count == 2, free.count == 2 else {
        throw UsageError("a map is of two numeric parameters, and of nothing else that varies")
      }
      return .map(try map(x: numeric[1], y: numeric[0]))
    }
    return .chart(try lines(free, over: numeric.last))
  }

  /// More lines cannot be told apart.
  private static let mostLines = 8

  private func lines(_ free: Range<Int>.SubSequence, over last: Int?) throws -> Chart {
    guard let across = last ?? columns.axes.indices.first(where: { isNumeric($0) }) else {
      throw UsageError("there is no numeric parameter to draw over")
    }
    // Parameters that vary together go along with the first.
    let others = free.filter { $0 != across && !(request.joined > 0 && last == nil) }
    var series: [Chart.Series] = []
    for row in rows where row.hasNetwork {
      guard let x = row.values[across].number?.constant?.doubleValue, let y = value(row) else { continue }
      let name = others.map { "\(columns.axes[$0].parameter.name) \(row.values[$0])" }.joined(separator: ", ")
      let joined = columns.axes.indices.prefix(request.joined).filter { $0 != across }
      let label =
        last == nil && rows.count <= 40
        ? joined.map { "\(columns.axes[$0].parameter.name) \(row.values[$0])" }.joined(separator: ", ") : nil
      let point = Chart.Point(x: x, y: y, label: label)
      if let index = series.firstIndex(where: { $0.name == name }) {
        series[index].points.append(point)
      } else {
        series.append(.init(name: name, points: [point]))
      }
    }
    guard !series.isEmpty else { throw UsageError("there is no point to draw") }
    guard series.count <= Self.mostLines else {
      throw UsageError(
        "\(series.count) lines are too many to tell apart in a drawing",
        help: free.count == 2 ? nil : "vary two parameters and give the others one value each")
    }
    for index in series.indices { series[index].points.sort { $0.x < $1.x } }
    return Chart(title: title, x: axis(across), y: valueAxis, series: series)
  }

  private func map(x: Int, y: Int) throws -> HeatMap {
    func values(_ axis: Int) -> [Value] {
      var seen: Set<String> = []
      return rows.map { $0.values[axis] }.filter { seen.insert($0.description).inserted }
        .sorted { ($0.number?.constant ?? .zero) < ($1.number?.constant ?? .zero) }
    }
    let (columns, lines) = (values(x).map(\.description), values(y).map(\.description))
    guard !columns.isEmpty else { throw UsageError("there is no point to draw") }
    let places = (
      x: Dictionary(uniqueKeysWithValues: zip(columns, 0...)), y: Dictionary(uniqueKeysWithValues: zip(lines, 0...))
    )
    var cells = [[Double?]](repeating: [Double?](repeating: nil, count: columns.count), count: lines.count)
    for row in rows where row.hasNetwork {
      cells[places.y[row.values[y].description]!][places.x[row.values[x].description]!] = value(row)
    }
    return HeatMap(title: title, x: axis(x), y: axis(y), value: valueAxis, columns: columns, rows: lines, cells: cells)
  }

  private func front(behind others: [SweepRow]) -> Chart {
    let keys = request.pareto.map { request.metrics.firstIndex(of: $0)! }
    func points(_ rows: [SweepRow], named: Bool) -> [Chart.Point] {
      rows.map { row in
        return Chart.Point(
          x: Double(row.metrics[keys[0]]), y: Double(row.metrics[keys[1]]),
          label: named ? row.values.map(\.description).joined(separator: ", ") : nil)
      }.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    }
    let names = columns.axes.map(\.parameter.name).joined(separator: ", ")
    let best = points(rows, named: rows.count <= 40)
    // Between two points of a front nothing is better than the corner to the right of the first and above the second.
    let steps = best.indices.flatMap { index in
      index == 0 ? [best[index]] : [.init(x: best[index].x, y: best[index - 1].y), best[index]]
    }
    var series = [
      Chart.Series(name: "front: \(names)", points: best, isLine: false), .init(name: "", points: steps),
    ]
    series[1].hasMarks = false
    if !others.isEmpty {
      series.append(.init(name: "others", points: points(others, named: false), isLine: false, isFaint: true))
    }
    return Chart(title: title, x: request.pareto[0].axis, y: request.pareto[1].axis, series: series)
  }

  private var title: String { network + (request.citation.map { ", \($0)" } ?? "") }

  private func axis(_ index: Int) -> Chart.Axis { .init(columns.axes[index].parameter.name) }

  private var valueAxis: Chart.Axis { columns.extras.last.map { Chart.Axis($0.title) } ?? columns.metrics.last!.axis }

  private func isNumeric(_ axis: Int) -> Bool {
    let kind = columns.axes[axis].parameter.kind
    return kind == .integer || kind == .rational
  }

  private func value(_ row: SweepRow) -> Double? {
    columns.extras.isEmpty ? Double(row.metrics[columns.metrics.count - 1]) : row.extras.last.flatMap { Double($0) }
  }
}

extension Metric {
  fileprivate var axis: Chart.Axis {
    switch self {
    case .memory: Chart.Axis("peak memory of activations", unit: "bytes")
    case .traffic: Chart.Axis("memory traffic", unit: "bytes")
    case .macs: Chart.Axis("multiply-adds", unit: "MACs")
    case .flops: Chart.Axis("operations", unit: "FLOPs")
    case .elementwise: Chart.Axis("element-wise work", unit: "operations")
    case .params: Chart.Axis("parameters")
    default: Chart.Axis(rawValue)
    }
  }
}
