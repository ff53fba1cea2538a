import ArchAlgebra

/// Finds the choice whose cost is nearest to a budget, where the cost grows or falls along the choices and some of them
/// give no network.
struct CostSearch {
  /// How many choices without a network are passed over before what is behind them is given up.
  static let patience = 256

  let count: Int
  let budget: Int
  /// The cost of a choice; `nil` where it gives no network.
  let cost: (Int) throws -> Int?

  struct Found {
    var index: Int
    var cost: Int
  }

  /// - Returns: the nearest choice, and the least cost that was seen; `nil` where there is no network.
  /// - Throws: ``NotMonotone``, and what `cost` throws.
  func nearest() throws -> (best: Found, least: Int)? {
    guard let first = try next(from: 0) else { return nil }
    guard let second = try next(from: first.index + 1) else { return (first, first.cost) }
    let grows = second.cost >= first.cost
    func isBefore(_ cost: Int) -> Bool { grows ? cost <= budget : cost >= budget }
    guard isBefore(first.cost) else {
      // Also the first one is beyond the budget, and the others are more so.
      return (first, first.cost)
    }
    // In growing steps, so that no choice far beyond the budget is ever built; then by halving.
    var low = first
    var (step, high) = (1, count - 1)
    while low.index < high {
      let probe = low.index + min(step, high - low.index)
      guard let found = try next(from: probe), isBefore(found.cost) else {
        high = probe - 1
        break
      }
      low = found
      step *= 2
    }
    while low.index < high {
      let middle = low.index + (high - low.index + 1) / 2
      if let found = try next(from: middle, through: high), isBefore(found.cost) {
        low = found
      } else {
        high = middle - 1
      }
    }
    guard let beyond = try next(from: low.index + 1) else { return (low, min(first.cost, low.cost)) }
    guard grows ? beyond.cost >= low.cost : beyond.cost <= low.cost else { throw NotMonotone() }
    let isNearer = (beyond.cost - budget).magnitude < (low.cost - budget).magnitude
    return (isNearer ? beyond : low, min(first.cost, beyond.cost))
  }

  struct NotMonotone: Error {}

  /// The first choice from an index on that gives a network.
  private func next(from index: Int, through last: Int? = nil) throws -> Found? {
    let end = min(last ?? count - 1, index + Self.patience)
    for candidate in index..<max(index, end + 1) {
      // What costs more than any integer is beyond every budget.
      do { if let cost = try cost(candidate) { return Found(index: candidate, cost: cost) } } catch ArithmeticError
        .overflow
      {
        return Found(index: candidate, cost: .max)
      }
    }
    return nil
  }
}
