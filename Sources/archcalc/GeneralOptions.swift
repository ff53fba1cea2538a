/// The options that every network has besides its parameters.
struct GeneralOption {
  var name: String
  var letter: Character?
  /// What its value is called; `nil` for a switch.
  var value: String?
  var summary: String

  static let all: [GeneralOption] = [
    .init(name: "symbolic", letter: "s", value: nil, summary: "closed forms in the parameters as well"),
    .init(name: "by", letter: nil, value: "layer|block|stage|type", summary: "what the rows of the table are"),
    .init(name: "depth", letter: "d", value: "N", summary: "levels of the tree that are shown"),
    .init(name: "convention", letter: "c", value: "NAME", summary: "how operations are counted; 'help conventions' lists them"),
    .init(name: "batch", letter: "b", value: "N", summary: "images at once"),
    .init(name: "input", letter: "i", value: "CxHxW", summary: "another size of the input"),
    .init(name: "bytes", letter: nil, value: "N", summary: "bytes of one number: 4 (default), 2, 1"),
    .init(name: "compare", letter: nil, value: "NETWORK", summary: "another network to compare with; 'none' for none"),
    .init(name: "set", letter: nil, value: "NAME=VALUE", summary: "a parameter by name, also where an option has the same name"),
    .init(name: "sweep", letter: nil, value: nil, summary: "the iso-cost sweep that the network declares"),
    .init(name: "budget", letter: nil, value: "N", summary: "the cost that the sweep keeps; also --params N, --weights N, --macs N"),
    .init(name: "tolerance", letter: nil, value: "P", summary: "how far over the budget the sweep goes (default 10%)"),
    .init(name: "json", letter: nil, value: nil, summary: "as JSON"),
    .init(name: "csv", letter: nil, value: nil, summary: "the table as CSV"),
    .init(name: "markdown", letter: nil, value: nil, summary: "as Markdown"),
    .init(name: "output", letter: "o", value: "FILE", summary: "into a file, written whole or not at all"),
    .init(name: "color", letter: nil, value: "auto|always|never", summary: "colors (NO_COLOR is honoured)"),
    .init(name: "help", letter: "h", value: nil, summary: "the network's parameters"),
  ]

  /// Options about the report itself, which a parameter of the same name does not hide: `--set json=…` sets that one.
  static let reserved: Set = ["json", "csv", "markdown", "output", "color", "help", "set"]

  /// Budgets by the cost that they are of.
  static let budgets = ["params", "weights", "macs", "flops", "activations"]
}

/// The words of a command line: what stands alone, and options with their values.
struct ParsedArguments {
  struct Option {
    var name: String
    var value: String?
    var isNegated = false
    /// Whether it was given by its letter, which never means a network's parameter.
    var isLetter = false

    /// Whether a switch is on: `--x`, `--x=true`; off are `--no-x` and `--x=false`.
    ///
    /// - Throws: ``UsageError`` for a value that is neither.
    func isOn() throws -> Bool {
      guard let value else { return !isNegated }
      switch value {
      case "true", "yes", "on", "1": return !isNegated
      case "false", "no", "off", "0": return isNegated
      default: throw UsageError("--\(name) is a switch, true or false, not '\(value)'")
      }
    }
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
        if option.value == nil {
          guard let value = rest.popFirst() else { throw UsageError("\(parts[0]) needs a value") }
          option.value = value
        }
      case false?:
        if option.value == nil, let next = rest.first, next == "true" || next == "false" { option.value = rest.popFirst() }
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
}
