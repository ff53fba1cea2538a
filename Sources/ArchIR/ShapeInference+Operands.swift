import ArchAlgebra

// What operators of several operands share.

extension Array {
  func stretched<D: Dimension>(for name: String) throws -> Shape<D> where Element == Shape<D> {
    var decisions = StructuralDecisions<D>()
    return try stretched(for: name, deciding: &decisions)
  }

  /// The shape that all operands are stretched to: extents of 1 fit any other.
  func stretched<D: Dimension>(
    for name: String, deciding decisions: inout some ExtentDecisions<D>
  ) throws -> Shape<D> where Element == Shape<D> {
    var result = self[0]
    for other in dropFirst() {
      guard other.rank == result.rank else { throw differ(name, result, other) }
      for axis in 0..<result.rank where result.extents[axis] != other.extents[axis] {
        let (a, b) = (result.extents[axis], other.extents[axis])
        if b == D(1) { continue }
        if a == D(1) {
          result.extents[axis] = b
        } else if try decisions.areEqual(a, b) == false {
          // One of them may still have an extent of 1, by the values of its symbols.
          if try decisions.areEqual(a, D(1)) == true {
            result.extents[axis] = b
          } else if try decisions.areEqual(b, D(1)) != true {
            throw differ(name, result, other)
          }
        }
      }
    }
    return result
  }

  func concatenated<D: Dimension>(along joined: Int, for name: String) throws -> Shape<D> where Element == Shape<D> {
    var decisions = StructuralDecisions<D>()
    return try concatenated(along: joined, for: name, deciding: &decisions)
  }

  func concatenated<D: Dimension>(
    along joined: Int, for name: String, deciding decisions: inout some ExtentDecisions<D>
  ) throws -> Shape<D> where Element == Shape<D> {
    var result = self[0]
    try require(result, hasAxis: joined)
    for other in dropFirst() {
      guard other.rank == result.rank else { throw differ(name, result, other) }
      for axis in 0..<result.rank where axis != joined && result.extents[axis] != other.extents[axis] {
        guard try decisions.areEqual(result.extents[axis], other.extents[axis]) != false else {
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
