/// Weights of a dense or block-grouped convolution in the order in which the tiles read them.
///
/// From (output channels, input channels of a group, kernel rows, kernel columns) to, for each tile,
/// (input blocks, kernel rows, kernel columns, lanes of the block, vectors, lanes). Channels that do not exist and
/// channels of other groups have zero weights.
struct DenseWeights: Sendable {
  let tiles: [OutputTile]
  let packed: AlignedBuffer
  /// (output blocks, lanes)
  let bias: AlignedBuffer

  init(_ shape: ConvolutionShape, weights: some NumberSource, bias values: [Float], lanes: Int, maximumVectors: Int) {
    self.init(zeros: shape, lanes: lanes, maximumVectors: maximumVectors)
    precondition(
      weights.count == shape.outputChannels * shape.inputChannelsPerGroup * shape.kernelHeight * shape.kernelWidth,
      "weights are (output channels, input channels / groups, kernel height, kernel width)")
    for (channel, value) in values.enumerated() { bias.pointer[channel] = value }
    for tile in tiles { Self.pack(tile, shape, lanes, from: weights, to: packed.pointer + tile.weightOffset) }
  }

  /// Floats of weights and bias.
  static func count(_ shape: ConvolutionShape, lanes: Int) -> Int {
    OutputTile.weightCount(for: shape, lanes: lanes) + shape.outputChannels.blocks(of: lanes) * lanes
  }

  init(zeros shape: ConvolutionShape, lanes: Int, maximumVectors: Int) {
    tiles = OutputTile.tiles(for: shape, lanes: lanes, maximumVectors: maximumVectors)
    packed = AlignedBuffer(count: tiles.last.map { $0.weightOffset + $0.weightCount } ?? 0)
    let outputBlocks = shape.outputChannels.blocks(of: lanes)
    bias = AlignedBuffer(count: outputBlocks * lanes)
  }

  /// Cycles of one core for a row of output pixels, everything at hand.
  func cycles(rowPixels: Int, taps: Int, _ kernels: Kernels) -> Double {
    tiles.reduce(0) { total, tile in
      let steps = ((tile.inputBlocks - 1) * kernels.lanes + tile.lastLanes) * taps
      // A tile of sums has a beginning and an end.
      let ends = Double(20 * kernels.tiles(pixels: rowPixels, vectors: tile.vectors) + 2 * rowPixels * tile.vectors)
      let step = TileChoice.cycles(vectors: tile.vectors, runs: [tile.vectors], rowPixels: rowPixels, kernels)
      return total + Double(steps) * step + ends
    }
  }

  /// Some input channels of all the tile's columns at a time, so that what is written stays in a cache until its lines
  /// are full.
  private static func pack(
    _ tile: OutputTile, _ shape: ConvolutionShape, _ lanes: Int, from source: some NumberSource,
    to target: UnsafeMutablePointer<Float>
  ) {
    let taps = shape.kernelHeight * shape.kernelWidth
    guard taps > 0 else { return }  // a phase of a transposed convolution that meets no tap
    let inGroup = shape.inputChannelsPerGroup
    let width = tile.vectors * lanes
    let first = tile.firstBlock * lanes
    let columns = min(width, shape.outputChannels - first)
    let piece = max(1, min(inGroup, pieceFloats / (taps * width)))
    withUnsafeTemporaryAllocation(of: Float.self, capacity: piece * taps) { kernels in
      for start in stride(from: 0, to: inGroup, by: piece) {
        let channels = min(piece, inGroup - start)
        for column in 0..<columns {
          let output = first + column
          source.read(
            from: (output * inGroup + start) * taps,
            into: UnsafeMutableBufferPointer(rebasing: kernels[..<(channels * taps)]))
          let firstInput = output / shape.outputChannelsPerGroup * inGroup - tile.firstInputBlock * lanes + start
          for channel in 0..<channels {
            let input = firstInput + channel
            let block = input / lanes
            let blockLanes = block == tile.inputBlocks - 1 ? tile.lastLanes : lanes
            let place = target + (block * lanes * taps + input % lanes) * width + column
            for tap in 0..<taps { place[tap * blockLanes * width] = kernels[channel * taps + tap] }
          }
        }
      }
    }
  }

  /// What is written at a time: 128 KB.
  private static let pieceFloats = 32_768
}
