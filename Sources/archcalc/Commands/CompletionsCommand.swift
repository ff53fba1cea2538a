import ArchSpec

/// `archcalc completions SHELL`: a completion script that knows the networks and their parameters.
struct CompletionsCommand: Command {
  static let name = "completions"
  static let usage = "completions bash|zsh|fish"
  static let summary = "a completion script for a shell"

  func run(_ arguments: [String]) throws {
    let writers: [String: (Words) -> String] = ["bash": bash, "zsh": zsh, "fish": fish]
    guard arguments.count == 1, let write = writers[arguments[0]] else {
      throw UsageError("completions takes a shell: bash, zsh or fish", help: "source <(archcalc completions bash)")
    }
    try Console().print(write(try Words()))
  }

  /// What can be completed.
  struct Words {
    var commands: [String]
    /// Networks with the options of their parameters.
    var networks: [(name: String, options: [String])]
    var options: [String]

    init() throws {
      commands = Commands.all.map { $0.name }
      options = GeneralOption.all.map { "--" + $0.name }
      networks = try Networks.library.entries.map { entry in
        let specification = try Networks.library.specification(of: entry)
        let parameters = try specification.parameters(of: specification.network(named: entry.network)!)
        return (entry.network, parameters.map { "--" + $0.name })
      }
    }

    var first: String { (networks.map(\.name) + commands).joined(separator: " ") }
    var all: String { options.joined(separator: " ") }
  }

  private func bash(_ words: Words) -> String {
    let cases = words.networks.map { "    \($0.name)) words=\"\($0.options.joined(separator: " ")) \(words.all)\" ;;" }
    return """
      # bash completion for archcalc: source <(archcalc completions bash)
      _archcalc() {
        local current=${COMP_WORDS[COMP_CWORD]} words
        if [ "$COMP_CWORD" -eq 1 ]; then
          words="\(words.first)"
          COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -X '!*.arch' -- "$current"))
          return
        fi
        case ${COMP_WORDS[1]} in
      \(cases.joined(separator: "\n"))
          help|show) words="\(words.networks.map(\.name).joined(separator: " "))" ;;
          completions) words="bash zsh fish" ;;
          format) words="--write --check" ;;
          list) words="--json --csv --markdown" ;;
          *) words="\(words.all)" ;;
        esac
        COMPREPLY=($(compgen -W "$words" -- "$current"))
        case $current in -*) ;; *) COMPREPLY+=($(compgen -f -- "$current")) ;; esac
      }
      complete -F _archcalc archcalc

      """
  }

  private func zsh(_ words: Words) -> String {
    let cases = words.networks.map { "    \($0.name)) compadd -- \($0.options.joined(separator: " ")) \(words.all) ;;" }
    return """
      #compdef archcalc
      # zsh completion for archcalc: archcalc completions zsh > "${fpath[1]}/_archcalc"
      _archcalc() {
        if (( CURRENT == 2 )); then
          compadd -- \(words.first)
          _files -g '*.arch'
          return
        fi
        case $words[2] in
      \(cases.joined(separator: "\n"))
          help|show) compadd -- \(words.networks.map(\.name).joined(separator: " ")) ;;
          completions) compadd -- bash zsh fish ;;
          format) compadd -- --write --check; _files -g '*.arch' ;;
          list) compadd -- --json --csv --markdown ;;
          *) compadd -- \(words.all); _files ;;
        esac
      }
      if [ "$funcstack[1]" = "_archcalc" ]; then _archcalc "$@"; else compdef _archcalc archcalc; fi

      """
  }

  private func fish(_ words: Words) -> String {
    var lines = [
      "# fish completion for archcalc: archcalc completions fish | source",
      "complete -c archcalc -n __fish_use_subcommand -a '\(words.first)'",
      "complete -c archcalc -n '__fish_seen_subcommand_from help show' -f -a '\(words.networks.map(\.name).joined(separator: " "))'",
      "complete -c archcalc -n '__fish_seen_subcommand_from completions' -f -a 'bash zsh fish'",
    ]
    for option in GeneralOption.all {
      let letter = option.letter.map { " -s \($0)" } ?? ""
      let value = option.value == nil ? "" : " -r"
      let summary = option.summary.map { $0 == "'" ? "\\'" : String($0) }.joined()
      lines.append("complete -c archcalc\(letter) -l \(option.name)\(value) -d '\(summary)'")
    }
    for network in words.networks {
      for option in network.options {
        lines.append(
          "complete -c archcalc -n '__fish_seen_subcommand_from \(network.name)' -l \(option.dropFirst(2)) -r")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
