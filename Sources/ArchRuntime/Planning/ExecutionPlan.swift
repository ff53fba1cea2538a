import ArchAlgebra
import ArchIR

/// One thing to run.
public struct PlannedStep: Sendable {
  /// The name of the node that does the work, and all nodes that are done with it.
  public let name: String
  public let nodes: [Int]
  /// The node whose tensor it makes.
  public let result: Int
  /// Which kernel, and why.
  public let algorithm: String
  public let reason: String
  /// Bytes of its packed weights.
  public let weightBytes: Int
  let body: @Sendable (ExecutionContext) -> Void
}

/// What a step needs while it runs.
struct ExecutionContext: Sendable {
  let views: [Int: BlockedView]
  let planarViews: [Int: PlanarView]
  let pool: ThreadPool

  func view(_ value: Int) -> BlockedView { views[value]! }
}

/// How a network will be run: the steps in order, with packed weights, and the places of all tensors.
public struct ExecutionPlan: Sendable {
  public let graph: Graph<Int>
  public let kernels: Kernels
  public let steps: [PlannedStep]
  /// Tensors that outlive nothing: concatenations, slices and views that cost nothing.
  public let freeNodes: [Int]
  public let memory: MemoryPlan
  /// Whether results round otherwise than the definition does.
  public let usesWinograd: Bool
  let source: [Int]
  let placement: Placement

  /// Bytes of activations, halos included.
  public var arenaBytes: Int { memory.count * MemoryLayout<Float>.stride }
  public var weightBytes: Int { steps.reduce(0) { $0 + $1.weightBytes } }

  /// The shape that the memory of a node's tensor really has.
  public func executedShape(ofNode node: Int) -> TensorShape { placement.shapes[source[node]] }
}
