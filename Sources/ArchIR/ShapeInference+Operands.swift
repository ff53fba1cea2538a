import ArchAlgebra

// What operators of several operands share.

extension Array {
  /// The shape that all operands are stretched to: extents of 1 fit any other.
  func stretched<D: Dimension>(for name: String) throws -> Shape<D> where Element == Shape<D> {
    var result = self[0]
    for other in dropFirst() {
      guard other.rank == result.rank else { throw differ(name, result, other) }
      for axis in 0..<result.rank where result.extents[axis] != other.extents[axis] {
        if result.extents[axis] == D(1) {
          result.extents[axis] = other.extents[axis]
        } else if other.extents[axis] != D(1),
          let order = try result.extents[axis].ordered(against: other.extents[axis]), order != 0
        {
          throw differ(name, result, other)
        }
      }
    }
    return result
  }

  func concatenated<D: Dimension>(along joined: Int, for name: String) throws -> Shape<D> where Element == Shape<D> {
    var result = self[0]
    try require(result, hasAxis: joined)
    for other in dropFirst() {
      guard other.rank == result.rank else { throw differ(name, result, other) }
      for axis in 0..<result.rank where axis != joined {
        if let order = try result.extents[axis].ordered(against: other.extents[axis]), order != 0 {
          throw differ(name, result, other)
        }
      }
      result.extents[joined] = try result.extents[joined] + other.extents[joined]
    }
    return result
  }

  private func differ<D: Dimension>(_ name: String, _ a: Shape<D>, _ b: Shape<D>) -> ShapeError {
    ShapeError("the branches of \(name) have different shapes", .input, cause: "\(a) and \(b)")
  }
}
