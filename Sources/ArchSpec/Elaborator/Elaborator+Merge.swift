import ArchAlgebra
import ArchIR

extension Elaborator {
  /// Branches that all take the same tensor, and the operator that joins what they give.
  mutating func run(_ merge: MergeSyntax) throws {
    _ = try currentShape(for: merge.kind.rawValue, at: merge.place)
    let input = current
    var operands: [Int] = []
    var copies: [D] = []
    for branch in merge.branches {
      guard let times = branch.times else {
        current = input
        try run(branch, index: nil)
        operands.append(current!)
        copies.append(D(1))
        continue
      }
      let count = try repetitionCount(times)
      if isSymbolic, branch.index == nil, count > 0 {
        current = input
        let start = Mark(self)
        try run(branch, index: nil)
        let symbolic = try number(times)
        let dimension = try D(symbolic)
        try fold(since: start, count: dimension, arrangement: .parallel, input: input!)
        operands.append(current!)
        copies.append(dimension)
        continue
      }
      let symbolic = try number(times)
      if let numbered = try numberingCopies(of: branch, symbolic, taking: input!, at: times.place) {
        self = numbered
        operands.append(current!)
        copies.append(try D(symbolic))
        continue
      }
      _ = try decide(symbolic, .equal, Expr(count))
      for index in 0..<count {
        current = input
        try spend(1, at: times.place)
        try run(branch, index: Expr(index))
        operands.append(current!)
        copies.append(D(1))
      }
    }
    guard !operands.isEmpty else {
      throw Diagnostic(
        "\(merge.kind.rawValue) of no branches", at: merge.branches[0].times?.place ?? merge.place, cause: "there are 0"
      )
    }
    let op: Op<D>
    switch merge.kind {
    case .add: op = .add
    case .multiply: op = .multiply
    case .concat: op = .concatenation
    }
    let hasCopies = copies.contains { $0 != D(1) }
    try append(op, inputs: operands, copies: hasCopies ? copies : [], at: merge.place)
  }

  mutating func run(_ branch: MergeSyntax.Branch, index: Expr?) throws {
    let outer = locals
    if let name = branch.index, let index { locals[name.text] = .number(index) }
    if branch.label != nil || branch.times != nil {
      try withScope(branch.label) { try $0.runLevel(branch.body) }
    } else {
      try run(branch.body)
    }
    locals = outer
  }

  // MARK: Repetition

  mutating func run(_ repetition: RepeatSyntax) throws {
    let count = try repetitionCount(repetition.count)
    guard isSymbolic, repetition.index == nil else {
      if let copies = try numberingCopies(of: repetition) {
        self = copies
        return
      }
      if isSymbolic { _ = try decide(try number(repetition.count), .equal, Expr(count)) }
      for index in 0..<count {
        try spend(1, at: repetition.place)
        let outer = locals
        if let name = repetition.index { locals[name.text] = .number(Expr(index)) }
        try runCopy(repetition.body)
        locals = outer
      }
      return
    }
    try fold(repetition, count: count)
  }

  /// Runs the body until it gives back the shape that it takes; from there all copies are alike and one stands for them.
  private mutating func fold(_ repetition: RepeatSyntax, count: Int) throws {
    let symbolic = try number(repetition.count)
    let outerReads = readByLabel
    defer { readByLabel.formUnion(outerReads) }
    var earlier: Set<Int>?
    for done in 0..<count {
      let untouched = done == 0 && options.numbersCopies ? self : nil
      let before = current
      let start = Mark(self)
      readByLabel = []
      try runCopy(repetition.body)
      guard let before, let after = current, graph.outputs.count == start.outputs,
        graph.nodes[before].output == graph.nodes[after].output
      else {
        if let copies = try untouched?.numberingCopies(of: repetition) {
          self = copies
          return
        }
        earlier = nil
        continue
      }
      // A copy that reads a label from outside is like the next one only if both read the same tensor: also where the
      // label names what comes in, which is another tensor for the next copy.
      let others = Set(graph.nodes[start.nodes...].flatMap(\.inputs)).filter { $0 != before }
        .union(readByLabel).filter { $0 < start.nodes }
      guard others.isEmpty || others == earlier else {
        earlier = others
        continue
      }
      if done > 0 { _ = try decide(symbolic, .atLeast, Expr(done)) }
      let rest = try D(try exact(repetition.place) { try symbolic - Expr(done) })
      try fold(since: start, count: rest, arrangement: .chain, input: before)
      return
    }
    _ = try decide(symbolic, .equal, Expr(count))
  }

  private mutating func repetitionCount(_ expression: ExprSyntax) throws -> Int {
    let number = try number(expression)
    let value = try exact(expression.place) { try concrete(number) }
    guard let count = value.integer, count >= 0 else {
      throw Diagnostic(
        "a repetition needs a count, an integer from 0", at: expression.place,
        cause: "this is \(value.decimalDescription)")
    }
    guard count <= ElaborationLimits.layers else {
      throw Diagnostic(
        "a repetition of \(count) is more than can be analysed", at: expression.place,
        cause: "networks have at most \(ElaborationLimits.layers) layers")
    }
    return count
  }

  /// What there was before a body was run.
  private struct Mark {
    var nodes: Int
    var scopes: Int
    var outputs: Int

    init(_ elaborator: Elaborator) {
      nodes = elaborator.graph.nodes.count
      scopes = elaborator.graph.scopes.count
      outputs = elaborator.graph.outputs.count
    }
  }

  /// Lets all that was made since `start` stand for `count` copies of itself.
  private mutating func fold(
    since start: Mark, count: D, arrangement: FoldArrangement, input: Int
  ) throws {
    let nodes = start.nodes..<graph.nodes.count
    guard count != D(1), !nodes.isEmpty, let current else { return }
    for index in nodes { graph.nodes[index].times = try graph.nodes[index].times * count }
    for index in start.scopes..<graph.scopes.count where graph.scopes[index].parent! < start.scopes {
      graph.scopes[index].copies = count
    }
    graph.folds.append(Fold(nodes: nodes, count: count, arrangement: arrangement, input: input, output: current))
  }
}
