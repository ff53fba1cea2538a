import ArchAlgebra

// Operators that work on channels or features alone.

extension Linear {
  func outputShape(of input: Shape<D>) throws -> Shape<D> {
    try requirePositive(outputFeatures, .outputChannels, "the number of output features")
    return Shape(input.extents.dropLast() + [outputFeatures])
  }
}

extension Permutation {
  func outputShape(of input: Shape<D>, deciding decisions: inout some ExtentDecisions<D>) throws -> Shape<D> {
    switch self {
    case .shuffle(let groups):
      try require(
        groups, divides: input.channels, .groups, "groups must divide the channels that are shuffled",
        deciding: &decisions)
    case .explicit(let order):
      if try decisions.areEqual(input.channels, D(order.count)) == false {
        throw ShapeError(
          "a permutation must name every channel", .order, cause: "\(order.count) of \(input.channels) are named")
      }
      let named = Set(order)
      if let missing = order.indices.first(where: { !named.contains($0) }) {
        throw ShapeError(
          "a permutation must name every channel once", .order, cause: "channel \(missing) is missing")
      }
    }
    return input
  }
}

extension Slice {
  func outputShape(of input: Shape<D>) throws -> Shape<D> {
    try requireNotNegative(start, .start, "the first channel of a slice")
    try requirePositive(count, .count, "the number of channels of a slice")
    let end = try start + count
    if let order = try end.ordered(against: input.channels), order > 0 {
      throw ShapeError(
        "a slice must lie within the channels", .count, cause: "it ends at \(end) of \(input.channels)")
    }
    var result = input
    result.channels = count
    return result
  }
}

extension ChannelPadding {
  func outputShape(of input: Shape<D>) throws -> Shape<D> {
    try requireNotNegative(before, .padding, "the number of channels before")
    try requireNotNegative(after, .padding, "the number of channels after")
    var result = input
    result.channels = try before + input.channels + after
    return result
  }
}
