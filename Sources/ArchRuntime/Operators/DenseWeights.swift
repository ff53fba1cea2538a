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

  init(_ shape: ConvolutionShape, weights: [Float], bias values: [Float], lanes: Int, maximumVectors: Int) {
    self.init(zeros: shape, lanes: lanes, maximumVectors: maximumVectors)
    precondition(
      weights.count == shape.outputChannels * shape.inputChannelsPerGroup * shape.kernelHeight * shape.kernelWidth,
      "weights are (output channels, input channels / groups, kernel height, kernel width)")
    for (channel, value) in values.enumerated() { bias.pointer[channel] = value }
    weights.withUnsafeBufferPointer { source in
      for tile in tiles {
        Self.pack(tile, shape, lanes, from: source.baseAddress!, to: packed.pointer + tile.weightOffset)
      }
    }
  }

  init(zeros shape: ConvolutionShape, lanes: Int, maximumVectors: Int) {
    tiles = OutputTile.tiles(for: shape, lanes: lanes, maximumVectors: maximumVectors)
    packed = AlignedBuffer(count: tiles.last.map { $0.weightOffset + $0.weightCount } ?? 0)
    let outputBlocks = (shape.outputChannels + lanes - 1) / lanes
    bias = AlignedBuffer(count: outputBlocks * lanes)
  }

  /// Cycles of one core for a row of output pixels, everything at hand.
  func cycles(rowPixels: Int, taps: Int, _ kernels: Kernels) -> Double {
    tiles.reduce(0) { total, tile in
      let steps = ((tile.inputBlocks - 1) * kernels.lanes + tile.lastLanes) * taps
      let maximum = kernels.maximumPixels(vectors: tile.vectors)
      // A tile of sums has a beginning and an end.
      let ends = Double(20 * ((rowPixels + maximum - 1) / maximum) + 2 * rowPixels * tile.vectors)
      let step = TileChoice.cycles(vectors: tile.vectors, runs: [tile.vectors], rowPixels: rowPixels, kernels)
      return total + Double(steps) * step + ends
    }
  }

  private static func pack(
    _ tile: OutputTile, _ shape: ConvolutionShape, _ lanes: Int, from source: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>
  ) {
    let taps = shape.kernelHeight * shape.kernelWidth
    let inGroup = shape.inputChannelsPerGroup
    let width = tile.vectors * lanes
    for column in 0..<width {
      let output = tile.firstBlock * lanes + column
      guard output < shape.outputChannels else { continue }
      let firstInput = output / shape.outputChannelsPerGroup * inGroup
      for channel in 0..<inGroup {
        let input = firstInput + channel - tile.firstInputBlock * lanes
        let block = input / lanes
        let blockLanes = block == tile.inputBlocks - 1 ? tile.lastLanes : lanes
        let blockStart = block * lanes * taps
        let from = source + (output * inGroup + channel) * taps
        for tap in 0..<taps {
          target[(blockStart + tap * blockLanes + input % lanes) * width + column] = from[tap]
        }
      }
    }
  }
}
