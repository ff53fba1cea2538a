import ArchSpec

/// `archcalc format FILE`: a specification in the canonical layout.
struct FormatCommand: Command {
  static let name = "format"
  static let usage = "format FILE… [--write | --check]"
  static let summary = "a specification in its canonical layout; comments are kept"

  func run(_ arguments: [String]) throws {
    let parsed = try ParsedArguments(
      arguments, takesValue: { ["write": false, "check": false][$0] },
      unknown: { UsageError("format has no option \($0)", help: "archcalc \(Self.usage)") })
    if try parsed.isOn("write"), try parsed.isOn("check") {
      throw UsageError("--write and --check: which of the two?", help: "archcalc \(Self.usage)")
    }
    guard !parsed.words.isEmpty else { throw UsageError("format takes a file, or - for standard input") }
    try parsed.words.forEach(Networks.requireNoModel)
    var unformatted: [String] = []
    for path in parsed.words {
      let source = try Files.source(path)
      let text = format(try parse(source))
      let isSame = Array(text.utf8) == source.bytes
      if try parsed.isOn("check") {
        if !isSame { unformatted.append(path) }
      } else if try parsed.isOn("write") {
        guard path != "-" else { throw UsageError("standard input cannot be written to") }
        if !isSame { try Files.write(text, to: path, replacesInput: true) }
      } else {
        try Console().print(text)
      }
    }
    guard unformatted.isEmpty else {
      let names = unformatted.joined(separator: ", ")
      throw Diagnostic("not in canonical layout: \(names)", at: .none, help: "archcalc format --write")
    }
  }
}
