import ArchCost

/// The manual page archcalc(1), made from the same declarations as the help.
struct ManPage {
  func text() -> String {
    var page = Roff()
    page.raw(".TH ARCHCALC 1 \"\" \"archcalc \(version)\" \"User commands\"\n.nh\n.ad l")
    page.section("NAME")
    page.line("archcalc - exactly what a convolutional network costs")
    page.section("SYNOPSIS")
    for usage in ["NETWORK [options]", "FILE.arch [NETWORK] [options]", "MODEL.onnx [options]"]
      + Commands.all.map({ $0.usage })
    {
      page.raw(".PP\n.B archcalc")
      page.line(usage)
    }
    page.section("DESCRIPTION")
    page.line(
      "Counts parameters, multiply-adds, floating-point operations, activations and bytes of a network, layer by layer, "
        + "as exact numbers and as closed formulas in its hyper-parameters.")
    page.raw(".PP")
    page.line(
      "A network is one that archcalc list shows, a specification of yours, or an ONNX model. Its parameters are options."
    )
    page.section("COMMANDS")
    for command in Commands.all { page.item(command.name, command.summary) }
    page.section("OPTIONS")
    for option in GeneralOption.all {
      let letter = option.letter.map { "-\($0), " } ?? ""
      page.item(letter + "--\(option.name)" + (option.value.map { " \($0)" } ?? ""), option.summary)
    }
    page.section("CONVENTIONS")
    for convention in CountingConvention.all {
      page.item(convention.name, "\(convention.summary) (\(convention.unit))")
    }
    page.section("FILES")
    page.item("archcalc.budget", "what networks may cost at most; archcalc check reads it")
    page.item("$XDG_CACHE_HOME/archcalc", "what was measured of the machine; archcalc machine measures it anew")
    page.section("ENVIRONMENT")
    page.item("COLUMNS", "the width of tables where it is not that of the terminal")
    page.item("NO_COLOR", "no colors")
    page.section("EXIT STATUS")
    page.item("0", "success")
    page.item("1", "what is asked for cannot be done, or a check does not hold")
    page.item("2", "the command line makes no sense")
    return page.text
  }
}

/// Text in the language of manual pages.
private struct Roff {
  private(set) var text = ""

  mutating func raw(_ line: String) { text += line + "\n" }

  mutating func section(_ title: String) { raw(".SH \(title)") }

  mutating func line(_ words: String) { raw(Self.escaped(words)) }

  mutating func item(_ name: String, _ words: String) {
    raw(".TP\n.B \(Self.escaped(name))")
    line(words)
  }

  /// A backslash begins a request, a hyphen is no minus, and a line does not begin with a control character.
  private static func escaped(_ words: String) -> String {
    let escapes: [Character: String] = [
      "\\": "\\e", "-": "\\-", "…": "\\&...", "·": "\\(md", "×": "\\(mu", "–": "\\(en", "≤": "\\(<=", "²": "\\(S2",
      "\n": " ",
    ]
    let line = words.map { escapes[$0] ?? String($0) }.joined()
    return line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
  }
}
