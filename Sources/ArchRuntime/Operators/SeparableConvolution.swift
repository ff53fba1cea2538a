import Microkernels

/// A depthwise convolution and the 1×1 convolution after it, some rows at a time: what the first makes of a thread's rows
/// is multiplied while it lies in that thread's second-level cache, and has no place in memory.
///
/// The input's halo must cover the depthwise convolution's padding.
public struct SeparableConvolution: Sendable {
  let depthwise: LanewiseConvolution
  let pointwise: DirectConvolution

  /// - pointwise: of stride 1 without padding, on the channels that `depthwise` makes.
  public init(depthwise: LanewiseConvolution, pointwise: DirectConvolution) {
    precondition(depthwise.shape.outputChannels == pointwise.shape.inputChannels && depthwise.order == nil)
    self.depthwise = depthwise
    self.pointwise = pointwise
  }

  /// Bytes of packed weights and biases.
  public var weightBytes: Int { depthwise.weightBytes + pointwise.weightBytes }

  public func run(
    _ input: BlockedView, to output: BlockedView, adding residual: BlockedView? = nil, on pool: ThreadPool
  ) {
    let shape = depthwise.shape
    precondition(input.channels == shape.inputChannels && output.channels == pointwise.shape.outputChannels)
    precondition(input.halo.covers(shape.halo(height: input.height, width: input.width)), "the halo covers the padding")
    let scratch = pool.scratch(Self.scratch(shape, width: output.width, lanes: input.lanes))
    let fitting = Self.rowsThatFit(shape, width: output.width, lanes: input.lanes)
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

  /// An eighth of a second-level cache of two megabytes: the input's rows, the weights and the result pass through it too.
  private static let chunkFloats = 65_536

  private static func rowFloats(_ shape: ConvolutionShape, width: Int, lanes: Int) -> Int {
    shape.outputChannels.blocks(of: lanes) * lanes * width
  }

  private static func rowsThatFit(_ shape: ConvolutionShape, width: Int, lanes: Int) -> Int {
    max(1, chunkFloats / rowFloats(shape, width: width, lanes: lanes))
  }

  /// What a thread puts the depthwise result into.
  static func scratch(_ shape: ConvolutionShape, width: Int, lanes: Int) -> ScratchSize {
    ScratchSize(
      count: rowsThatFit(shape, width: width, lanes: lanes) * rowFloats(shape, width: width, lanes: lanes))
  }

  /// Whether one step is quicker than two: where the depthwise result would take a quarter of a second-level cache or more,
  /// and each of its values is multiplied so few times that its ways to memory and back count.
  ///
  /// - height, width: of the result.
  static func pays(_ shape: ConvolutionShape, outputs: Int, height: Int, width: Int, lanes: Int) -> Bool {
    let (row, overflow) = width.multipliedReportingOverflow(by: shape.outputChannels.blocks(of: lanes) * lanes)
    return !overflow && row <= chunkFloats && outputs <= mostOutputs
      && height >= (2 * chunkFloats + row - 1) / max(1, row)
  }

  private static let mostOutputs = 128
}
