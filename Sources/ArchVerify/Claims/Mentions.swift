import ArchSpec

/// What the expressions of a claim mention, by its role.
struct Mentions {
  /// Names that stand for values.
  private(set) var names: Set<String> = []
  private(set) var measures: Set<String> = []
  /// In the order in which they are mentioned.
  private(set) var networks: [String] = []

  mutating func visit(_ comparison: ClaimSyntax.Comparison) {
    visit(comparison.left)
    visit(comparison.right)
  }

  mutating func visit(_ expression: ExprSyntax) {
    switch expression {
    case .name(let name):
      if Measure.all.contains(name.text) { measures.insert(name.text) } else { names.insert(name.text) }
    case .call(let call): visit(call)
    default: for child in expression.children { visit(child) }
    }
  }

  private mutating func visit(_ call: CallSyntax) {
    if call.name.text == Measure.elasticity {
      // The parameter has the value that it has: it does not stand for all of them.
      if let cost = call.arguments.first { visit(cost.value) }
      return
    }
    guard Measure.all.contains(call.name.text) else {
      for argument in call.arguments { visit(argument.value) }
      return
    }
    measures.insert(call.name.text)
    if Measure.comprehensions.contains(call.name.text) {
      var inner = Mentions()
      for argument in call.arguments { inner.visit(argument.value) }
      names.formUnion(inner.names.subtracting(call.arguments.compactMap { $0.label?.text }))
      measures.formUnion(inner.measures)
      networks += inner.networks
      return
    }
    for argument in call.arguments {
      if argument.label == nil, case .name(let name) = argument.value {
        networks.append(name.text)
      } else {
        visit(argument.value)
      }
    }
  }
}
