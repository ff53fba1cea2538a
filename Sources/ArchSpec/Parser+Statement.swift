// Claims and sweeps: a head, and clauses that begin with a word each.
extension Parser {
  static let claimClauses = ["over", "within", "when", "under", "amended", "showing", "citing", "because", "verdict"]

  mutating func claim() throws -> ClaimSyntax {
    advance()
    let label = try optionalLabel()
    var claim = ClaimSyntax(label: label, comparisons: isAtClause ? [] : try comparisons(), clauses: [])
    while isAtClause, !isAtConditionalLine {
      let keyword = advance()
      let value: ClaimSyntax.Clause.Value =
        switch keyword.text {
        case "over": .domains(try domains())
        case "amended", "showing": .comparisons(try comparisons())
        default: .expression(try expression())
        }
      claim.clauses.append(.init(keyword: Name(keyword.text, at: keyword.place), value: value))
    }
    return claim
  }

  private var isAtClause: Bool { current.kind == .identifier && Self.claimClauses.contains(current.text) }

  /// `weights ~ 25.5M and macs ~ 4.1G`
  private mutating func comparisons() throws -> [ClaimSyntax.Comparison] {
    var comparisons: [ClaimSyntax.Comparison] = []
    repeat {
      let left = try expression(above: 4)
      guard let relation = Relation(rawValue: current.text), current.kind == .punctuation else {
        throw unexpected("expected a relation", help: "a claim compares two values with == ~ < <= > >= or !=")
      }
      advance()
      comparisons.append(.init(left, relation, try expression(above: 4)))
    } while take(word: "and")
    return comparisons
  }

  private mutating func domains() throws -> [ClaimSyntax.Domain] {
    var domains: [ClaimSyntax.Domain] = []
    repeat {
      let variables = try names("a variable")
      guard take(word: "in") else { throw unexpected("expected 'in'", help: "as in: over L in 2..200") }
      domains.append(.init(variables: variables, values: try set()))
    } while take(",")
    return domains
  }

  /// Whether `when` on a line of its own begins a case of the network, with a body, and not a clause of a claim.
  private var isAtConditionalLine: Bool {
    guard isAt(word: "when"), current.newlineBefore else { return false }
    var open = 0
    var isOperand = false
    for token in upcoming.dropFirst() {
      if token.newlineBefore, open == 0, isOperand { return token.text == "{" }
      guard token.kind == .punctuation else {
        isOperand = token.kind != .end && BinaryOperator(rawValue: token.text) == nil
        if token.kind == .end { return false }
        continue
      }
      switch token.text {
      case "{": return true
      case "(", "[": open += 1
      case ")", "]": open -= 1
      case "}", ";": return false
      default: break
      }
      isOperand = token.text == ")" || token.text == "]"
    }
    return false
  }

  private mutating func optionalLabel() throws -> Name? {
    guard current.kind == .identifier, following.kind == .punctuation, following.text == ":" else { return nil }
    let label = try name("a label")
    advance()
    return label
  }

  mutating func sweep() throws -> SweepSyntax {
    advance()
    let label = try optionalLabel()
    var sweep = SweepSyntax(label: label, variables: try names("a parameter to sweep"))
    if take(word: "in") { sweep.values = try set() }
    var said: Set<String> = []
    while current.kind == .identifier, !current.newlineBefore || isAtSweepWord {
      guard said.insert(current.text).inserted else {
        throw Diagnostic("'\(current.text)' is said twice", at: current.place)
      }
      switch current.text {
      case "solving":
        advance()
        sweep.solving = try name("the parameter to solve for")
      case "keeping":
        advance()
        sweep.keeping = try expression()
      case "maximizing":
        advance()
        let name = try name("the name of what is maximized")
        try expect("=", "and what '\(name.text)' stands for")
        sweep.objective = .init(name: name, value: try expression())
      case "against":
        advance()
        let network = try name("the network to compare with")
        guard take(word: "solving") else { throw unexpected("expected 'solving' and a parameter of '\(network.text)'") }
        sweep.reference = .init(network: network, solving: try name("the parameter to solve for"))
      case "citing":
        advance()
        sweep.citation = try expression()
      default:
        throw unexpected("expected solving, keeping, maximizing, against or citing")
      }
    }
    return sweep
  }

  /// One name, or several in parentheses.
  mutating func names(_ purpose: String) throws -> [Name] {
    guard take("(") else { return [try name(purpose)] }
    var names = [try name(purpose)]
    while take(",") { names.append(try name(purpose)) }
    try expect(")", "after the names")
    return names
  }
}
