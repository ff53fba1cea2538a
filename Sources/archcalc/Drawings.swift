import ArchReport

/// What `--svg` and `--chart` ask for: a drawing into a file, below the table in the terminal, or both.
struct Drawings {
  var path: String?
  var isInTerminal = false

  var areAskedFor: Bool { path != nil || isInTerminal }

  static let options: [OptionDescription] = [
    .init(name: "svg", value: "FILE", summary: "a drawing as SVG into a file"),
    .init(name: "chart", summary: "the drawing in the terminal, below the table"),
  ]

  /// Data are for programs: nothing goes below them.
  ///
  /// - Throws: ``UsageError``.
  func check(areBelowData isData: Bool) throws {
    guard isInTerminal, isData else { return }
    throw UsageError("--chart goes below a table, not below data", help: "--svg FILE goes with all formats")
  }

  /// Writes the file; what goes below the table is returned.
  ///
  /// - Throws: ``OutputError``.
  func draw(_ drawing: @autoclosure () throws -> Drawing) throws -> String {
    guard areAskedFor else { return "" }
    let drawing = try drawing()
    if let path { try Files.write(SVGRenderer().render(drawing), to: path) }
    return isInTerminal ? "\n" + TerminalChart(width: Console.width).render(drawing) : ""
  }
}
