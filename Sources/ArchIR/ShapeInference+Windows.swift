import ArchAlgebra

// Operators that slide a window over the spatial extents, or change those extents.

extension Convolution {
  func outputShape(of input: Shape<D>, deciding decisions: inout some ExtentDecisions<D>) throws -> Shape<D> {
    try requireSpatial(input, kernel.count, isTransposed ? "a transposed convolution" : "a convolution")
    try requirePositive(outputChannels, .outputChannels, "the number of output channels")
    try require(
      groups, divides: input.channels, .groups, "groups must divide the input channels", deciding: &decisions)
    try require(
      groups, divides: outputChannels, .groups, "groups must divide the output channels", deciding: &decisions)
    for value in outputPadding { try requireNotNegative(value, .outputPadding, "the output padding") }
    let window = Window(kernel: kernel, stride: stride, padding: padding, dilation: dilation)
    let spatial =
      isTransposed
      ? try window.transposed(input.spatial, outputPadding: outputPadding) : try window.slid(over: input.spatial)
    return Shape([input.batch, outputChannels] + spatial)
  }
}

extension Pool {
  func outputShape(of input: Shape<D>) throws -> Shape<D> {
    try requireSpatial(input, kernel.count, "a pool")
    let window = Window(kernel: kernel, stride: stride, padding: padding, dilation: dilation)
    let spatial = try window.slid(over: input.spatial, roundsUp: roundsUp)
    try window.requireInput()
    return Shape(Array(input.extents.prefix(2)) + spatial)
  }
}

extension AdaptivePool {
  func outputShape(of input: Shape<D>) throws -> Shape<D> {
    try requireSpatial(input, output.count, "an adaptive pool")
    for extent in output { try requirePositive(extent, .output, "the output of the pool") }
    return Shape(Array(input.extents.prefix(2)) + output)
  }
}

extension Padding {
  func padded(_ spatial: ArraySlice<D>) throws -> [D] {
    guard spatial.count == before.count else {
      throw ShapeError("padding needs \(before.count) spatial extents", .input, cause: "there are \(spatial.count)")
    }
    return try zip(spatial, zip(before, after)).map { extent, sides in
      let padded = try extent + sides.0 + sides.1
      try requirePositive(padded, .padding, "what is left after padding")
      return padded
    }
  }
}

extension Upsample {
  func outputShape(of input: Shape<D>) throws -> Shape<D> {
    try requireSpatial(input, scale.count, "an upsampling")
    for factor in scale { try requirePositive(factor, .scale, "the scale") }
    return Shape(Array(input.extents.prefix(2)) + (try zip(input.spatial, scale).map { try $0 * $1 }))
  }
}

/// What convolutions and pools share.
struct Window<D: Dimension> {
  var kernel: [D]
  var stride: [D]
  var padding: Padding<D>
  var dilation: [D]

  /// ⌊(H + p − d·(k − 1) − 1) / s⌋ + 1 along each extent.
  ///
  /// Rounding up (ceil mode) adds the last window that is not full, unless it would begin in the padding after the
  /// input: the rule of Caffe and PyTorch.
  func slid(over spatial: ArraySlice<D>, roundsUp: Bool = false) throws -> [D] {
    try checkCounts()
    return try zip(spatial.indices, kernel.indices).map { position, axis in
      let extent = spatial[position]
      try check(axis)
      let reach = try dilation[axis] * (kernel[axis] - D(1)) + D(1)
      let padded = try extent + padding.before[axis] + padding.after[axis]
      // Rounding up, a window may begin less than a stride before it would be full.
      let least = roundsUp ? try reach - stride[axis] + D(1) : reach
      if let order = try padded.ordered(against: least), order < 0 {
        throw ShapeError(
          "the kernel is larger than its padded input", .kernel,
          cause: "it reaches over \(reach) of \(padded) \(axis == 0 ? "rows" : "columns")")
      }
      let span = try padded - reach
      guard roundsUp else { return try span.floorDivided(by: stride[axis]) + D(1) }
      let covering = try (span + stride[axis] - D(1)).floorDivided(by: stride[axis]) + D(1)
      // Padding that is shorter than what a window reaches beyond a stride holds no beginning.
      if let order = try (stride[axis] + padding.after[axis]).ordered(against: reach), order <= 0 { return covering }
      // The windows that begin before the padding at the end; the lesser of the two, without a case that closed forms
      // could not decide.
      let beginning = try (extent + padding.before[axis] + stride[axis] - D(1)).floorDivided(by: stride[axis])
      return try covering + beginning - D.maximum(covering, beginning)
    }
  }

  /// The first and the last window reach into the input: of padding alone there is no greatest element and no mean.
  func requireInput() throws {
    for axis in kernel.indices {
      let reach = try dilation[axis] * (kernel[axis] - D(1)) + D(1)
      for side in [padding.before[axis], padding.after[axis]] {
        guard let order = try side.ordered(against: reach), order >= 0 else { continue }
        throw ShapeError(
          "the padding of a pool must be less than its window reaches over", .padding,
          cause: "it is \(side), and the window reaches over \(reach) \(axis == 0 ? "rows" : "columns")")
      }
    }
  }

  /// (H − 1)·s − p + d·(k − 1) + 1 + output padding along each extent.
  func transposed(_ spatial: ArraySlice<D>, outputPadding: [D]) throws -> [D] {
    try checkCounts(outputPadding.count)
    return try zip(spatial.indices, kernel.indices).map { position, axis in
      try check(axis)
      let reach = try dilation[axis] * (kernel[axis] - D(1)) + D(1)
      // More would be rows that a smaller stride or dilation would have made: no framework accepts it.
      let most = try D.maximum(stride[axis], dilation[axis])
      if let order = try outputPadding[axis].ordered(against: most), order >= 0 {
        throw ShapeError(
          "the output padding must be less than the stride or the dilation", .outputPadding,
          cause: "it is \(outputPadding[axis]), and the greater of the two is \(most)")
      }
      let full = try (spatial[position] - D(1)) * stride[axis] + reach + outputPadding[axis]
      let extent = try full - padding.before[axis] - padding.after[axis]
      try requirePositive(extent, .padding, "what the padding leaves of the output")
      return extent
    }
  }

  /// Every attribute says something of every axis.
  private func checkCounts(_ more: Int? = nil) throws {
    for (culprit, count) in [
      (ShapeError.Culprit.stride, stride.count), (.dilation, dilation.count), (.padding, padding.before.count),
      (.padding, padding.after.count), (.outputPadding, more ?? kernel.count),
    ] where count != kernel.count {
      throw ShapeError("\(culprit.rawValue) needs \(kernel.count) numbers", culprit, cause: "there are \(count)")
    }
  }

  private func check(_ axis: Int) throws {
    try requirePositive(kernel[axis], .kernel, "the kernel")
    try requirePositive(stride[axis], .stride, "the stride")
    try requirePositive(dilation[axis], .dilation, "the dilation")
    try requireNotNegative(padding.before[axis], .padding, "the padding")
    try requireNotNegative(padding.after[axis], .padding, "the padding")
  }
}
