import ArchReport

/// What a report is written as.
enum OutputFormat: String {
  case text, json, csv, markdown

  /// A document in this format; JSON has a schema of its own for each kind of report.
  ///
  /// - Parameter isToFile: whether it goes to a file, where there are colors only if they are asked for.
  func render(_ document: Document, isToFile: Bool, color: Console.Color = .auto) -> String {
    switch self {
    case .csv: CSVRenderer().render(document)
    case .markdown: MarkdownRenderer().render(document)
    case .text, .json:
      TextRenderer(width: Console.width, usesColor: color == .always || !isToFile && Console.usesColor(color))
        .render(document)
    }
  }
}

extension ParsedArguments {
  /// The format that the switches ask for; text where none does.
  ///
  /// - Throws: ``UsageError`` where they ask for two.
  func format() throws -> OutputFormat { try only(["json", "csv", "markdown"]).flatMap(OutputFormat.init) ?? .text }

  /// The one of these switches that is on, if any is.
  ///
  /// - Throws: ``UsageError`` where two are.
  func only(_ switches: [String]) throws -> String? {
    let asked = try switches.filter { try isOn($0) }
    guard asked.count <= 1 else { throw UsageError("--\(asked[0]) and --\(asked[1]): which of the two?") }
    return asked.first
  }

  /// Writes a report in a format where `-o` says; only what the format needs is made.
  ///
  /// - Throws: ``OutputError``, and what making it throws.
  func write(
    _ format: OutputFormat, json: @autoclosure () throws -> JSON, document: @autoclosure () throws -> Document
  ) throws {
    try write(format == .json ? try json().text() : format.render(try document(), isToFile: last("output") != nil))
  }

  /// Writes a text where `-o` says.
  ///
  /// - Throws: ``OutputError``.
  func write(_ text: String) throws {
    if let path = last("output")?.value { try Files.write(text, to: path) } else { try Console().print(text) }
  }
}
