/// Writes recovered steps as syntax: lines, chains and labels.
struct Layout {
  private let references: [String: Int]
  private var names: LabelNames

  init(_ recovered: Recovered, names: LabelNames) {
    references = recovered.references
    self.names = names
  }

  /// Steps that have branches stand on lines of their own, as do those that compute.
  private static let longestChain = 6

  func body(_ steps: [Step]) -> BodySyntax {
    var body = BodySyntax(lines(steps).map { line($0, label: $0.last?.label) }.flatMap { $0 })
    body.isInline = true
    return body
  }

  /// The lines of a network; those that are all of one module are called by it.
  mutating func network(_ steps: [Step]) -> [LineSyntax] {
    let lines = lines(steps, isTop: true)
    var counts: [String: Int] = [:]
    for line in lines { for module in Set(line.compactMap(\.origin.module)) { counts[module, default: 0] += 1 } }
    var result: [LineSyntax] = []
    for steps in lines {
      var label = steps.last?.label
      if label == nil, let module = steps.first?.origin.module, counts[module] == 1, steps.first?.isHeavy == true,
        names.take(module)
      {
        label = module
      }
      result += line(steps, label: label)
    }
    return result
  }

  /// The steps of each line: a label ends one.
  private func lines(_ steps: [Step], isTop: Bool = false) -> [[Step]] {
    let isShort = !isTop && steps.count <= Self.longestChain && steps.allSatisfy(\.branches.isEmpty)
    var lines: [[Step]] = []
    var current: [Step] = []
    for step in steps {
      if !current.isEmpty, !isShort && step.isHeavy || step.hasOuterLabels(references) {
        lines.append(current)
        current = []
      }
      current.append(step)
      if step.label != nil {
        lines.append(current)
        current = []
      }
    }
    return current.isEmpty ? lines : lines + [current]
  }

  private func line(_ steps: [Step], label: String?) -> [LineSyntax] {
    let syntax = steps.map(step)
    guard let label else { return [LineSyntax(syntax)] }
    // What is labelled within stays within the label's level.
    if steps.contains(where: { $0.hasOuterLabels(references) }) {
      return [LineSyntax(syntax), LineSyntax(label: Name(label), [.call(CallSyntax(Name("identity")))])]
    }
    return [LineSyntax(label: Name(label), syntax)]
  }

  private func step(_ step: Step) -> StepSyntax {
    switch step.head {
    case .call(let name):
      return .call(
        CallSyntax(
          Name(name),
          step.givenArguments.map {
            ArgumentSyntax(label: $0.standard == nil ? nil : Name($0.name), $0.value.syntax)
          }))
    case .merge(let kind):
      let branches = step.branches.map { MergeSyntax.Branch(label: nil, body: body($0), times: nil, index: nil) }
      return .merge(MergeSyntax(kind: kind, branches: branches, place: .none))
    case .repetition:
      return .repetition(
        RepeatSyntax(count: step.arguments[0].value.syntax, index: nil, body: body(step.branches[0]), place: .none))
    case .output(let name): return .output(Name(name), body(step.branches[0]))
    }
  }
}

extension Step {
  /// Whether it computes or stands for several steps.
  var isHeavy: Bool {
    guard case .call(let name) = head else { return true }
    return ["conv", "convtranspose", "linear", "from"].contains(name) || name.hasSuffix("pool")
      || Operators.byName[name] == nil
  }

  /// Whether something outside goes on from a label in its branches.
  fileprivate func hasOuterLabels(_ references: [String: Int]) -> Bool {
    branches.contains { !$0.isEmpty } && !branches.allSatisfy { $0.isClosed(references) }
  }
}
