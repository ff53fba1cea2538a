extension ClaimSyntax {
  private static let verdicts = ["true", "false", "conditional"]

  func check(in scope: StatementScope) throws {
    try scope.checkNumber(left, hasMetrics: true)
    try scope.checkNumber(right, hasMetrics: true)
    var seen: Set<String> = []
    for clause in clauses {
      guard seen.insert(clause.keyword.text).inserted else {
        throw Diagnostic("'\(clause.keyword.text)' is said twice", at: clause.keyword.place)
      }
      try check(clause, in: scope)
    }
  }

  private func check(_ clause: Clause, in scope: StatementScope) throws {
    let value = clause.value
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
    case "citing", "because":
      guard case .text = value else { throw Diagnostic("'\(clause.keyword.text)' takes a text in quotes", at: value.place) }
    case "verdict":
      guard let word, Self.verdicts.contains(word) else {
        throw Diagnostic(
          "a verdict is true, false or conditional", at: value.place,
          help: word.flatMap { suggestion(for: $0, among: Self.verdicts) }.map { "did you mean '\($0)'?" })
      }
    default:
      if case .text = value { return }
      try scope.checkCondition(value)
    }
  }
}
