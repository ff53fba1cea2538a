import Synchronization

/// Loops of a pool over plain memory: whatever a thread writes in one loop another reads in the next, and the caller
/// after it, so that the thread sanitizer sees every order that the pool does not keep.
@main enum RacePool {
  static func main() {
    for threads in [1, 2, 3, 8] {
      let pool = ThreadPool(threads: threads)
      for count in [0, 1, 2, 7, 100, 1000] { expectEveryItem(count, on: pool) }
      let total = Atomic(0)
      for _ in 0..<2000 { pool.forEach(threads) { _, _ in total.add(1, ordering: .relaxed) } }
      precondition(total.load(ordering: .relaxed) == 2000 * threads)
    }
    for threads in 1...32 { ThreadPool(threads: threads % 5 + 1).forEach(threads) { _, _ in } }
  }

  private static func expectEveryItem(_ count: Int, on pool: ThreadPool) {
    let loops = 20
    nonisolated(unsafe) let items = UnsafeMutablePointer<Int>.allocate(capacity: count)
    defer { items.deallocate() }
    items.initialize(repeating: 0, count: count)
    let scratch = pool.scratch(ScratchSize(count: 100 + count))
    let errands = 9
    nonisolated(unsafe) let ran = UnsafeMutablePointer<Int>.allocate(capacity: errands)
    defer { ran.deallocate() }
    ran.initialize(repeating: 0, count: errands)
    for _ in 0..<loops {
      pool.withNextLoop(errands) { ran[$0] += $0 }
      pool.forEach(count) { item, worker in
        items[item] += item
        scratch[worker][item % 100] += Float(items[item])
      }
    }
    for item in 0..<count { precondition(items[item] == loops * item) }
    for errand in 0..<errands { precondition(ran[errand] == loops * errand) }
  }
}
