extension ClaimSyntax {
  private static let verdicts = ["true", "false", "conditional"]

  public static func unknownConvention(_ name: String, at place: Place, among known: [String]) -> Diagnostic {
    Diagnostic(
      "there is no convention '\(name)'", at: place,
      help: suggestion(for: name, among: known).map { "did you mean '\($0)'?" } ?? known.joined(separator: ", "))
  }

  func check(in scope: StatementScope) throws {
    var scope = scope
    if case .domains(let domains)? = self["over"] { try check(domains, in: &scope) }
    try check(comparisons, in: scope)
    var seen: Set<String> = []
    for clause in clauses {
      guard seen.insert(clause.keyword.text).inserted else {
        throw Diagnostic("'\(clause.keyword.text)' is said twice", at: clause.keyword.place)
      }
      try check(clause, in: scope)
    }
    guard comparisons.isEmpty else { return }
    for keyword in ["over", "within", "when", "amended"] where self[keyword] != nil {
      throw Diagnostic(
        "there is nothing that '\(keyword)' could be said of",
        at: clauses.first { $0.keyword.text == keyword }!.keyword.place,
        cause: "the claim has no comparison")
    }
  }

  private func check(_ comparisons: [Comparison], in scope: StatementScope) throws {
    for comparison in comparisons {
      try scope.checkNumber(comparison.left, hasMetrics: true)
      try scope.checkNumber(comparison.right, hasMetrics: true)
    }
  }

  private func check(_ domains: [Domain], in scope: inout StatementScope) throws {
    for domain in domains {
      for variable in domain.variables {
        if StatementScope.isMeasure(variable.text) || StatementScope.functions.contains(variable.text) {
          throw Diagnostic("the name '\(variable.text)' is taken", at: variable.place)
        }
        guard scope.variables.insert(variable.text).inserted else {
          throw Diagnostic("there is a variable '\(variable.text)' already", at: variable.place)
        }
      }
      switch domain.values {
      case .members(let members, let place):
        guard !members.isEmpty else { throw Diagnostic("there is no value to check", at: place) }
        for member in members where domain.variables.count > 1 {
          guard case .tuple(let parts, _) = member, parts.count == domain.variables.count else {
            throw Diagnostic(
              "expected a value for each of \(domain.variables.map(\.text).joined(separator: ", "))", at: member.place)
          }
        }
      case .range(_, _, _, let place):
        guard domain.variables.count == 1 else {
          throw Diagnostic("a range has values for one variable", at: place, help: "write tuples: {(1, 64), (2, 40)}")
        }
      }
    }
  }

  private func check(_ clause: Clause, in scope: StatementScope) throws {
    let value: ExprSyntax
    switch clause.value {
    case .domains: return
    case .comparisons(let comparisons): return try check(comparisons, in: scope)
    case .expression(let expression): value = expression
    }
    let word: String? =
      switch value {
      case .text(let text, _): text
      case .name(let name): name.text
      default: nil
      }
    switch clause.keyword.text {
    case "within":
      guard case .number(let number, _) = value, number.value >= .zero else {
        throw Diagnostic("'within' takes a percentage or a number", at: value.place, help: "as in: within 1%")
      }
    case "citing", "because", "under":
      guard case .text = value else {
        throw Diagnostic("'\(clause.keyword.text)' takes a text in quotes", at: value.place)
      }
      guard clause.keyword.text == "under", let word, let known = scope.knownConventions, !known.contains(word) else {
        break
      }
      throw Self.unknownConvention(word, at: value.place, among: known)
    case "verdict":
      guard let word, Self.verdicts.contains(word) else {
        throw Diagnostic(
          "a verdict is true, false or conditional", at: value.place,
          help: word.flatMap { suggestion(for: $0, among: Self.verdicts) }.map { "did you mean '\($0)'?" })
      }
    default: try scope.checkCondition(value)
    }
  }
}
