import ArchAlgebra
import ArchSpec

/// Looks for values of symbols at which a comparison of formulas does not hold.
struct CounterexampleSearch {
  private let known: Assumptions
  private static let candidates = [1, 2, 3, 4, 5, 7, 8, 12, 16, 32, 64, 100, 224]

  init(_ known: Assumptions) { self.known = known }

  /// - Returns: the values in words, `nil` where none were found.
  func search(_ left: Expr, _ relation: Relation, _ right: Expr) throws -> String? {
    let symbols = left.symbols.union(right.symbols).sorted()
    let values = symbols.map { symbol in Self.candidates.map { Rational($0) }.filter { isAllowed($0, symbol) } }
    let points = values.reduce(1) { min(100_000, $0 * max(1, $1.count)) }
    for point in 0..<points {
      var rest = point
      var binding: [Symbol: Rational] = [:]
      for (symbol, candidates) in zip(symbols, values) where !candidates.isEmpty {
        binding[symbol] = candidates[rest % candidates.count]
        rest /= candidates.count
      }
      guard let a = try? left.evaluated(binding), let b = try? right.evaluated(binding) else { continue }
      if !Comparing.holds(a < b ? -1 : a == b ? 0 : 1, relation) {
        return symbols.map { "\($0.name) = \(binding[$0]?.decimalDescription ?? "?")" }.joined(separator: ", ")
      }
    }
    return nil
  }

  private func isAllowed(_ value: Rational, _ symbol: Symbol) -> Bool {
    guard let difference = try? Expr(symbol).subtracting(Expr(value)) else { return false }
    // A value outside of the bounds makes the difference of one sign.
    return known.sign(of: difference).map { $0 == 0 } ?? true
  }
}
