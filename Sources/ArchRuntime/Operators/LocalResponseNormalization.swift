import Microkernels

/// x · (k + α/n · Σ x²)^-β over n neighbouring channels (AlexNet, GoogLeNet).
public struct LocalResponseNormalization: Sendable {
  public let size: Int
  public let alpha: Float
  public let beta: Float
  public let k: Float
  let kernels: Kernels

  public init(size: Int, alpha: Float, beta: Float, k: Float, kernels: Kernels) {
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.k = k
    self.kernels = kernels
  }

  /// The squares of a pixel's channels, and zeros around them.
  static func scratch(_ size: Int, channels: Int, lanes: Int) -> ScratchSize {
    ScratchSize(count: size + (channels.blocks(of: lanes) + 1) * lanes)
  }

  public func run(_ input: BlockedView, to output: BlockedView, on pool: ThreadPool) {
    let lanes = kernels.lanes
    let room = Self.scratch(size, channels: input.channels, lanes: lanes)
    let (scratch, count) = (pool.scratch(room), room.count)
    pool.forEach(input.images * input.height) { item, worker in
      let image = item / input.height
      let row = item % input.height
      let squares = scratch[worker]
      squares.update(repeating: 0, count: count)
      for column in 0..<input.width {
        var task = ResponseTask(
          input: input.row(image: image, block: 0, row: row) + column * lanes,
          output: output.row(image: image, block: 0, row: row) + column * lanes, squares: squares,
          channels: input.channels, blocks: input.blocks, inputBlockStride: input.blockStride,
          outputBlockStride: output.blockStride,
          window: size, reach: size / 2, scale: alpha / Float(size), k: k, beta: beta)
        kernels.table.normalizeResponse(&task)
      }
    }
  }
}
