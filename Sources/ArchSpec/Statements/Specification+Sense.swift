extension Specification {
  /// Makes sure that the claims and sweeps of a network, and what it is compared with, mean something.
  ///
  /// `elaborate` does this for the network that it builds; whoever knows the networks of other files and the counting
  /// conventions says so in ``ElaborationOptions``.
  ///
  /// - Throws: ``Diagnostic``
  public func checkStatements(
    of network: NetworkSyntax, knownNetworks: (@Sendable () -> [String])? = nil, knownConventions: [String]? = nil
  ) throws {
    var scope = try StatementScope(self, network: network, knownNetworks: knownNetworks)
    scope.knownConventions = knownConventions
    try checkLabels(of: network.members.compactMap(\.item))
    for case .item(let item) in network.members {
      switch item.kind {
      case .claim(let claim): try claim.check(in: scope)
      case .sweep(let sweep): try sweep.check(in: scope)
      case .metadata(let metadata):
        if metadata.key.text == "compare", case .name(let name)? = metadata.values.first {
          try scope.requireNetwork(name)
        }
      default: break
      }
    }
  }

  /// Makes sure that an expression means a number of a network, as the side of a claim does.
  ///
  /// - Throws: ``Diagnostic``
  public func checkNumber(_ expression: ExprSyntax, of network: String) throws {
    let scope = try StatementScope(self, network: self.network(named: network), knownNetworks: nil)
    try scope.checkNumber(expression, hasMetrics: true)
  }

  /// Makes sure that an expression is a condition on numbers of a network.
  ///
  /// - Parameter figures: names that it may mention besides.
  /// - Throws: ``Diagnostic``
  public func checkCondition(_ condition: ExprSyntax, of network: String, figures: [String]) throws {
    var scope = try StatementScope(self, network: self.network(named: network), knownNetworks: nil)
    scope.variables.formUnion(figures)
    try scope.checkCondition(condition)
  }

  /// The same for the statements of the file, which are about all of its networks.
  public func checkStatements(
    knownNetworks: (@Sendable () -> [String])? = nil, knownConventions: [String]? = nil
  ) throws {
    guard !claims.isEmpty || !sweeps.isEmpty else { return }
    var scope = try StatementScope(self, network: nil, knownNetworks: knownNetworks)
    scope.knownConventions = knownConventions
    try checkLabels(of: syntax.items)
    for claim in claims { try claim.check(in: scope) }
    for sweep in sweeps { try sweep.check(in: scope) }
  }

  /// Both of them, of what a network's own statements and those of the file mention.
  ///
  /// - Throws: ``Diagnostic``
  public func checkStatements(of network: NetworkSyntax, _ options: ElaborationOptions) throws {
    let (networks, conventions) = (options.knownNetworks, options.knownConventions)
    try checkStatements(of: network, knownNetworks: networks, knownConventions: conventions)
    try checkStatements(knownNetworks: networks, knownConventions: conventions)
  }

  private func checkLabels(of items: [ItemSyntax]) throws {
    var seen: [String: Name] = [:]
    for item in items {
      guard case .claim(let claim) = item.kind, let label = claim.label else { continue }
      if let other = seen.updateValue(label, forKey: label.text) {
        throw Diagnostic("there is a claim '\(label.text)' already", at: label.place)
          .noting("the first one is here", at: other.place)
      }
    }
  }
}

extension NetworkSyntax.Member {
  fileprivate var item: ItemSyntax? { if case .item(let item) = self { item } else { nil } }
}
