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

  /// Largest first, each in the smallest gap that it fits among those that live at the same time (Pisarchyk and Lee,
  /// arXiv:2001.03288, "greedy by size").
  public init(_ requests: [Request]) {
    func rounded(_ count: Int) -> Int { (count + Self.alignment - 1) / Self.alignment * Self.alignment }
    var offsets = [Int](repeating: 0, count: requests.count)
    var placed: [Int] = []
    let order = requests.indices.sorted { (requests[$0].count, $1) > (requests[$1].count, $0) }
    for index in order {
      let request = requests[index]
      let neighbours = placed.filter { requests[$0].first <= request.last && request.first <= requests[$0].last }
        .sorted { offsets[$0] < offsets[$1] }
      var best: (gap: Int, offset: Int)?
      var end = 0
      for neighbour in neighbours {
        let gap = offsets[neighbour] - end
        if gap >= rounded(request.count), gap < best?.gap ?? .max { best = (gap, end) }
        end = max(end, offsets[neighbour] + rounded(requests[neighbour].count))
      }
      offsets[index] = best?.offset ?? end
      placed.append(index)
    }
    self.offsets = offsets
    count = requests.indices.map { offsets[$0] + rounded(requests[$0].count) }.max() ?? 0
    let steps = Set(requests.map(\.first))
    lowerBound = steps.map { step in
      requests.reduce(0) { $0 + ($1.first <= step && step <= $1.last ? rounded($1.count) : 0) }
    }.max() ?? 0
  }
}
