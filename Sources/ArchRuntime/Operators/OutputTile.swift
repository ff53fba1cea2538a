/// Output blocks that one register tile computes, and the input blocks they need.
///
/// In a grouped convolution the channels of an output block see only the channels of their groups. Where groups are
/// whole blocks that is exact; where they are not, the blocks in between are multiplied by zero weights.
struct OutputTile: Hashable, Sendable {
  let firstBlock: Int
  let vectors: Int
  let firstInputBlock: Int
  let inputBlocks: Int
  /// Channels read from the last of the input blocks.
  let lastLanes: Int
  /// Floats of the packed weights before this tile's, and of its own.
  let weightOffset: Int
  let weightCount: Int

  /// Cuts the output blocks of `shape` into tiles of at most `maximumVectors` that never mix different input ranges.
  static func tiles(for shape: ConvolutionShape, lanes: Int, maximumVectors: Int) -> [OutputTile] {
    let outputBlocks = shape.outputChannels.blocks(of: lanes)
    let ranges = (0..<outputBlocks).map { inputRange(ofBlock: $0, shape, lanes) }
    var tiles: [OutputTile] = []
    var offset = 0
    var block = 0
    while block < outputBlocks {
      let range = ranges[block]
      let vectors = ranges[block...].prefix(maximumVectors).prefix { $0 == range }.count
      let lastLanes = min(shape.inputChannels - (range.upperBound - 1) * lanes, lanes)
      let count = weightsOfVector(range, shape, lanes) * vectors
      tiles.append(
        OutputTile(
          firstBlock: block, vectors: vectors, firstInputBlock: range.lowerBound, inputBlocks: range.count,
          lastLanes: lastLanes, weightOffset: offset, weightCount: count))
      offset += count
      block += vectors
    }
    return tiles
  }

  /// Floats of the packed weights of all tiles, whichever they are.
  static func weightCount(for shape: ConvolutionShape, lanes: Int) -> Int {
    let outputBlocks = shape.outputChannels.blocks(of: lanes)
    // Without groups every block reads the same.
    if shape.groups == 1 { return outputBlocks * weightsOfVector(inputRange(ofBlock: 0, shape, lanes), shape, lanes) }
    return (0..<outputBlocks).reduce(0) { $0 + weightsOfVector(inputRange(ofBlock: $1, shape, lanes), shape, lanes) }
  }

  /// Floats of the weights of an output block that reads some input blocks.
  private static func weightsOfVector(_ range: Range<Int>, _ shape: ConvolutionShape, _ lanes: Int) -> Int {
    let channels = min(shape.inputChannels, range.upperBound * lanes) - range.lowerBound * lanes
    return channels * shape.kernelHeight * shape.kernelWidth * lanes
  }

  /// The input blocks that hold the groups of an output block's channels.
  private static func inputRange(ofBlock block: Int, _ shape: ConvolutionShape, _ lanes: Int) -> Range<Int> {
    let firstGroup = block * lanes / shape.outputChannelsPerGroup
    let lastChannel = min((block + 1) * lanes, shape.outputChannels) - 1
    let lastGroup = lastChannel / shape.outputChannelsPerGroup
    let first = firstGroup * shape.inputChannelsPerGroup / lanes
    let end = ((lastGroup + 1) * shape.inputChannelsPerGroup).blocks(of: lanes)
    return first..<end
  }
}
