import ArchAlgebra
import ArchIR

// Copies that are alike but for a number, as layers of which each takes some channels more than the one before: they
// are followed once, for a copy whose number is a symbol. That the body then makes of what the i-th copy takes what the
// next one takes is what shows that it does so for all of them.

/// What the copies of a repetition take: from the first one on as much more with each, or by as much more each time.
private struct Growth<D: Dimension> {
  /// What the first copy takes and what the first one or two give.
  var shapes: [Shape<D>]

  func shape(after copies: Expr, assuming assumptions: Assumptions) throws -> Shape<D> {
    let pairs = try copies * (copies - .one) / Expr(2)
    return Shape(
      try shapes[0].extents.indices.map { axis in
        let values = shapes.map { $0.extents[axis].expr }
        let growth = try values.count < 2 ? .zero : values[1] - values[0]
        let more = try values.count < 3 ? .zero : values[2] - values[1] - growth
        return try D(values[0] + growth * copies + more * pairs).simplified(assuming: assumptions)
      })
  }
}

extension Elaborator {
  /// What comes of a repetition if its copies, perhaps after a first one, are kept once with a number; `nil` where that
  /// is not asked for, or not so.
  func numberingCopies(of repetition: RepeatSyntax) throws -> Self? {
    guard isSymbolic, options.numbersCopies else { return nil }
    var first = self
    let count = try first.number(repetition.count)
    guard count.constant == nil, try concrete(count) >= .one else { return nil }
    for done in 0...1 {
      guard let before = first.current else { return nil }
      var growth = Growth(shapes: [first.graph.nodes[before].output])
      var next = first
      for copy in done...done + 1 {
        guard (try? next.run(repetition, copy: Expr(copy))) != nil, let given = next.current else { break }
        growth.shapes.append(next.graph.nodes[given].output)
      }
      // Copies that are all alike need no numbers.
      let isAlike = growth.shapes.count > 1 && growth.shapes[0] == growth.shapes[1] && repetition.index == nil
      var result = first
      let isKept = try? result.keepOnce(.chain, of: count, from: done, growth, at: repetition.place) {
        try $0.run(repetition, copy: $1)
      }
      if isKept == true, !isAlike { return result }
      guard (try? first.run(repetition, copy: Expr(done))) != nil else { return nil }
    }
    return nil
  }

  private mutating func run(_ repetition: RepeatSyntax, copy: Expr) throws {
    try spend(1, at: repetition.place)
    let outer = locals
    if let name = repetition.index { locals[name.text] = .number(copy) }
    try runCopy(repetition.body)
    locals = outer
  }

  /// What comes of parallel branches with numbers if they are kept once; `nil` where that is not asked for, or not so.
  func numberingCopies(
    of branch: MergeSyntax.Branch, _ count: Expr, taking input: Int, at place: Place
  ) throws -> Self? {
    guard isSymbolic, options.numbersCopies, count.constant == nil, try concrete(count) >= .one else { return nil }
    var result = self
    result.current = input
    let growth = Growth(shapes: [graph.nodes[input].output])
    let isKept = try? result.keepOnce(.parallel, of: count, from: 0, growth, at: place) {
      try $0.run(branch, index: $1)
    }
    return isKept == true ? result : nil
  }

  /// - Parameter body: follows a copy, given its number.
  /// - Throws: Any error where the copies are not alike.
  private mutating func keepOnce(
    _ arrangement: FoldArrangement, of count: Expr, from done: Int, _ growth: Growth<D>, at place: Place,
    body: (inout Self, Expr) throws -> Void
  ) throws -> Bool {
    guard let before = current, growth.shapes.allSatisfy({ $0.rank == growth.shapes[0].rank }) else { return false }
    let index = unusedSymbol()
    assumptions.declareInteger(index)
    assumptions.declare(index, atLeast: .zero)
    binding[index] = .zero
    let number = Expr(index)
    let start = (outputs: graph.outputs.count, folds: graph.folds.count)
    let outerReads = readByLabel
    readByLabel = []
    appendIdentity(of: before, shape: try growth.shape(after: number, assuming: assumptions), at: place)
    let entry = current!
    let child = naming.childCount(of: scope)
    try body(&self, try number + Expr(done))

    guard let last = current, last > entry, graph.outputs.count == start.outputs else { return false }
    let made = graph.nodes[(entry + 1)...]
    let given = graph.nodes[last].output
    let isAlone = made.flatMap(\.inputs).allSatisfy { $0 >= entry } && readByLabel.allSatisfy { $0 >= entry }
    let hasSums = made.allSatisfy { $0.output.extents.allSatisfy { $0.expr.degree(in: index) != nil } }
    let hasCounts = graph.folds[start.folds...].allSatisfy { !$0.count.expr.symbols.contains(index) }
    let isLikeNext =
      switch arrangement {
      case .chain: try given == growth.shape(after: number + .one, assuming: assumptions)
      case .parallel: given.extents.allSatisfy { !$0.expr.symbols.contains(index) }
      }
    guard isAlone, hasSums, hasCounts, isLikeNext else { return false }

    // Beyond the copies the symbol has no value.
    binding[index] = nil
    readByLabel.formUnion(outerReads)
    let rest = try count - Expr(done)
    // No copies give what they would take; of no branches there is nothing to join.
    guard try decide(count, .atLeast, Expr(arrangement == .chain ? done : 1)) else { return false }
    for condition in withdrawConditions(on: index) {
      guard try holds(condition, forAll: index, below: rest) else { return false }
    }
    naming.number(childrenOf: scope, from: child, fold: graph.folds.count)
    graph.folds.append(
      Fold(
        nodes: entry..<graph.nodes.count, count: try D(rest), arrangement: arrangement, input: before, output: last,
        index: index))
    let end = try arrangement == .chain ? growth.shape(after: rest, assuming: assumptions) : given
    appendIdentity(of: last, shape: end, at: place)
    return true
  }

  /// Whether a condition holds for all numbers of copies; what that rests on is remembered.
  private mutating func holds(_ condition: Condition, forAll index: Symbol, below count: Expr) throws -> Bool {
    switch condition.relation {
    case .divides:
      // What divides a polynomial of degree d at d + 1 integers in a row divides its differences, and so all of it.
      guard let points = try condition.right.coefficients(in: index)?.count, points < 8,
        !condition.left.symbols.contains(index)
      else { return false }
      for point in 0..<points {
        let value = try condition.right.substituting([index: Expr(point)])
        guard try divides(condition.left, value) else { return false }
      }
      return true
    case .less, .atMost, .greater, .atLeast:
      // What is linear lies between its ends.
      let difference = try condition.left - condition.right
      guard let coefficients = try difference.coefficients(in: index), coefficients.count <= 2 else { return false }
      for end in [.zero, try count - .one] {
        let value = try difference.substituting([index: end]).simplified(assuming: assumptions)
        guard
          try value.ordered(against: .zero, assuming: assumptions).map(condition.relation.holds)
            ?? decide(value, condition.relation, .zero)
        else { return false }
      }
      return true
    case .equal, .notEqual: return false
    }
  }

  private mutating func appendIdentity(of node: Int, shape: Shape<D>, at place: Place) {
    let identity = Op<D>.activation(.identity)
    naming.addNode(base: "…", to: scope)
    current = graph.nodes.count
    graph.nodes.append(Node(name: "", op: identity, inputs: [node], output: shape, scope: scope))
    places.append(place)
  }

  /// A symbol for the number of a copy that nothing else is called by.
  private func unusedSymbol() -> Symbol {
    var name = "i"
    while globals[name] != nil || binding[Symbol(name)] != nil { name += "′" }
    return Symbol(name)
  }

  /// What stands for numbered copies is read by nothing outside them: which of the copies it would be is not said.
  ///
  /// - Throws: ``Diagnostic`` where something does, or where copies one by one would have names of another kind.
  func checkNumberedCopies() throws {
    for fold in graph.folds where fold.index != nil {
      let outside = graph.nodes[(fold.nodes.upperBound + 1)...].flatMap(\.inputs) + graph.outputs.map(\.node)
      guard outside.allSatisfy({ !fold.nodes.contains($0) }) else {
        throw Diagnostic("a copy of a repetition is read from outside", at: places[fold.nodes.lowerBound])
      }
    }
    guard naming.canNumber else { throw Diagnostic("copies of a repetition have no numbers", at: network.name.place) }
  }
}
