/// What a specification says about itself: where the network comes from and what people call it.
public struct Metadata: Sendable, Hashable {
  public var title: String?
  public var paper: String?
  public var year: Int?
  public var identifier: String?
  public var variant: String?
  /// Other names that people type.
  public var aliases: [String] = []
  /// The network that it is shown beside.
  public var reference: Name?

  public init() {}

  static let keys = ["title", "paper", "year", "identifier", "variant", "alias", "compare"]

  mutating func add(_ syntax: MetadataSyntax) throws {
    func text() throws -> String {
      guard syntax.values.count == 1, case .text(let text, _) = syntax.values[0] else {
        throw Diagnostic("\(syntax.key.text) takes one text in quotes", at: syntax.values[0].place)
      }
      return text
    }
    switch syntax.key.text {
    case "title": title = try text()
    case "paper": paper = try text()
    case "identifier": identifier = try text()
    case "variant": variant = try text()
    case "year":
      guard case .number(let number, _) = syntax.values[0], let year = number.value.integer, syntax.values.count == 1
      else { throw Diagnostic("a year is one integer", at: syntax.values[0].place) }
      self.year = year
    case "alias":
      for value in syntax.values {
        switch value {
        case .text(let text, _): aliases.append(text)
        case .name(let name): aliases.append(name.text)
        default: throw Diagnostic("an alias is a name or a text in quotes", at: value.place)
        }
      }
    default:
      guard syntax.values.count == 1, case .name(let name) = syntax.values[0] else {
        throw Diagnostic("compare takes the name of one network", at: syntax.values[0].place)
      }
      reference = name
    }
  }
}

extension Specification {
  /// The network that has a name, or else has it for an alias; case does not matter in aliases.
  ///
  /// - Throws: As ``metadata(of:)``.
  public func network(called name: String) throws -> NetworkSyntax? {
    let folded = name.lowercased()
    return try network(named: name)
      ?? networks.first { try metadata(of: $0).aliases.contains { $0.lowercased() == folded } }
  }

  /// What is said of a network: by its file, and by itself.
  ///
  /// - Throws: ``Diagnostic`` where a value is not of its key's kind.
  public func metadata(of network: NetworkSyntax) throws -> Metadata {
    var result = try ownMetadata()
    result.aliases = []  // a file's alias would name several networks
    for case .item(let item) in network.members {
      if case .metadata(let own) = item.kind { try result.add(own) }
    }
    return result
  }
  /// What the file says of all its networks.
  ///
  /// - Throws: As ``metadata(of:)``.
  public func ownMetadata() throws -> Metadata {
    var result = Metadata()
    for syntax in metadata { try result.add(syntax) }
    return result
  }

  /// The sweeps of a network: its own, then those of its file.
  public func sweeps(of network: NetworkSyntax) -> [SweepSyntax] {
    let own = network.members.compactMap { member -> SweepSyntax? in
      guard case .item(let item) = member, case .sweep(let sweep) = item.kind else { return nil }
      return sweep
    }
    return own + sweeps
  }
}
