import ArchCost
import ArchSpec

/// What can be completed: commands, networks, and the options of both with their values.
struct CompletionWords {
  /// What the word after an option can be.
  enum Value: Hashable {
    /// There is none: the option is a switch.
    case none
    /// Anything, such as a number.
    case free
    case oneOf([String])
    case file, network
  }

  struct Option: Hashable {
    var name: String
    var letter: Character?
    var value: Value
    var summary = ""
  }

  /// Networks of one specification have the same parameters.
  struct Family {
    /// Names and aliases.
    var networks: [String]
    var parameters: [Option]
  }

  struct Command {
    var name: String
    var summary: String
    /// What may stand besides options: words, ``file`` and ``network``.
    var operands: [String]
    /// Whether more than one network may stand.
    var takesSeveral: Bool
    var options: [Option]
  }

  /// Stand for any file and any network in lists of words.
  static let file = "@file"
  static let network = "@network"

  let commands = Commands.all.map { Command($0) }
  let general = GeneralOption.all.map(Option.init)
  let families: [Family]

  /// - Throws: ``Diagnostic`` if a specification of the catalog has an error.
  init() throws {
    var families: [Family] = []
    var known: [[Option]: Int] = [:]
    var specifications: [Int: Specification] = [:]
    for entry in Networks.library.entries {
      let specification = try specifications[entry.file] ?? Networks.library.specification(of: entry)
      specifications[entry.file] = specification
      let parameters = try specification.parameters(of: specification.network(named: entry.network)!).map(Option.init)
      let index = known[parameters] ?? families.count
      if index == families.count {
        known[parameters] = index
        families.append(Family(networks: [], parameters: parameters))
      }
      families[index].networks += ([entry.network] + entry.aliases).filter(\.isPlainWord)
    }
    self.families = families
  }

  var networks: [String] { families.flatMap(\.networks) }
}

extension CompletionWords.Value {
  /// What a placeholder of a usage text stands for: `FILE`, `NETWORK`, `dot|mermaid`.
  init(placeholder: String?) {
    guard let placeholder else { self = .none; return }
    switch placeholder {
    case _ where placeholder.hasPrefix("FILE") || placeholder.hasSuffix(".json"): self = .file
    case "NETWORK": self = .network
    case "CONVENTION": self = .oneOf(CountingConvention.all.map(\.name))
    case _ where placeholder.contains("|"):
      let words = placeholder.split(separator: "|").map(String.init)
      self = words.allSatisfy(\.isPlainWord) ? .oneOf(words) : .free
    default: self = .free
    }
  }
}

extension CompletionWords.Option {
  fileprivate init(_ option: OptionDescription) {
    self.init(
      name: option.name, letter: option.letter, value: .init(placeholder: option.value), summary: option.summary)
  }

  /// The option of a parameter.
  fileprivate init(_ parameter: Parameter) {
    name = parameter.name
    summary = parameter.documentation
    switch parameter.range {
    case _ where parameter.kind == .boolean: value = .none
    case .members(let members): value = .oneOf(members.map(Parameter.typed).filter(\.isPlainWord))
    case .between: value = .free
    }
  }
}

extension CompletionWords.Command {
  fileprivate init(_ command: any Command.Type) {
    name = command.name
    summary = command.summary
    // Brackets say what can be left out, and are nothing to type.
    let words = command.usage.split { " []()…".contains($0) }.dropFirst().map(String.init)
    let first = words.firstIndex { $0.hasPrefix("-") } ?? words.endIndex
    operands = words[..<first].flatMap(Self.operands)
    takesSeveral = command.usage.split(separator: " ").prefix { !$0.contains("--") }.contains { $0.contains("…") }
    options = command.allOptions.map(CompletionWords.Option.init)
    if options.isEmpty { options = Self.options(of: words) }
    if !options.contains(where: { $0.name == "output" }), command.usage.contains("-o FILE") {
      options.append(.init(name: "output", letter: "o", value: .file))
    }
  }

  private static func options(of words: [String]) -> [CompletionWords.Option] {
    var options: [CompletionWords.Option] = []
    for (index, word) in words.enumerated() where word.hasPrefix("--") {
      let name = String(word.dropFirst(2))
      guard name == name.lowercased() else { continue }  // --PARAMETER stands for the network's own
      let next = index + 1 < words.count ? words[index + 1] : "|"
      let isSwitch = next.hasPrefix("-") || next == "|" || next == "options"
      options.append(.init(name: name, letter: nil, value: .init(placeholder: isSwitch ? nil : next)))
    }
    return options
  }

  private static func operands(_ word: String) -> [String] {
    switch word {
    case "NETWORK": [CompletionWords.network, CompletionWords.file]
    case "COMMAND": Commands.all.map { $0.name }
    case "options", "|": []
    case _ where word.hasPrefix("FILE") || word.contains(".json"): [CompletionWords.file]
    default: word == word.lowercased() ? word.split(separator: "|").map(String.init) : []
    }
  }
}

extension String {
  /// Whether a shell takes it as one word without quoting.
  fileprivate var isPlainWord: Bool {
    !isEmpty
      && unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", ",", "/", "+": true
        default: scalar.value >= 0x80
        }
      }
  }
}
