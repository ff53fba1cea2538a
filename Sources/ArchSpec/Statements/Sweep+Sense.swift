import ArchAlgebra

extension SweepSyntax {
  func check(in scope: StatementScope) throws {
    let swept = try variables.map { try scope.requireParameter($0) }
    for (index, variable) in variables.enumerated() where swept[..<index].contains(swept[index]) {
      throw Diagnostic("'\(variable.text)' is swept twice", at: variable.place)
    }
    if let values { try check(values, for: swept, in: scope) }
    if let solving {
      let parameter = try scope.requireParameter(solving)
      if swept.contains(parameter) {
        throw Diagnostic("'\(solving.text)' cannot be swept and solved for", at: solving.place)
      }
      guard parameter.kind == .integer || parameter.kind == .rational else {
        throw Diagnostic("only a number can be solved for", at: solving.place, cause: "it is \(parameter.kindName)")
      }
    } else if values == nil {
      throw Diagnostic(
        "this sweep does not say over what", at: variables[0].place,
        help: "as in: sweep \(variables[0].text) in {1, 2, 4}, or solving another parameter")
    } else if let keeping {
      throw Diagnostic(
        "'keeping' needs something to solve for", at: keeping.place, help: "add: solving and a parameter")
    }
    if let solving, keeping == nil {
      throw Diagnostic(
        "this does not say what stays the same", at: solving.place,
        help: "as in: solving \(solving.text) keeping weights")
    }
    if let keeping { try scope.checkNumber(keeping, hasMetrics: true) }
    if let objective {
      if scope.parameter(objective.name.text) != nil || StatementScope.metrics.contains(objective.name.text) {
        throw Diagnostic("the name '\(objective.name.text)' is taken", at: objective.name.place)
      }
      try scope.checkNumber(objective.value, hasMetrics: false)
    }
    if let reference {
      if let network = try scope.requireNetwork(reference.network) {
        let other = try StatementScope(scope.specification, network: network, knownNetworks: scope.knownNetworks)
        _ = try other.requireParameter(reference.solving)
      }
    }
    if let citation {
      guard case .text = citation else { throw Diagnostic("'citing' takes a text in quotes", at: citation.place) }
    }
  }

  private func check(_ values: SetSyntax, for swept: [Parameter], in scope: StatementScope) throws {
    switch values {
    case .members(let members, let place):
      guard !members.isEmpty else { throw Diagnostic("the sweep is empty", at: place) }
      for member in members {
        guard swept.count > 1 else {
          try scope.check(member, isValueOf: swept[0])
          continue
        }
        guard case .tuple(let parts, _) = member, parts.count == swept.count else {
          throw Diagnostic(
            "expected a value for each of \(variables.map(\.text).joined(separator: ", "))", at: member.place,
            help: "as in: (\(swept.map(\.defaultText).joined(separator: ", ")))")
        }
        for (part, parameter) in zip(parts, swept) { try scope.check(part, isValueOf: parameter) }
      }
    case .range(let from, let to, _, let place):
      guard swept.count == 1 else {
        throw Diagnostic("a range has values for one parameter", at: place, help: "write tuples: {(1, 64), (2, 40)}")
      }
      for bound in [from, to].compactMap({ $0 }) { try scope.check(bound, isValueOf: swept[0]) }
      _ = try Parameter.allowed(values, of: swept[0].defaultValue, swept[0].kind, evaluator: ConstantEvaluator())
      guard case .between(_, let high, _) = swept[0].range else { return }
      if to == nil, high == nil, solving == nil {
        throw Diagnostic(
          "the sweep has no end", at: place, cause: "neither it nor '\(swept[0].name)' has an upper bound")
      }
    }
  }
}
