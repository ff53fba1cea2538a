import Microkernels

/// A 1×1 convolution whose groups lie across vectors, so that every lane is a group of its own: the secondary part of an
/// interleaved group convolution (Zhang et al. 2017, arXiv:1707.02725, section 3) between its two permutations, none of
/// which is carried out.
public struct InterleavedConvolution: Sendable {
  let sources: InterleavedSources
  /// The depthwise convolution that does the same where the taps lie above each other as rows.
  private let layer: LanewiseConvolution

  /// - weights: (output channels, input channels of a group), rows and bias in the order of the result.
  init(
    _ sources: InterleavedSources, weights: [Float], bias: [Float], activation: Activation, kernels: Kernels
  ) {
    self.sources = sources
    layer = LanewiseConvolution(
      sources.depthwise(lanes: kernels.lanes), weights: weights, bias: bias, activation: activation, kernels: kernels)
  }

  /// The secondary part of a block whose primary part has so many partitions, which divide the channels into whole vectors.
  ///
  /// - weights: (channels, partitions)
  /// - Returns: nil where lanes would meet other lanes.
  public init?(channels: Int, partitions: Int, weights: [Float], kernels: Kernels) {
    guard partitions > 1, channels > 0, channels % partitions == 0 else { return nil }
    let each = channels / partitions
    let met = (0..<channels).map { channel in (0..<partitions).map { $0 * each + channel % each } }
    guard let sources = InterleavedSources(met, lanes: kernels.lanes) else { return nil }
    self.init(sources, weights: weights, bias: [], activation: .identity, kernels: kernels)
  }

  public var weightBytes: Int { layer.weightBytes }

  /// Input floats of the pixels that are worked on at a time: the blocks that read the same ones find them in a cache.
  private static let chunkFloats = 65_536

  public func run(
    _ input: BlockedView, to output: BlockedView, adding residual: BlockedView? = nil, on pool: ThreadPool
  ) {
    precondition(sources.blocks.count == output.blocks && input.pixels == output.pixels)
    if input.height > 1, input.rowsTouch, output.rowsTouch, residual?.rowsTouch ?? true {
      return run(input.flattened, to: output.flattened, adding: residual?.flattened, on: pool)
    }
    // Pieces of rows, for long ones.
    let pieces = max(1, min(input.width / 32, input.blocks * input.lanes * input.width / Self.chunkFloats))
    let split = RowSplit(pixels: input.width, atMost: (input.width + pieces - 1) / pieces)
    pool.forEach(input.images * input.height * split.tiles * output.blocks) { item, _ in
      let (place, block) = (item / output.blocks, item % output.blocks)
      let (row, piece) = (place / split.tiles, place % split.tiles)
      let start = split.start(of: piece)
      compute(
        input, output, residual, image: row / input.height, block: block, row: row % input.height,
        pixels: start..<(start + split.pixels(of: piece)))
    }
  }

  private func compute(
    _ input: BlockedView, _ output: BlockedView, _ residual: BlockedView?, image: Int, block: Int, row: Int,
    pixels: Range<Int>
  ) {
    let (lanes, source) = (layer.kernels.lanes, sources.blocks[block])
    let offset = pixels.lowerBound * lanes
    var task = LanewiseTask(
      input: UnsafePointer(input.row(image: image, block: source.first, row: row) + offset),
      weights: layer.weights.pointer + block * sources.taps * lanes, bias: layer.bias.pointer + block * lanes,
      output: output.row(image: image, block: block, row: row) + offset)
    task.rows = sources.taps
    task.rowStride = source.step * input.blockStride
    task.pixelStride = lanes
    if let residual {
      task.residual = UnsafePointer(residual.row(image: image, block: block, row: row) + offset)
    }
    task.run(pixels: pixels.count, activation: layer.activation, layer.kernels)
  }

  /// Floats of weights and bias.
  static func weightCount(_ sources: InterleavedSources, lanes: Int) -> Int {
    LanewiseConvolution.weightCount(sources.depthwise(lanes: lanes), lanes: lanes)
  }

  /// Cycles of one core, everything at hand.
  func cycles(_ output: TensorShape) -> Double { layer.cycles(output) }
}

/// Where the channels of a grouped 1×1 convolution stand whose permutations are left out, if that is lane by lane.
struct InterleavedSources: Hashable, Sendable {
  /// Input channels of a group.
  let taps: Int
  /// For each block of output channels the block of its first tap, and the blocks from one tap to the next.
  private(set) var blocks: [Block] = []

  struct Block: Hashable, Sendable {
    var first: Int
    var step: Int
  }

  /// With the taps as rows of a kernel.
  func depthwise(lanes: Int) -> ConvolutionShape {
    let channels = blocks.count * lanes
    var shape = ConvolutionShape(inputChannels: channels, outputChannels: channels, groups: channels)
    shape.kernelHeight = taps
    return shape
  }

  /// - channels: for each channel of the result those that it is made of, in the order of the weights.
  /// - Returns: nil where a lane meets another lane, or blocks that are not equally far from each other.
  init?(_ channels: [[Int]], lanes: Int) {
    taps = channels.first?.count ?? 0
    guard taps > 1, channels.count % lanes == 0, channels.allSatisfy({ $0.count == taps }) else { return nil }
    for first in stride(from: 0, to: channels.count, by: lanes) {
      let met = channels[first]
      let block = Block(first: met[0] / lanes, step: met[1] / lanes - met[0] / lanes)
      for tap in 0..<taps {
        let start = (block.first + tap * block.step) * lanes
        guard (0..<lanes).allSatisfy({ channels[first + $0][tap] == start + $0 }) else { return nil }
      }
      blocks.append(block)
    }
  }
}
