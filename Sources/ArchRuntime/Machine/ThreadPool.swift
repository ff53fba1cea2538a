import KernelsBaseline
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Threads that wait for loops to share.
///
/// Of a loop of `count` items every thread has its own part, which is the same part of every loop, so that what a thread
/// made it also reads, out of its own cache. The part is taken one item at a time, and who has no more helps the others,
/// so the split follows the speed of the threads. An item is computed by exactly one of them and in the same way
/// whichever it is, so results do not depend on how many there are.
/// Between loops the workers look for the next, as a network's next operator comes at once, and then sleep.
public final class ThreadPool: @unchecked Sendable {
  /// Threads that work on a loop, the caller's included.
  public let threads: Int

  /// Workers and callers meet in this state, which outlives the pool until the last worker has gone.
  private let shared: Shared
  private var scratch: [AlignedBuffer]
  private var errands = Errands()

  public init(threads: Int) {
    precondition(threads > 0, "a pool has at least the caller's thread")
    self.threads = threads
    shared = Shared(workers: threads - 1)
    scratch = (0..<threads).map { _ in AlignedBuffer(count: 0) }
    for worker in 1..<max(threads, 1) { Self.start(worker, shared) }
  }

  deinit { shared.stop() }

  /// Calls `body(item, worker)` for every item below `count`, in any order and on any thread; returns when all are done.
  /// `worker` is below `threads` and no two calls at a time have the same. Loops do not nest.
  public func forEach(_ count: Int, _ body: @Sendable (_ item: Int, _ worker: Int) -> Void) {
    guard threads > 1, count > 1 else {
      runErrands()
      for item in 0..<max(count, 0) { body(item, 0) }
      return
    }
    withoutActuallyEscaping(body) { shared.run(SharedLoop(count: count, body: $0, errands: takeErrands())) }
  }

  /// Has the threads of the next loop do these items as well, each some of them before its part of the loop: for work
  /// that must be done when that loop returns, and is less than what a loop of its own costs to begin and to end.
  func withNextLoop(_ count: Int, _ body: @escaping @Sendable (_ item: Int) -> Void) {
    runErrands()
    errands = Errands(count: count, body: body)
  }

  /// Does what was left for a loop that did not come.
  func runErrands() { takeErrands().run() }

  private func takeErrands() -> Errands {
    defer { errands = Errands() }
    return errands
  }

  /// Room for each worker, kept from loop to loop. Not to be called while a loop runs.
  func scratch(_ size: ScratchSize) -> Scratch {
    for worker in 0..<(size.isShared ? 1 : threads) where scratch[worker].count < size.count {
      scratch[worker] = AlignedBuffer(count: size.count)
    }
    return Scratch(buffers: scratch)
  }

  /// Bytes that are kept for the workers of loops to come.
  public var scratchBytes: Int { scratch.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride }

  public struct Scratch: Sendable {
    fileprivate let buffers: [AlignedBuffer]
    public subscript(worker: Int) -> UnsafeMutablePointer<Float> { buffers[worker].pointer }
  }

  private static func start(_ worker: Int, _ shared: Shared) {
    let context = Unmanaged.passRetained(Start(worker: worker, shared: shared)).toOpaque()
    #if canImport(Darwin)
    var thread: pthread_t?
    let code = pthread_create(&thread, nil, { threadMain($0) }, context)
    if code == 0 { pthread_detach(thread!) }
    #else
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, { threadMain($0!) }, context)
    if code == 0 { pthread_detach(thread) }
    #endif
    precondition(code == 0, "the system refused a thread (error \(code))")
  }
}

/// Floats that a loop needs for itself.
struct ScratchSize: Sendable {
  var count = 0
  /// Whether the workers share them, or each has as many.
  var isShared = false
}

private final class Start: Sendable {
  let worker: Int
  let shared: Shared
  init(worker: Int, shared: Shared) {
    self.worker = worker
    self.shared = shared
  }
}

private func threadMain(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
  start.shared.work(as: start.worker)
  return nil
}

/// A number with a cache line to itself and none of its neighbours': threads that wait for one do not slow those that
/// count another.
private struct LoneCounter: ~Copyable, Sendable {
  private let before = (0, 0, 0, 0, 0, 0, 0)
  let value = Atomic<Int>(0)
  private let after = (0, 0, 0, 0, 0, 0, 0)
}

/// What the threads of a pool have in common.
///
/// A loop is announced by its number in `latest`. A worker that comes takes part in it by writing that number into its own
/// line of `taken`, if only to find no item left, and is waited for, so nothing of a loop is touched after it returns. For
/// a worker that has not come when no item is left, because it sleeps or because the system has given its processor to
/// somebody else, the caller writes into the line that it need not come any more.
private final class Shared: @unchecked Sendable {
  private let workers: Int
  private let latest = LoneCounter()
  /// For each worker the loop that it was in last, twice, and one more while it is inside.
  private let taken: UnsafeMutablePointer<LoneCounter>
  /// For each thread the next item of its part.
  private let next: UnsafeMutablePointer<LoneCounter>
  private let sleepers = Atomic<Int>(0)
  private let stopping = Atomic<Bool>(false)
  private var going: SharedLoop?
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// How often a waiting thread looks before it offers its processor to others each time: for 40 to 100 µs.
  private static let patience = 2000
  /// How often it does that before it sleeps: for some 300 µs, as long as most items take. Who sleeps is back 50 µs late.
  private static let offers = 1000

  init(workers: Int) {
    self.workers = workers
    next = .allocate(capacity: workers + 1)
    taken = .allocate(capacity: workers + 1)
    for thread in 0...workers {
      (next + thread).initialize(to: LoneCounter())
      (taken + thread).initialize(to: LoneCounter())
    }
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    for counters in [next, taken] {
      counters.deinitialize(count: workers + 1)
      counters.deallocate()
    }
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func run(_ loop: SharedLoop) {
    going = loop
    for thread in 0...workers {
      next[thread].value.store(loop.part(of: thread, of: workers + 1).numbers.lowerBound, ordering: .relaxed)
    }
    // Publishes all of the above. Sequentially consistent against `sleepers`: either a worker that is about to sleep
    // sees the new loop, or we see that it sleeps.
    let number = latest.value.add(1, ordering: .sequentiallyConsistent).newValue
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wakeAll() }
    share(loop, as: 0)
    for worker in 1..<(workers + 1) { leave(worker, number) }
    going = nil
  }

  /// The time between two looks of a waiting thread.
  private static func wait(_ looks: Int) { if looks < patience { spinHint() } else { sched_yield() } }

  /// Waits for a worker that is in a loop, and keeps one out that has not come.
  private func leave(_ worker: Int, _ number: Int) {
    let line = taken + worker
    var looks = 0
    var now = line.pointee.value.load(ordering: .acquiring)
    while now != 2 * number {
      if now == 2 * number + 1 {
        Self.wait(looks)
        looks += 1
        now = line.pointee.value.load(ordering: .acquiring)
      } else {
        let (isKeptOut, original) = line.pointee.value.compareExchange(
          expected: now, desired: 2 * number, ordering: .acquiringAndReleasing)
        if isKeptOut { return }
        now = original
      }
    }
  }

  func work(as worker: Int) {
    let line = taken + worker
    var seen = 0
    while true {
      seen = waitForLoop(after: seen)
      if stopping.load(ordering: .acquiring) { return }
      let last = line.pointee.value.load(ordering: .relaxed)
      guard last < 2 * seen,
        line.pointee.value.compareExchange(
          expected: last, desired: 2 * seen + 1, ordering: .acquiringAndReleasing
        ).exchanged
      else { continue }
      share(going!, as: worker)
      line.pointee.value.store(2 * seen, ordering: .releasing)
    }
  }

  func stop() {
    stopping.store(true, ordering: .releasing)
    latest.value.add(1, ordering: .sequentiallyConsistent)
    wakeAll()
  }

  /// Takes items: the thread's own, then what is left of the others'.
  private func share(_ loop: SharedLoop, as worker: Int) {
    var owner = worker
    repeat {
      let part = loop.part(of: owner, of: workers + 1)
      let end = part.numbers.upperBound
      while next[owner].value.load(ordering: .relaxed) < end {
        let number = next[owner].value.add(1, ordering: .relaxed).oldValue
        if number >= end { break }
        loop.run(number, in: part, as: worker)
      }
      owner = owner == workers ? 0 : owner + 1
    } while owner != worker
  }

  /// The number of the loop that is going on, or was the last, as soon as it is not the one that was `seen`.
  private func waitForLoop(after seen: Int) -> Int {
    for looks in 0..<(Self.patience + Self.offers) {
      let now = latest.value.load(ordering: .acquiring)
      if now != seen { return now }
      Self.wait(looks)
    }
    pthread_mutex_lock(mutex)
    sleepers.add(1, ordering: .sequentiallyConsistent)
    var now = latest.value.load(ordering: .sequentiallyConsistent)
    while now == seen {
      pthread_cond_wait(condition, mutex)
      now = latest.value.load(ordering: .sequentiallyConsistent)
    }
    sleepers.subtract(1, ordering: .relaxed)
    pthread_mutex_unlock(mutex)
    return now
  }

  private func wakeAll() {
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }
}
