import ArchAlgebra
import ArchCost

/// What could have been counted to give a number that stands elsewhere.
///
/// The search is best first: variants of the network are tried in the order of their distance from it, and the search
/// ends when nothing that is still to come could be simpler than what was found.
public struct Reconciliation: Sendable {
  public let stated: StatedNumber
  public let network: String
  /// Those that give the number, the simplest first; then the nearest of the others.
  public private(set) var explanations: [Explanation] = []
  public var isExplained: Bool { explanations.first.map { $0.match != .near } ?? false }

  /// - Parameters:
  ///   - variants: what the number may be of, apart from other sizes of the image.
  ///   - limit: how many explanations are wanted.
  ///   - analyse: analyses a variant; `nil` where there is none, as for an image that is too small.
  ///   - further: variants that are one step farther off than one that was analysed.
  public init(
    _ stated: StatedNumber, network: String, variants: [NetworkVariant], limit: Int,
    analyse: (NetworkVariant) throws -> Analysis<Int>?, further: (NetworkVariant, Analysis<Int>) -> [NetworkVariant]
  ) rethrows {
    self.stated = stated
    self.network = network
    var found: [Counted: Explanation] = [:]
    var near: [Counted: Explanation] = [:]
    var queue = variants.sorted { $0.effort < $1.effort }[...]
    while let variant = queue.popFirst() {
      let simpler = found.values.filter { $0.effort <= variant.effort }
      if simpler.count >= limit || simpler.contains(where: { $0.effort + Self.farther <= variant.effort }) { break }
      guard let analysis = try analyse(variant), let numbers = try? analysis.countedNumbers() else { continue }
      for other in further(variant, analysis) {
        queue.insert(other, at: queue.firstIndex { $0.effort > other.effort } ?? queue.endIndex)
      }
      var own: [Explanation] = []
      for number in numbers where stated.accepts(number.kind) {
        let ways = stated.readings.map { Explanation(variant, number, $0) }
        if let best = ways.filter({ $0.match != .near }).min(by: { $0.effort < $1.effort }) {
          own.append(best)
        } else if let best = ways.min(by: { $0.remoteness < $1.remoteness }), abs(best.difference) < 0.1 {
          near.keep(best)
        }
      }
      var ownCounts: Set<Int> = []
      own.sort { $0.precedes($1) }
      own = own.filter { ownCounts.insert($0.number.value).inserted }
      for best in own.prefix(Self.perVariant) { found.keep(best) }
    }
    explanations = Array(found.simplest.sorted { $0.precedes($1) }.prefix(limit))
    guard found.isEmpty else { return }
    let nearest = near.simplest.sorted { ($0.remoteness, $0.sentence) < ($1.remoteness, $1.sentence) }
    explanations = Array(nearest.prefix(min(3, limit)))
  }

  /// How many explanations one variant may have: many tools count nearly alike, and other variants are of more use.
  private static let perVariant = 3
  /// What is so much farther off than an explanation that was found is not looked at.
  private static let farther = 2

}

/// A count of a variant, whatever the size of the image.
private struct Counted: Hashable {
  var kind: StatedKind
  var value: Int
  var network: String
  var changes: [NetworkVariant.Change]
}

extension [Counted: Explanation] {
  /// Of explanations by the same count the simplest stays, of equals the first.
  fileprivate mutating func keep(_ explanation: Explanation) {
    let (number, variant) = (explanation.number, explanation.variant)
    let key = Counted(kind: number.kind, value: number.value, network: variant.network, changes: variant.changes)
    if let other = self[key], other.effort <= explanation.effort { return }
    self[key] = explanation
  }

  /// Without those whose number something clearly simpler gives too.
  fileprivate var simplest: [Explanation] {
    var least: [Int: Int] = [:]
    for explanation in values {
      least[explanation.number.value] = Swift.min(least[explanation.number.value] ?? .max, explanation.effort)
    }
    return values.filter { $0.effort < least[$0.number.value]! + 2 }
  }
}

extension StatedNumber {
  /// Sizes in bytes are meant only where the unit says so.
  fileprivate func accepts(_ other: StatedKind) -> Bool { kind.map { $0 == other } ?? (other != .bytes) }
}

extension Explanation {
  /// Exact first, then by simplicity, then by closeness.
  fileprivate func precedes(_ other: Explanation) -> Bool {
    let key = (match == .exact ? 0 : 1, effort, abs(difference), number.value)
    let otherKey = (other.match == .exact ? 0 : 1, other.effort, abs(other.difference), other.number.value)
    return key == otherKey ? sentence < other.sentence : key < otherKey
  }

  /// Order among those that do not give the number: close first, but what is far-fetched must be closer.
  fileprivate var remoteness: Double { abs(difference) + 0.01 * Double(effort) }
}
