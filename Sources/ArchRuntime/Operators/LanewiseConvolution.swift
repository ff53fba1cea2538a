import Microkernels

/// Convolution whose groups lie inside a vector: depthwise, and grouped with 2, 4 or 8 channels in and out.
///
/// The input's halo must cover the padding.
public struct LanewiseConvolution: Sendable {
  public let shape: ConvolutionShape
  public let activation: Activation
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
    let blocks = (shape.outputChannels + kernels.lanes - 1) / kernels.lanes
    self.bias = AlignedBuffer(bias + [Float](repeating: 0, count: blocks * kernels.lanes - bias.count))
  }

  public var weightBytes: Int { (weights.count + bias.count) * MemoryLayout<Float>.stride }

  /// Pair-swapped copies of the input that a group needs.
  private var copies: Int { max(1, shape.inputChannelsPerGroup / 2) }

  /// Step s of the packed weights meets lane (lane ^ 2·(s / 2)) with its lowest bit set to s % 2.
  private static func pack(_ shape: ConvolutionShape, _ weights: [Float], lanes: Int) -> AlignedBuffer {
    let group = shape.inputChannelsPerGroup
    let taps = shape.kernelHeight * shape.kernelWidth
    let blocks = (shape.outputChannels + lanes - 1) / lanes
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

  public func run(_ input: BlockedView, to output: BlockedView, adding residual: BlockedView? = nil, on pool: ThreadPool) {
    precondition(input.channels == shape.inputChannels && output.channels == shape.outputChannels)
    precondition(input.halo.covers(shape.halo(height: input.height, width: input.width)), "the halo covers the padding")
    if shape.inputChannelsPerGroup == 1 {
      runDepthwise(input, output, residual, pool)
    } else {
      runGrouped(input, output, residual, pool)
    }
  }

  private func runDepthwise(_ input: BlockedView, _ output: BlockedView, _ residual: BlockedView?, _ pool: ThreadPool) {
    let rows = rowsInChunk(output, items: input.images * input.blocks, threads: pool.threads, atMost: output.height)
    let chunks = (output.height + rows - 1) / rows
    pool.forEach(input.images * input.blocks * chunks) { item, _ in
      let image = item / chunks / input.blocks
      let block = item / chunks % input.blocks
      let first = item % chunks * rows
      for row in first..<min(first + rows, output.height) {
        let source =
          input.row(image: image, block: block, row: row * shape.strideHeight - shape.padding.top)
          - shape.padding.left * input.lanes
        compute(UnsafePointer(source), rowStride: input.rowStride, output, residual, image, block, row)
      }
    }
  }

  /// The copies of the rows that a chunk needs are made in the worker's scratch memory, where they stay in cache.
  private func runGrouped(_ input: BlockedView, _ output: BlockedView, _ residual: BlockedView?, _ pool: ThreadPool) {
    let columns = (output.width - 1) * shape.strideWidth + shape.spanWidth
    let line = columns * kernels.lanes
    let fitting = max(1, (Self.scratchFloats / (line * copies) - shape.spanHeight) / shape.strideHeight + 1)
    let rows = rowsInChunk(output, items: input.images * input.blocks, threads: pool.threads, atMost: fitting)
    let chunks = (output.height + rows - 1) / rows
    let inputRows = (rows - 1) * shape.strideHeight + shape.spanHeight
    let scratch = pool.scratch(count: inputRows * line * copies)
    pool.forEach(input.images * input.blocks * chunks) { item, worker in
      let image = item / chunks / input.blocks
      let block = item / chunks % input.blocks
      let first = item % chunks * rows
      let end = min(first + rows, output.height)
      let memory = scratch[worker]
      for y in 0..<((end - 1 - first) * shape.strideHeight + shape.spanHeight) {
        let source =
          input.row(image: image, block: block, row: first * shape.strideHeight - shape.padding.top + y)
          - shape.padding.left * input.lanes
        kernels.table.swapPairs(source, memory + y * line, columns, copies, inputRows * line)
      }
      for row in first..<end {
        compute(
          UnsafePointer(memory) + (row - first) * shape.strideHeight * line, rowStride: line,
          copyStride: inputRows * line, output, residual, image, block, row)
      }
    }
  }

  /// A quarter of a second-level cache of two megabytes, for the copies of a chunk.
  private static let scratchFloats = 65_536

  private func rowsInChunk(_ output: BlockedView, items: Int, threads: Int, atMost limit: Int) -> Int {
    var rows = min(limit, output.height)
    if threads > 1 {
      while rows > 1, items * ((output.height + rows - 1) / rows) < 4 * threads { rows = (rows + 1) / 2 }
    }
    return rows
  }

  private func compute(
    _ input: UnsafePointer<Float>, rowStride: Int, copyStride: Int = 0, _ output: BlockedView,
    _ residual: BlockedView?, _ image: Int, _ block: Int, _ row: Int
  ) {
    let lanes = kernels.lanes
    let target = output.row(image: image, block: block, row: row)
    let group = shape.inputChannelsPerGroup
    var task = LanewiseTask(
      input: input, weights: weights.pointer + block * shape.kernelHeight * shape.kernelWidth * group * lanes,
      bias: bias.pointer + block * lanes, output: target)
    task.rows = shape.kernelHeight
    task.rowStride = shape.dilationHeight * rowStride
    task.columns = shape.kernelWidth
    task.columnStride = shape.dilationWidth * lanes
    task.pixelStride = shape.strideWidth * lanes
    task.copies = copies
    task.copyStride = copyStride
    task.residual = residual.map { UnsafePointer($0.row(image: image, block: block, row: row)) }
    let bounds = activation.bounds
    (task.low, task.high) = bounds ?? (-.infinity, .infinity)
    let split = RowSplit(pixels: output.width, atMost: kernels.maximumLanewisePixels)
    call(&task, pixels: split.longPixels, tiles: split.longTiles)
    call(&task, pixels: split.shortPixels, tiles: split.shortTiles)
    if bounds == nil { kernels.table.activate(activation, target, target, output.width) }
  }

  private func call(_ task: inout LanewiseTask, pixels: Int, tiles: Int) {
    guard tiles > 0 else { return }
    task.tiles = tiles
    let kernel = shape.inputChannelsPerGroup == 1 ? kernels.depthwise(pixels: pixels) : kernels.grouped(pixels: pixels)
    kernel(&task)
    task.input += tiles * pixels * task.pixelStride
    task.output += tiles * pixels * kernels.lanes
    if let residual = task.residual { task.residual = residual + tiles * pixels * kernels.lanes }
  }
}
