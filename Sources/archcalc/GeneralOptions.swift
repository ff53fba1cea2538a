/// An option as help and completion scripts tell of it.
struct OptionDescription {
  var name: String
  var letter: Character? = nil
  /// What its value is called; `nil` for a switch.
  var value: String?
  var summary: String
}

/// The options that every network has besides its parameters.
enum GeneralOption {
  static let all: [OptionDescription] = [
    .init(name: "symbolic", letter: "s", summary: "closed forms in the parameters as well"),
    .init(name: "by", value: "layer|block|stage|type", summary: "what the rows of the table are"),
    .init(name: "depth", letter: "d", value: "N", summary: "levels of the tree that are shown"),
    .init(
      name: "convention", letter: "c", value: "CONVENTION",
      summary: "how operations are counted; 'help conventions' lists them"),
    .init(name: "batch", letter: "b", value: "N", summary: "images at once"),
    .init(name: "input", letter: "i", value: "CxHxW", summary: "another size of the input"),
    .init(name: "bytes", value: "N", summary: "bytes of one number, 1 to 16 (default 4)"),
    .init(name: "compare", value: "NETWORK", summary: "another network to compare with; 'none' for none"),
    .init(
      name: "set", value: "NAME=VALUE",
      summary: "a parameter by name, also where an option has the same name"),
    .init(name: "sweep", summary: "the iso-cost sweep that the network declares"),
    .init(
      name: "budget", value: "N",
      summary: "the cost that the sweep keeps; also --params N, --weights N, --macs N"),
    .init(name: "tolerance", value: "P", summary: "how far from the budget its best row may be (default 10%)"),
    .init(name: "predict", summary: "how long each layer would take on this machine; --threads N, --isa NAME"),
    .init(name: "json", summary: "as JSON"),
    .init(name: "csv", summary: "the table as CSV"),
    .init(name: "markdown", summary: "as Markdown"),
    .init(name: "svg", value: "FILE", summary: "a drawing as SVG: shares of the rows, or the iso-cost sweep"),
    .init(name: "chart", summary: "the same in the terminal, below the table"),
    .init(name: "output", letter: "o", value: "FILE", summary: "into a file, written whole or not at all"),
    .init(name: "color", value: "auto|always|never", summary: "colors (NO_COLOR is honoured)"),
    .init(name: "help", letter: "h", summary: "the network's parameters"),
  ]

  /// The option that an argument without a value asks for: `--batch`, `-b`.
  static func named(_ argument: String) -> OptionDescription? {
    let name = argument.drop { $0 == "-" }
    return all.first { argument.hasPrefix("--") ? $0.name == name : $0.letter.map(String.init) == String(name) }
  }

  /// Options about the report itself, which a parameter of the same name does not hide: `--set json=…` sets that one.
  static let reserved: Set = ["json", "csv", "markdown", "svg", "output", "color", "help", "set"]

  /// Options about how one network is shown.
  static let ofTables: Set = ["by", "depth", "symbolic", "compare", "convention", "bytes"]

  /// Options that say which network it is.
  static let ofNetworks = ["batch", "input", "set"]

  /// Options that say which network it is, and what is counted of it.
  static let ofCounts = ofNetworks + ["convention", "bytes"]

  /// Budgets by the cost that they are of.
  static let budgets = ["params", "weights", "macs", "flops", "activations"]
}
