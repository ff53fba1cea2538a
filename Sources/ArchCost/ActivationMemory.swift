import ArchAlgebra
import ArchIR

/// How many elements of activations are held at once.
///
/// A tensor is held from the step that makes it to the last step that reads it; the network's input and outputs are
/// tensors too, outputs are held to the end. No step works in place, and views share what they look at: this is what
/// a runtime without tricks needs, and what the executor's plan is measured against.
public struct ActivationMemory<D: Dimension>: Sendable {
  /// Elements held while each node runs.
  public let live: [D]
  public let peak: D
  /// The node at which the most is held.
  public let peakNode: Int

  /// - Returns: `nil` for a graph in which copies that are kept once hold other tensors than the one that is kept:
  ///   parallel ones, and a chain past which its input or what else it reads from outside is held, since the first
  ///   copy takes that input and the later ones hold it beside theirs. A chain is taken to run at least once.
  public init?(_ graph: Graph<D>) throws {
    guard !graph.folds.contains(where: { $0.arrangement == .parallel }) else { return nil }
    // The node that owns the memory of each node's tensor.
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
    var expiring = [[Int]](repeating: [], count: graph.nodes.count)
    for index in graph.nodes.indices where owner[index] == index { expiring[lastUse[index]].append(index) }

    var live: [D] = []
    var held = D(0)
    var peak = D(0)
    var peakNode = 0
    for index in graph.nodes.indices {
      if owner[index] == index { held = try held + graph.heldElements(index) }
      live.append(held)
      let higher = try D.maximum(peak, held)
      if higher != peak { (peak, peakNode) = (higher, index) }
      for dead in expiring[index] { held = try held - graph.heldElements(dead) }
    }
    self.live = live
    self.peak = peak
    self.peakNode = peakNode
  }
}

extension Graph {
  /// The elements of a node's tensor; what is kept with the network is no activation.
  fileprivate func heldElements(_ index: Int) throws -> D {
    nodes[index].op.isStored ? D(0) : try nodes[index].output.elements()
  }
}
