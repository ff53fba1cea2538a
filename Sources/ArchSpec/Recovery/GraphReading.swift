import ArchAlgebra
import ArchIR

/// Reads the steps of a specification off a graph.
///
/// Every tensor on the way from an input to an output either comes from the step before it, or from branches that begin at
/// one tensor, the nearest that lies on all ways to them (its dominator). Where a tensor is needed at another place too, its
/// step has a label there.
struct GraphReading {
  private let graph: Graph<Int>
  /// The nearest node that all ways to a node go through; `nil` where there is none.
  private var dominators: [Int?]
  private var depths: [Int]
  private var isWritten: [Bool]
  private var written: [Int] = []
  private(set) var labels: [Int: String] = [:]
  private var uses: [Int]
  private(set) var names: LabelNames
  /// Outputs besides the first, in the order of their nodes.
  private var heads: [Output]
  /// Deeper branches are written before the step that joins them.
  private static let deepestNesting = 24

  init(_ graph: Graph<Int>, names: LabelNames) {
    self.graph = graph
    self.names = names
    isWritten = Array(repeating: false, count: graph.nodes.count)
    (dominators, depths, heads) = ([], [], [])
    uses = Array(repeating: 0, count: graph.nodes.count)
    for node in graph.nodes {
      var dominator = node.inputs.first
      for input in node.inputs.dropFirst() {
        guard let common = dominator else { break }
        dominator = Self.common(common, input, dominators, depths)
      }
      dominators.append(dominator)
      depths.append(dominator.map { depths[$0] + 1 } ?? 0)
      for input in node.inputs { uses[input] += 1 }
    }
    let main = graph.outputs[0].node
    var named: Set<Int> = [main]
    var others = graph.outputs.dropFirst().filter { named.insert($0.node).inserted }
    // What nothing reads is counted all the same.
    for (index, node) in graph.nodes.enumerated()
    where uses[index] == 0 && node.op != .input && named.insert(index).inserted {
      others.append(Output(name: node.name, node: index))
    }
    heads = others.sorted { $0.node < $1.node }
    for output in graph.outputs { uses[output.node] += 1 }
  }

  private static func common(_ a: Int, _ b: Int, _ dominators: [Int?], _ depths: [Int]) -> Int? {
    var (a, b): (Int?, Int?) = (a, b)
    while a != b {
      guard let left = a, let right = b else { return nil }
      if depths[left] >= depths[right] { a = dominators[left] }
      if depths[right] >= depths[left] { b = dominators[right] }
    }
    return a
  }

  /// The lines of a network.
  mutating func steps() -> [Step] {
    for index in graph.inputs { isWritten[index] = true }
    let main = graph.outputs[0].node
    var current = graph.inputs[0]
    var steps: [Step] = []
    for node in backbone(to: main, from: current) {
      // Heads stand where the graph has them.
      while !heads.isEmpty, let place = heads.firstIndex(where: { $0.node != current && !isWritten[$0.node] }),
        heads[place].node < first(of: node)
      {
        steps += output(heads.remove(at: place), from: current)
      }
      steps += goOn(to: node, from: current, depth: 0)
      current = node
    }
    if current != main { steps.append(from(main)) }
    while !heads.isEmpty { steps += output(heads.removeFirst(), from: main) }
    return labelled(graph.inputs.map { input($0) } + steps)
  }

  private mutating func input(_ index: Int) -> Step {
    let extents = graph.nodes[index].output.extents.dropFirst()
    let arguments = zip(["channels", "height", "width"], extents).map { Step.Argument(name: $0, value: .number($1)) }
    if index != graph.inputs.first { _ = from(index) }
    var step = Step(.call("input"), arguments)
    step.label = "\(index)"
    return step
  }

  /// The first node that is still to be written on the way to a node.
  private func first(of node: Int) -> Int {
    var (least, pending, seen): (Int, [Int], Set<Int>) = (node, [node], [])
    while let next = pending.popLast() {
      guard !isWritten[next], seen.insert(next).inserted else { continue }
      least = min(least, next)
      pending += graph.nodes[next].inputs
    }
    return least
  }

  /// A further output; where something outside goes on from within, its steps stand before it.
  private mutating func output(_ output: Output, from current: Int) -> [Step] {
    let before = written.count
    var body = path(to: output.node, from: current, depth: 1)
    let own = Set(written[before...])
    if !readers(of: own).isSubset(of: own) {
      heads.append(output)
      return body + [from(current)]
    }
    if body.isEmpty { body = [from(output.node)] }
    return [Step(.output(names.unique(output.name)), branches: [body])]
  }

  private func readers(of nodes: Set<Int>) -> Set<Int> {
    guard let first = nodes.min() else { return [] }
    var readers: Set<Int> = []
    for index in first..<graph.nodes.count where graph.nodes[index].inputs.contains(where: nodes.contains) {
      readers.insert(index)
    }
    return readers
  }

  // MARK: Ways

  /// The steps from one tensor to another.
  private mutating func path(to target: Int, from start: Int?, depth: Int) -> [Step] {
    var steps: [Step] = []
    var current = start
    for node in backbone(to: target, from: start) {
      steps += goOn(to: node, from: current, depth: depth)
      current = node
    }
    if current != target { steps.append(from(target)) }
    return steps
  }

  /// The nodes that all ways to `target` go through, after `start` or after what is written already.
  private func backbone(to target: Int, from start: Int?) -> [Int] {
    var nodes: [Int] = []
    var next: Int? = target
    while let node = next, node != start, !isWritten[node] {
      nodes.append(node)
      next = dominators[node]
    }
    return nodes.reversed()
  }

  /// The steps that write one node, whose dominator is written.
  private mutating func goOn(to index: Int, from current: Int?, depth: Int) -> [Step] {
    let node = graph.nodes[index]
    var steps: [Step] = []
    let before = dominators[index]
    if let before, before != current { steps.append(from(before)) }
    defer {
      isWritten[index] = true
      written.append(index)
    }
    guard var step = Spelling.step(node.op, input: graph.nodes[node.inputs[0]].output) else { return steps }
    step.origin.module = module(of: node)
    step.label = "\(index)"
    guard case .merge = step.head else {
      return isImplied(index) ? steps : steps + [step]
    }
    let isFlat = depth >= Self.deepestNesting
    for input in node.inputs {
      let branch = path(to: input, from: before, depth: isFlat ? depth : depth + 1)
      if isFlat, !branch.isEmpty, input != before {
        steps += branch
        if let before { steps.append(from(before)) }
        step.branches.append([from(input)])
      } else {
        step.branches.append(branch)
      }
    }
    return steps + [step]
  }

  /// A linear layer flattens what has extents of 1.
  private func isImplied(_ index: Int) -> Bool {
    let node = graph.nodes[index]
    guard node.op == .flatten, uses[index] == 1, graph.nodes[node.inputs[0]].output.spatial.allSatisfy({ $0 == 1 }),
      graph.nodes[node.inputs[0]].output.rank == 4, index + 1 < graph.nodes.count,
      graph.nodes[index + 1].inputs == [index],
      case .linear = graph.nodes[index + 1].op
    else { return false }
    return true
  }

  private mutating func from(_ node: Int) -> Step {
    if labels[node] == nil {
      labels[node] = names.unique(graph.nodes[node].name.split(separator: ".").suffix(3).joined(separator: "."))
    }
    return Step(.call("from"), [.init(name: "label", value: .label(labels[node]!))])
  }

  private func module(of node: Node<Int>) -> String? {
    node.name.split(separator: ".", maxSplits: 1).first.map(String.init)
  }

  /// The labels of the nodes that are gone on from; while steps are written, their nodes' numbers stand there.
  private func labelled(_ steps: [Step]) -> [Step] {
    steps.map { step in
      var copy = step
      copy.label = step.label.flatMap { Int($0) }.flatMap { labels[$0] }
      copy.branches = step.branches.map(labelled)
      return copy
    }
  }
}

/// Names for labels, blocks and arguments that the language does not use otherwise.
struct LabelNames {
  private var taken: Set<String>

  init() {
    taken = Parser.reservedWords.union(Operators.names).union(MergeSyntax.Kind.allCases.map(\.rawValue))
      .union(Functions.names).union(["global", "half", "same", "valid", "nearest", "bilinear", "output"]).union(
        Unification.names)
  }

  /// A name like `wanted` that nothing else has: letters, digits and underscores.
  mutating func unique(_ wanted: String) -> String {
    var base = Self.sanitized(wanted)
    if let last = base.last, last.isNumber, taken.contains(base) { base += "_" }
    var (candidate, count) = (base, 2)
    while !taken.insert(candidate).inserted {
      candidate = base + String(count)
      count += 1
    }
    return candidate
  }

  /// Whether a name may be used as it is, from now on by one thing only.
  mutating func take(_ name: String) -> Bool { Self.sanitized(name) == name && taken.insert(name).inserted }

  private static func sanitized(_ text: String) -> String {
    let parts = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let joined = parts.joined(separator: "_").suffix(60)
    return joined.first.map { $0.isLetter } == true ? String(joined) : "x" + (joined.isEmpty ? "" : "_" + joined)
  }
}
