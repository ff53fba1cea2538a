/// A loop that threads share: each has its own part of the items, which is the same part of every loop.
struct SharedLoop: Sendable {
  let count: Int
  let body: @Sendable (_ item: Int, _ worker: Int) -> Void
  /// Done by each thread before its items.
  let errands: Errands

  /// What one thread begins with, numbered so that all parts together are one range: its errands, then its items.
  struct Part {
    let numbers: Range<Int>
    fileprivate let firstItem: Int
    fileprivate let errandsEnd: Int
  }

  func part(of thread: Int, of threads: Int) -> Part {
    func start(_ thread: Int, _ count: Int) -> Int { count * thread / threads }
    let (firstItem, errandsEnd) = (start(thread, count), start(thread + 1, errands.count))
    return Part(
      numbers: firstItem + start(thread, errands.count)..<start(thread + 1, count) + errandsEnd,
      firstItem: firstItem, errandsEnd: errandsEnd)
  }

  func run(_ number: Int, in part: Part, as worker: Int) {
    if number < part.firstItem + part.errandsEnd {
      errands.body(number - part.firstItem)
    } else {
      body(number - part.errandsEnd, worker)
    }
  }
}

/// Items that wait for a loop to be done with.
struct Errands: Sendable {
  var count = 0
  var body: @Sendable (_ item: Int) -> Void = { _ in }

  func run() {
    for item in 0..<count { body(item) }
  }
}
