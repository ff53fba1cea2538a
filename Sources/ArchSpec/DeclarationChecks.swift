// What the parser accepts and no network may hold: names that are declared twice where they would be confused, and
// declarations where they have no meaning.

extension BlockSyntax {
  /// Words that begin a step with branches; a block of this name could not be called with a body after it.
  private static let mergeWords = Set(MergeSyntax.Kind.allCases.map(\.rawValue))

  private static let mostArguments = 200

  func check() throws {
    if Operators.names.contains(name.text) || Self.mergeWords.contains(name.text) {
      throw Diagnostic(
        "'\(name.text)' is an operator of the language", at: name.place, help: "give the block another name")
    }
    if arguments.count > Self.mostArguments {
      throw Diagnostic(
        "a block has at most \(Self.mostArguments) arguments", at: arguments[Self.mostArguments].name.place)
    }
    try checkDistinct(arguments.map(\.name), "an argument")
    for (position, argument) in arguments.enumerated() {
      guard let names = argument.value?.plainNames.subtracting(Operators.names),
        let later = arguments[(position + 1)...].first(where: { names.contains($0.name.text) })
      else { continue }
      throw Diagnostic("a default mentions earlier arguments only", at: argument.name.place)
        .noting("'\(later.name.text)' is declared here", at: later.name.place)
    }
    try body.check()
  }
}

extension NetworkSyntax {
  /// The lines of its own, without those of the block that it may be made from.
  var lines: [LineSyntax] { members.compactMap { if case .line(let line) = $0 { line } else { nil } } }

  func check() throws {
    var declared: [Name] = []
    var metadata: [Name] = []
    for member in members {
      switch member {
      case .line(let line):
        try line.check()
      case .item(let item):
        switch item.kind {
        case .parameter(let parameter): declared.append(parameter.name)
        case .constant(let constant): declared.append(constant.name)
        case .metadata(let syntax): metadata.append(syntax.key)
        case .block(let block):
          throw Diagnostic(
            "a block stands outside of networks", at: block.name.place, help: "move it before 'network \(name.text)'")
        case .network(let network): throw Diagnostic("a network cannot stand within a network", at: network.name.place)
        default: break
        }
      }
    }
    try checkDistinct(declared, "a declaration")
    try checkLabels(lines)
    try metadata.checkMetadata()
  }
}

extension [Name] {
  /// Each key once, but for aliases.
  func checkMetadata() throws { try checkDistinct(filter { $0.text != "alias" }, "a line") }
}

extension BodySyntax {
  func check() throws {
    try checkLabels(lines)
    for line in lines { try line.check() }
  }
}

extension LineSyntax {
  /// What `from` finds of the line in its body: its label, or its outputs.
  var ownNames: [Name] { label.map { [$0] } ?? outputs }

  fileprivate var outputs: [Name] { steps.compactMap { if case .output(let name, _) = $0 { name } else { nil } } }

  fileprivate func check() throws {
    for step in steps { try step.check() }
  }
}

extension StepSyntax {
  fileprivate func check() throws {
    switch self {
    case .call, .constant: break
    case .merge(let merge):
      try checkDistinct(merge.branches.compactMap(\.label), "a branch")
      for branch in merge.branches { try branch.body.check() }
    case .when(let cases, let otherwise, _):
      for one in cases { try one.body.check() }
      try otherwise?.check()
    case .repetition(let repetition): try repetition.body.check()
    case .loop(let loop):
      try checkDistinct(loop.variables, "a variable")
      try loop.body.check()
    case .output(_, let body): try body.check()
    }
  }
}

/// What `from` finds in a body has one name each: labels, and outputs of lines without one.
private func checkLabels(_ lines: [LineSyntax]) throws {
  try checkDistinct(lines.compactMap(\.label), "a label")
  try checkDistinct(lines.filter { $0.label == nil }.flatMap(\.outputs), "an output")
  try checkDistinct(lines.flatMap(\.ownNames), "a label")
}

extension ExprSyntax {
  /// The names that the expression mentions, but for those of functions.
  var plainNames: Set<String> {
    let own: Set<String> = if case .name(let name) = self { [name.text] } else { [] }
    return children.reduce(into: own) { $0.formUnion($1.plainNames) }
  }
}

private func checkDistinct(_ names: [Name], _ what: String) throws {
  var seen: [String: Name] = [:]
  for name in names {
    if let other = seen.updateValue(name, forKey: name.text) {
      throw Diagnostic("there is \(what) '\(name.text)' already", at: name.place)
        .noting("the first one is here", at: other.place)
    }
  }
}
