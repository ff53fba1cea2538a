/// What drawings are made of: lines, texts and marks, as elements of SVG.
struct SVG {
  /// Okabe and Ito's colours, which are told apart with any kind of sight.
  static let colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999"]
  static let faint = "#b8b8b8"

  private var elements = ""

  /// The whole document.
  func document(width: Double, height: Double, title: String) -> String {
    let (width, height) = (Self.number(width.rounded(.up)), Self.number(height.rounded(.up)))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
      font-family="Helvetica, Arial, sans-serif" font-size="12" role="img">
      <title>\(Self.escaped(title))</title>
      <rect width="100%" height="100%" fill="#ffffff"/>
      \(elements)</svg>

      """
  }

  /// How wide a text is, about: the fonts that a reader has are not known.
  static func width(_ text: String, size: Double = 12) -> Double { 0.58 * size * Double(text.count) }

  mutating func text(
    _ x: Double, _ y: Double, _ text: String, anchor: String = "start", size: Double? = nil, color: String? = nil,
    isBold: Bool = false
  ) {
    let style =
      (size.map { " font-size=\"\(Self.number($0))\"" } ?? "") + (color.map { " fill=\"\($0)\"" } ?? "")
      + (isBold ? " font-weight=\"bold\"" : "")
    elements += "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" text-anchor=\"\(anchor)\"\(style)>"
    elements += Self.escaped(text) + "</text>\n"
  }

  /// A text that is read from below.
  mutating func upright(_ x: Double, _ y: Double, _ text: String) {
    elements += "<text transform=\"translate(\(Self.number(x)) \(Self.number(y))) rotate(-90)\" text-anchor=\"middle\">"
    elements += Self.escaped(text) + "</text>\n"
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ color: String, isBroken: Bool = false) {
    elements += "<line x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" "
    elements += "y2=\"\(Self.number(y2))\" stroke=\"\(color)\"\(isBroken ? " stroke-dasharray=\"6 4\"" : "")/>\n"
  }

  mutating func path(_ places: [(x: Double, y: Double)], _ color: String) {
    let points = places.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
    elements += "<polyline points=\"\(points)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.8\"/>\n"
  }

  mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ fill: String) {
    elements += "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" "
    elements += "height=\"\(Self.number(height))\" fill=\"\(fill)\" shape-rendering=\"crispEdges\"/>\n"
  }

  mutating func ring(_ x: Double, _ y: Double) {
    elements += "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"7\" fill=\"none\" stroke=\"#000000\"/>\n"
  }

  /// A circle, a square, a triangle or a diamond, so that series differ without their colours too.
  mutating func mark(_ index: Int, _ x: Double, _ y: Double, _ color: String) {
    switch index % 4 {
    case 0: elements += "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"3\" fill=\"\(color)\"/>\n"
    case 1: rectangle(x - 3, y - 3, 6, 6, color)
    case 2: polygon([(x, y - 4), (x + 4, y + 3), (x - 4, y + 3)], color)
    default: polygon([(x, y - 4), (x + 4, y), (x, y + 4), (x - 4, y)], color)
    }
  }

  private mutating func polygon(_ corners: [(Double, Double)], _ color: String) {
    let points = corners.map { "\(Self.number($0.0)),\(Self.number($0.1))" }.joined(separator: " ")
    elements += "<polygon points=\"\(points)\" fill=\"\(color)\"/>\n"
  }

  /// Tenths of a pixel are enough, and the same everywhere.
  private static func number(_ value: Double) -> String {
    String(NumberText.fixed(value, 1).map { $0 == "−" ? "-" : $0 })
  }

  /// What XML reads back; characters that it does not know are shown as such.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", "\r": result += " "
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}
