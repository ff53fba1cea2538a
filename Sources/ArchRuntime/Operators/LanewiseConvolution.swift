import Microkernels

/// Convolution whose groups lie inside a vector: depthwise, and grouped with 2, 4 or 8 channels in and out.
///
/// The input's halo must cover the padding.
public struct LanewiseConvolution: Sendable {
  public let shape: ConvolutionShape
  public let activation: Activation
  /// Applied to the input's channels while they are read; only where groups have more than one channel.
  var order: ChannelGather?
  /// (blocks, kernel rows, kernel columns, channels of a group, lanes)
  let weights: AlignedBuffer
  let bias: AlignedBuffer
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
  }

  public var weightBytes: Int { (weights.count + bias.count) * MemoryLayout<Float>.stride }

  /// Floats of weights and bias.
  static func weightCount(_ shape: ConvolutionShape, lanes: Int) -> Int {
    let blocks = shape.outputChannels.blocks(of: lanes)
    return blocks * lanes * (shape.kernelHeight * shape.kernelWidth * shape.inputChannelsPerGroup + 1)
  }

  /// Copies of the input that a group needs: one for each order of its lanes.
  private var copies: Int { shape.inputChannelsPerGroup }

  /// Copy s of the input brings lane (lane ^ 2·(s / 2)) with its lowest bit set to s % 2: `spreadGroups`.
  static func pack(_ shape: ConvolutionShape, _ weights: [Float], lanes: Int) -> AlignedBuffer {
    let group = shape.inputChannelsPerGroup
    let taps = shape.kernelHeight * shape.kernelWidth
    let blocks = shape.outputChannels.blocks(of: lanes)
    let packed = AlignedBuffer(count: blocks * taps * group * lanes)
    for channel in 0..<shape.outputChannels {
      let lane = channel % lanes
      for step in 0..<group {
        let met = group == 1 ? lane : ((lane ^ (step / 2 * 2)) & ~1) | step % 2
        let from = (channel * group + met % group) * taps
        for tap in 0..<taps {
          packed.pointer[((channel / lanes * taps + tap) * group + step) * lanes + lane] = weights[from + tap]
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
    if shape.inputChannelsPerGroup == 1 {
      runDepthwise(input, output, residual, pool)
    } else {
      runGrouped(input, output, residual, pool)
    }
  }

  /// Cycles of one core, everything at hand: products, a store for each output, and the copies of grouped inputs.
  func cycles(_ output: TensorShape, inputPixels: Int) -> Double {
    let blocks = shape.outputChannels.blocks(of: kernels.lanes)
    let taps = shape.kernelHeight * shape.kernelWidth * shape.inputChannelsPerGroup
    let copied = copies > 1 ? Double(output.images * blocks * inputPixels * copies) : 0
    return Double(output.images * blocks * output.pixels) * (Double(taps) / 2 + 2) + copied
  }

  private func runDepthwise(_ input: BlockedView, _ output: BlockedView, _ residual: BlockedView?, _ pool: ThreadPool) {
    let rows = Self.rowsInChunk(
      height: output.height, items: input.images * input.blocks, threads: pool.threads, atMost: output.height)
    let chunks = (output.height + rows - 1) / rows
    pool.forEach(input.images * input.blocks * chunks) { item, _ in
      let image = item / chunks / input.blocks
      let first = item / input.blocks % chunks * rows
      let block = item % input.blocks
      let end = min(first + rows, output.height)
      // Bands, so that what the long tiles have read is still near when the short ones come.
      for row in stride(from: first, to: end, by: Self.band) {
        let source =
          input.row(image: image, block: block, row: row * shape.strideHeight - shape.padding.top)
          - shape.padding.left * input.lanes
        compute(
          UnsafePointer(source), rowStride: input.rowStride, output, residual, image, block,
          row..<min(row + Self.band, end), 0..<output.width)
      }
    }
  }

  private static let band = 8

  /// Works on strips as wide as a tile, some rows at a time: the copies of their inputs are made in the worker's scratch
  /// memory and stay in the first-level cache until they are read.
  private func runGrouped(_ input: BlockedView, _ output: BlockedView, _ residual: BlockedView?, _ pool: ThreadPool) {
    let strips = GroupedStrips(
      shape, images: input.images, height: output.height, width: output.width, threads: pool.threads, kernels,
      gathers: order != nil)
    let (split, columns, lineFloats, rows) = (strips.split, strips.columns, strips.lineFloats, strips.rows)
    let chunks = (output.height + rows - 1) / rows
    let spread = kernels.table.spreadGroups
    let scratch = pool.scratch(strips.scratch)
    pool.forEach(output.images * output.blocks * split.tiles * chunks) { item, worker in
      let image = item / (chunks * split.tiles) / output.blocks
      let block = item / (chunks * split.tiles) % output.blocks
      let strip = item / chunks % split.tiles
      let first = item % chunks * rows
      let (start, pixels) = (split.start(of: strip), split.pixels(of: strip))
      let needed = (pixels - 1) * shape.strideWidth + shape.spanWidth
      let memory = scratch[worker]
      let end = min(first + rows, output.height)
      let x = start * shape.strideWidth - shape.padding.left
      let y = first * shape.strideHeight - shape.padding.top
      for line in 0..<((end - first - 1) * shape.strideHeight + shape.spanHeight) {
        let target = memory + line * lineFloats
        if let order {
          let gathered = memory + strips.gatheredLine
          order.copy(
            block: block, of: image, row: y + line, column: x, in: input, to: gathered, pixels: needed)
          spread(gathered, target, needed, copies, columns * kernels.lanes)
        } else {
          let source = input.row(image: image, block: block, row: y + line) + x * input.lanes
          spread(source, target, needed, copies, columns * kernels.lanes)
        }
      }
      compute(
        UnsafePointer(memory), rowStride: lineFloats, copyStride: columns * kernels.lanes, output, residual, image,
        block, first..<end, start..<(start + pixels))
    }
  }

  /// Some pixels of some output rows; `input` is the first tap of the first of them.
  private func compute(
    _ input: UnsafePointer<Float>, rowStride: Int, copyStride: Int = 0, _ output: BlockedView,
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
    task.copies = copies
    task.copyStride = copyStride
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

/// How a convolution in groups cuts its images, and the memory that a thread copies its inputs to.
struct GroupedStrips {
  /// Of a row into strips as wide as a tile.
  let split: RowSplit
  /// Pixels that a strip reads of a row.
  let columns: Int
  /// Floats of the copies of a row.
  let lineFloats: Int
  /// Output rows at a time.
  let rows: Int
  let scratch: ScratchSize
  /// Where a line stands whose channels were put in their places, in front of which there is room for the copies.
  let gatheredLine: Int

  /// The copies of a chunk stay in a first-level cache of 48 KB: written to new lines each time they would cost more
  /// than the multiply-adds, although the rows between two chunks are copied twice.
  private static let cacheFloats = 9216

  /// - height, width: of the output.
  /// - gathers: whether channels are put in their places on the way.
  init(
    _ shape: ConvolutionShape, images: Int, height: Int, width: Int, threads: Int, _ kernels: Kernels,
    gathers: Bool = false
  ) {
    let copies = shape.inputChannelsPerGroup
    // Narrower strips where many copies would leave room for few rows.
    let widest = copies > 4 ? (kernels.maximumLanewisePixels + 1) / 2 : kernels.maximumLanewisePixels
    split = RowSplit(pixels: width, atMost: widest)
    columns = (split.longPixels - 1) * shape.strideWidth + shape.spanWidth
    // Some vectors more than needed: rows 4096 bytes apart would make loads wait for stores that they do not meet.
    lineFloats = (columns * copies + 5) * kernels.lanes
    let blocks = shape.inputChannels.blocks(of: kernels.lanes)
    rows = LanewiseConvolution.rowsInChunk(
      height: height, items: images * blocks * split.tiles, threads: threads,
      atMost: max(1, (Self.cacheFloats / lineFloats - shape.spanHeight) / shape.strideHeight + 1))
    gatheredLine = ((rows - 1) * shape.strideHeight + shape.spanHeight) * lineFloats
    scratch = ScratchSize(count: gatheredLine + (gathers ? columns * kernels.lanes : 0))
  }
}

extension LanewiseConvolution {
  /// Rows of a chunk: as many as are allowed, fewer where threads would be left without work.
  fileprivate static func rowsInChunk(height: Int, items: Int, threads: Int, atMost limit: Int) -> Int {
    var rows = min(limit, height)
    if threads > 1 {
      while rows > 1, items * ((height + rows - 1) / rows) < 4 * threads { rows = (rows + 1) / 2 }
    }
    return rows
  }
}
