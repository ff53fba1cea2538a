extension CompletionWords {
  /// The script for fish: a line for each word and option.
  func fish() -> String {
    var lines = [
      "# fish completion for archcalc: archcalc completions fish | source",
      "complete -c archcalc -n __fish_use_subcommand -a '\(networks.joined(separator: " "))'",
    ]
    for command in commands {
      lines.append(
        "complete -c archcalc -n __fish_use_subcommand -a \(command.name) -d '\(Self.quoted(command.summary))'")
      let seen = "__fish_seen_subcommand_from \(command.name)"
      let words = command.operands.filter { $0 != Self.file }.flatMap { $0 == Self.network ? networks : [$0] }
      if !words.isEmpty {
        let files = command.operands.contains(Self.file) ? "" : " -f"
        lines.append("complete -c archcalc -n '\(seen)'\(files) -a '\(words.joined(separator: " "))'")
      }
      lines += command.options.map { line($0, where: seen) }
    }
    let own = commands.filter { !$0.options.isEmpty }.map(\.name).joined(separator: " ")
    lines += general.map { line($0, where: "not __fish_seen_subcommand_from \(own)") }
    for family in families where !family.networks.isEmpty {
      let seen = "__fish_seen_subcommand_from \(family.networks.joined(separator: " "))"
      lines += family.parameters.map { line($0, where: seen) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ option: Option, where condition: String) -> String {
    let letter = option.letter.map { " -s \($0)" } ?? ""
    let value =
      switch option.value {
      case .none: ""
      case .free: " -x"
      case .oneOf(let words): " -x -a '\(words.joined(separator: " "))'"
      case .file: " -r -F"
      case .network: " -r -a '\(networks.joined(separator: " "))'"
      }
    let summary = option.summary.isEmpty ? "" : " -d '\(Self.quoted(option.summary))'"
    return "complete -c archcalc -n '\(condition)'\(letter) -l \(option.name)\(value)\(summary)"
  }

  private static func quoted(_ text: String) -> String {
    text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
  }
}
