import ArchAlgebra
import ArchSpec

/// Where the closed form is one of several, or none meets the target, the networks themselves are looked at.
extension Solver {
  /// How far from a place a network is looked for: where an extent must be divided there is one at every 32nd or so.
  static let reach = 64
  /// What building networks for one search may take, in the steps of ``Specification/elaborate(_:options:steps:)``.
  private static let mostSteps = 1_000_000

  /// The lowest value of the range.
  var lowest: Double {
    if case .between(let low?, _, _) = parameter.range { low.doubleValue } else { bounds.lowerBound }
  }

  /// Neighbours between which the cost of the networks passes the target, whatever forms it has on the way.
  ///
  /// The values are looked at from the lowest on, each first, then in growing distances, until the cost rises far beyond the
  /// target; between two on both sides of it their distance is halved. A parameter that is no integer and has no steps is
  /// looked at in hundredths.
  func searched() throws -> [Candidate] {
    guard case .between(let low, let high, let given) = parameter.range else { return [] }
    let isFree = given == nil && parameter.kind != .integer
    let values = try Values(
      first: isFree ? .zero : low ?? .one, step: given ?? (isFree ? Rational(1, 100) : .one),
      high: high?.doubleValue ?? bounds.upperBound)
    var steps = 0

    /// The first network from a place on.
    func next(from place: Int, through end: Int) throws -> Sample? {
      for place in place...max(place, min(end, place + Self.reach - 1)) where place <= end && steps < Self.mostSteps {
        if let value = values.at(place), let one = try candidate(value, steps: &steps) {
          return Sample(place: place, candidate: one)
        }
      }
      return nil
    }

    var grid: [Sample] = []
    var place = isFree ? Self.integer((lowest * 100).rounded(.up)) : 0
    var risen = 0
    // What costs four times the target, and more than two before it, is far beyond it.
    while risen < 2, let one = try next(from: place, through: values.last) {
      let isRising = grid.last.map { $0.candidate.cost <= one.candidate.cost } ?? false
      risen = isRising && one.candidate.difference > 3 ? risen + 1 : 0
      grid.append(one)
      let following = one.place + max(1, abs(one.place) / 4)
      place = one.place < values.last ? min(following, values.last) : following
    }
    var found = grid.map(\.candidate)
    for (left, right) in zip(grid, grid.dropFirst()) where isBeyond(left) != isBeyond(right) {
      var (low, high) = (left, right)
      while low.place + 1 < high.place {
        let middle = low.place + (high.place - low.place) / 2
        guard
          let one = try next(from: middle, through: high.place - 1) ?? next(from: low.place + 1, through: middle - 1)
        else { break }
        found.append(one.candidate)
        if isBeyond(one) == isBeyond(low) { low = one } else { high = one }
      }
    }
    return found
  }

  private func isBeyond(_ sample: Sample) -> Bool { sample.candidate.cost > target }

  /// The values of a range by their places.
  private struct Values {
    var first: Rational
    var step: Rational
    var last: Int

    init(first: Rational, step: Rational, high: Double) {
      (self.first, self.step) = (first, step)
      last = Solver.integer(((high - first.doubleValue) / step.doubleValue).rounded(.down))
    }

    func at(_ place: Int) -> Rational? { try? first.adding(step.multiplied(by: Rational(place))) }
  }

  private struct Sample {
    var place: Int
    var candidate: Candidate
  }
}
