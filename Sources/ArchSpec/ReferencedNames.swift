/// Every name that a piece of syntax mentions; what decides which parameters a network has.
struct ReferencedNames {
  private(set) var names: Set<String> = []
  private(set) var mentionsInput = false
  /// What lines, branches and outputs are called.
  private(set) var labels: Set<String> = []

  mutating func visit(_ body: BodySyntax) {
    for line in body.lines { visit(line) }
  }

  mutating func visit(_ line: LineSyntax) {
    if let label = line.label { labels.insert(label.text) }
    for step in line.steps { visit(step) }
  }

  mutating func visit(_ network: NetworkSyntax) {
    if let family = network.family { visit(family) }
    for member in network.members {
      switch member {
      case .line(let line): visit(line)
      case .item(let item):
        switch item.kind {
        case .constant(let constant): visit(constant.value)
        case .assumption(let assumption):
          visit(assumption.dividend)
          visit(assumption.divisor)
        case .sweep(let sweep): visit(sweep)
        default: break
        }
      }
    }
  }

  mutating func visit(_ sweep: SweepSyntax) {
    names.formUnion(sweep.variables.map(\.text))
    if let solving = sweep.solving { names.insert(solving.text) }
  }

  private mutating func visit(_ step: StepSyntax) {
    switch step {
    case .call(let call): visit(call)
    case .constant(let constant): visit(constant.value)
    case .merge(let merge):
      for branch in merge.branches {
        if let label = branch.label { labels.insert(label.text) }
        visit(branch.body)
        if let times = branch.times { visit(times) }
      }
    case .when(let cases, let otherwise, _):
      for one in cases {
        visit(one.condition)
        visit(one.body)
      }
      if let otherwise { visit(otherwise) }
    case .repetition(let repetition):
      visit(repetition.count)
      visit(repetition.body)
    case .loop(let loop):
      visit(loop.values)
      visit(loop.body)
    case .output(let name, let body):
      labels.insert(name.text)
      visit(body)
    }
  }

  mutating func visit(_ block: BlockSyntax) {
    visit(block.body)
    // An argument hides what has its name outside of the block, and in the defaults after it.
    for argument in block.arguments.reversed() {
      names.remove(argument.name.text)
      if let value = argument.value { visit(value) }
    }
  }

  private mutating func visit(_ call: CallSyntax) { visit(ExprSyntax.call(call)) }

  mutating func visit(_ expression: ExprSyntax) {
    switch expression {
    case .input: mentionsInput = true
    case .name(let name): names.insert(name.text)
    case .call(let call): names.insert(call.name.text)
    default: break
    }
    for child in expression.children { visit(child) }
  }
}

extension ExprSyntax {
  /// The names that the expression mentions.
  public var names: Set<String> {
    var walker = ReferencedNames()
    walker.visit(self)
    return walker.names
  }
}

extension Specification {
  /// The names that a network mentions, directly or through the blocks and constants that it uses.
  func namesReached(by network: NetworkSyntax) -> Set<String> {
    var walker = ReferencedNames()
    walker.visit(network)
    return namesReached(from: walker.names)
  }

  /// The labels of a network and of the blocks that it uses, whether or not its settings leave them out.
  func labels(reachedBy network: NetworkSyntax) -> Set<String> {
    var walker = ReferencedNames()
    walker.visit(network)
    for name in namesReached(from: walker.names) {
      if let block = blocks[name] { walker.visit(block) }
    }
    return walker.labels
  }

  /// What the file and its networks declare.
  var declaredNames: Set<String> {
    let networks = networks.flatMap { network in
      network.members.flatMap { member -> [Name] in
        guard case .item(let item) = member else { return [] }
        switch item.kind {
        case .parameter(let parameter): return [parameter.name, parameter.symbol ?? parameter.name]
        case .constant(let constant): return [constant.name]
        default: return []
        }
      }
    }
    let own = parameters.flatMap { [$0.name, $0.symbol ?? $0.name] } + constants.map(\.name)
    return Set((own + networks).map(\.text)).union(blocks.keys)
  }

  /// Names, and those that the blocks and constants of these names mention, directly or through others.
  func namesReached(from names: Set<String>) -> Set<String> {
    var visited: Set<String> = []
    let constants = Dictionary(constants.map { ($0.name.text, $0.value) }) { first, _ in first }
    var pending = names
    while let name = pending.popFirst() {
      guard visited.insert(name).inserted else { continue }
      var next = ReferencedNames()
      if let block = blocks[name] { next.visit(block) }
      if let value = constants[name] { next.visit(value) }
      pending.formUnion(next.names.subtracting(visited))
    }
    return visited
  }
}
