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
  /// What its time depends on.
  public let work: StepWork
  let body: @Sendable (ExecutionContext) -> Void
}

/// What a step needs while it runs.
struct ExecutionContext: @unchecked Sendable {
  let views: [Int: BlockedView]
  let planarViews: [Int: PlanarView]
  let arrays: [Int: UnsafeMutablePointer<Float>]
  /// Memory that a step has for itself, by its result.
  let scratch: [Int: [UnsafeMutablePointer<Float>]]
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
  /// By result of a step: the extents that its kernel makes.
  let made: [Int: TensorShape]
  /// By result of a step that leaves a permutation to its reader: where each channel stands.
  let deferred: [Int: [Int]]
  /// By storage: what is the same in every run.
  let constants: [Int: AlignedBuffer]

  /// Bytes of activations, halos included.
  public var arenaBytes: Int { memory.count * MemoryLayout<Float>.stride }
  public var weightBytes: Int {
    steps.reduce(0) { $0 + $1.weightBytes }
      + constants.values.reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride }
  }

  /// The shape of what the kernels make of a node's input.
  ///
  /// For what runs within another node's step, and for arrays, it is the shape of the memory.
  public func executedShape(ofNode node: Int) -> Shape<Int> {
    let (value, output) = (source[node], graph.nodes[node].output)
    if placement.isRowMajor(value) { return output }
    let shape = made[value] ?? placement.shapes[value]
    switch output.rank {
    case 2: return Shape([shape.images, shape.channels * shape.pixels])
    case 3: return Shape([shape.images, shape.channels, shape.width])
    default: return Shape([shape.images, shape.channels, shape.height, shape.width])
    }
  }
}
