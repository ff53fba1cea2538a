/// Draws a chart with characters, as wide as a terminal.
public struct TerminalChart: Sendable {
  public var width: Int
  public var height: Int

  public init(width: Int = 80, height: Int = 16) {
    self.width = max(40, width)
    self.height = max(4, height)
  }

  private static let marks: [Character] = ["●", "■", "▲", "◆", "○", "□", "△", "◇"]

  public func render(_ chart: Chart) -> String {
    let (x, y) = (chart.horizontal, chart.vertical)
    let labels = y.ticks.map { y.text($0) }
    let margin = (labels.map(\.count).max() ?? 0) + 1
    let columns = max(10, width - margin - 2)
    var grid = [[Character]](repeating: [Character](repeating: " ", count: columns), count: height)
    for (index, series) in chart.series.enumerated() {
      for point in series.points where point.x.isFinite && point.y.isFinite {
        let column = Int((x.position(point.x) * Double(columns - 1)).rounded())
        let row = Int(((1 - y.position(point.y)) * Double(height - 1)).rounded())
        guard grid.indices.contains(row), grid[row].indices.contains(column) else { continue }
        grid[row][column] = Self.marks[index % Self.marks.count]
      }
    }
    var ticks = [Int: String](minimumCapacity: labels.count)
    for (tick, label) in zip(y.ticks, labels) {
      ticks[Int(((1 - y.position(tick)) * Double(height - 1)).rounded())] = label
    }
    var text = chart.title + "\n" + chart.y.title + (chart.y.unit.isEmpty ? "" : " (\(chart.y.unit))") + "\n"
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
    text +=
      line + "\n" + String(repeating: " ", count: margin + 2) + chart.x.title
      + (chart.x.unit.isEmpty ? "" : " (\(chart.x.unit))") + "\n"
    guard chart.series.count > 1 else { return text }
    return text
      + chart.series.enumerated().map { "\(Self.marks[$0 % Self.marks.count]) \($1.name)" }.joined(separator: "   ")
      + "\n"
  }
}
