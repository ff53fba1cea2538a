// Documents for programs and for pages: what tables hold, exactly.

extension Table.Cell {
  /// The value without units and separators, in ASCII but for names.
  var plain: String {
    switch self {
    case .empty, .bar: ""
    case .text(let text): text.asciiSigns
    case .count(let value), .exact(let value), .bytes(let value), .change(let value, _): String(value)
    case .decimal(let value, let digits): NumberText.fixed(value, digits).asciiSigns
    case .share(let value), .difference(let value), .factor(let value): NumberText.fixed(value, 6).asciiSigns
    }
  }

  /// As people read it, with a unit where `isExact` does not ask for all digits.
  func text(isExact: Bool) -> String {
    switch self {
    case .empty, .bar: ""
    case .text(let text): text
    case .count(let value): isExact ? NumberText.exact(value) : NumberText.scaled(value)
    case .exact(let value): NumberText.exact(value)
    case .bytes(let value): NumberText.bytes(value)
    case .change(0, _): "±0"
    case .change(let value, let inBytes):
      (value < 0 ? "−" : "+") + (inBytes ? NumberText.bytes(abs(value)) : NumberText.scaled(abs(value)))
    case .decimal(let value, let digits): NumberText.fixed(value, digits)
    case .factor(let value): NumberText.fixed(value, 2) + "×"
    case .share(let share): NumberText.percent(share)
    case .difference(let ratio): NumberText.difference(ratio)
    }
  }
}

extension String {
  /// Programs read `-` and `x`.
  fileprivate var asciiSigns: String {
    utf8.allSatisfy { $0 < 0x80 }
      ? self
      : String(
        map { character in
          switch character {
          case "−", "–": "-"
          case "×": "x"
          default: character
          }
        })
  }
}

/// Writes the tables of a document as comma-separated values (RFC 4180), one after the other.
public struct CSVRenderer: Sendable {
  public init() {}

  /// The document as text.
  public func render(_ document: Document) -> String {
    var tables: [String] = []
    for case .table(let table) in document.blocks { tables.append(render(table)) }
    return tables.joined(separator: "\r\n")
  }

  /// A header and a line for each row, with line ends of RFC 4180.
  public func render(_ table: Table) -> String {
    let shown = table.columns.indices.filter {
      table.columns[$0].kind != .bar && table.columns[$0].audience != .terminal
    }
    var text = line(shown.map { table.columns[$0].name })
    for row in table.rows where !row.isBeside {
      text += line(shown.map { $0 == shown.first ? row.path?.asciiSigns ?? row.cells[$0].plain : row.cells[$0].plain })
    }
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

  /// The document as text.
  public func render(_ document: Document) -> String {
    document.blocks.map(render).joined(separator: "\n")
  }

  private func render(_ block: Document.Block) -> String {
    switch block {
    case .heading(let text): return "## \(escaped(text))\n"
    case .paragraph(let text): return escaped(text) + "\n"
    case .facts(let facts):
      return facts.map { fact in
        let aside = fact.aside.isEmpty ? "" : " (\(escaped(fact.aside)))"
        // Markup does not take hold of blanks, with which names are moved in on a terminal.
        let name = String(fact.name.drop { $0 == " " })
        return "- **\(escaped(name))** \(escaped(fact.text))\(aside)\n"
      }.joined()
    case .table(let table): return render(table)
    }
  }

  /// Cells are padded, so that the source reads as a table too; emphasis counts into the width.
  private func render(_ table: Table) -> String {
    let shown = table.columns.indices.filter { table.columns[$0].kind != .bar && table.columns[$0].audience == .all }
    let header = shown.map { escaped(table.columns[$0].title) }
    let rows = table.rows.map { row in
      shown.map { index -> String in
        let indent = index == shown.first ? String(repeating: "&nbsp;&nbsp;", count: row.level) : ""
        let content = escaped(row.cells[index].text(isExact: true))
        return indent + (row.emphasis == .strong && !content.isEmpty ? "**\(content)**" : content)
      }
    }
    let numbers = shown.map { table.columns[$0].kind == .number }
    let widths = shown.indices.map { column in
      min(Self.widest, max(3, header[column].count, rows.map { $0[column].count }.max() ?? 0))
    }
    func line(_ cells: [String]) -> String {
      "| "
        + cells.indices.map { cells[$0].padded(to: widths[$0], alignment: numbers[$0] ? .right : .left) }
        .joined(separator: " | ") + " |\n"
    }
    let rule = shown.indices.map { String(repeating: "-", count: widths[$0] - (numbers[$0] ? 1 : 0)) }
    return line(header) + "| " + rule.indices.map { rule[$0] + (numbers[$0] ? ":" : "") }.joined(separator: " | ")
      + " |\n"
      + rows.map(line).joined()
  }

  /// Cells that are longer are whole sentences: others are not padded to their width.
  private static let widest = 60

  /// Names are data: what Markdown or HTML would take for markup is escaped.
  func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "<": "&lt;"
      case ">": "&gt;"
      case "&": "&amp;"
      case "\\", "`", "*", "_", "|", "[", "]": "\\\(character)"
      default: String(character)
      }
    }.joined()
  }
}
