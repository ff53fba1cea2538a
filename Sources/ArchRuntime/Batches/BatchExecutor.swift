import ArchIR
import Synchronization

/// Runs a batch as its plan says: owns its memory and its threads.
public final class BatchExecutor: NetworkRunner {
  public let plan: BatchPlan
  private let pool: ThreadPool
  /// Each has a thread and a place for an image.
  private let workers: [Executor]
  /// Does the images that are left, one after the other, with all threads.
  private let together: Executor?
  private let rest: Executor?
  private let shares: BatchShares

  public init(_ plan: BatchPlan) {
    self.plan = plan
    let pool = ThreadPool(threads: plan.threads)
    self.pool = pool
    let shares = BatchShares(images: plan.split?.images ?? 0, threads: plan.threads)
    self.shares = shares
    workers =
      plan.own.map { own in
        (0..<shares.workers).map { _ in Executor(own, pool: plan.threads == 1 ? pool : ThreadPool(threads: 1)) }
      } ?? []
    together = shares.left > 0 ? plan.own.map { Executor($0, pool: pool) } : nil
    rest = plan.rest.map { Executor($0, pool: pool) }
  }

  /// Bytes that operators keep for themselves.
  public var scratchBytes: Int {
    pool.scratchBytes + (plan.threads == 1 ? 0 : workers.reduce(0) { $0 + $1.pool.scratchBytes })
  }

  public func run(_ inputs: [[Float]], seconds: inout [Double]) -> [[Float]] {
    guard let split = plan.split, let own = plan.own else { return rest!.run(inputs, seconds: &seconds) }
    let isOwn = plan.graph.inputs.map { split.own.place[$0] != nil }
    let images = zip(inputs, isOwn).filter(\.1).map(\.0)
    let made = run(images, split, own, &seconds)
    guard let rest else { return split.outputs.map { made[$0.position] } }
    var times: [Double] = []
    let others = zip(inputs, isOwn).filter { !$0.1 }.map(\.0)
    let last = rest.run(split.handedOn.map { made[$0] } + others, seconds: &times)
    seconds += times
    return split.outputs.map { $0.isOwn ? made[$0.position] : last[$0.position] }
  }

  /// Every image by itself.
  ///
  /// - Returns: for each output of the own part the values of all images.
  private func run(_ inputs: [[Float]], _ split: BatchSplit, _ own: ExecutionPlan, _ seconds: inout [Double])
    -> [[Float]]
  {
    let counts = split.own.outputElements
    let clock = ContinuousClock()
    let made = Mutex(counts.map { [Float](repeating: 0, count: $0 * split.images) })
    let times = Mutex(SharedTime(steps: own.steps.count))
    @Sendable func run(_ image: Int, by executor: Executor) {
      var taken: [Double] = []
      let start = clock.now
      let values = executor.run(image: image, of: inputs, images: split.images, seconds: &taken)
      made.withLock { made in
        for (output, part) in values.enumerated() {
          made[output].replaceSubrange(image * counts[output]..<(image + 1) * counts[output], with: part)
        }
      }
      let all = (clock.now - start).seconds
      times.withLock { $0.add(taken, of: all) }
    }
    let start = clock.now
    let alone = shares.rounds * shares.workers
    // A worker is one thread's at a time.
    nonisolated(unsafe) let workers = workers
    pool.forEach(alone) { image, worker in run(image, by: workers[worker]) }
    if let together { for image in alone..<split.images { run(image, by: together) } }
    let whole = (clock.now - start).seconds
    seconds = times.withLock { $0.shared(whole) }
    return made.withLock { $0 }
  }
}

/// How long the steps of some images took, which were under way at the same time.
struct SharedTime {
  /// Of each step, for all images.
  private var steps: [Double]
  /// Of all images, what is no step's included.
  private var all = 0.0

  init(steps: Int) { self.steps = [Double](repeating: 0, count: steps) }

  /// An image that took `seconds`, of which its steps took `taken`.
  mutating func add(_ taken: [Double], of seconds: Double) {
    for step in steps.indices { steps[step] += taken[step] }
    all += seconds
  }

  /// What each step has of the time that passed.
  func shared(_ seconds: Double) -> [Double] { steps.map { all > 0 ? $0 * seconds / all : 0 } }
}
