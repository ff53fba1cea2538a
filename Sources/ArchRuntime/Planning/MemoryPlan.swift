/// Places of blocks of memory, each needed from one step to another, in an arena as small as can be found.
public struct MemoryPlan: Sendable {
  public struct Request: Sendable {
    public var count: Int
    /// Steps, both included.
    public var first: Int
    public var last: Int

    fileprivate var span: Int { last - first }

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

  /// The best of several orders in which the blocks are placed, each in the smallest gap that it fits among those that
  /// live at the same time (Pisarchyk and Lee, arXiv:2001.03288). Largest first is best for most networks; where it
  /// leaves a gap at the fullest step, that step's blocks first, or one step after the other, may leave none.
  public init(_ requests: [Request]) {
    let sizes = requests.map { ($0.count + Self.alignment - 1) / Self.alignment * Self.alignment }
    func held(at step: Int) -> [Int] {
      requests.indices.filter { requests[$0].first <= step && step <= requests[$0].last }
    }
    let loads = Set(requests.map(\.first)).sorted().map { step in (step, held(at: step).reduce(0) { $0 + sizes[$1] }) }
    let fullest = loads.max { $0.1 < $1.1 }
    lowerBound = fullest?.1 ?? 0

    let bySize = requests.indices.sorted { (sizes[$0], $1) > (sizes[$1], $0) }
    let atFullest = Set(fullest.map { held(at: $0.0) } ?? [])
    let orders: [[Int]] = [
      bySize,
      bySize.filter(atFullest.contains) + bySize.filter { !atFullest.contains($0) },
      // What lives longest lies at the bottom and parts nothing.
      bySize.sorted { requests[$0].span > requests[$1].span },
      bySize.sorted { requests[$0].first < requests[$1].first },
      bySize.sorted { requests[$0].last > requests[$1].last },
    ]
    var best: (offsets: [Int], count: Int)?
    for order in orders {
      let offsets = Self.place(order, requests, sizes)
      let count = requests.indices.map { offsets[$0] + sizes[$0] }.max() ?? 0
      if count < best?.count ?? .max { best = (offsets, count) }
      if count == lowerBound { break }
    }
    (offsets, count) = best!
  }

  /// The start of each block if they are placed in that order.
  private static func place(_ order: [Int], _ requests: [Request], _ sizes: [Int]) -> [Int] {
    var offsets = [Int](repeating: 0, count: requests.count)
    /// In the order of their offsets.
    var placed: [Int] = []
    for index in order {
      let request = requests[index]
      var best: (gap: Int, offset: Int)?
      var end = 0
      for neighbour in placed where requests[neighbour].first <= request.last && request.first <= requests[neighbour].last {
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
