import Microkernels

/// A depthwise convolution and the 1×1 convolution after it, some rows at a time: what the first makes of a thread's rows
/// is multiplied while it lies in that thread's second-level cache, and has no place in memory.
///
/// The input's halo must cover the depthwise convolution's padding.
public struct SeparableConvolution: Sendable {
  let depthwise: LanewiseConvolution
  let pointwise: DirectConvolution
  var policy = SeparablePolicy()

  /// - pointwise: of stride 1 without padding, on the channels that `depthwise` makes.
  public init(depthwise: LanewiseConvolution, pointwise: DirectConvolution) {
    precondition(depthwise.shape.outputChannels == pointwise.shape.inputChannels && depthwise.order == nil)
    precondition(pointwise.isPointwise && pointwise.before == nil && pointwise.order == nil)
    self.depthwise = depthwise
    self.pointwise = pointwise
  }

  /// Bytes of packed weights and biases.
  public var weightBytes: Int { depthwise.weightBytes + pointwise.weightBytes }

  /// - input: not where `output` is, since rows that come later are read around each pixel.
  /// - residual: may be where `output` is.
  public func run(
    _ input: BlockedView, to output: BlockedView, adding residual: BlockedView? = nil, on pool: ThreadPool
  ) {
    let shape = depthwise.shape
    precondition(input.channels == shape.inputChannels && output.channels == pointwise.shape.outputChannels)
    precondition(input.images == output.images && output.height == shape.outputHeight(input.height))
    precondition(output.width == shape.outputWidth(input.width))
    precondition(input.halo.covers(shape.halo(height: input.height, width: input.width)), "the halo covers the padding")
    let scratch = pool.scratch(policy.scratch(shape, width: output.width, lanes: input.lanes))
    let fitting = policy.rowsThatFit(shape, width: output.width, lanes: input.lanes)
    let rows = Self.rowsInChunk(fitting, height: output.height, threads: pool.threads)
    let chunks = (output.height + rows - 1) / rows
    pool.forEach(output.images * chunks) { item, worker in
      let image = item / chunks
      let first = item % chunks * rows
      let range = first..<min(first + rows, output.height)
      let made = BlockedView(
        memory: scratch[worker], images: 1, channels: shape.outputChannels, height: range.count, width: output.width,
        lanes: input.lanes)
      for block in 0..<made.blocks { depthwise.compute(block: block, of: image, range, input, made, nil) }
      pointwise.runPointwise(
        made, to: output.part(image: image, rows: range), adding: residual?.part(image: image, rows: range), on: nil)
    }
  }

  /// As few chunks as fit the cache and give every thread as many.
  private static func rowsInChunk(_ fitting: Int, height: Int, threads: Int) -> Int {
    let chunks = (height + fitting - 1) / fitting
    let shared = (chunks + threads - 1) / threads * threads
    return (height + shared - 1) / shared
  }
}

/// Which depthwise convolutions run in the step of the 1×1 convolution after them, and how much at a time.
struct SeparablePolicy: Sendable {
  /// Floats of the depthwise result that a thread makes before it multiplies them, or one row: an eighth of a second-level
  /// cache of two megabytes, since the input's rows, the weights and the result pass through it too.
  var floats = 65_536
  /// All that can, whether it pays or not: for tests, whose images are small.
  var isEverywhere = false

  /// Whether one step is quicker than two: where the depthwise result would take a quarter of a second-level cache or more,
  /// and each of its values is multiplied so few times that its ways to memory and back count.
  ///
  /// - depthwise: with a result of so many rows and columns.
  /// - outputs: channels that the 1×1 convolution makes.
  func pays(_ depthwise: ConvolutionShape, height: Int, width: Int, outputs: Int, lanes: Int) -> Bool {
    let (row, overflow) = width.multipliedReportingOverflow(by: depthwise.outputChannels.blocks(of: lanes) * lanes)
    guard !overflow, row > 0, row <= floats else { return false }
    return height >= (2 * floats + row - 1) / row && outputs <= Self.mostOutputs
  }

  /// Measured: 128 gain 1 to 11 %, 176 and more nothing.
  private static let mostOutputs = 128

  func rowsThatFit(_ depthwise: ConvolutionShape, width: Int, lanes: Int) -> Int {
    max(1, floats / max(1, rowFloats(depthwise, width: width, lanes: lanes)))
  }

  /// What a thread puts the depthwise result into.
  func scratch(_ depthwise: ConvolutionShape, width: Int, lanes: Int) -> ScratchSize {
    let rows = rowsThatFit(depthwise, width: width, lanes: lanes)
    return ScratchSize(count: rows * rowFloats(depthwise, width: width, lanes: lanes))
  }

  private func rowFloats(_ depthwise: ConvolutionShape, width: Int, lanes: Int) -> Int {
    depthwise.outputChannels.blocks(of: lanes) * lanes * width
  }
}
