/// Draws as an SVG of its own: axes with ticks and units, light grid lines, a legend; readable in print and for people
/// who do not tell colours apart.
public struct SVGRenderer: Sendable {
  public var width: Double
  public var height: Double

  public init(width: Int = 720, height: Int = 440) {
    self.width = Double(width)
    self.height = Double(height)
  }

  public func render(_ drawing: Drawing) -> String {
    switch drawing {
    case .chart(let chart): render(chart)
    case .map(let map): render(map)
    case .shares(let shares): render(shares)
    }
  }

  public func render(_ chart: Chart) -> String {
    let (x, y) = (chart.horizontal, chart.vertical)
    let named = chart.series.enumerated().filter { chart.series.count > 1 && !$0.element.name.isEmpty }
    let names = named.map { SVG.width(Self.shortened($0.element.name)) }.max() ?? 0
    let left = 46 + (y.ticks.map { SVG.width(y.text($0)) }.max() ?? 0)
    let lastTick = x.ticks.last.map { SVG.width(x.text($0)) / 2 } ?? 0
    let right = named.isEmpty ? max(24, lastTick + 4) : 40 + names
    let (top, bottom) = (44.0, 56.0)
    let plot = Frame(
      left: left, top: top, width: max(width - left - right, 300),
      height: max(height - top - bottom, 18 * Double(named.count) - 8))
    var svg = SVG()
    svg.text(left, 24, chart.title, size: 15, isBold: true)
    axes(chart, x, y, plot, &svg)
    // The first series stands in front.
    for (index, series) in chart.series.enumerated().reversed() {
      let color = series.isFaint ? SVG.faint : SVG.colors[index % SVG.colors.count]
      let places = series.points.filter { $0.x.isFinite && $0.y.isFinite }.map { place($0, x, y, plot) }
      if series.isLine, places.count > 1 { svg.path(places, color) }
      // Very many points would be a blot, and a very large file.
      guard series.hasMarks, places.count <= 200 || !series.isLine else { continue }
      for place in places { svg.mark(index, place.x, place.y, color) }
    }
    for (row, (index, series)) in named.enumerated() {
      let height = top + 8 + 18 * Double(row)
      let color = series.isFaint ? SVG.faint : SVG.colors[index % SVG.colors.count]
      if series.isLine { svg.line(plot.right + 10, height - 4, plot.right + 26, height - 4, color) }
      if series.hasMarks { svg.mark(index, plot.right + 18, height - 4, color) }
      svg.text(plot.right + 30, height, Self.shortened(series.name))
    }
    labels(chart, x, y, plot, &svg)
    return svg.document(width: plot.right + right, height: plot.bottom + bottom, title: chart.title)
  }

  /// Where a diagram lies within its picture.
  struct Frame {
    var left, top, width, height: Double
    var right: Double { left + width }
    var bottom: Double { top + height }
  }

  private func axes(_ chart: Chart, _ x: Scale, _ y: Scale, _ plot: Frame, _ svg: inout SVG) {
    for tick in y.ticks {
      let height = plot.bottom - y.position(tick) * plot.height
      svg.line(plot.left, height, plot.right, height, "#dddddd")
      svg.text(plot.left - 8, height + 4, y.text(tick), anchor: "end")
    }
    var end = -Double.infinity
    for tick in x.ticks {
      let across = plot.left + x.position(tick) * plot.width
      svg.line(across, plot.bottom, across, plot.bottom + 5, "#333333")
      let half = SVG.width(x.text(tick)) / 2
      guard across - half > end + 4 else { continue }
      svg.text(across, plot.bottom + 20, x.text(tick), anchor: "middle")
      end = across + half
    }
    svg.line(plot.left, plot.bottom, plot.right, plot.bottom, "#333333")
    svg.line(plot.left, plot.top, plot.left, plot.bottom, "#333333")
    let scale = x.isLogarithmic ? ", logarithmic" : ""
    svg.text(plot.left + plot.width / 2, plot.bottom + 42, chart.x.text + scale, anchor: "middle")
    svg.upright(16, plot.top + plot.height / 2, chart.y.text)
    for rule in chart.rules where rule.value.isFinite {
      if rule.isUpright {
        let across = plot.left + x.position(rule.value) * plot.width
        svg.line(across, plot.top, across, plot.bottom, "#666666", isBroken: true)
      } else {
        let height = plot.bottom - y.position(rule.value) * plot.height
        svg.line(plot.left, height, plot.right, height, "#666666", isBroken: true)
      }
    }
  }

  /// Writes what rules and points are called, the emphasis first.
  private func labels(
    _ chart: Chart, _ x: Scale, _ y: Scale, _ plot: Frame, _ svg: inout SVG
  ) {
    func place(_ point: Chart.Point) -> (x: Double, y: Double) { self.place(point, x, y, plot) }
    var labels = SVGLabels(plot)
    for series in chart.series where series.points.count <= 1000 {
      let places = series.points.filter { $0.x.isFinite && $0.y.isFinite }.map(place)
      for place in places where series.hasMarks { labels.avoid(place.x, place.y) }
      if series.isLine { labels.avoid(places) }
    }
    for rule in chart.rules where rule.value.isFinite {
      let across = plot.left + x.position(rule.value) * plot.width
      let height = plot.bottom - y.position(rule.value) * plot.height
      labels.avoid(
        rule.isUpright ? [(across, plot.top), (across, plot.bottom)] : [(plot.left, height), (plot.right, height)])
    }
    for rule in chart.rules where rule.value.isFinite {
      let across = plot.left + x.position(rule.value) * plot.width
      labels.write(rule, at: rule.isUpright ? across : plot.bottom - y.position(rule.value) * plot.height, &svg)
    }
    if let emphasis = chart.emphasis {
      svg.ring(place(emphasis).x, place(emphasis).y)
      if let label = emphasis.label { labels.write(label, beside: place(emphasis), always: true, &svg) }
    }
    for series in chart.series where series.hasMarks {
      for point in series.points {
        if let label = point.label { labels.write(label, beside: place(point), always: false, &svg) }
      }
    }
  }

  private func place(_ point: Chart.Point, _ x: Scale, _ y: Scale, _ plot: Frame) -> (x: Double, y: Double) {
    (plot.left + x.position(point.x) * plot.width, plot.bottom - y.position(point.y) * plot.height)
  }

  /// What a legend has room for.
  static func shortened(_ name: String) -> String {
    name.count <= 34 ? name : name.prefix(33) + "…"
  }
}
