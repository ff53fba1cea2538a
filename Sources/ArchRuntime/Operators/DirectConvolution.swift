import Microkernels

/// Dense and block-grouped convolution without a copy of the input: 1×1, k×k with any stride and dilation, the first
/// layer on a planar image, and the linear layer (a kernel as large as its image).
///
/// The input's halo must cover the padding (`ConvolutionShape.halo`); bias, residual and activation are applied while
/// the sums are in registers.
public struct DirectConvolution: Sendable {
  public private(set) var shape: ConvolutionShape
  public let activation: Activation
  /// Applied to the input while it is read; only of a 1×1 convolution without padding, and with an activation that is
  /// nothing but bounds.
  var before: ChannelAffine?
  /// Applied to the input's channels while they are read; only of a 1×1 convolution of stride 1 without padding.
  var order: ChannelGather?
  let weights: DenseWeights
  let kernels: Kernels

  /// - weights: (output channels, input channels of a group, kernel height, kernel width)
  /// - bias: one for each output channel, or none.
  /// - rowPixels: pixels of an output row; of the whole output where the rows of input and output touch.
  public init(
    _ shape: ConvolutionShape, weights: some NumberSource, bias: [Float] = [], activation: Activation = .identity,
    rowPixels: Int, kernels: Kernels
  ) {
    self.shape = shape
    self.activation = activation
    self.kernels = kernels
    let probe = OutputTile.tiles(for: shape, lanes: kernels.lanes, maximumVectors: .max)
    let vectors = TileChoice.vectors(
      runs: probe.map(\.vectors), rowPixels: rowPixels,
      weightsOfVector: shape.inputChannelsPerGroup * shape.kernelHeight * shape.kernelWidth * kernels.lanes,
      kernels: kernels)
    self.weights = DenseWeights(shape, weights: weights, bias: bias, lanes: kernels.lanes, maximumVectors: vectors)
  }

  /// With zeros for weights: for measurements, which need no second copy of them. They are written, since the pages that
  /// never were are all the same one, which lies in a cache.
  init(zeros shape: ConvolutionShape, rowPixels: Int, kernels: Kernels) {
    self.shape = shape
    self.kernels = kernels
    activation = .identity
    weights = DenseWeights(zeros: shape, lanes: kernels.lanes, maximumVectors: kernels.maximumVectors)
    weights.packed.pointer.update(repeating: 0, count: weights.packed.count)
  }

  /// Bytes of packed weights and bias.
  public var weightBytes: Int { (weights.packed.count + weights.bias.count) * MemoryLayout<Float>.stride }

  public func run(
    _ input: BlockedView, to output: BlockedView, adding residual: BlockedView? = nil, on pool: ThreadPool
  ) {
    precondition((order?.sources.count ?? input.channels) == shape.inputChannels && input.lanes == kernels.lanes)
    precondition(input.halo.covers(shape.halo(height: input.height, width: input.width)), "the halo covers the padding")
    if shape.isSubsampling || before != nil || order != nil {
      runStaged(input, to: output, adding: residual, on: pool)
    } else if isPointwise {
      runPointwise(input, to: output, adding: residual, on: pool)
    } else {
      run(TapGeometry(input), images: input.images, to: output, adding: residual, on: pool)
    }
  }

  /// 1×1 with a stride, with a normalisation before it or with channels from other places: the pixels that are read are
  /// first put side by side, some rows at a time, so that the tiles are as large as they can be and every value is
  /// normalised once. What is copied stays in the second-level cache and is far less than what is multiplied.
  private func runStaged(
    _ input: BlockedView, to output: BlockedView, adding residual: BlockedView?, on pool: ThreadPool
  ) {
    let chunk = Self.stagedRows(shape, height: output.height, width: output.width, lanes: input.lanes)
    let scratch = pool.scratch(Self.scratch(shape, height: output.height, width: output.width, lanes: input.lanes))
    var dense = self
    dense.before = nil
    dense.order = nil
    dense.shape.strideHeight = 1
    dense.shape.strideWidth = 1
    for image in 0..<input.images {
      for first in stride(from: 0, to: output.height, by: chunk) {
        let rows = first..<min(first + chunk, output.height)
        let staged = BlockedView(
          memory: scratch[0], images: 1, channels: shape.inputChannels, height: rows.count, width: output.width,
          lanes: input.lanes)
        stage(input, image, rows, staged, on: pool)
        dense.run(
          staged, to: output.part(image: image, rows: rows), adding: residual?.part(image: image, rows: rows), on: pool)
      }
    }
  }

  private func stage(
    _ input: BlockedView, _ image: Int, _ rows: Range<Int>, _ staged: BlockedView, on pool: ThreadPool
  ) {
    // Taken out of their tables once: a copy of a table retains every closure in it.
    let (affine, gather) = (kernels.table.affine, kernels.table.gather)
    let (scale, shift, bounds) = (before?.scale, before?.shift, before?.activation.bounds)
    let isWhole = input.rowsTouch && shape.strideHeight * shape.strideWidth == 1
    let (lines, pixels) = isWhole ? (1, rows.count * staged.width) : (rows.count, staged.width)
    pool.forEach(staged.blocks) { block, _ in
      for line in 0..<lines {
        if let order {
          order.copy(
            block: block, of: image, row: rows.lowerBound + line, in: input,
            to: staged.row(image: 0, block: block, row: line), pixels: pixels)
          continue
        }
        let source = input.row(image: image, block: block, row: (rows.lowerBound + line) * shape.strideHeight)
        let target = staged.row(image: 0, block: block, row: line)
        if let scale, let shift, let bounds {
          let first = block * staged.lanes
          affine(source, scale.pointer + first, shift.pointer + first, target, pixels, bounds.low, bounds.high)
        } else {
          gather(source, target, pixels, shape.strideWidth)
        }
      }
    }
  }

  /// Half a second-level cache of two megabytes.
  private static let stagedFloats = 262_144

  /// Output rows whose pixels are put side by side at a time: as few pieces as fit, of the same height but for the last.
  private static func stagedRows(_ shape: ConvolutionShape, height: Int, width: Int, lanes: Int) -> Int {
    let rowFloats = shape.inputChannels.blocks(of: lanes) * lanes * width
    let pieces = max(1, (height * rowFloats + stagedFloats - 1) / stagedFloats)
    return (height + pieces - 1) / pieces
  }

  /// What a convolution that stages its input puts it into; all others need nothing.
  static func scratch(_ shape: ConvolutionShape, height: Int, width: Int, lanes: Int) -> ScratchSize {
    let rows = stagedRows(shape, height: height, width: width, lanes: lanes)
    return ScratchSize(count: rows * width * shape.inputChannels.blocks(of: lanes) * lanes, isShared: true)
  }

  /// Cycles of one core for so many output rows of so many pixels, everything at hand.
  func cycles(rows: Int, pixels: Int) -> Double {
    Double(rows) * weights.cycles(rowPixels: pixels, taps: shape.kernelHeight * shape.kernelWidth, kernels)
  }

  /// On a planar image, whose channels must fit one vector.
  public func run(_ input: PlanarView, to output: BlockedView, adding residual: BlockedView? = nil, on pool: ThreadPool)
  {
    precondition(input.channels == shape.inputChannels && shape.inputChannels <= kernels.lanes && shape.groups == 1)
    precondition(input.halo.covers(shape.halo(height: input.height, width: input.width)), "the halo covers the padding")
    run(TapGeometry(input), images: input.images, to: output, adding: residual, on: pool)
  }

  var isPointwise: Bool {
    shape.kernelHeight == 1 && shape.kernelWidth == 1 && shape.strideHeight == 1 && shape.strideWidth == 1
      && shape.padding == .none
  }

  /// 1×1 of stride 1, which does nothing to its input.
  ///
  /// - pool: nil for the caller's thread alone.
  func runPointwise(
    _ input: BlockedView, to output: BlockedView, adding residual: BlockedView?, on pool: ThreadPool?
  ) {
    precondition(isPointwise && before == nil && order == nil)
    let isFlat = input.rowsTouch && output.rowsTouch && residual?.rowsTouch ?? true
    run(
      TapGeometry(isFlat ? input.flattened : input), images: input.images, to: isFlat ? output.flattened : output,
      adding: isFlat ? residual?.flattened : residual, on: pool)
  }

  private func run(
    _ input: TapGeometry, images: Int, to output: BlockedView, adding residual: BlockedView?, on pool: ThreadPool?
  ) {
    precondition(output.channels == shape.outputChannels && output.images == images && output.lanes == kernels.lanes)
    let origin = input.base - shape.padding.top * input.rowStride - shape.padding.left * input.columnStride
    var loop = DenseLoop(
      weights: weights, kernels: kernels,
      input: origin, inputImageStride: input.imageStride, inputBlockStride: input.blockStride,
      inputLaneStride: input.laneStride,
      inputRowStep: shape.strideHeight * input.rowStride, inputPixelStep: shape.strideWidth * input.columnStride,
      tapRows: shape.kernelHeight, tapRowStride: shape.dilationHeight * input.rowStride,
      tapColumns: shape.kernelWidth, tapColumnStride: shape.dilationWidth * input.columnStride,
      output: output.base, outputImageStride: output.imageStride, outputBlockStride: output.blockStride,
      outputRowStride: output.rowStride, outputPixelStride: output.lanes,
      residual: residual, activation: activation, images: images, rows: output.height, pixels: output.width)
    if output.pixels == 1, images > 1, residual == nil, activation.bounds != nil {
      // One pixel for each image: the images become the pixels of a row, and the weights stream once for all of them.
      loop.inputPixelStep = input.imageStride
      loop.outputPixelStride = output.imageStride
      loop.pixels = images
      loop.images = 1
    }
    loop.run(on: pool)
  }
}
