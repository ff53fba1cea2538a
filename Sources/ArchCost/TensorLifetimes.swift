import ArchAlgebra
import ArchIR

/// Which node makes the memory of each tensor, and which reads it last.
public struct TensorLifetimes: Sendable {
  /// The node that owns the memory of each node's tensor: another one for a view.
  public let owner: [Int]
  /// The node at which each owner's memory is read last; of outputs, the last node.
  public let lastUse: [Int]

  /// - Returns: `nil` for a graph in which copies that are kept once hold other tensors than the one that is kept:
  ///   parallel ones, and a chain past which its input or what else it reads from outside is held, since the first
  ///   copy takes that input and the later ones hold it beside theirs. A chain is taken to run at least once.
  public init?<D: Dimension>(_ graph: Graph<D>) {
    guard !graph.folds.contains(where: { $0.arrangement == .parallel }) else { return nil }
    var owner = Array(graph.nodes.indices)
    var lastUse = Array(graph.nodes.indices)
    for (index, node) in graph.nodes.enumerated() {
      if node.op.isView { owner[index] = owner[node.inputs[0]] }
      for input in node.inputs { lastUse[owner[input]] = index }
    }
    for output in graph.outputs { lastUse[owner[output.node]] = graph.nodes.count - 1 }
    for fold in graph.folds {
      let input = owner[fold.input]
      if lastUse[input] >= fold.nodes.upperBound { return nil }
      for node in fold.nodes {
        for read in graph.nodes[node].inputs.map({ owner[$0] }) where read < fold.nodes.lowerBound && read != input {
          if lastUse[read] < fold.nodes.upperBound { return nil }
        }
      }
    }
    self.owner = owner
    self.lastUse = lastUse
  }

  /// Whether the node makes memory of its own.
  public func isOwner(_ node: Int) -> Bool { owner[node] == node }
}
