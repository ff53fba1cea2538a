import ArchAlgebra

extension Parser {
  static let itemWords = ["param", "let", "assume", "block", "network", "claim", "sweep"]

  mutating func file() throws -> SpecSyntax {
    var items: [ItemSyntax] = []
    while current.kind != .end { items.append(try item(isFirst: items.isEmpty)) }
    guard !items.isEmpty else {
      throw Diagnostic(
        "the specification is empty", at: Place(source: current.place.source, start: 0, end: 0),
        help: "a network is written as: network name { input(3, 224, 224)  conv(3x3, 64) … }")
    }
    var file = SpecSyntax(items: items)
    file.trailing = danglingComments(isFirst: false)
    return file
  }

  var isAtItem: Bool {
    guard current.kind == .identifier else { return false }
    return Self.itemWords.contains(current.text) || isAtMetadata || isAtAssignedMetadata
  }

  private var isAtMetadata: Bool {
    Metadata.keys.contains(current.text)
      && (following.kind == .text || following.kind == .number
        || following.kind == .identifier)
      && !following.newlineBefore
  }

  /// `title = "x"` is no line either: what is said about a network has no sign in between.
  private var isAtAssignedMetadata: Bool {
    Metadata.keys.contains(current.text) && following.kind == .punctuation && following.text == "="
  }

  mutating func item(isFirst: Bool) throws -> ItemSyntax {
    try statement { try $0.documentedItem(isFirst: isFirst) }
  }

  private mutating func documentedItem(isFirst: Bool) throws -> ItemSyntax {
    var (trivia, documentation) = leadingTrivia(isFirst: isFirst, isItem: true)
    let start = current.place
    var kind = try itemKind()
    let place = start.through(previous.place)
    try endOfStatement()
    if case .parameter(var parameter) = kind {
      parameter.documentation = trailingDocumentation()
      kind = .parameter(parameter)
    }
    finish(&trivia)
    var item = ItemSyntax(kind, documentation: documentation, at: place)
    item.trivia = trivia
    return item
  }

  private mutating func itemKind() throws -> ItemSyntax.Kind {
    if isAt("}") {
      throw Diagnostic("'}' closes nothing", at: current.place, cause: "every '{' before it is closed already")
    }
    guard current.kind == .identifier else { throw unexpected("expected a declaration") }
    if isAtMetadata { return .metadata(try metadata()) }
    switch current.text {
    case "param": return .parameter(try parameter())
    case "let": return .constant(try constant())
    case "assume": return .assumption(try assumption())
    case "block": return .block(try block())
    case "network": return .network(try network())
    case "claim": return .claim(try claim())
    case "sweep": return .sweep(try sweep())
    case let key where Metadata.keys.contains(key):
      advance()
      let example = key == "year" ? "2016" : key == "compare" ? "other" : "\"…\""
      throw unexpected("expected a value after '\(key)'", help: "as in: \(key) \(example)")
    default:
      let known = Self.itemWords + Metadata.keys
      throw unexpected(
        "expected a declaration (\(Self.itemWords.joined(separator: ", ")))",
        help: suggestion(for: current.text, among: known).map { "did you mean '\($0)'?" })
    }
  }

  private mutating func parameter() throws -> ParameterSyntax {
    advance()
    let name = try name("the name of a parameter")
    var symbol: Name?
    if take(word: "as") { symbol = try self.name("the symbol of the parameter") }
    try expect("=", "and the default value of '\(name.text)'")
    let value = try expression()
    let range = take(word: "in") ? try set() : nil
    return ParameterSyntax(name: name, symbol: symbol, value: value, range: range)
  }

  mutating func constant() throws -> ConstantSyntax {
    advance()
    let name = try name("the name of a constant")
    try expect("=", "and the value of '\(name.text)'")
    return ConstantSyntax(name: name, value: try expression())
  }

  private mutating func assumption() throws -> AssumptionSyntax {
    advance()
    let divisor = try expression()
    guard take(word: "divides") else {
      throw unexpected("expected 'divides'", help: "as in: assume 32 divides resolution")
    }
    return AssumptionSyntax(divisor: divisor, dividend: try expression())
  }

  private mutating func metadata() throws -> MetadataSyntax {
    let key = advance()
    var values = [try expression()]
    while take(",") { values.append(try expression()) }
    return MetadataSyntax(key: Name(key.text, at: key.place), values: values)
  }

  private mutating func block() throws -> BlockSyntax {
    advance()
    let name = try name("the name of a block")
    var arguments: [BlockSyntax.Argument] = []
    if take("(") {
      while !isAt(")") {
        let argument = try self.name("the name of an argument")
        arguments.append(.init(name: argument, value: take("=") ? try expression() : nil))
        if !take(",") { break }
      }
      try expect(")", "after the arguments of block '\(name.text)'")
    }
    return BlockSyntax(name: name, arguments: arguments, body: try body("the block '\(name.text)'"))
  }

  private mutating func network() throws -> NetworkSyntax {
    advance()
    let name = try name("the name of a network")
    let family = take("=") ? try call() : nil
    var network = NetworkSyntax(name: name, family: family, members: [])
    guard family == nil || isAt("{") else { return network }
    let opening = try expect("{", "to begin the network '\(name.text)'")
    while !isAt("}") {
      guard current.kind != .end else { throw unclosed(opening, "the network '\(name.text)'") }
      let isFirst = network.members.isEmpty
      // An item may be another network, if only to be refused.
      network.members.append(
        isAtItem ? .item(try nested { try $0.item(isFirst: isFirst) }) : .line(try line(isFirst: isFirst)))
    }
    network.trailing = danglingComments(isFirst: network.members.isEmpty)
    advance()
    return network
  }

  func unclosed(_ opening: Token, _ what: String) -> Diagnostic {
    Diagnostic("'{' of \(what) is never closed", at: opening.place)
      .noting("the file ends here", at: current.place)
  }
}
