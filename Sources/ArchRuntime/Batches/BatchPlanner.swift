import ArchAlgebra
import ArchIR

/// Decides how a network is run on a batch by so many threads: each image by itself as far as the layers allow, by a
/// thread of its own where there are enough of them. Nothing large is allocated before ``plan(_:)``.
public struct BatchPlanner {
  let graph: Graph<Int>
  let threads: Int
  let split: BatchSplit?
  /// Of one image.
  let own: Planner?
  /// Of all images: of the whole network where it is not split.
  let rest: Planner?

  /// - Throws: ``PlanError`` for a network that the kernels cannot run.
  public init(
    _ graph: Graph<Int>, kernels: Kernels = .best, winograd: WinogradPolicy = .modelled, threads: Int = 1
  ) throws {
    self.graph = graph
    self.threads = threads
    func planner(_ part: BatchSplit.Part) throws -> Planner {
      try part.placingErrors { try Planner(part.graph, kernels: kernels, winograd: winograd) }
    }
    // Measured methods are those of layers that see the whole batch.
    let isMeasured = if case .measured = winograd { true } else { false }
    guard !isMeasured, let split = BatchSplit(graph), case let one = try planner(split.own),
      split.pays(one)
    else {
      (split, own) = (nil, nil)
      rest = try Planner(graph, kernels: kernels, winograd: winograd)
      return
    }
    self.split = split
    own = one
    rest = try split.rest.map(planner)
  }

  /// Whether images run by themselves.
  public var takesImagesApart: Bool { split != nil }

  /// The layers that a plan by measurements has none of: of another policy, none.
  public var unmeasured: Set<WinogradPolicy.Layer> { rest?.unmeasured ?? [] }

  /// What a run will take, before any of it is taken.
  public func need(_ weights: some NetworkWeights) -> MemoryNeed {
    guard let split, let own else { return rest!.need(weights, threads: threads) }
    let shares = BatchShares(images: split.images, threads: threads)
    let numbers = PartialWeights(whole: weights, graph: graph, nodes: split.own.nodes)
    let alone = own.need(numbers, threads: 1)
    var need = alone
    need.arenaBytes *= shares.executors
    need.scratchBytes = alone.scratchBytes * (threads == 1 ? 1 : shares.workers)
    // What comes out of all images, and of those that are under way.
    let size = MemoryLayout<Float>.stride
    let outputs = split.own.outputElements
    need.arrayBytes = alone.arrayBytes * split.images + shares.executors * outputs.reduce(0, +) * size
    let together = shares.left > 0 ? own.need(numbers, threads: threads).scratchBytes : 0
    guard let rest, let part = split.rest else {
      need.scratchBytes += together
      return need
    }
    let other = rest.need(PartialWeights(whole: weights, graph: graph, nodes: part.nodes), threads: threads)
    need.weightBytes += other.weightBytes
    need.arenaBytes += other.arenaBytes
    // One pool is everybody's but the workers' own; what it keeps for both is no more than for each.
    need.scratchBytes =
      threads == 1
      ? max(need.scratchBytes, other.scratchBytes) : need.scratchBytes + together + other.scratchBytes
    let handed = split.images * split.handedOn.reduce(0) { $0 + outputs[$1] }
    need.arrayBytes += other.arrayBytes - handed * size
    return need
  }

  /// Packs the weights.
  ///
  /// - Throws: ``PlanError`` for a step that the kernels cannot run.
  public func plan(_ weights: some NetworkWeights) throws -> BatchPlan {
    guard let split, let own else {
      return BatchPlan(graph: graph, threads: threads, split: nil, own: nil, rest: try rest!.plan(weights))
    }
    func planned(_ planner: Planner, _ part: BatchSplit.Part) throws -> ExecutionPlan {
      try part.placingErrors { try planner.plan(PartialWeights(whole: weights, graph: graph, nodes: part.nodes)) }
    }
    return BatchPlan(
      graph: graph, threads: threads, split: split, own: try planned(own, split.own),
      rest: try split.rest.flatMap { part in try rest.map { try planned($0, part) } })
  }
}

extension BatchSplit.Part {
  /// Gives errors the numbers that nodes have in the whole graph.
  fileprivate func placingErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as PlanError {
      throw PlanError(node: error.node.map { nodes[$0] }, error.description)
    }
  }
}

extension BatchSplit {
  /// Bytes of weights that come from beyond the second-level caches for every image as quickly as they are needed.
  private static let mostWeightBytes = 32e6

  /// Whether images are done sooner one by one.
  ///
  /// A batch reads a layer's weights once for all images where a cache keeps them, and Winograd's method fills its tiles
  /// from several small images. One image's activations stay in the caches, and threads with an image each do not wait.
  /// How many threads there are does not count: they would change the bits.
  fileprivate func pays(_ one: Planner) -> Bool {
    var (weights, alone, together) = (0.0, 0.0, 0.0)
    for (step, number) in one.fusion.steps.flatMap({ step in (step.before + [step.main]).map { (step, $0) } }) {
      let node = one.graph.nodes[number]
      guard case .convolution(let convolution) = node.op else { continue }
      let factors =
        [convolution.outputChannels, one.graph.nodes[node.inputs[0]].output.channels / convolution.groups]
        + convolution.kernel
      let count = factors.reduce(1) { $0 * Double($1) }
      weights += count * Double(MemoryLayout<Float>.stride)
      let pixels = node.output.spatial.reduce(1) { $0 * Double($1) }
      let direct = count * pixels / Double(2 * one.kernels.lanes)
      func cycles(_ images: Int) -> Double {
        guard number == step.main, var layer = WinogradPolicy.Layer(step, one.graph, one.fusion) else {
          return Double(images) * direct
        }
        layer.images = images
        return one.winograd.choice(layer, kernels: one.kernels)?.cycles ?? Double(images) * direct
      }
      alone += Double(images) * cycles(1)
      together += cycles(images)
    }
    return weights <= Self.mostWeightBytes && alone <= 1.05 * together
  }
}

/// How the images of a batch are shared: a thread has so many to itself, and all threads do the others together.
struct BatchShares {
  let images: Int
  let threads: Int

  /// Images of each thread.
  var rounds: Int { images / threads }
  /// Images that all threads do together.
  var left: Int { images % threads }
  /// Threads that have images to themselves.
  var workers: Int { rounds > 0 ? threads : 0 }
  /// Places for the activations of an image.
  var executors: Int { workers + (left > 0 ? 1 : 0) }
}
