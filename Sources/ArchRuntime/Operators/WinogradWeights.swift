import Microkernels

/// G·g·Gᵀ of every 3×3 kernel, in the order in which the products read it: (passes, elements, tiles of a pass, input
/// channels, vectors, lanes).
struct WinogradWeights: Sendable {
  /// The dense tiles of one element's product of matrices.
  let tiles: [OutputTile]
  /// Ranges of `tiles` whose sums are transformed together.
  let passes: [Range<Int>]
  let packed: AlignedBuffer
  /// (output blocks, lanes)
  let bias: AlignedBuffer
  private let elements: Int

  init(_ shape: ConvolutionShape, weights: some NumberSource, bias values: [Float], choice: WinogradChoice, lanes: Int)
  {
    precondition(weights.count == shape.outputChannels * shape.inputChannels * 9)
    let product = ConvolutionShape(inputChannels: shape.inputChannels, outputChannels: shape.outputChannels)
    tiles = OutputTile.tiles(for: product, lanes: lanes, maximumVectors: choice.vectors)
    passes = choice.isElementwise ? [0..<tiles.count] : tiles.indices.map { $0..<($0 + 1) }
    elements = choice.elements
    packed = AlignedBuffer(count: tiles.last.map { ($0.weightOffset + $0.weightCount) * choice.elements } ?? 0)
    let outputBlocks = shape.outputChannels.blocks(of: lanes)
    bias = AlignedBuffer(values + [Float](repeating: 0, count: outputBlocks * lanes - values.count))
    let side = choice.outputs + 2
    let matrix = Self.matrix(outputs: choice.outputs)
    for pass in passes {
      for tile in tiles[pass] {
        let targets = (0..<elements).map { packed.pointer + offset(element: $0, tile: tile, pass: pass) }
        Self.pack(tile, shape, lanes, from: weights) { kernel, place in
          Self.transform(kernel, matrix, side: side) { targets[$0][place] = $1 }
        }
      }
    }
  }

  /// Floats of weights and bias.
  static func count(_ shape: ConvolutionShape, _ choice: WinogradChoice, lanes: Int) -> Int {
    let product = ConvolutionShape(inputChannels: shape.inputChannels, outputChannels: shape.outputChannels)
    return choice.elements * OutputTile.weightCount(for: product, lanes: lanes)
      + shape.outputChannels.blocks(of: lanes) * lanes
  }

  /// Calls `body(kernel, place)` for every 3×3 kernel of the tile, the place counted within an element; some input
  /// channels of all columns at a time.
  private static func pack(
    _ tile: OutputTile, _ shape: ConvolutionShape, _ lanes: Int, from source: some NumberSource,
    _ body: (UnsafePointer<Float>, Int) -> Void
  ) {
    let (first, width) = (tile.firstBlock * lanes, tile.vectors * lanes)
    let columns = min(width, shape.outputChannels - first)
    let piece = min(shape.inputChannels, 32)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: columns * piece * 9) { kernels in
      for start in stride(from: 0, to: shape.inputChannels, by: piece) {
        let channels = min(piece, shape.inputChannels - start)
        for column in 0..<columns {
          source.read(
            from: ((first + column) * shape.inputChannels + start) * 9,
            into: UnsafeMutableBufferPointer(start: kernels.baseAddress! + column * piece * 9, count: channels * 9))
        }
        for channel in 0..<channels {
          for column in 0..<columns {
            body(kernels.baseAddress! + (column * piece + channel) * 9, (start + channel) * width + column)
          }
        }
      }
    }
  }

  /// Floats before the weights of a tile for an element.
  func offset(element: Int, tile: OutputTile, pass: Range<Int>) -> Int {
    let first = tiles[pass.lowerBound].weightOffset
    let count = tiles[pass.upperBound - 1].weightOffset + tiles[pass.upperBound - 1].weightCount - first
    return elements * first + element * count + tile.weightOffset - first
  }

  /// G, (m + 2) rows of three: powers of the points over the products of their distances.
  static func matrix(outputs: Int) -> [SIMD4<Double>] {
    var points: [Double] = [0]
    for pair in WinogradPoints.pairs(outputs: outputs) { points += [pair, -pair] }
    let rows = points.map { point in
      let distances = points.filter { $0 != point }.reduce(1.0) { $0 * (point - $1) }
      return SIMD4(1, point, point * point, 0) / distances
    }
    return rows + [SIMD4(0, 0, 1, 0)]
  }

  /// In double, rounded once.
  private static func transform(
    _ kernel: UnsafePointer<Float>, _ matrix: [SIMD4<Double>], side: Int, _ emit: (Int, Float) -> Void
  ) {
    let top = SIMD4(Double(kernel[0]), Double(kernel[1]), Double(kernel[2]), 0)
    let middle = SIMD4(Double(kernel[3]), Double(kernel[4]), Double(kernel[5]), 0)
    let bottom = SIMD4(Double(kernel[6]), Double(kernel[7]), Double(kernel[8]), 0)
    for i in 0..<side {
      let half = matrix[i].x * top + matrix[i].y * middle + matrix[i].z * bottom
      for j in 0..<side {
        let products = half * matrix[j]
        emit(i * side + j, Float(products.x + products.y + products.z))
      }
    }
  }
}
