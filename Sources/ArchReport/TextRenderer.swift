/// Draws a document for a terminal of a given width.
public struct TextRenderer: Sendable {
  /// Columns of the terminal; no line is longer, as long as words are not.
  public var width: Int
  /// Whether ANSI escapes are written.
  public var usesColor: Bool

  /// A renderer for a terminal of at least 40 columns.
  public init(width: Int = 80, usesColor: Bool = false) {
    self.width = max(40, width)
    self.usesColor = usesColor
  }

  /// The document as lines.
  public func render(_ document: Document) -> String {
    document.blocks.map(render).joined(separator: "\n")
  }

  private func render(_ block: Document.Block) -> String {
    switch block {
    case .heading(let text): wrap(text).map { styled($0, "1") + "\n" }.joined()
    case .paragraph(let text): wrap(text).map { $0 + "\n" }.joined()
    case .facts(let facts): render(facts)
    case .table(let table): render(table)
    }
  }

  func styled(_ text: String, _ code: String) -> String {
    usesColor ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  // MARK: Words

  /// Lines of at most the width; the lines after the first are moved in. A no-break space holds words together.
  func wrap(_ text: String, indent: Int = 0, first: Int = 0) -> [String] {
    var lines: [String] = []
    var line = ""
    var room = width - first
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if line.isEmpty {
        line = String(word)
      } else if line.count + 1 + word.count <= room {
        line += " " + word
      } else {
        lines.append(line)
        line = String(word)
        room = width - indent
      }
    }
    lines.append(line)
    let margin = String(repeating: " ", count: indent)
    return lines.enumerated().map { index, line in
      (index == 0 ? "" : margin) + String(line.map { $0 == "\u{A0}" ? " " : $0 })
    }
  }

  private func render(_ facts: [Document.Fact]) -> String {
    // A name that would leave the text no room stands on a line of its own.
    let most = max(16, width * 2 / 5)
    let names = min(most, facts.map(\.name.count).max() ?? 0)
    let values = facts.filter { !$0.aside.isEmpty }.map(\.text.count).max() ?? 0
    return facts.map { fact in
      var name = styled(fact.name.padded(to: names), "2")
      if fact.name.count > names { name += "\n" + String(repeating: " ", count: names) }
      if fact.aside.isEmpty {
        let lines = wrap(fact.text, indent: names + 2, first: names + 2)
        return name + "  " + lines.joined(separator: "\n") + "\n"
      }
      let column = names + 2 + values + 2
      let lines = wrap(fact.aside, indent: column, first: column)
      return name + "  " + fact.text.padded(to: values, alignment: .right) + "  "
        + lines.map { styled($0, "2") }.joined(separator: "\n") + "\n"
    }.joined()
  }

  // MARK: Tables

  private func render(_ table: Table) -> String {
    var shown = table.columns.indices.filter { table.columns[$0].audience != .programs }
    var widths = table.columns.indices.map { natural(column: $0, of: table) }
    func total() -> Int { shown.map { widths[$0] }.reduce(0, +) + 2 * (shown.count - 1) }
    while total() > width, let last = shown.max(by: { (table.columns[$0].rank, $0) < (table.columns[$1].rank, $1) }),
      table.columns[last].rank > 0
    {
      shown.removeAll { $0 == last }
    }
    if let bar = shown.first(where: { table.columns[$0].kind == .bar }) {
      widths[bar] = max(0, min(24, width - total() + widths[bar]))
    }
    if total() > width, let first = shown.first {
      widths[first] = max(8, widths[first] - (total() - width))
    }
    var text = styled(line(shown.map { header(table.columns[$0], widths[$0]) }), "2") + "\n"
    for row in table.rows {
      if row.hasRuleBefore { text += styled(String(repeating: "─", count: min(width, total())), "2") + "\n" }
      let content = line(shown.map { cell($0, of: row, in: table, width: widths[$0]) })
      switch row.emphasis {
      case .none: text += content
      case .strong: text += styled(content, "1")
      case .faint: text += styled(content, "2")
      }
      text += "\n"
    }
    return text
  }

  private func line(_ cells: [String]) -> String {
    var text = cells.joined(separator: "  ")
    while text.last == " " { text.removeLast() }
    return text
  }

  private func header(_ column: Table.Column, _ width: Int) -> String {
    column.title.clipped(to: width).padded(to: width, alignment: column.kind == .number ? .right : .left)
  }

  private func natural(column: Int, of table: Table) -> Int {
    let kind = table.columns[column].kind
    if kind == .bar { return 6 }
    let cells = table.rows.map { row in
      string(row.cells[column]).count + (column == 0 ? row.level * 2 : 0)
    }
    return max(table.columns[column].title.count, cells.max() ?? 0)
  }

  private func cell(_ column: Int, of row: Table.Row, in table: Table, width: Int) -> String {
    if case .bar(let share) = row.cells[column] { return Self.bar(share, width).padded(to: width) }
    let indent = column == 0 ? String(repeating: "  ", count: row.level) : ""
    let text = (indent + string(row.cells[column])).clipped(to: width)
    return text.padded(to: width, alignment: table.columns[column].kind == .number ? .right : .left)
  }

  private func string(_ cell: Table.Cell) -> String { cell.text(isExact: false) }

  /// A bar in eighths of a character.
  static func bar(_ share: Double, _ width: Int) -> String {
    guard share.isFinite, width > 0 else { return "" }
    let eighths = Int((min(1, max(0, share)) * Double(width) * 8).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }
}

extension String {
  enum Alignment { case left, right }

  func padded(to width: Int, alignment: Alignment = .left) -> String {
    let blanks = String(repeating: " ", count: max(0, width - count))
    return alignment == .left ? self + blanks : blanks + self
  }

  func clipped(to width: Int) -> String { count <= width ? self : prefix(max(0, width - 1)) + "…" }
}
