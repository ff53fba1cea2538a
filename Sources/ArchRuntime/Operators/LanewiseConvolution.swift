import Microkernels

/// Convolution whose groups lie inside a vector: depthwise, and grouped with 2, 4 or 8 channels in and out.
///
/// The input's halo must cover the padding.
public struct LanewiseConvolution: Sendable {
  public let shape: ConvolutionShape
  public let activation: Activation
  /// Applied to the input's channels while they are read; only of 1×1 kernels of stride 1.
  var order: ChannelGather?
  /// (blocks, kernel rows, channels of a group, kernel columns, lanes)
  let weights: AlignedBuffer
  let bias: AlignedBuffer
  /// (channels of a group, lanes): bit patterns of the lane that each lane meets; nil for depthwise kernels.
  private let orders: AlignedBuffer?
  let kernels: Kernels

  /// Whether these kernels can compute such a convolution.
  public static func supports(_ shape: ConvolutionShape, lanes: Int) -> Bool {
    let group = shape.inputChannelsPerGroup
    guard group == shape.outputChannelsPerGroup else { return false }
    return group == 1 || (group < lanes && group % 2 == 0 && group.nonzeroBitCount == 1)
  }

  /// - weights: (channels, channels of a group, kernel height, kernel width)
  public init(
    _ shape: ConvolutionShape, weights: [Float], bias: [Float] = [], activation: Activation = .identity,
    kernels: Kernels
  ) {
    precondition(Self.supports(shape, lanes: kernels.lanes))
    self.shape = shape
    self.activation = activation
    self.kernels = kernels
    self.weights = Self.pack(shape, weights, lanes: kernels.lanes)
    let blocks = shape.outputChannels.blocks(of: kernels.lanes)
    self.bias = AlignedBuffer(bias + [Float](repeating: 0, count: blocks * kernels.lanes - bias.count))
    let group = shape.inputChannelsPerGroup
    orders = group == 1 ? nil : Self.orders(group: group, lanes: kernels.lanes)
  }

  private static func orders(group: Int, lanes: Int) -> AlignedBuffer {
    let met = (0..<group).flatMap { channel in (0..<lanes).map { $0 / group * group + channel } }
    return AlignedBuffer(met.map { Float(bitPattern: UInt32($0)) })
  }

  public var weightBytes: Int { (weights.count + bias.count) * MemoryLayout<Float>.stride }

  /// Floats of weights and bias.
  static func weightCount(_ shape: ConvolutionShape, lanes: Int) -> Int {
    let blocks = shape.outputChannels.blocks(of: lanes)
    return blocks * lanes * (shape.kernelHeight * shape.kernelWidth * shape.inputChannelsPerGroup + 1)
  }

  private static func pack(_ shape: ConvolutionShape, _ weights: [Float], lanes: Int) -> AlignedBuffer {
    let group = shape.inputChannelsPerGroup
    let (rows, columns) = (shape.kernelHeight, shape.kernelWidth)
    let blocks = shape.outputChannels.blocks(of: lanes)
    let packed = AlignedBuffer(count: blocks * rows * columns * group * lanes)
    for channel in 0..<shape.outputChannels {
      for met in 0..<group {
        for row in 0..<rows {
          let from = ((channel * group + met) * rows + row) * columns
          let to = (((channel / lanes * rows + row) * group + met) * columns) * lanes + channel % lanes
          for column in 0..<columns { packed.pointer[to + column * lanes] = weights[from + column] }
        }
      }
    }
    return packed
  }

  public func run(
    _ input: BlockedView, to output: BlockedView, adding residual: BlockedView? = nil, on pool: ThreadPool
  ) {
    precondition((order?.sources.count ?? input.channels) == shape.inputChannels)
    precondition(output.channels == shape.outputChannels)
    precondition(input.halo.covers(shape.halo(height: input.height, width: input.width)), "the halo covers the padding")
    if let order {
      runGathered(order, input, output, residual, pool)
    } else {
      runInPlace(input, output, residual, pool)
    }
  }

  /// Cycles of one core, everything at hand: products, the orders of lanes that share a port with them, and a store for
  /// each output.
  func cycles(_ output: TensorShape) -> Double {
    let blocks = shape.outputChannels.blocks(of: kernels.lanes)
    let group = shape.inputChannelsPerGroup
    let taps = shape.kernelHeight * shape.kernelWidth * group
    let isShared = shape.kernelWidth > 2 && shape.strideWidth == 1 && shape.dilationWidth == 1
    let orders = group == 1 ? 0 : isShared ? taps / 3 : taps
    return Double(output.images * blocks * output.pixels) * (Double(taps + orders) / 2 + 2)
  }

  private func runInPlace(_ input: BlockedView, _ output: BlockedView, _ residual: BlockedView?, _ pool: ThreadPool) {
    let items = input.images * input.blocks
    let rows = Self.rowsInChunk(height: output.height, items: items, threads: pool.threads)
    let chunks = (output.height + rows - 1) / rows
    pool.forEach(items * chunks) { item, _ in
      let image = item / chunks / input.blocks
      let first = item / input.blocks % chunks * rows
      let block = item % input.blocks
      let end = min(first + rows, output.height)
      compute(
        block: block, of: image, first..<end, input, output.part(image: image, rows: first..<end),
        residual?.part(image: image, rows: first..<end))
    }
  }

  /// Some output rows of a block, on the caller's thread.
  ///
  /// - output, residual: one image of these rows.
  func compute(
    block: Int, of image: Int, _ rows: Range<Int>, _ input: BlockedView, _ output: BlockedView, _ residual: BlockedView?
  ) {
    // Bands, so that what the long tiles have read is still near when the short ones come.
    for line in stride(from: 0, to: rows.count, by: Self.band) {
      let row = (rows.lowerBound + line) * shape.strideHeight - shape.padding.top
      let source = input.row(image: image, block: block, row: row) - shape.padding.left * input.lanes
      compute(
        UnsafePointer(source), rowStride: input.rowStride, output, residual, 0, block,
        line..<min(line + Self.band, rows.count), 0..<output.width)
    }
  }

  private static let band = 8

  /// Rows of a chunk: all, fewer where threads would be left without work.
  private static func rowsInChunk(height: Int, items: Int, threads: Int) -> Int {
    var rows = height
    while threads > 1, rows > 1, items * ((height + rows - 1) / rows) < 4 * threads { rows = (rows + 1) / 2 }
    return rows
  }

  /// Puts the channels of some pixels at a time in their places in the worker's scratch memory.
  private func runGathered(
    _ order: ChannelGather, _ input: BlockedView, _ output: BlockedView, _ residual: BlockedView?, _ pool: ThreadPool
  ) {
    precondition(shape.kernelHeight * shape.kernelWidth == 1 && shape.padding == .none && !shape.isSubsampling)
    if input.height > 1, input.rowsTouch, output.rowsTouch, residual?.rowsTouch ?? true {
      return runGathered(order, input.flattened, output.flattened, residual?.flattened, pool)
    }
    let split = RowSplit(pixels: output.width, atMost: Self.gatheredPixels)
    let scratch = pool.scratch(Self.gatheredScratch(lanes: kernels.lanes))
    pool.forEach(output.images * output.blocks * output.height * split.tiles) { item, worker in
      let (place, piece) = (item / split.tiles, item % split.tiles)
      let (row, block) = (place % output.height, place / output.height % output.blocks)
      let image = place / output.height / output.blocks
      let (start, pixels) = (split.start(of: piece), split.pixels(of: piece))
      order.copy(block: block, of: image, row: row, column: start, in: input, to: scratch[worker], pixels: pixels)
      compute(
        UnsafePointer(scratch[worker]), rowStride: 0, output, residual, image, block, row..<(row + 1),
        start..<(start + pixels))
    }
  }

  /// Pixels that are put in order at a time: they stay in the first-level cache until they are read.
  private static let gatheredPixels = 128

  static func gatheredScratch(lanes: Int) -> ScratchSize { ScratchSize(count: gatheredPixels * lanes) }

  /// Some pixels of some output rows; `input` is the first tap of the first of them.
  private func compute(
    _ input: UnsafePointer<Float>, rowStride: Int, _ output: BlockedView,
    _ residual: BlockedView?, _ image: Int, _ block: Int, _ rows: Range<Int>, _ pixels: Range<Int>
  ) {
    let lanes = kernels.lanes
    let offset = pixels.lowerBound * lanes
    let group = shape.inputChannelsPerGroup
    var task = LanewiseTask(
      input: input, weights: weights.pointer + block * shape.kernelHeight * shape.kernelWidth * group * lanes,
      bias: bias.pointer + block * lanes,
      output: output.row(image: image, block: block, row: rows.lowerBound) + offset)
    task.rows = shape.kernelHeight
    task.rowStride = shape.dilationHeight * rowStride
    task.columns = shape.kernelWidth
    task.columnStride = shape.dilationWidth * lanes
    task.pixelStride = shape.strideWidth * lanes
    task.orders = orders.map { UnsafePointer($0.pointer) }
    task.channels = group
    task.lines = rows.count
    task.inputLineStride = shape.strideHeight * rowStride
    task.outputLineStride = output.rowStride
    if let residual {
      task.residual = UnsafePointer(residual.row(image: image, block: block, row: rows.lowerBound) + offset)
      task.residualLineStride = residual.rowStride
    }
    task.run(pixels: pixels.count, activation: activation, kernels)
  }
}
