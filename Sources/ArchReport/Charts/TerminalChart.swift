/// Draws a chart with characters, as wide as a terminal.
public struct TerminalChart: Sendable {
  public var width: Int
  public var height: Int

  public init(width: Int = 80, height: Int = 16) {
    self.width = max(40, width)
    self.height = max(4, height)
  }

  private static let marks: [Character] = ["●", "■", "▲", "◆", "○", "□", "△", "◇"]

  public func render(_ drawing: Drawing) -> String {
    switch drawing {
    case .chart(let chart): render(chart)
    case .map(let map): render(map)
    case .shares(let shares): render(shares)
    }
  }

  public func render(_ chart: Chart) -> String {
    let (x, y) = (chart.horizontal, chart.vertical)
    let labels = y.ticks.map { y.text($0) }
    let margin = (labels.map(\.count).max() ?? 0) + 1
    let columns = max(10, width - margin - 2)
    var grid = [[Character]](repeating: [Character](repeating: " ", count: columns), count: height)
    for rule in chart.rules where rule.value.isFinite {
      let column = Int((x.position(rule.value) * Double(columns - 1)).rounded())
      let row = Int(((1 - y.position(rule.value)) * Double(height - 1)).rounded())
      if rule.isUpright, grid[0].indices.contains(column) {
        for row in grid.indices { grid[row][column] = "╎" }
      } else if !rule.isUpright, grid.indices.contains(row) {
        for column in grid[row].indices { grid[row][column] = "╌" }
      }
    }
    // The first series stands in front.
    for (index, series) in chart.series.enumerated().reversed() where series.hasMarks {
      for point in series.points where point.x.isFinite && point.y.isFinite {
        let column = Int((x.position(point.x) * Double(columns - 1)).rounded())
        let row = Int(((1 - y.position(point.y)) * Double(height - 1)).rounded())
        guard grid.indices.contains(row), grid[row].indices.contains(column) else { continue }
        grid[row][column] = series.isFaint ? "·" : Self.marks[index % Self.marks.count]
      }
    }
    var ticks = [Int: String](minimumCapacity: labels.count)
    for (tick, label) in zip(y.ticks, labels) {
      ticks[Int(((1 - y.position(tick)) * Double(height - 1)).rounded())] = label
    }
    var text = chart.title + "\n" + chart.y.text + "\n"
    for row in 0..<height {
      let label = ticks[row] ?? ""
      var line = String(grid[row])
      while line.last == " " { line.removeLast() }
      text +=
        String(repeating: " ", count: margin - label.count) + label + (ticks[row] == nil ? " │" : " ┤") + line + "\n"
    }
    text += String(repeating: " ", count: margin + 1) + "└" + String(repeating: "─", count: columns) + "\n"
    var axis = [Character](repeating: " ", count: columns + margin + 2)
    var end = -1
    for tick in x.ticks {
      let label = Array(x.text(tick))
      let middle = margin + 2 + Int((x.position(tick) * Double(columns - 1)).rounded())
      let start = min(max(end + 1, middle - label.count / 2), axis.count - label.count)
      guard start > end else { continue }
      for (offset, character) in label.enumerated() { axis[start + offset] = character }
      end = start + label.count
    }
    var line = String(axis)
    while line.last == " " { line.removeLast() }
    let scale = x.isLogarithmic ? ", logarithmic" : ""
    text += line + "\n" + String(repeating: " ", count: margin + 2) + chart.x.text + scale + "\n"
    return text + legend(chart)
  }

  private func legend(_ chart: Chart) -> String {
    var entries: [String] = []
    if chart.series.count > 1 {
      entries += chart.series.enumerated().filter { $0.element.hasMarks && !$0.element.name.isEmpty }.map {
        index, series in
        "\(series.isFaint ? "·" : Self.marks[index % Self.marks.count]) \(series.name)"
      }
    }
    entries += chart.rules.map { "\($0.isUpright ? "╎" : "╌") \($0.name)" }
    if let label = chart.emphasis?.label { entries.append(label) }
    guard !entries.isEmpty else { return "" }
    // As many in a line as there is room for.
    return entries.reduce(into: [String]()) { lines, entry in
      if let last = lines.last, last.count + 3 + entry.count <= width {
        lines[lines.count - 1] += "   " + entry
      } else {
        lines.append(entry)
      }
    }.joined(separator: "\n") + "\n"
  }

  private static let shades: [Character] = ["░", "▒", "▓", "█"]

  /// Cells in four shades.
  func render(_ map: HeatMap) -> String {
    let scale = map.scale
    let margin = (map.rows.map(\.count).max() ?? 0) + 1
    let cell = max(1, min(6, (width - margin - 2) / max(map.columns.count, 1)))
    var text = map.title + "\n" + map.y.text + "\n"
    for (name, cells) in zip(map.rows, map.cells).reversed() {
      text += String(repeating: " ", count: margin - name.count) + name + " │"
      for value in cells {
        let shade = value.map { Self.shades[min(3, Int(scale.position($0) * 4))] } ?? " "
        text += String(repeating: shade, count: cell)
      }
      text += "\n"
    }
    text +=
      String(repeating: " ", count: margin + 1) + "└" + String(repeating: "─", count: cell * map.columns.count) + "\n"
    var line = String(repeating: " ", count: margin + 2)
    for (column, name) in map.columns.enumerated() {
      let start = margin + 2 + cell * column
      guard line.count <= start, column == 0 || name.count < cell * (map.columns.count - column) + 1 else { continue }
      line += String(repeating: " ", count: start - line.count) + name + " "
    }
    while line.last == " " { line.removeLast() }
    text += line + "\n" + String(repeating: " ", count: margin + 2) + map.x.text + "\n" + map.value.text + ":"
    for (index, shade) in Self.shades.enumerated() {
      let end = scale.low + (scale.high - scale.low) * Double(index + 1) / 4
      text += "  \(String(repeating: shade, count: 2)) < \(scale.text(end))"
    }
    return text + "\n"
  }

  /// A bar for each part and total.
  func render(_ chart: ShareChart) -> String {
    let names = chart.parts.map { SVGRenderer.shortened($0.name) }
    let margin = names.map(\.count).max() ?? 0
    let greatest = chart.parts.flatMap(\.shares).max() ?? 1
    let room = max(10, width - margin - 14)
    var text = chart.title + "\n"
    for (part, name) in zip(chart.parts, names) {
      for (index, share) in part.shares.enumerated() {
        let length = greatest > 0 ? Int((share / greatest * Double(room)).rounded()) : 0
        text += (index == 0 ? name : "") + String(repeating: " ", count: margin - (index == 0 ? name.count : 0)) + " "
        text += "\(Self.marks[index % Self.marks.count]) " + String(repeating: "▄", count: length)
        text += " " + NumberText.percent(share) + "\n"
      }
    }
    return text
      + chart.totals.enumerated().map { "\(Self.marks[$0 % Self.marks.count]) \($1)" }.joined(separator: "   ") + "\n"
  }
}
