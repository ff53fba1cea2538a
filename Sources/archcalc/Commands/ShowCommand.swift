import ArchSpec

/// `archcalc show NETWORK`: the specification that a network comes from.
struct ShowCommand: Command {
  static let name = "show"
  static let usage = "show NETWORK"
  static let summary = "the specification that a network comes from"

  func run(_ arguments: [String]) throws {
    guard arguments.count == 1, let word = arguments.first, !word.hasPrefix("--") else {
      throw UsageError("show takes one network", help: "archcalc list shows all networks")
    }
    if Networks.isFile(word) { return try Console().print(format(try parse(try Files.source(word)))) }
    guard let entry = Networks.library.entry(named: word) else { throw Networks.unknown(word) }
    try Console().print(format(try parse(Networks.library.sources[entry.file])))
  }
}
