// Documents for programs and for pages: what tables hold, exactly.

extension Table.Cell {
  /// The value without units and separators.
  var plain: String {
    switch self {
    case .empty, .bar: ""
    case .text(let text): text
    case .count(let value), .exact(let value): String(value)
    case .share(let share), .difference(let share): NumberText.fixed(share, 6).replacingMinus
    }
  }
}

extension String {
  /// Programs read the ASCII sign.
  fileprivate var replacingMinus: String { String(map { $0 == "−" ? "-" : $0 }) }
}

/// Writes the tables of a document as comma-separated values (RFC 4180), one after the other.
public struct CSVRenderer: Sendable {
  public init() {}

  public func render(_ document: Document) -> String {
    var tables: [String] = []
    for case .table(let table) in document.blocks { tables.append(render(table)) }
    return tables.joined(separator: "\r\n")
  }

  public func render(_ table: Table) -> String {
    let shown = table.columns.indices.filter { table.columns[$0].kind != .bar }
    var text = line(shown.map { table.columns[$0].title })
    for row in table.rows { text += line(shown.map { row.cells[$0].plain }) }
    return text
  }

  private func line(_ fields: [String]) -> String { fields.map(quoted).joined(separator: ",") + "\r\n" }

  private func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}

/// Writes a document as GitHub-flavoured Markdown.
public struct MarkdownRenderer: Sendable {
  public init() {}

  public func render(_ document: Document) -> String {
    document.blocks.map(render).joined(separator: "\n")
  }

  private func render(_ block: Document.Block) -> String {
    switch block {
    case .heading(let text): return "## \(escaped(text))\n"
    case .paragraph(let text): return escaped(text) + "\n"
    case .facts(let facts):
      return facts.map { "- **\(escaped($0.name))** \(escaped($0.text))" + ($0.aside.isEmpty ? "" : " (\(escaped($0.aside)))") + "\n" }
        .joined()
    case .table(let table): return render(table)
    }
  }

  private func render(_ table: Table) -> String {
    let shown = table.columns.indices.filter { table.columns[$0].kind != .bar }
    var markdown = "| " + shown.map { escaped(table.columns[$0].title) }.joined(separator: " | ") + " |\n"
    markdown += "|" + shown.map { table.columns[$0].kind == .number ? " ---: |" : " --- |" }.joined() + "\n"
    for row in table.rows {
      let cells = shown.map { index -> String in
        let indent = index == shown.first ? String(repeating: "&nbsp;&nbsp;", count: row.level) : ""
        let content = escaped(text(row.cells[index]))
        return indent + (row.emphasis == .strong && !content.isEmpty ? "**\(content)**" : content)
      }
      markdown += "| " + cells.joined(separator: " | ") + " |\n"
    }
    return markdown
  }

  private func text(_ cell: Table.Cell) -> String {
    switch cell {
    case .count(let value), .exact(let value): NumberText.exact(value)
    case .share(let share): NumberText.percent(share)
    case .difference(let ratio): NumberText.difference(ratio)
    default: cell.plain
    }
  }

  /// Names are data: what Markdown or HTML would take for markup is escaped.
  private func escaped(_ text: String) -> String {
    text.map { "\\`*_|<>[]&".contains($0) ? ($0 == "<" ? "&lt;" : $0 == ">" ? "&gt;" : $0 == "&" ? "&amp;" : "\\\($0)") : String($0) }
      .joined()
  }
}
