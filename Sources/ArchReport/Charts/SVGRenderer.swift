/// Draws a chart as an SVG of its own: axes with ticks and units, light grid lines, a legend; readable in print and for
/// people who do not tell colours apart (every series has its own mark too).
public struct SVGRenderer: Sendable {
  public var width: Int
  public var height: Int

  public init(width: Int = 720, height: Int = 440) {
    self.width = width
    self.height = height
  }

  /// Okabe and Ito's colours, which are told apart with any kind of sight.
  private static let colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999"]

  public func render(_ chart: Chart) -> String {
    let (x, y) = (chart.horizontal, chart.vertical)
    let hasLegend = chart.series.count > 1
    let names = chart.series.map(\.name.count).max() ?? 0
    let left = 24.0 + 7.5 * Double(y.ticks.map { y.text($0).count }.max() ?? 0) + 22
    let right = hasLegend ? 40.0 + 7.2 * Double(min(names, 32)) : 24
    let (top, bottom) = (44.0, 56.0)
    let plot = (width: Double(width) - left - right, height: Double(height) - top - bottom)
    func place(_ point: Chart.Point) -> (Double, Double) {
      (left + x.position(point.x) * plot.width, top + (1 - y.position(point.y)) * plot.height)
    }
    var svg = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
      font-family="Helvetica, Arial, sans-serif" font-size="12" role="img">
      <title>\(escaped(chart.title))</title>
      <rect width="100%" height="100%" fill="#ffffff"/>
      <text x="\(number(left))" y="24" font-size="15" font-weight="bold">\(escaped(chart.title))</text>

      """
    for tick in y.ticks {
      let height = top + (1 - y.position(tick)) * plot.height
      svg += line(left, height, left + plot.width, height, "#dddddd")
      svg += text(left - 8, height + 4, y.text(tick), anchor: "end")
    }
    for tick in x.ticks {
      let across = left + x.position(tick) * plot.width
      svg += line(across, top + plot.height, across, top + plot.height + 5, "#333333")
      svg += text(across, top + plot.height + 20, x.text(tick), anchor: "middle")
    }
    svg += line(left, top + plot.height, left + plot.width, top + plot.height, "#333333")
    svg += line(left, top, left, top + plot.height, "#333333")
    svg += text(left + plot.width / 2, Double(height) - 14, title(chart.x), anchor: "middle")
    let middle = top + plot.height / 2
    svg += "<text transform=\"translate(16 \(number(middle))) rotate(-90)\" text-anchor=\"middle\">"
    svg += escaped(title(chart.y)) + "</text>\n"
    for (index, series) in chart.series.enumerated() {
      let color = Self.colors[index % Self.colors.count]
      let places = series.points.filter { $0.x.isFinite && $0.y.isFinite }.map(place)
      if chart.isLine, places.count > 1 {
        let path = places.map { "\(number($0.0)),\(number($0.1))" }.joined(separator: " ")
        svg += "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.8\"/>\n"
      }
      // Very many points would be a blot, and a very large file.
      if places.count <= 200 || !chart.isLine { for place in places { svg += mark(index, place.0, place.1, color) } }
      guard hasLegend else { continue }
      let row = top + 8 + 18 * Double(index)
      svg += mark(index, left + plot.width + 18, row - 4, color)
      svg += text(left + plot.width + 30, row, String(series.name.prefix(32)), anchor: "start")
    }
    return svg + "</svg>\n"
  }

  private func title(_ axis: Chart.Axis) -> String { axis.title + (axis.unit.isEmpty ? "" : " (\(axis.unit))") }

  /// A circle, a square, a triangle or a diamond.
  private func mark(_ index: Int, _ x: Double, _ y: Double, _ color: String) -> String {
    switch index % 4 {
    case 0: return "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"3\" fill=\"\(color)\"/>\n"
    case 1: return "<rect x=\"\(number(x - 3))\" y=\"\(number(y - 3))\" width=\"6\" height=\"6\" fill=\"\(color)\"/>\n"
    case 2: return polygon([(x, y - 4), (x + 4, y + 3), (x - 4, y + 3)], color)
    default: return polygon([(x, y - 4), (x + 4, y), (x, y + 4), (x - 4, y)], color)
    }
  }

  private func polygon(_ corners: [(Double, Double)], _ color: String) -> String {
    let points = corners.map { "\(number($0.0)),\(number($0.1))" }.joined(separator: " ")
    return "<polygon points=\"\(points)\" fill=\"\(color)\"/>\n"
  }

  private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ color: String) -> String {
    "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" stroke=\"\(color)\"/>\n"
  }

  private func text(_ x: Double, _ y: Double, _ text: String, anchor: String) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(escaped(text))</text>\n"
  }

  /// Tenths of a pixel are enough, and the same everywhere.
  private func number(_ value: Double) -> String { String(NumberText.fixed(value, 1).map { $0 == "−" ? "-" : $0 }) }

  private func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
  }
}
