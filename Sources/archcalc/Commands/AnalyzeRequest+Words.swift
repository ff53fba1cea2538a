extension AnalyzeRequest {
  /// The words that are neither options nor their values: the network decides which options there are, so that here
  /// an option that is not known takes the word after it unless that is a network.
  static func words(_ arguments: [String]) -> [String] {
    var words: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" { return words + rest }
      guard argument.hasPrefix("-"), argument != "-", Int(argument) == nil else {
        words.append(argument)
        continue
      }
      guard !argument.contains("="), let next = rest.first, !next.hasPrefix("-") || next == "-" || Double(next) != nil
      else { continue }
      let takesNext =
        if let known = GeneralOption.named(argument) {
          known.value != nil || ParsedArguments.switchWords.contains(next)
        } else {
          argument.hasPrefix("--") && !(words.isEmpty && isNetwork(next))
        }
      if takesNext { rest.removeFirst() }
    }
    return words
  }

  private static func isNetwork(_ word: String) -> Bool {
    Networks.library.entry(named: word) != nil || Networks.isFile(word)
  }
}
