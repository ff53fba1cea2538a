/// The words of a command line: what stands alone, and options with their values.
struct ParsedArguments {
  struct Option {
    var name: String
    var value: String?
    var isNegated = false
    /// Whether it was given by its letter, which never means a network's parameter.
    var isLetter = false
  }

  /// What a letter stands for.
  struct Letter: ExpressibleByStringLiteral {
    var name: String
    var takesValue: Bool

    init(_ name: String, takesValue: Bool) {
      self.name = name
      self.takesValue = takesValue
    }

    /// An option with a value.
    init(stringLiteral name: String) { self.init(name, takesValue: true) }
  }

  /// What may follow a switch as a word of its own: `--json off`.
  static let switchWords: Set = ["true", "false", "yes", "no", "on", "off"]

  var words: [String] = []
  var options: [Option] = []

  /// - Parameters:
  ///   - letters: the options that have a letter, by it.
  ///   - takesValue: whether an option has a value; `nil` for an option that is not known.
  /// - Throws: ``UsageError`` for options that are not known or lack their value.
  init(
    _ arguments: [String], letters: [Character: Letter] = [:], takesValue: (String) -> Bool?,
    unknown: (String) -> UsageError
  ) throws {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        words += rest
        return
      }
      guard argument.hasPrefix("-"), argument != "-", Int(argument) == nil else {
        words.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      var option = Option(name: String(parts[0].drop { $0 == "-" }), value: parts.count == 2 ? String(parts[1]) : nil)
      var hasValue = takesValue(option.name)
      if !argument.hasPrefix("--") {
        guard let first = option.name.first, let letter = letters[first] else { throw unknown(argument) }
        if option.name.count > 1 {
          // -b2 is -b 2.
          guard letter.takesValue, option.value == nil else { throw unknown(argument) }
          option.value = String(option.name.dropFirst())
        }
        option.name = letter.name
        option.isLetter = true
        hasValue = letter.takesValue
      }
      switch hasValue {
      case true?:
        option.value = option.value ?? rest.popFirst()
        guard option.value?.isEmpty == false else { throw UsageError("\(parts[0]) needs a value") }
      case false?:
        if option.value == nil, let next = rest.first, Self.switchWords.contains(next) {
          option.value = rest.popFirst()
        }
      case nil:
        guard option.name.hasPrefix("no-"), takesValue(String(option.name.dropFirst(3))) == false else {
          throw unknown(argument)
        }
        option = Option(name: String(option.name.dropFirst(3)), value: option.value, isNegated: true)
      }
      options.append(option)
    }
  }

  func last(_ name: String) -> Option? { options.last { $0.name == name } }

  /// Whether a switch is on; of several the last one decides.
  ///
  /// - Throws: ``UsageError`` where its value is neither true nor false.
  func isOn(_ name: String) throws -> Bool { try last(name)?.isOn() ?? false }
}
