import ArchSpec

/// A statement about cost with where it is made, what is recorded of it, and what it says.
public struct RecordedClaim: Sendable {
  /// The evidence that decides a claim.
  public enum Kind: String, Sendable, CaseIterable {
    /// A computation with numbers that are given.
    case arithmetic
    /// An equality or inequality of closed forms, for all values of their symbols.
    case identity
    /// What a network's graph looks like.
    case structure
    /// What a network costs.
    case count
    /// A printed number against what is counted.
    case published
    /// The greatest or the least of something.
    case optimum
    /// What networks compute, on the scalar reference.
    case execution
    /// Accuracy, history: counting says nothing about it.
    case undecidable

    /// How people call it.
    public var title: String {
      switch self {
      case .identity: "polynomial identity"
      case .published: "published figure"
      case .undecidable: "not decidable by counting"
      default: rawValue
      }
    }
  }

  public var syntax: ClaimSyntax
  /// What is claimed, in words.
  public var statement: String
  /// The network that it stands in; of a claim of a file, the one that it names first.
  public var network: String?
  /// The network that it stands in.
  public var owner: String? { scope.owner }
  /// All networks that it is about: the one that it stands in, and those that its comparisons, its amendment and what
  /// it rests on mention, as they are called there.
  public var networks: [String]
  public var specification: Specification
  let scope: ClaimScope
  public var kind: Kind
  /// The verdict that is recorded beside it; `nil` for an undecidable one of which nothing is recorded.
  public var recorded: Verdict?
  public var place: Place

  public var label: String? { syntax.label?.text }
  /// The paper, post or program that makes the claim, and where in it.
  public var citation: String { text("citing") ?? "" }
  public var reason: String { text("because") ?? "" }

  /// The file that it stands in, without its folder and ending.
  public var file: String {
    let name = specification.syntax.items.first.flatMap { $0.place.source?.name } ?? place.source?.name ?? ""
    let last = name.split(separator: "/").last.map(String.init) ?? name
    return last.hasSuffix(".arch") ? String(last.dropLast(5)) : last
  }

  /// What is said of the network that it stands in, or of the file.
  public var metadata: Metadata? {
    let network = owner.flatMap { specification.network(named: $0) }
    return try? network.map { try specification.metadata(of: $0) } ?? specification.ownMetadata()
  }

  private func text(_ keyword: String) -> String? {
    if case .expression(.text(let text, _))? = syntax[keyword] { text } else { nil }
  }
}

extension Specification {
  /// The claims of a specification in the order in which they stand there, those of its networks among them.
  public var ledger: [RecordedClaim] {
    var claims: [RecordedClaim] = []
    let shared = ClaimScope(self, owner: nil)
    for item in syntax.items {
      switch item.kind {
      case .claim(let claim): claims.append(self.claim(claim, item, shared))
      case .network(let network):
        let own = ClaimScope(self, owner: network.name.text)
        for case .item(let member) in network.members {
          guard case .claim(let claim) = member.kind else { continue }
          claims.append(self.claim(claim, member, own))
        }
      default: break
      }
    }
    return claims
  }

  private func claim(_ syntax: ClaimSyntax, _ item: ItemSyntax, _ scope: ClaimScope) -> RecordedClaim {
    var mentions = Mentions()
    for comparison in syntax.comparisons { mentions.visit(comparison) }
    var all = mentions
    for keyword in ["amended", "showing"] {
      if case .comparisons(let comparisons)? = syntax[keyword] { comparisons.forEach { all.visit($0) } }
    }
    let recorded: Verdict? =
      switch syntax["verdict"] {
      case .expression(.name(let name))?: Verdict(rawValue: name.text)
      case .expression(.text(let text, _))?: Verdict(rawValue: text)
      default: syntax.comparisons.isEmpty ? nil : .true
      }
    return RecordedClaim(
      syntax: syntax, statement: item.documentation.joined(separator: " "),
      network: scope.owner ?? mentions.networks.first,
      networks: (scope.owner.map { [$0] } ?? []) + all.networks, specification: self,
      scope: scope, kind: kind(of: syntax, mentions, scope), recorded: recorded, place: item.place)
  }

  private func kind(of claim: ClaimSyntax, _ mentions: Mentions, _ scope: ClaimScope) -> RecordedClaim.Kind {
    if claim.comparisons.isEmpty { return .undecidable }
    if !mentions.measures.isDisjoint(with: Measure.executed) { return .execution }
    if !mentions.measures.isDisjoint(with: ["greatest", "least"]) { return .optimum }
    if claim.comparisons.contains(where: { $0.relation == .about }) { return .published }
    if !claim.openNames(mentions, among: scope.parameters).isEmpty { return .identity }
    if !mentions.measures.isDisjoint(with: Measure.structural) { return .structure }
    return mentions.measures.isDisjoint(with: Measure.costs) ? .arithmetic : .count
  }
}

extension ClaimSyntax {
  /// The names of a claim that stand for all of their values: variables without an end, and the numeric parameters
  /// that its comparisons mention.
  func openNames(_ mentions: Mentions, among parameters: [Parameter]) -> Set<String> {
    var bound: Set<String> = []
    var open: Set<String> = []
    if case .domains(let domains)? = self["over"] {
      for domain in domains {
        for variable in domain.variables {
          if case .range(_, nil, _, _) = domain.values {
            open.insert(variable.text)
          } else {
            bound.insert(variable.text)
          }
        }
      }
    }
    for parameter in parameters where parameter.kind == .integer || parameter.kind == .rational {
      for name in [parameter.name, parameter.symbol.name] where mentions.names.contains(name) && !bound.contains(name) {
        open.insert(name)
      }
    }
    return open
  }
}
