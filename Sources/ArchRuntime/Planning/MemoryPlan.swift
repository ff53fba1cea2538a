/// Places of blocks of memory, each needed from one step to another, in an arena as small as can be found.
public struct MemoryPlan: Sendable {
  public struct Request: Sendable {
    public var count: Int
    /// Steps, both included.
    public var first: Int
    public var last: Int

    public init(count: Int, first: Int, last: Int) {
      self.count = count
      self.first = first
      self.last = last
    }
  }

  /// The start of each request, in floats.
  public let offsets: [Int]
  /// The floats of the arena.
  public let count: Int
  /// The most that is needed at one step: no arena can be smaller.
  public let lowerBound: Int

  /// Every block starts at a cache line.
  private static let alignment = 16

  /// Places the blocks one after the other, each in the smallest gap that it fits among those that live at the same
  /// time, largest first (Pisarchyk and Lee, arXiv:2001.03288). While one ends above the bound it is placed anew, before
  /// all others: every network of the zoo comes down to the bound so.
  public init(_ requests: [Request]) {
    let sizes = requests.map { ($0.count + Self.alignment - 1) / Self.alignment * Self.alignment }
    lowerBound = Self.greatestLoad(requests, sizes)

    var order = requests.indices.sorted { (sizes[$0], $1) > (sizes[$1], $0) }
    var best: (offsets: [Int], count: Int) = ([], .max)
    for _ in 0..<Self.rounds(requests.count) {
      let starts = Self.place(order, requests, sizes)
      let ends = requests.indices.map { starts[$0] + sizes[$0] }
      let end = ends.max() ?? 0
      if end < best.count { best = (starts, end) }
      guard let first = order.firstIndex(where: { [lowerBound] in ends[$0] > lowerBound }) else { break }
      order.insert(order.remove(at: first), at: 0)
    }
    (offsets, count) = best
  }

  /// The most that is needed at one step.
  private static func greatestLoad(_ requests: [Request], _ sizes: [Int]) -> Int {
    var changes: [Int: Int] = [:]
    for (request, size) in zip(requests, sizes) where request.first <= request.last {
      changes[request.first, default: 0] += size
      changes[request.last + 1, default: 0] -= size
    }
    var (load, greatest) = (0, 0)
    for step in changes.keys.sorted() {
      load += changes[step]!
      greatest = max(greatest, load)
    }
    return greatest
  }

  /// A round takes as long as the number of blocks squared.
  private static func rounds(_ blocks: Int) -> Int { 1 + min(200, 100_000_000 / max(1, blocks * blocks)) }

  /// The start of each block if they are placed in that order.
  private static func place(_ order: [Int], _ requests: [Request], _ sizes: [Int]) -> [Int] {
    var offsets = [Int](repeating: 0, count: requests.count)
    /// In the order of their offsets.
    var placed: [Int] = []
    for index in order {
      let request = requests[index]
      var best: (gap: Int, offset: Int)?
      var end = 0
      for neighbour in placed
      where requests[neighbour].first <= request.last && request.first <= requests[neighbour].last {
        let gap = offsets[neighbour] - end
        if gap >= sizes[index], gap < best?.gap ?? .max { best = (gap, end) }
        end = max(end, offsets[neighbour] + sizes[neighbour])
      }
      offsets[index] = best?.offset ?? end
      placed.insert(index, at: placed.firstIndex { offsets[$0] > offsets[index] } ?? placed.count)
    }
    return offsets
  }
}
