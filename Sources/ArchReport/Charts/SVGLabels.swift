/// Texts within a diagram, each where nothing is yet.
struct SVGLabels {
  private let plot: SVGRenderer.Frame
  private var taken: [SVGRenderer.Frame] = []

  init(_ plot: SVGRenderer.Frame) { self.plot = plot }

  /// Keeps texts off a mark.
  mutating func avoid(_ x: Double, _ y: Double) {
    taken.append(.init(left: x - 2.5, top: y - 2.5, width: 5, height: 5))
  }

  /// Keeps texts off a line.
  mutating func avoid(_ places: [(x: Double, y: Double)]) {
    for (from, to) in zip(places, places.dropFirst()) {
      let steps = max(1, Int(max(abs(to.x - from.x), abs(to.y - from.y)) / 5))
      for step in 0...steps {
        let share = Double(step) / Double(steps)
        avoid(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share)
      }
    }
  }

  /// Writes at the first of some places at which the text meets nothing.
  ///
  /// - Parameter always: whether it is written at the first place if there is none.
  mutating func write(
    _ text: String, at places: [(x: Double, y: Double)], _ color: String, always: Bool, _ svg: inout SVG
  ) {
    let size = SVG.width(text, size: 11)
    let frames = places.map { SVGRenderer.Frame(left: $0.x, top: $0.y - 10, width: size, height: 13) }
    guard let frame = frames.first(where: isFree) ?? (always ? frames.first : nil) else { return }
    taken.append(frame)
    svg.text(frame.left, frame.top + 10, text, size: 11, color: color)
  }

  /// Writes beside a point.
  mutating func write(_ text: String, beside point: (x: Double, y: Double), always: Bool, _ svg: inout SVG) {
    let (x, y) = point
    let size = SVG.width(text, size: 11)
    let right: Double = min(x + 8, plot.right - size)
    let left: Double = max(plot.left + 4, x - size - 8)
    let places: [(x: Double, y: Double)] = [
      (x + 8, y + 4), (x + 6, y - 7), (x + 6, y + 15), (x - size - 8, y + 4), (x - size - 6, y - 7),
      (x - size - 6, y + 15),
      (right, y - 14), (right, y + 24), (left, y - 14), (left, y + 24), (right, y - 30), (left, y - 30),
    ]
    write(text, at: places, "#222222", always: always, &svg)
  }

  /// Writes at the end of a level line, or up a standing one.
  mutating func write(_ rule: Chart.Rule, at place: Double, _ svg: inout SVG) {
    let size = SVG.width(rule.name, size: 11)
    var places: [(x: Double, y: Double)] = []
    if rule.isUpright {
      for row in 0..<8 {
        let y: Double = plot.bottom - 8 - 16 * Double(row)
        places += [(place + 5, y), (place - size - 5, y)]
      }
    } else {
      for y in [place - 7, place + 15] {
        for step in 0...6 { places.append((plot.right - size - 2 - Double(step) * (plot.width - size - 8) / 6, y)) }
      }
    }
    write(rule.name, at: places, "#444444", always: true, &svg)
  }

  private func isFree(_ frame: SVGRenderer.Frame) -> Bool {
    guard frame.left >= plot.left + 2, frame.right <= plot.right + 2 else { return false }
    guard frame.top >= plot.top - 14, frame.bottom <= plot.bottom - 1 else { return false }
    return !taken.contains { other in
      other.left < frame.right && frame.left < other.right && other.top < frame.bottom && frame.top < other.bottom
    }
  }
}
