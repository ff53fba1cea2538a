/// A network as steps, and the blocks that they call.
struct Recovered {
  struct Block {
    var name: String
    var parameters: [Step.Argument]
    var body: [Step]
  }

  var blocks: [Block] = []
  var network: [Step]

  init(_ network: [Step]) { self.network = network }

  /// Writes what stands in a row several times once, and what is alike but for numbers as a block, for as long as that makes
  /// it shorter.
  mutating func fold() {
    for _ in 0..<Self.mostBlocks {
      foldRuns()
      guard let block = Extraction(self).best else { break }
      replace(block)
    }
    foldRuns()
    inlineSingleUses()
  }

  private static let mostBlocks = 60

  /// How often the result of each label is gone on from.
  var references: [String: Int] {
    var counts: [String: Int] = [:]
    for body in blocks.map(\.body) + [network] { body.countReferences(&counts) }
    return counts
  }

  private mutating func foldRuns() {
    let references = references
    for index in blocks.indices { blocks[index].body = blocks[index].body.foldingRuns(references) }
    network = network.foldingRuns(references)
  }

  private mutating func replace(_ block: Extraction.Candidate) {
    let name = "block \(blocks.count)"
    var calls = block.unified.arguments.map { values in
      Step(
        .call(name),
        zip(block.unified.parameters, values).map { Step.Argument(name: $0.name, value: $1, standard: $0.standard) })
    }[...]
    for index in blocks.indices {
      blocks[index].body = Extraction.replaced(blocks[index].body, block, &calls)
    }
    network = Extraction.replaced(network, block, &calls)
    blocks.append(Block(name: name, parameters: block.unified.parameters, body: block.unified.body))
  }

  /// A block that one place is left to call is written there.
  private mutating func inlineSingleUses() {
    var index = 0
    while index < blocks.count {
      let block = blocks[index]
      let bodies = blocks.map(\.body) + [network]
      guard bodies.reduce(0, { $0 + $1.calls(of: block.name) }) == 1 else {
        index += 1
        continue
      }
      blocks.remove(at: index)
      for other in blocks.indices { blocks[other].body = blocks[other].body.inlining(block) }
      network = network.inlining(block)
    }
  }
}

extension [Step] {
  func countReferences(_ counts: inout [String: Int]) {
    for step in self {
      for argument in step.arguments { if case .label(let label) = argument.value { counts[label, default: 0] += 1 } }
      for branch in step.branches { branch.countReferences(&counts) }
    }
  }

  /// The labels within.
  var labels: [String] { flatMap { step in (step.label.map { [$0] } ?? []) + step.branches.flatMap(\.labels) } }

  /// Whether nothing outside goes on from a label within.
  func isClosed(_ references: [String: Int]) -> Bool {
    let labels = labels
    if labels.isEmpty { return true }
    var own: [String: Int] = [:]
    countReferences(&own)
    return labels.allSatisfy { own[$0] == references[$0] }
  }

  fileprivate func calls(of name: String) -> Int {
    reduce(0) { count, step in
      count + (step.head == .call(name) ? 1 : 0) + step.branches.reduce(0) { $0 + $1.calls(of: name) }
    }
  }

  fileprivate func inlining(_ block: Recovered.Block) -> [Step] {
    flatMap { step -> [Step] in
      guard step.head == .call(block.name) else {
        var copy = step
        copy.branches = step.branches.map { $0.inlining(block) }
        return [copy]
      }
      let values = Dictionary(uniqueKeysWithValues: zip(block.parameters.map(\.name), step.arguments.map(\.value)))
      var body = block.body.map { $0.substituting(values) }
      if let label = step.label, body[body.count - 1].label == nil { body[body.count - 1].label = label }
      return body
    }
  }

  // MARK: Runs

  /// What stands in a row several times, as a repetition.
  fileprivate func foldingRuns(_ references: [String: Int]) -> [Step] {
    var steps = map { step in
      var copy = step
      copy.branches = step.branches.map { $0.foldingRuns(references) }
      return copy
    }
    while let run = steps.longestRun(references) {
      var step = Step(
        .repetition, [.init(name: "n", value: .number(run.count))],
        branches: [Array(steps[run.start..<run.start + run.period])])
      let range = run.start..<run.start + run.period * run.count
      step.origin = Array(steps[range]).origin
      step.label = steps[range.upperBound - 1].label
      steps.replaceSubrange(range, with: [step])
    }
    return steps
  }

  var origin: Step.Origin {
    let modules = Set(map(\.origin.module))
    return Step.Origin(module: modules.count == 1 ? modules.first! : nil)
  }

  private func longestRun(_ references: [String: Int]) -> (start: Int, period: Int, count: Int)? {
    var ids: [Step: Int] = [:]
    let keys = map { step in
      var key = step.withoutLabels
      key.label = nil
      let id = ids[key] ?? ids.count
      ids[key] = id
      return id
    }
    let sizes = map(\.size)
    let arePlain = map(\.isPlain)
    var best: (start: Int, period: Int, count: Int)?
    var mostSaved = 5
    for period in 1...Swift.max(1, Swift.min(count / 2, 32)) where count >= 2 {
      // How many steps from here on are those of one period later.
      var repeated = [Int](repeating: 0, count: count + 1)
      for start in (0..<(count - period)).reversed() where keys[start] == keys[start + period] {
        repeated[start] = repeated[start + 1] + 1
      }
      for start in 0..<count where repeated[start] >= period {
        let size = sizes[start..<start + period].reduce(0, +)
        // What begins with a layer that computes is what people mean by a block.
        func saved(_ copies: Int) -> Int { 2 * ((copies - 1) * size - 2) + (self[start].isHeavy ? 1 : 0) }
        var copies = repeated[start] / period + 1
        guard saved(copies) > mostSaved else { continue }
        if !arePlain[start..<start + copies * period].allSatisfy({ $0 }) {
          copies = self.copies(start, period, copies, references)
        }
        guard copies > 1, saved(copies) > mostSaved else { continue }
        mostSaved = saved(copies)
        best = (start, period, copies)
      }
    }
    return best
  }

  /// How many of the copies of some steps are the same but for the names of labels.
  private func copies(_ start: Int, _ period: Int, _ most: Int, _ references: [String: Int]) -> Int {
    var copies = 1
    // A result that is gone on from is that of the last copy.
    while copies < most, self[start + copies * period - 1].label == nil,
      isCopy(start, start + copies * period, period, references)
    {
      copies += 1
    }
    return copies
  }

  private func isCopy(_ a: Int, _ b: Int, _ length: Int, _ references: [String: Int]) -> Bool {
    let first = Array(self[a..<a + length])
    var second = Array(self[b..<b + length])
    second[length - 1].label = nil
    guard first.isClosed(references), second.isClosed(references), let unified = Unification([first, second]) else {
      return false
    }
    return unified.parameters.isEmpty
  }
}

extension Step {
  /// Whether there is no label in it.
  fileprivate var isPlain: Bool {
    label == nil && branches.allSatisfy { $0.allSatisfy(\.isPlain) }
      && arguments.allSatisfy { if case .label = $0.value { false } else { true } }
  }

  fileprivate var withoutLabels: Step {
    var copy = self
    copy.label = label == nil ? nil : ""
    for index in arguments.indices {
      if case .label = arguments[index].value { copy.arguments[index].value = .label("") }
    }
    copy.branches = branches.map { $0.map(\.withoutLabels) }
    return copy
  }

  fileprivate func substituting(_ values: [String: ArgumentValue]) -> Step {
    var copy = self
    for index in arguments.indices {
      guard case .parameter(let name, let times) = arguments[index].value, let value = values[name] else { continue }
      switch value {
      case .number(let number): copy.arguments[index].value = .number(number * times)
      case .parameter(let other, let more): copy.arguments[index].value = .parameter(other, times: times * more)
      default: copy.arguments[index].value = value
      }
    }
    copy.branches = branches.map { $0.map { $0.substituting(values) } }
    return copy
  }
}
