extension Parser {
  mutating func body(_ owner: String) throws -> BodySyntax {
    try nested { try $0.bracedLines(owner) }
  }

  private mutating func bracedLines(_ owner: String) throws -> BodySyntax {
    let opening = try expect("{", "to begin \(owner)")
    var body = BodySyntax([])
    body.isInline = !current.newlineBefore
    while !isAt("}") {
      guard current.kind != .end else { throw unclosed(opening, owner) }
      if current.kind == .identifier, Self.itemWords.contains(current.text), current.text != "let" {
        throw Diagnostic("'\(current.text)' cannot stand within \(owner)", at: current.place)
          .noting("'{' of \(owner) is here and is not closed before that", at: opening.place)
      }
      body.lines.append(try line(isFirst: body.lines.isEmpty))
    }
    body.isInline = body.isInline && !current.newlineBefore && body.lines.count <= 1
    body.trailing = danglingComments(isFirst: body.lines.isEmpty)
    body.place = advance().place
    return body
  }

  mutating func line(isFirst: Bool) throws -> LineSyntax {
    try statement { try $0.chain(isFirst: isFirst) }
  }

  private mutating func chain(isFirst: Bool) throws -> LineSyntax {
    var (trivia, _) = leadingTrivia(isFirst: isFirst, isItem: false)
    var label: Name?
    if current.kind == .identifier, following.kind == .punctuation, following.text == ":" {
      label = try name("a label")
      advance()
    }
    var steps = [try step()]
    while take("->") { steps.append(try step()) }
    try endOfStatement()
    finish(&trivia)
    var line = LineSyntax(label: label, steps)
    line.trivia = trivia
    return line
  }

  private mutating func step() throws -> StepSyntax {
    guard current.kind == .identifier else {
      throw unexpected("expected an operator or a block")
    }
    let start = current.place
    switch current.text {
    case "let": return .constant(try constant())
    case "when": return try when(start)
    case "repeat":
      advance()
      let count = try expression()
      let index = take(word: "as") ? try name("the name of the index") : nil
      return .repetition(.init(count: count, index: index, body: try body("the repetition"), place: count.place))
    case "for":
      advance()
      let variables = try names("the name of a loop variable")
      guard take(word: "in") else { throw unexpected("expected 'in' and a list") }
      let values = try rangeExpression()
      return .loop(.init(variables: variables, values: values, body: try body("the loop"), place: start))
    case "output":
      advance()
      let name = try name("the name of an output")
      return .output(name, try body("the output '\(name.text)'"))
    default:
      if let kind = MergeSyntax.Kind(rawValue: current.text), isBeforeBranch { return .merge(try merge(kind)) }
      return .call(try call())
    }
  }

  private mutating func when(_ start: Place) throws -> StepSyntax {
    var cases: [WhenSyntax] = []
    while take(word: "when") {
      cases.append(.init(condition: try expression(), body: try body("the case")))
      guard take(word: "else") else { return .when(cases, otherwise: nil, at: start) }
    }
    return .when(cases, otherwise: try body("the other case"), at: start)
  }

  private mutating func merge(_ kind: MergeSyntax.Kind) throws -> MergeSyntax {
    let start = advance().place
    var branches: [MergeSyntax.Branch] = []
    while isAtBranch || branches.isEmpty {
      let label = isAt("{") ? nil : try name("the name of a branch")
      var branch = MergeSyntax.Branch(label: label, body: try body("the branch"))
      if isAt(word: "times"), !current.newlineBefore {
        advance()
        branch.times = try expression()
        if take(word: "as") { branch.index = try name("the name of the index") }
      }
      branches.append(branch)
    }
    return MergeSyntax(kind: kind, branches: branches, place: start)
  }

  /// Whether the next tokens begin a branch: a body, or a name and a body.
  private var isBeforeBranch: Bool {
    let next = upcoming.dropFirst().prefix(2)
    guard let first = next.first else { return false }
    if first.kind == .punctuation { return first.text == "{" }
    return first.kind == .identifier && !first.newlineBefore && !Self.reservedWords.contains(first.text)
      && next.last?.kind == .punctuation && next.last?.text == "{"
  }

  private var isAtBranch: Bool {
    if current.newlineBefore { return false }
    if isAt("{") { return true }
    return current.kind == .identifier && following.kind == .punctuation && following.text == "{"
      && !Self.reservedWords.contains(current.text)
  }

  mutating func call() throws -> CallSyntax {
    let name = try name("an operator or a block")
    guard isAt("("), !current.newlineBefore else { return CallSyntax(name, at: name.place) }
    let arguments = try nested { try $0.parenthesized { try $0.arguments(of: name) } }
    return CallSyntax(name, arguments, at: name.place.through(previous.place))
  }

  private mutating func arguments(of name: Name) throws -> [ArgumentSyntax] {
    let opening = advance()
    var arguments: [ArgumentSyntax] = []
    var highest = 0
    while !isAt(")") {
      var label: Name?
      if current.kind == .identifier, following.kind == .punctuation, following.text == ":" {
        label = try self.name("the name of an argument")
        advance()
      }
      arguments.append(ArgumentSyntax(label: label, try rangeExpression()))
      highest = max(highest, height)
      if !take(",") { break }
    }
    height = highest + 1
    try expect(")", "after the arguments of '\(name.text)'", opening: opening)
    return arguments
  }
}
