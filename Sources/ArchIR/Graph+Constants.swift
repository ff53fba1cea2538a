import ArchAlgebra

extension Graph where D == Int {
  /// The same graph over expressions, all of them constants.
  public func constantForms() -> Graph<Expr> {
    func expr(_ value: Int) -> Expr { Expr(value) }
    var result = Graph<Expr>(name: name)
    result.outputs = outputs
    result.scopes = scopes.map { Scope<Expr>(name: $0.name, parent: $0.parent, copies: Expr($0.copies)) }
    result.folds = folds.map {
      Fold<Expr>(
        nodes: $0.nodes, count: Expr($0.count), arrangement: $0.arrangement, input: $0.input, output: $0.output)
    }
    result.nodes = nodes.map { node in
      var copy = Node<Expr>(
        name: node.name, op: node.op.map(expr), inputs: node.inputs, output: node.output.map(expr), scope: node.scope,
        times: Expr(node.times))
      copy.copies = node.copies.map(expr)
      copy.parametersOf = node.parametersOf
      return copy
    }
    return result
  }
}
