import ArchIR

/// The memory that a network takes while it runs, to the byte.
public struct MemoryNeed: Hashable, Sendable {
  /// Packed weights, and tensors that are kept with the network.
  public var weightBytes: Int
  /// Activations, halos included.
  public var arenaBytes: Int
  /// What operators use for themselves, of all threads.
  public var scratchBytes: Int
  /// The arrays that go in and come out.
  public var arrayBytes: Int

  public var bytes: Int { weightBytes + arenaBytes + scratchBytes + arrayBytes }
}

extension Planner {
  /// What a run on so many threads will take, before any of it is taken.
  ///
  /// The products of extents do not overflow where the raw weights fit a machine's memory: packing makes them at most
  /// `lanes` squared times as many, and transforms seven times.
  public func need(_ weights: some NetworkWeights, threads: Int) -> MemoryNeed {
    let steps = fusion.steps.filter { !placement.isFree($0, in: graph) }.map { step in
      StepBuilder(graph, fusion, placement, kernels, winograd, step).memory(weights, threads: threads)
    }
    let constants = placement.storages.reduce(0) { $0 + ($1.isConstant ? $1.count(lanes: kernels.lanes)! : 0) }
    let own = steps.map { $0.scratch.isShared ? 0 : $0.scratch.count }.max() ?? 0
    let first = steps.map(\.scratch.count).max() ?? 0
    let ends = graph.inputs + graph.outputs.map(\.node)
    let arrays = ends.reduce(0) { $0 + graph.nodes[$1].output.extents.reduce(1, *) }
    let size = MemoryLayout<Float>.stride
    return MemoryNeed(
      weightBytes: (steps.reduce(0) { $0 + $1.weightFloats } + constants) * size, arenaBytes: memory.count * size,
      scratchBytes: (first + (threads - 1) * own) * size, arrayBytes: arrays * size)
  }
}
