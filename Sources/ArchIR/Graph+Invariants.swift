import ArchAlgebra

extension Graph {
  /// What is wrong with the graph; empty for a graph that analysis and execution may rely on.
  ///
  /// Nodes read earlier nodes only (so the order is one in which they can run), have the arity of their operator and
  /// the shape that inference gives, names are unique, and scopes, folds and outputs point at what exists.
  public func violations() -> [String] {
    var found: [String] = []
    var names: Set<String> = []
    for (index, node) in nodes.enumerated() {
      if !names.insert(node.name).inserted { found.append("two nodes are called \(node.name)") }
      if node.inputs.contains(where: { $0 < 0 || $0 >= index }) {
        found.append("\(node.name) reads a node that does not run before it")
        continue
      }
      if let other = node.parametersOf, !(0..<index).contains(other) {
        found.append("\(node.name) has the parameters of a node that does not stand before it")
      }
      if !scopes.indices.contains(node.scope) { found.append("\(node.name) stands in no scope") }
      if node.op == .input { continue }
      do {
        let shape = try node.op.outputShape(of: try operandShapes(of: node))
        if shape.rank != node.output.rank { found.append("\(node.name) has the wrong rank") }
        if D.self == Int.self, shape != node.output {
          found.append("\(node.name) has shape \(node.output), its operator gives \(shape)")
        }
      } catch {
        found.append("\(node.name): \(error)")
      }
    }
    for (index, scope) in scopes.enumerated() where (scope.parent ?? -1) >= index {
      found.append("scope \(scope.name) stands before the scope that it is in")
    }
    for output in outputs where !nodes.indices.contains(output.node) {
      found.append("output \(output.name) is no node")
    }
    for fold in folds {
      let isInside = nodes.indices.contains(fold.input) && nodes.indices.contains(fold.output)
      if !isInside || fold.nodes.lowerBound < 0 || fold.nodes.upperBound > nodes.count {
        found.append("a fold points outside the graph")
      } else if fold.input >= fold.nodes.lowerBound {
        found.append("a fold takes what it makes itself")
      }
    }
    return found
  }
}
