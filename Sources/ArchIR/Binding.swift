import ArchAlgebra

extension Graph where D == Expr {
  /// The graph of numbers that this graph of closed forms stands for at the given values of its symbols.
  ///
  /// What was kept once stays so: `times` and the counts of folds become numbers. Shapes are inferred anew, not
  /// substituted, so that a graph and its binding agree only if inference over `Expr` and over `Int` does.
  ///
  /// - Throws: ``ShapeError`` or ``ArithmeticError`` where the values give no network, or copies have numbers.
  public func bound(to values: [Symbol: Rational]) throws -> Graph<Int> {
    func number(_ expr: Expr) throws -> Int {
      let value = try expr.evaluated(values)
      guard let integer = value.integer else { throw ArithmeticError.notAnInteger("\(expr) is \(value)") }
      return integer
    }
    var result = Graph<Int>(name: name)
    result.outputs = outputs
    result.scopes = try scopes.map { Scope<Int>(name: $0.name, parent: $0.parent, copies: try number($0.copies)) }
    result.folds = try folds.map {
      Fold<Int>(
        nodes: $0.nodes, count: try number($0.count), arrangement: $0.arrangement, input: $0.input, output: $0.output)
    }
    for node in nodes {
      var copy = Node<Int>(
        name: node.name, op: try node.op.map(number), inputs: node.inputs, output: Shape([]), scope: node.scope,
        times: try number(node.times))
      copy.copies = try node.copies.map(number)
      copy.parametersOf = node.parametersOf
      copy.output =
        copy.op == .input
        ? try node.output.map(number) : try copy.op.outputShape(of: try result.operandShapes(of: copy))
      result.nodes.append(copy)
    }
    return result
  }
}
