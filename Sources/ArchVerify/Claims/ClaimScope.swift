import ArchSpec

/// What names mean in the claims of a network, or of a file: found once for all of its claims.
struct ClaimScope: Sendable {
  /// The network that the claims stand in.
  let owner: String?
  /// Those of the owner; in claims of a file, those of its only network.
  let parameters: [Parameter]
  /// By their names; the owner's own come before those of the file.
  let constants: [String: ExprSyntax]

  init(_ specification: Specification, owner: String?) {
    self.owner = owner
    let network = owner.flatMap { specification.network(named: $0) }
    let only = specification.networks.count == 1 ? specification.networks[0] : nil
    parameters = (network ?? only).flatMap { try? specification.parameters(of: $0) } ?? []
    var found: [String: ExprSyntax] = [:]
    for constant in specification.constants { found[constant.name.text] = constant.value }
    for case .item(let item) in network?.members ?? [] {
      if case .constant(let constant) = item.kind { found[constant.name.text] = constant.value }
    }
    constants = found
  }
}
