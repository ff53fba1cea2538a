extension SVGRenderer {
  /// A cell for each pair of values, with its number where there is room, and a bar of the colours with their scale.
  func render(_ map: HeatMap) -> String {
    let scale = map.scale
    let texts = map.cells.map { $0.map { $0.map { Self.cellText($0) } ?? "" } }
    let widest = texts.joined().map { SVG.width($0, size: 11) }.max() ?? 0
    let showsTexts = map.columns.count <= 16 && map.rows.count <= 24
    let left = 46 + (map.rows.map { SVG.width($0) }.max() ?? 0)
    let cell = (
      width: min(90, max(showsTexts ? widest + 10 : 4, 480 / Double(max(map.columns.count, 1)))),
      height: min(44, max(showsTexts ? 20 : 4, 320 / Double(max(map.rows.count, 1))))
    )
    let plot = Frame(
      left: left, top: 44, width: cell.width * Double(map.columns.count), height: cell.height * Double(map.rows.count))
    var svg = SVG()
    svg.text(left, 24, map.title, size: 15, isBold: true)
    for (row, cells) in map.cells.enumerated() {
      let top = plot.bottom - cell.height * Double(row + 1)
      for (column, value) in cells.enumerated() {
        let across = plot.left + cell.width * Double(column)
        guard let value else {
          svg.line(across + 3, top + cell.height - 3, across + cell.width - 3, top + 3, SVG.faint)
          continue
        }
        let share = scale.position(value)
        svg.rectangle(across, top, cell.width, cell.height, Self.color(share))
        guard showsTexts else { continue }
        svg.text(
          across + cell.width / 2, top + cell.height / 2 + 4, texts[row][column], anchor: "middle", size: 11,
          color: share > 0.5 ? "#ffffff" : "#111111")
      }
    }
    for column in Self.shown(map.columns.map { SVG.width($0) }, size: cell.width) {
      let across = plot.left + cell.width * (Double(column) + 0.5)
      svg.line(across, plot.bottom, across, plot.bottom + 5, "#333333")
      svg.text(across, plot.bottom + 20, map.columns[column], anchor: "middle")
    }
    for row in Self.shown(map.rows.map { _ in 12 }, size: cell.height) {
      svg.text(plot.left - 8, plot.bottom - cell.height * (Double(row) + 0.5) + 4, map.rows[row], anchor: "end")
    }
    svg.text(plot.left + plot.width / 2, plot.bottom + 42, map.x.text, anchor: "middle")
    svg.upright(16, plot.top + plot.height / 2, map.y.text)
    // The colours with their numbers.
    let key = Frame(left: plot.right + 24, top: plot.top, width: 14, height: plot.height)
    for step in 0..<40 {
      let height = key.height / 40
      svg.rectangle(
        key.left, key.bottom - height * Double(step + 1), key.width, height, Self.color((Double(step) + 0.5) / 40))
    }
    let ticks = plot.height < 100 ? [scale.ticks.first!, scale.ticks.last!] : scale.ticks
    for tick in ticks {
      let height = key.bottom - scale.position(tick) * key.height
      svg.line(key.right, height, key.right + 4, height, "#333333")
      svg.text(key.right + 8, height + 4, scale.text(tick))
    }
    let keyText = key.right + 22 + (ticks.map { SVG.width(scale.text($0)) }.max() ?? 0)
    svg.upright(keyText, plot.top + plot.height / 2, map.value.text)
    let titleEnd = left + SVG.width(map.title, size: 15) + 10
    return svg.document(width: max(keyText + 14, titleEnd), height: plot.bottom + 56, title: map.title)
  }

  /// Three digits are what a cell has room for.
  private static func cellText(_ value: Double) -> String {
    guard value.magnitude < 9e18 else { return String(value) }
    if value.rounded() == value { return NumberText.scaled(Int(value)).replacingUnits() }
    return NumberText.fixed(value, value.magnitude < 10 ? 3 : 1)
  }

  /// White to a dark blue: darker is more, also without colours.
  private static func color(_ share: Double) -> String {
    let stops: [(Double, Double, Double)] = [(247, 251, 255), (158, 202, 225), (33, 113, 181), (8, 48, 107)]
    let place = min(max(share, 0), 1) * 3
    let index = min(Int(place), 2)
    let (from, to, rest) = (stops[index], stops[index + 1], place - Double(index))
    func byte(_ a: Double, _ b: Double) -> String {
      let text = String(Int((a + (b - a) * rest).rounded()), radix: 16)
      return text.count < 2 ? "0" + text : text
    }
    return "#" + byte(from.0, to.0) + byte(from.1, to.1) + byte(from.2, to.2)
  }

  /// One in so many, so that texts of these sizes do not meet.
  private static func shown(_ sizes: [Double], size: Double) -> [Int] {
    let stride = max(1, Int(((sizes.max() ?? 0) + 6) / max(size, 1) + 0.999))
    return (0..<sizes.count).filter { $0 % stride == 0 }
  }

  /// A row for each part with a bar for each total.
  func render(_ chart: ShareChart) -> String {
    let scale = chart.scale
    let bar = chart.totals.count > 2 ? 9.0 : 11.0
    let row = bar * Double(chart.totals.count) + 9
    let names = chart.parts.map { Self.shortened($0.name) }
    let left = 24 + (names.map { SVG.width($0) }.max() ?? 0)
    let legend = chart.totals.map { SVG.width($0) + 34 }
    let top = 66.0
    let plot = Frame(
      left: left, top: top, width: max(360, width - left - 60), height: row * Double(max(chart.parts.count, 1)) + 6)
    var svg = SVG()
    svg.text(12, 24, chart.title, size: 15, isBold: true)
    var across = 12.0
    for (index, total) in chart.totals.enumerated() {
      svg.rectangle(across, 39, 10, 10, SVG.colors[index % SVG.colors.count])
      svg.text(across + 15, 48, total)
      across += legend[index]
    }
    for tick in scale.ticks {
      let x = plot.left + scale.position(tick) * plot.width
      svg.line(x, plot.top, x, plot.bottom, "#dddddd")
      svg.text(x, plot.bottom + 18, scale.text(tick) + " %", anchor: "middle")
    }
    for (index, part) in chart.parts.enumerated() {
      let start = plot.top + 6 + row * Double(index)
      svg.text(plot.left - 8, start + row / 2, names[index], anchor: "end")
      for (total, share) in part.shares.enumerated() {
        let length = scale.position(share * 100) * plot.width
        let y = start + bar * Double(total)
        svg.rectangle(plot.left, y, length, bar - 1, SVG.colors[total % SVG.colors.count])
        svg.text(plot.left + length + 4, y + bar - 2, NumberText.percent(share), size: 9)
      }
    }
    svg.line(plot.left, plot.top, plot.left, plot.bottom, "#333333")
    svg.text(plot.left + plot.width / 2, plot.bottom + 40, "share of the total", anchor: "middle")
    let titleEnd = 24 + SVG.width(chart.title, size: 15)
    return svg.document(
      width: max(plot.right + 60, across, titleEnd), height: plot.bottom + 54, title: chart.title)
  }
}

extension String {
  /// `4.1 G` becomes `4.1G`: in a cell the space is missing most.
  fileprivate func replacingUnits() -> String { filter { $0 != " " } }
}
