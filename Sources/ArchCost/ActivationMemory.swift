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

  /// - Returns: `nil` where the graph has no ``TensorLifetimes``.
  public init?(_ graph: Graph<D>) throws {
    guard let lifetimes = TensorLifetimes(graph) else { return nil }
    var expiring = [[Int]](repeating: [], count: graph.nodes.count)
    for index in graph.nodes.indices where lifetimes.isOwner(index) { expiring[lifetimes.lastUse[index]].append(index) }

    var live: [D] = []
    var held = D(0)
    var peak = D(0)
    var peakNode = 0
    for index in graph.nodes.indices {
      if lifetimes.isOwner(index) { held = try held + graph.heldElements(index) }
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
