import ArchAlgebra
import ArchIR

/// Runs a plan: owns its memory and its threads.
public final class Executor {
  public let plan: ExecutionPlan
  public let pool: ThreadPool
  private let arena: AlignedBuffer
  private let context: ExecutionContext
  /// Found once: the graph goes through all its nodes for them.
  private let inputNodes: [Int]

  public convenience init(_ plan: ExecutionPlan, threads: Int = 1) {
    self.init(plan, pool: ThreadPool(threads: threads))
  }

  init(_ plan: ExecutionPlan, pool: ThreadPool) {
    self.plan = plan
    self.pool = pool
    inputNodes = plan.graph.inputs
    arena = AlignedBuffer(count: plan.memory.count)
    var views: [Int: BlockedView] = [:]
    var planarViews: [Int: PlanarView] = [:]
    var arrays: [Int: UnsafeMutablePointer<Float>] = [:]
    let arena = self.arena
    func memory(_ storage: Int) -> UnsafeMutablePointer<Float> {
      plan.constants[storage]?.pointer ?? arena.pointer + plan.memory.offsets[storage]
    }
    for (node, place) in plan.placement.place {
      let storage = plan.placement.storages[place.storage]
      let memory = memory(place.storage)
      let shape = storage.shape
      if storage.isRowMajor {
        arrays[node] = memory
      } else if storage.isPlanar {
        planarViews[node] = PlanarView(
          memory: memory, images: shape.images, channels: shape.channels, height: shape.height, width: shape.width,
          halo: storage.halo)
      } else {
        let whole = storage.blockedView(memory, lanes: plan.kernels.lanes)
        views[node] = whole.slice(place.channel..<(place.channel + plan.placement.shapes[node].channels))
      }
    }
    let scratch = plan.placement.scratch.mapValues { $0.map(memory) }
    context = ExecutionContext(
      views: views, planarViews: planarViews, arrays: arrays, scratch: scratch, pool: pool)
  }

  /// Runs the network once.
  ///
  /// - inputs: for each input of the graph, its values as (images, channels, height, width).
  /// - afterStep: called after each step with its index.
  /// - Returns: the values of each output of the graph.
  @discardableResult
  public func run(_ inputs: [[Float]], afterStep: ((Int) -> Void)? = nil) -> [[Float]] {
    run(image: 0, of: inputs, images: 1, afterStep: afterStep)
  }

  /// Runs the network on one image of so many that the inputs have.
  func run(image: Int, of inputs: [[Float]], images: Int, afterStep: ((Int) -> Void)? = nil) -> [[Float]] {
    precondition(inputs.count == inputNodes.count, "one array for each input")
    for (node, values) in zip(inputNodes, inputs) {
      let count = plan.placement.shapes[node].elements
      precondition(values.count == count * images, "the input has another size")
      values.withUnsafeBufferPointer { fill(node, $0.baseAddress.map { $0 + image * count }, count) }
    }
    for (index, step) in plan.steps.enumerated() {
      clearHalo(of: step)
      step.body(context)
      pool.runErrands()
      afterStep?(index)
    }
    return plan.graph.outputs.map { values(ofNode: $0.node) }
  }

  /// The values of a node's tensor as (images, channels, height, width); only while it is alive.
  public func values(ofNode node: Int) -> [Float] {
    let value = plan.source[node]
    if let array = context.arrays[value] {
      return Array(UnsafeBufferPointer(start: array, count: plan.placement.shapes[value].elements))
    }
    guard let view = context.views[value] else { return [] }
    let count = view.images * view.channels * view.pixels
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      view.write(toPlanar: buffer.baseAddress!, on: pool)
      initialized = count
    }
    guard let order = plan.deferred[value] else { return values }
    return (0..<view.images).flatMap { image in
      order.flatMap { values[((image * view.channels + $0) * view.pixels)...].prefix(view.pixels) }
    }
  }

  private func fill(_ node: Int, _ source: UnsafePointer<Float>?, _ count: Int) {
    if let array = context.arrays[node] {
      if let source { array.update(from: source, count: count) }
    } else if let planar = context.planarViews[node] {
      planar.fill(from: source!, on: pool)
    } else if let view = context.views[node] {
      for image in 0..<view.images { for block in 0..<view.blocks { view.clearHalo(image: image, block: block) } }
      view.fill(fromPlanar: source!, on: pool)
    }
  }

  /// Memory is used for other tensors in between, so the zeros around a tensor are written anew, beside what the step
  /// makes within them.
  private func clearHalo(of step: PlannedStep) {
    guard let view = context.views[step.result], view.halo != .none else { return }
    pool.withNextLoop(view.images * view.blocks) { item in
      view.clearHalo(image: item / view.blocks, block: item % view.blocks)
    }
  }
}
