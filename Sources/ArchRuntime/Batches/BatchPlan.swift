import ArchAlgebra
import ArchIR

/// How a network will be run on a batch; see ``BatchPlanner``.
public struct BatchPlan: Sendable {
  public let graph: Graph<Int>
  public let threads: Int
  let split: BatchSplit?
  let own: ExecutionPlan?
  let rest: ExecutionPlan?
  /// In the order in which they run, by the whole graph's nodes; what they ask of the machine is for one image where they
  /// have one to themselves.
  public let steps: [PlannedStep]
  private let stepTimes: [(step: PlannedStep, times: Int)]

  init(graph: Graph<Int>, threads: Int, split: BatchSplit?, own: ExecutionPlan?, rest: ExecutionPlan?) {
    (self.graph, self.threads, self.split, self.own, self.rest) = (graph, threads, split, own, rest)
    let first = own?.steps.map { ($0.renumbered(by: split?.own.nodes), split!.images) } ?? []
    let second = rest?.steps.map { ($0.renumbered(by: split?.rest?.nodes), 1) } ?? []
    stepTimes = first + second
    steps = stepTimes.map(\.step)
  }

  private var any: ExecutionPlan { own ?? rest! }
  public var kernels: Kernels { any.kernels }
  /// Whether results round otherwise than the definition does.
  public var usesWinograd: Bool { own?.usesWinograd == true || rest?.usesWinograd == true }
  public var weightBytes: Int { (own?.weightBytes ?? 0) + (rest?.weightBytes ?? 0) }

  /// Layers that cost nothing: concatenations, slices and views.
  public var freeNodes: [Int] {
    let first = own?.freeNodes.map { split!.own.nodes[$0] } ?? []
    let second = rest?.freeNodes.map { split?.rest?.nodes[$0] ?? $0 } ?? []
    return (first + second).sorted()
  }

  /// How many images are under way at a time, each by itself; nil where layers meet the whole batch.
  public var imagesAtATime: Int? { split.map { max(1, BatchShares(images: $0.images, threads: threads).workers) } }

  /// The last step that has an image to itself.
  public var lastOwnStep: String? { own?.steps.last?.name }

  /// Bytes of activations, halos included.
  public var arenaBytes: Int { bytes(\.arenaBytes) }
  /// The most bytes that are needed at one step: no plan with these steps can do with less.
  public var arenaLowerBound: Int { bytes { $0.memory.lowerBound * MemoryLayout<Float>.stride } }

  private func bytes(_ count: (ExecutionPlan) -> Int) -> Int {
    let shares = split.map { BatchShares(images: $0.images, threads: threads) }
    return (own.map(count) ?? 0) * (shares?.executors ?? 0) + (rest.map(count) ?? 0)
  }

  /// The shape of what the kernels make of a node's input, for all images.
  public func executedShape(ofNode node: Int) -> Shape<Int> {
    guard let split, let own else { return rest!.executedShape(ofNode: node) }
    if let index = split.own.nodes.firstIndex(of: node) {
      var shape = own.executedShape(ofNode: index)
      shape.extents[0] *= split.images
      return shape
    }
    return rest!.executedShape(ofNode: split.rest!.nodes.lastIndex(of: node)!)
  }

  /// The expected time of each step, for all images.
  public func times(by model: TimeModel) -> [PredictedTime] {
    stepTimes.map { step, times in
      let time = model.time(step.work)
      return PredictedTime(
        arithmetic: time.arithmetic * Double(times), weights: time.weights * Double(times),
        activations: time.activations * Double(times))
    }
  }
}

extension PlannedStep {
  /// The same step with the numbers that its nodes have in another graph.
  fileprivate func renumbered(by nodes: [Int]?) -> PlannedStep {
    guard let nodes else { return self }
    return PlannedStep(
      name: name, nodes: self.nodes.map { nodes[$0] }, result: nodes[result], algorithm: algorithm, reason: reason,
      weightBytes: weightBytes, work: work, body: body)
  }
}
