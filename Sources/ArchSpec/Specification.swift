import ArchAlgebra

/// A specification whose declarations have been found and checked: what the elaborator runs networks of.
public struct Specification: Sendable {
  public let syntax: SpecSyntax
  public let parameters: [ParameterSyntax]
  public let constants: [ConstantSyntax]
  public let blocks: [String: BlockSyntax]
  /// In the order in which they are declared.
  public let networks: [NetworkSyntax]
  public let documentation: [String: [String]]
  let assumptions: [AssumptionSyntax]
  let metadata: [MetadataSyntax]
  /// Claims and sweeps of the whole file.
  public let claims: [ClaimSyntax]
  public let sweeps: [SweepSyntax]

  /// The most declarations of one file, claims and those within networks among them; the largest of the zoo has some hundred.
  public static let mostDeclarations = 2_000

  /// - Throws: ``Diagnostic`` where two declarations have the same name or a name is taken by the language.
  public init(_ syntax: SpecSyntax) throws {
    self.syntax = syntax
    var declarations = Declarations()
    let all = syntax.items.flatMap { [$0] + $0.members }
    if let first = all.dropFirst(Self.mostDeclarations).first {
      throw Diagnostic(
        "there are more than \(Self.mostDeclarations) declarations", at: first.place,
        cause: "this one is too many",
        help: "networks that have nothing to do with each other stand in files of their own")
    }
    for item in syntax.items { try declarations.add(item) }
    parameters = declarations.parameters
    constants = declarations.constants
    blocks = declarations.blocks
    networks = declarations.networks
    documentation = declarations.documentation
    assumptions = declarations.assumptions
    metadata = declarations.metadata
    claims = declarations.claims
    sweeps = declarations.sweeps
  }

  /// Parses and checks a source.
  public init(_ source: Source) throws { try self.init(parse(source)) }

  public func network(named name: String) -> NetworkSyntax? { networks.first { $0.name.text == name } }
}

extension ItemSyntax {
  /// The declarations within a network.
  fileprivate var members: [ItemSyntax] {
    guard case .network(let network) = kind else { return [] }
    return network.members.compactMap { if case .item(let item) = $0 { item } else { nil } }
  }
}

private struct Declarations {
  var parameters: [ParameterSyntax] = []
  var constants: [ConstantSyntax] = []
  var blocks: [String: BlockSyntax] = [:]
  var networks: [NetworkSyntax] = []
  var documentation: [String: [String]] = [:]
  var assumptions: [AssumptionSyntax] = []
  var metadata: [MetadataSyntax] = []
  var claims: [ClaimSyntax] = []
  var sweeps: [SweepSyntax] = []
  private var names: [String: Name] = [:]

  mutating func add(_ item: ItemSyntax) throws {
    switch item.kind {
    case .parameter(let parameter):
      try declare(parameter.name)
      if let symbol = parameter.symbol, symbol.text != parameter.name.text { try declare(symbol) }
      // Also one that no network uses has a default that it may have.
      _ = try Parameter(parameter, base: nil)
      parameters.append(parameter)
    case .constant(let constant):
      try declare(constant.name)
      constants.append(constant)
    case .block(let block):
      try declare(block.name)
      try block.check()
      blocks[block.name.text] = block
    case .network(let network):
      if let other = networks.first(where: { $0.name.text == network.name.text }) {
        throw twice(network.name, other.name)
      }
      try network.check()
      networks.append(network)
      documentation[network.name.text] = item.documentation
    case .assumption(let assumption): assumptions.append(assumption)
    case .metadata(let metadata):
      self.metadata.append(metadata)
      if metadata.key.text != "alias" { try self.metadata.map(\.key).checkMetadata() }
    case .claim(let claim): claims.append(claim)
    case .sweep(let sweep): sweeps.append(sweep)
    }
  }

  private mutating func declare(_ name: Name) throws {
    if let other = names.updateValue(name, forKey: name.text) { throw twice(name, other) }
  }

  private func twice(_ name: Name, _ other: Name) -> Diagnostic {
    Diagnostic("'\(name.text)' is declared twice", at: name.place).noting("it is first declared here", at: other.place)
  }
}
