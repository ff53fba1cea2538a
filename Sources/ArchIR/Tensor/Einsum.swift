import ArchAlgebra

/// A sum over products of elements of all operands, written with a letter for each axis: `bhid,bhjd->bhij`.
public struct Einsum: Hashable, Sendable {
  /// The letters of each operand's axes.
  public var operands: [[Character]]
  public var result: [Character]

  public init(operands: [[Character]], result: [Character]) {
    self.operands = operands
    self.result = result
  }

  /// The extent of each letter.
  ///
  /// - Throws: ``ShapeError`` if the operands do not fit the letters or each other.
  public func extents<D: Dimension>(of inputs: [Shape<D>]) throws -> [Character: D] {
    guard inputs.count == operands.count else {
      throw ShapeError("an einsum takes \(operands.count) operands", .input, cause: "there are \(inputs.count)")
    }
    var extents: [Character: D] = [:]
    for (letters, shape) in zip(operands, inputs) {
      guard letters.count == shape.rank else {
        throw ShapeError(
          "an einsum names every axis", .input, cause: "\(String(letters)) does not fit a tensor of rank \(shape.rank)")
      }
      for (letter, extent) in zip(letters, shape.extents) {
        guard let other = extents[letter], other != D(1) else {
          extents[letter] = extent
          continue
        }
        if extent != D(1), let order = try other.ordered(against: extent), order != 0 {
          throw ShapeError(
            "the operands of an einsum have different extents", .input, cause: "\(letter) is \(other) and \(extent)")
        }
      }
    }
    return extents
  }

  func outputShape<D: Dimension>(of inputs: [Shape<D>]) throws -> Shape<D> {
    let extents = try extents(of: inputs)
    return Shape(
      try result.map { letter in
        guard let extent = extents[letter] else {
          throw ShapeError(
            "an einsum's result has its operands' letters", .output, cause: "\(letter) is not among them")
        }
        return extent
      })
  }
}
