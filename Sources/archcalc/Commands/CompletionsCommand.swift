import ArchSpec

/// `archcalc completions SHELL`: a completion script that knows the networks and their parameters.
struct CompletionsCommand: Command {
  static let name = "completions"
  static let usage = "completions bash|zsh|fish"
  static let summary = "a completion script for a shell"

  func run(_ arguments: [String]) throws {
    let shells = ["bash": CompletionWords.bash, "zsh": CompletionWords.zsh, "fish": CompletionWords.fish]
    guard arguments.count == 1, let script = shells[arguments[0]] else {
      throw UsageError("completions takes a shell: bash, zsh or fish", help: "source <(archcalc completions bash)")
    }
    try Console().print(script(try CompletionWords())())
  }
}
