import ArchCost
import ArchSpec
import ArchVerify
import Specs

/// Where networks are found: the catalog that is compiled in, and the user's own files.
enum Networks {
  static let library = Library(
    Catalog.files.map { Source(name: "Specs/\($0.name)", bytes: $0.bytes) })

  /// Options for elaboration that know the networks of the catalog and the conventions, so that a slip in a name is
  /// found.
  static var options: ElaborationOptions {
    var options = ElaborationOptions()
    options.knownNetworks = { library.names }
    options.knownConventions = conventions
    return options
  }

  static var conventions: [String] { CountingConvention.all.map(\.name) }

  struct Found {
    var specification: Specification
    var network: String
  }

  /// The network that a word of the command line means, with the word after it where a file has several networks.
  ///
  /// - Throws: ``UsageError`` if there is none, ``Diagnostic`` if its specification has an error.
  static func find(_ words: [String]) throws -> Found {
    let word = words[0]
    try requireNoModel(word)
    guard isKnown(word) else { throw unknown(word) }
    let most = isFile(word) ? 2 : 1
    guard words.count <= most else {
      throw UsageError(
        "one network at a time: '\(words[most])' is one word too many",
        help: most == 2 || isKnown(words[most]) ? "archcalc compare \(words.joined(separator: " "))" : nil)
    }
    if isFile(word) { return try findInFile(word, network: words.dropFirst().first) }
    let entry = library.entry(named: word)!
    return Found(specification: try library.specification(of: entry), network: entry.network)
  }

  /// - Throws: ``UsageError`` for a model where a specification is needed.
  static func requireNoModel(_ word: String) throws {
    guard ModelNetwork.isModel(word) else { return }
    throw UsageError(
      "\(word) is a model; this needs a specification", help: "archcalc export \(word) --spec prints it as one")
  }

  /// Whether a word names a network of the catalog or a file.
  static func isKnown(_ word: String) -> Bool { library.entry(named: word) != nil || isFile(word) }

  static func isFile(_ word: String) -> Bool {
    word == "-" || word.contains("/") || word.hasSuffix(".arch") || ModelNetwork.isModel(word)
  }

  static func isSpecification(_ word: String) -> Bool { isFile(word) && !ModelNetwork.isModel(word) }

  /// The networks that a specification declares; none of what can be read only once.
  ///
  /// - Throws: ``Diagnostic`` if it has an error.
  static func names(in word: String) throws -> [String] {
    guard isSpecification(word), Files.isRegular(word) else { return [] }
    return try Specification(try Files.source(word)).networks.map(\.name.text)
  }

  /// The network that is set beside another one: of the same file, of the zoo, or of a file that has no other.
  static func find(_ word: String, beside network: NetworkSource, for option: String) throws -> NetworkSource {
    if case .declared(let found) = network, found.specification.network(named: word) != nil {
      return .declared(Found(specification: found.specification, network: word))
    }
    let names = try names(in: word)
    guard names.count <= 1 else {
      throw UsageError(
        "\(word) has several networks, and \(option) takes the name of one",
        help: option == "--compare"
          ? "archcalc compare NETWORK \(word) \(names[0]); there are \(names.joined(separator: ", "))"
          : "one of the zoo or of the same file, or a file that has no other")
    }
    return try NetworkSource([word])
  }

  private static func findInFile(_ path: String, network: String?) throws -> Found {
    let source = try Files.source(path)
    let specification = try Specification(source)
    let names = specification.networks.map(\.name.text)
    if let network {
      guard let found = try specification.network(called: network) else {
        let near = suggestion(for: network, among: names).map { "did you mean '\($0)'?" }
        throw UsageError("\(path) has no network '\(network)'", help: near ?? "it has \(names.joined(separator: ", "))")
      }
      return Found(specification: specification, network: found.name.text)
    }
    guard let only = names.first else {
      let end = Int32(source.bytes.count)
      throw Diagnostic(
        "no network is declared here", at: Place(source: source, start: end, end: end),
        help: "as in: network tiny { input(3, 8, 8) -> relu }")
    }
    guard names.count == 1 else {
      throw UsageError(
        "\(path) has several networks: say which",
        help: "its name stands after the file: \(path) \(only); there are \(names.joined(separator: ", "))")
    }
    return Found(specification: specification, network: only)
  }

  static func unknown(_ word: String) -> UsageError {
    let candidates = library.names + Commands.all.map { $0.name }
    let near = suggestion(for: word, among: candidates).map { "did you mean '\($0)'?" }
    return UsageError(
      "there is no network or command '\(word)'",
      help: (near.map { $0 + " " } ?? "")
        + "archcalc list shows all networks; a file is named with its .arch or with ./")
  }

  /// The network that another one names, in the same file or in the catalog.
  static func reference(_ name: Name, from specification: Specification) throws -> (Specification, String) {
    if specification.network(named: name.text) != nil { return (specification, name.text) }
    guard let entry = library.entry(named: name.text) else {
      let near = suggestion(for: name.text, among: library.names).map { "did you mean '\($0)'?" }
      throw Diagnostic("there is no network '\(name.text)'", at: name.place, help: near)
    }
    return (try library.specification(of: entry), entry.network)
  }
}

extension RecordedClaim {
  /// Whether it mentions a network, by its name or by another that the catalog knows it by.
  func isAbout(_ network: String) -> Bool {
    networks.contains { $0 == network || Networks.library.entry(named: $0)?.network == network }
  }
}
