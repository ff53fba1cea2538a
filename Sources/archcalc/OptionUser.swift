/// Who asks about a network, and which of the options of every network mean something to it.
struct OptionUser {
  /// As an error names it.
  private let name: String
  /// Their names; `nil` for all.
  private let taken: Set<String>?
  private let help: String

  /// What a network costs: all options are about that.
  static let analysis = OptionUser(name: "", taken: nil, help: "")

  /// A line of a budget, whose limits and formats are not on it.
  static let budget = OptionUser(
    name: "a network of a budget", taken: Set(CheckCommand.networkOptions),
    help: "it has its parameters and " + CheckCommand.networkOptions.map { "--" + $0 }.joined(separator: " "))

  private init(name: String, taken: Set<String>?, help: String) {
    self.name = name
    self.taken = taken
    self.help = help
  }

  /// A command, or what it does by one of its options; its own options it has taken before.
  init(_ command: any Command.Type, _ option: String = "") {
    self.init(
      name: command.name + option, taken: Set(command.networkOptions),
      help: "archcalc help \(command.name) lists its options")
  }

  /// - Throws: ``UsageError`` for an option that would be accepted and say nothing.
  func check(_ option: ParsedArguments.Option) throws {
    guard let taken, !taken.contains(option.name) else { return }
    throw UsageError("\(name) has no option --\(option.name)", help: help)
  }
}
