import Microkernels

/// The loops around the dense tiles: caches and threads, no registers.
///
/// Work is cut into items of (chunk of output rows) × (tile of output blocks). A chunk's input fits the second-level
/// cache and meets the weights of one tile after the other, so weights stream from memory once for each chunk.
struct DenseLoop: @unchecked Sendable {
  var weights: DenseWeights
  var kernels: Kernels

  /// The first tap of output pixel (0, 0) of image 0, and the steps in floats.
  var input: UnsafePointer<Float>
  var inputImageStride: Int
  var inputBlockStride: Int
  var inputLaneStride: Int
  /// From what an output row or pixel reads to what the next one reads.
  var inputRowStep: Int
  var inputPixelStep: Int
  var tapRows: Int
  var tapRowStride: Int
  var tapColumns: Int
  var tapColumnStride: Int

  var output: UnsafeMutablePointer<Float>
  var outputImageStride: Int
  var outputBlockStride: Int
  var outputRowStride: Int
  var outputPixelStride: Int

  /// Added before the activation; same image as the output, its own strides.
  var residual: BlockedView?
  var activation: Activation

  var images: Int
  var rows: Int
  var pixels: Int

  /// Input floats that a chunk may touch: about three eighths of a second-level cache of two megabytes.
  private static let chunkFloats = 196_608
  /// Tiles along a row between two looks at the loop above, so that long rows can be shared by threads.
  private static let tilesInSegment = 8

  /// - pool: nil for the caller's thread alone, within a loop that threads share already.
  func run(on pool: ThreadPool?) {
    let widest = weights.tiles.map(\.vectors).max() ?? 1
    let segmentPixels = min(pixels, kernels.maximumPixels(vectors: widest) * Self.tilesInSegment)
    guard segmentPixels > 0, rows > 0, images > 0 else { return }
    let segmentsInRow = (pixels + segmentPixels - 1) / segmentPixels
    let units = rows * segmentsInRow
    let fitting = unitsThatFit(units: units, segmentsInRow: segmentsInRow)
    // A thread keeps to its tiles where the whole input fits its cache: it will read what it makes, block by block, and
    // need only their weights. Otherwise it keeps to its rows.
    let keepsTiles = images == 1 && fitting == units
    let chunk = unitsInChunk(fitting, units: units, threads: pool?.threads ?? 1, keepsTiles: keepsTiles)
    let chunks = (units + chunk - 1) / chunk
    let parts = images * chunks
    let tiles = weights.tiles
    let count = parts * tiles.count
    let work: @Sendable (Int, Int) -> Void = { item, _ in
      let number = keepsTiles ? item / parts : item % tiles.count
      let part = keepsTiles ? item % parts : item / tiles.count
      let isLast = keepsTiles ? number + 1 == tiles.count : item + 1 == count || tiles.count == 1
      let image = part / chunks
      let first = part % chunks * chunk
      let end = min(first + chunk, units)
      // Of a tile in several chunks each asks for its share of the weights that come after the last.
      var ahead = weightsAhead(
        of: tiles[number], next: isLast ? nil : tiles[(number + 1) % tiles.count],
        share: keepsTiles ? (first, end, units) : (0, 1, 1),
        steps: (end - first) * stepsInUnit(tiles[number], pixels: segmentPixels))
      for unit in first..<end {
        let start = unit % segmentsInRow * segmentPixels
        compute(
          tiles[number], image, row: unit / segmentsInRow, pixels: start..<min(start + segmentPixels, pixels), &ahead)
      }
    }
    if let pool { pool.forEach(count, work) } else { for item in 0..<count { work(item, 0) } }
  }

  /// What this thread most likely reads next: the weights of the next tile, or a tile's own a little ahead where they are
  /// read once and so many that the next tile's would push one another out of the cache before their turn.
  private func weightsAhead(
    of tile: OutputTile, next: OutputTile?, share: (start: Int, end: Int, whole: Int), steps: Int
  ) -> WeightsAhead {
    let packed = UnsafePointer(weights.packed.pointer)
    // One line is asked for at each step: no more than a step uses up.
    let isLine = tile.vectors * kernels.lanes <= WeightsAhead.line
    if isLine, tile.weightCount > Self.streamedFloats, steps == stepsInTile(tile) {
      return WeightsAhead(
        packed + tile.weightOffset + Self.streamDistance, count: tile.weightCount, steps: steps, isNear: true)
    }
    return WeightsAhead(packed, of: next, share: share, steps: steps)
  }

  /// A quarter of a second-level cache of two megabytes.
  private static let streamedFloats = 131_072
  /// Floats ahead of those that are multiplied: 8 KB.
  private static let streamDistance = 2048

  /// Rows (or segments of long rows) whose input fits the cache.
  private func unitsThatFit(units: Int, segmentsInRow: Int) -> Int {
    let blocks = weights.tiles.reduce(0) { max($0, $1.firstInputBlock + $1.inputBlocks) }
    let lanes = inputLaneStride == 1 ? blocks : weights.tiles[0].lastLanes
    let unitFloats = max(1, inputRowStep * max(lanes, 1) / segmentsInRow)
    return min(units, max(1, Self.chunkFloats / unitFloats))
  }

  /// As few chunks as fit, of the same size but for the last, and smaller ones where threads would be left without work:
  /// much smaller ones where the weights of a tile stay in its thread's cache from chunk to chunk, so that the tiles need
  /// not be as many as suit the threads.
  private func unitsInChunk(_ fitting: Int, units: Int, threads: Int, keepsTiles: Bool) -> Int {
    let chunks = (units + fitting - 1) / fitting
    var chunk = (units + chunks - 1) / chunks
    guard threads > 1 else { return chunk }
    let items = (keepsTiles ? 16 : 4) * threads
    while chunk > 1, images * ((units + chunk - 1) / chunk) * weights.tiles.count < items { chunk = (chunk + 1) / 2 }
    return chunk
  }

  private func compute(_ tile: OutputTile, _ image: Int, row: Int, pixels: Range<Int>, _ ahead: inout WeightsAhead) {
    let inputRow = input + image * inputImageStride + tile.firstInputBlock * inputBlockStride + row * inputRowStep
    let outputRow =
      output + image * outputImageStride + tile.firstBlock * outputBlockStride + row * outputRowStride
    var task = ConvolutionTask(
      input: inputRow + pixels.lowerBound * inputPixelStep,
      weights: weights.packed.pointer + tile.weightOffset,
      bias: weights.bias.pointer + tile.firstBlock * kernels.lanes,
      output: outputRow + pixels.lowerBound * outputPixelStride)
    task.blocks = tile.inputBlocks
    task.blockStride = inputBlockStride
    task.lanes = kernels.lanes
    task.lastLanes = tile.lastLanes
    task.laneStride = inputLaneStride
    task.rows = tapRows
    task.rowStride = tapRowStride
    task.columns = tapColumns
    task.columnStride = tapColumnStride
    task.pixelStride = inputPixelStep
    task.outputPixelStride = outputPixelStride
    task.outputBlockStride = outputBlockStride
    if let residual {
      task.residual = UnsafePointer(
        residual.row(image: image, block: tile.firstBlock, row: row) + pixels.lowerBound * kernels.lanes)
      task.residualPixelStride = kernels.lanes
      task.residualBlockStride = residual.blockStride
    }
    let bounds = activation.bounds
    (task.low, task.high) = bounds ?? (-.infinity, .infinity)

    task.run(pixels: pixels.count, vectors: tile.vectors, steps: stepsInTile(tile), &ahead, kernels)
    if bounds == nil, outputPixelStride == kernels.lanes {
      for block in 0..<tile.vectors {
        let start = outputRow + block * outputBlockStride + pixels.lowerBound * outputPixelStride
        kernels.table.activate(activation, start, start, pixels.count)
      }
    }
  }

  /// Channels of all taps: how often a tile's sums gain products.
  private func stepsInTile(_ tile: OutputTile) -> Int {
    ((tile.inputBlocks - 1) * kernels.lanes + tile.lastLanes) * tapRows * tapColumns
  }

  private func stepsInUnit(_ tile: OutputTile, pixels: Int) -> Int {
    kernels.tiles(pixels: pixels, vectors: tile.vectors) * stepsInTile(tile)
  }
}
