import Microkernels

/// Which F(m×m, 3×3) a layer is computed by, in pieces of which size, and what that is thought to take.
///
/// Depends on the layer and the instruction set only, never on a measurement or the number of threads: the same network
/// gives the same bits everywhere.
struct WinogradChoice: Hashable, Sendable {
  /// m
  let outputs: Int
  let tileRows: Int
  let tileColumns: Int
  /// Tiles that are transformed before their products are taken.
  private(set) var tilesInChunk: Int
  /// Vectors of the dense tile.
  let vectors: Int
  /// Whether all output blocks of a chunk wait for their transform together, so that each element's inputs are read
  /// while they are in a cache, or the blocks of one dense tile at a time, so that sums are.
  let isElementwise: Bool
  /// Cycles of one core.
  let cycles: Double

  /// Elements of a transformed tile.
  var elements: Int { (outputs + 2) * (outputs + 2) }

  /// Tiles of that many images, in chunks.
  func chunks(images: Int) -> Int { (images * tileRows * tileColumns + tilesInChunk - 1) / tilesInChunk }

  /// Whether the chunks are enough for threads to have as many each, or about so.
  func hasChunkForEach(_ threads: Int, images: Int) -> Bool {
    let chunks = chunks(images: images)
    return chunks >= 2 * threads || chunks % threads == 0
  }

  /// The same in chunks for so many threads: smaller ones where there are too few, if each is enough to multiply with and
  /// every thread keeps the weights in its cache. The numbers of a tile do not depend on the tiles beside it.
  func divided(_ shape: ConvolutionShape, images: Int, threads: Int) -> WinogradChoice {
    guard !hasChunkForEach(threads, images: images) else { return self }
    let tiles = images * tileRows * tileColumns
    let pieces = (chunks(images: images) + threads - 1) / threads * threads
    let size = (tiles + pieces - 1) / pieces
    let weights = elements * shape.inputChannels * shape.outputChannels
    guard size >= Self.fewestTiles, weights <= Self.sharedWeights else { return self }
    var divided = self
    divided.tilesInChunk = size
    return divided
  }

  /// Floats from an element to the next; a line more than needed, as powers of two meet in the same cache sets.
  func elementStride(blocks: Int, lanes: Int) -> Int { (blocks * tilesInChunk + 1) * lanes }

  /// A tile that is transformed by halves for each thread, the transformed inputs of a chunk, and the sums after them.
  func scratch(_ shape: ConvolutionShape, images: Int, threads: Int, lanes: Int) -> ScratchSize {
    let outputBlocks = shape.outputChannels.blocks(of: lanes)
    let divided = divided(shape, images: images, threads: threads)
    let isShared = !divided.hasChunkForEach(threads, images: images)
    let inputs = divided.elementStride(blocks: shape.inputChannels.blocks(of: lanes), lanes: lanes)
    let sums = divided.elementStride(
      blocks: isShared || isElementwise ? outputBlocks : min(vectors, outputBlocks), lanes: lanes)
    let halves = (isShared ? threads : 1) * lanes
    return ScratchSize(count: elements * (halves + inputs + sums), isShared: isShared)
  }

  /// The zeros, and the room for tiles that reach over the edge, that are read around the input.
  func halo(_ shape: ConvolutionShape, height: Int, width: Int) -> Halo {
    Halo(
      top: shape.padding.top, left: shape.padding.left,
      bottom: max(0, tileRows * outputs + 2 - shape.padding.top - height),
      right: max(0, tileColumns * outputs + 2 - shape.padding.left - width))
  }

  /// The quickest of F(2) and F(4), or nil where the direct convolution is thought to be quicker or is the only one.
  ///
  /// F(6) would save 5 to 20 % of the time of layers of large images for four times the rounding.
  static func best(_ shape: ConvolutionShape, images: Int, height: Int, width: Int, kernels: Kernels) -> WinogradChoice?
  {
    guard applies(to: shape) else { return nil }
    let direct = directCycles(shape, images: images, height: height, width: width, kernels)
    return [2, 4].map { of($0, shape, images: images, height: height, width: width, kernels: kernels) }
      .filter { $0.cycles < 0.9 * direct }.min { $0.cycles < $1.cycles }
  }

  static func applies(to shape: ConvolutionShape) -> Bool {
    shape.kernelHeight == 3 && shape.kernelWidth == 3 && shape.strideHeight == 1 && shape.strideWidth == 1
      && shape.dilationHeight == 1 && shape.dilationWidth == 1 && shape.groups == 1
  }

  /// The best pieces for so many outputs a tile.
  static func of(
    _ outputs: Int, _ shape: ConvolutionShape, images: Int, height: Int, width: Int, kernels: Kernels
  ) -> WinogradChoice {
    let rows = (shape.outputHeight(height) + outputs - 1) / outputs
    let columns = (shape.outputWidth(width) + outputs - 1) / outputs
    let tiles = images * rows * columns
    let pieces = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96]
    let sizes = Set(pieces.map { (tiles + $0 - 1) / $0 })
    let candidates = sizes.sorted().flatMap { size in
      [true, false].map { isElementwise in
        let blocks = shape.outputChannels.blocks(of: kernels.lanes)
        let vectors = TileChoice.vectors(runs: [blocks], rowPixels: size, kernels: kernels)
        return WinogradChoice(
          outputs: outputs, tileRows: rows, tileColumns: columns, tilesInChunk: size, vectors: vectors,
          isElementwise: isElementwise,
          cycles: cycles(
            shape, outputs: outputs, tiles: tiles, chunk: size, vectors: vectors, isElementwise: isElementwise, kernels)
        )
      }
    }
    return candidates.min { $0.cycles < $1.cycles }!
  }

  // MARK: The model

  /// Tiles of a chunk that are worth reading all weights for.
  private static let fewestTiles = 6
  /// Floats of weights that each thread may read by itself rather than its part of them.
  private static let sharedWeights = 180_000
  /// Floats that a second-level cache of two megabytes keeps while others pass through.
  private static let cacheFloats = 360_000.0
  /// Cycles for each float that comes from beyond it, partly behind the multiply-adds.
  private static let cyclesPerFloat = 0.6
  /// Cycles for each float that comes from the second-level cache, half of them behind the multiply-adds with it.
  private static let cyclesPerNearFloat = 0.2
  /// Cycles for each vector that a transform makes.
  private static let cyclesPerVector = 3.5

  private static func cycles(
    _ shape: ConvolutionShape, outputs: Int, tiles: Int, chunk: Int, vectors: Int, isElementwise: Bool,
    _ kernels: Kernels
  ) -> Double {
    let elements = Double((outputs + 2) * (outputs + 2))
    let (inputs, results) = (Double(shape.inputChannels), Double(shape.outputChannels))
    let inputBlocks = shape.inputChannels.blocks(of: kernels.lanes)
    let outputBlocks = shape.outputChannels.blocks(of: kernels.lanes)
    let chunks = Double((tiles + chunk - 1) / chunk)
    let (all, some) = (Double(tiles), Double(chunk))
    let step = TileChoice.cycles(vectors: vectors, runs: [outputBlocks], rowPixels: chunk, kernels)
    // A run of products has a beginning and an end: about 20 cycles for each tile of it.
    let runs = Double((chunk + 11) / 12 * ((outputBlocks + vectors - 1) / vectors))
    let products = chunks * elements * (step * inputs + 20 * runs)
    let transforms = all * elements * cyclesPerVector * Double(inputBlocks + outputBlocks)
    let weights = elements * inputs * results
    let (before, after) = (
      elements * inputs * some, elements * some * (isElementwise ? results : Double(vectors * kernels.lanes))
    )
    var traffic = weights
    if weights + before + after > cacheFloats { traffic *= chunks }
    if before + after > cacheFloats {
      let passes = isElementwise ? 1 : Double((outputBlocks + vectors - 1) / vectors)
      traffic += chunks * (before * (1 + passes) + (isElementwise ? 2 * after : 0))
    }
    // The weights of a few tiles take longer to arrive, again for each chunk, than to multiply.
    let waiting = max(0, cyclesPerNearFloat - some / Double(4 * kernels.lanes))
    return products + transforms + cyclesPerFloat * traffic + waiting * weights * (chunks - 1)
  }

  private static func directCycles(
    _ shape: ConvolutionShape, images: Int, height: Int, width: Int, _ kernels: Kernels
  ) -> Double {
    let blocks = shape.outputChannels.blocks(of: kernels.lanes)
    let columns = shape.outputWidth(width)
    let vectors = TileChoice.vectors(runs: [blocks], rowPixels: columns, kernels: kernels)
    let row = TileChoice.cycles(vectors: vectors, runs: [blocks], rowPixels: columns, kernels)
    let taps = Double(shape.inputChannels * 9)
    return Double(images * shape.outputHeight(height)) * row * taps + cyclesPerFloat * taps
      * Double(shape.outputChannels)
  }
}
