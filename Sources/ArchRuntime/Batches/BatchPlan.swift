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

  init(graph: Graph<Int>, threads: Int, split: BatchSplit?, own: ExecutionPlan?, rest: ExecutionPlan?) {
    (self.graph, self.threads, self.split, self.own, self.rest) = (graph, threads, split, own, rest)
    steps =
      (own?.steps.map { $0.renumbered(by: split?.own.nodes) } ?? [])
      + (rest?.steps.map { $0.renumbered(by: split?.rest?.nodes) } ?? [])
  }

  /// The images of the batch.
  public var images: Int {
    graph.inputs.first.map { graph.nodes[$0].output }.flatMap { $0.rank > 1 ? $0.batch : nil } ?? 1
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
  public var arenaBytes: Int {
    let places = split.map { BatchShares(images: $0.images, threads: threads).executors } ?? 0
    return (own?.arenaBytes ?? 0) * places + (rest?.arenaBytes ?? 0)
  }
  /// The most bytes that are needed at a time: no plan with these steps can do with less.
  public var arenaLowerBound: Int {
    let floats = max((own?.memory.lowerBound ?? 0) * (imagesAtATime ?? 0), rest?.memory.lowerBound ?? 0)
    return floats * MemoryLayout<Float>.stride
  }

  /// The shape of what the kernels make of a node's input, for all images.
  public func executedShape(ofNode node: Int) -> Shape<Int> {
    guard let split, let own else { return rest!.executedShape(ofNode: node) }
    guard let index = split.own.place[node] else { return rest!.executedShape(ofNode: split.rest!.place[node]!) }
    var shape = own.executedShape(ofNode: index)
    shape.extents[0] *= split.images
    return shape
  }

  /// The expected time of each step, for all images.
  public func times(by model: TimeModel) -> [PredictedTime] {
    let ownSteps = own?.steps.count ?? 0
    return steps.enumerated().map { index, step in
      let time = model.time(step.work)
      let times = Double(index < ownSteps ? images : 1)
      return PredictedTime(
        arithmetic: time.arithmetic * times, weights: time.weights * times, activations: time.activations * times)
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
