import Microkernels

/// e^x / Σ e^x over the channels of each pixel, with the largest subtracted first.
public struct Softmax: Sendable {
  let kernels: Kernels

  public init(kernels: Kernels) { self.kernels = kernels }

  /// A line of so many numbers, in whole vectors.
  static func scratch(_ count: Int, lanes: Int) -> ScratchSize {
    ScratchSize(count: count.blocks(of: lanes) * lanes)
  }

  public func run(_ input: BlockedView, to output: BlockedView, on pool: ThreadPool) {
    let lanes = kernels.lanes
    let blocks = input.blocks
    let scratch = pool.scratch(Self.scratch(input.channels, lanes: lanes))
    pool.forEach(input.images * input.height) { item, worker in
      let image = item / input.height
      let row = item % input.height
      let line = scratch[worker]
      for column in 0..<input.width {
        for block in 0..<blocks {
          (line + block * lanes).update(
            from: input.row(image: image, block: block, row: row) + column * lanes, count: lanes)
        }
        normalize(line, channels: input.channels, vectors: blocks)
        for block in 0..<blocks {
          (output.row(image: image, block: block, row: row) + column * lanes).update(
            from: line + block * lanes, count: lanes)
        }
      }
    }
  }

  /// In place; the sum is kept in double so that its rounding does not grow with the number of classes.
  func normalize(_ line: UnsafeMutablePointer<Float>, channels: Int, vectors: Int) {
    var largest = -Float.infinity
    for channel in 0..<channels { largest = Swift.max(largest, line[channel]) }
    for channel in 0..<channels { line[channel] -= largest }
    for channel in channels..<(vectors * kernels.lanes) { line[channel] = 0 }
    kernels.table.activate(.exponential, line, line, vectors)
    var sum = 0.0
    for channel in 0..<channels { sum += Double(line[channel]) }
    let scale = Float(1 / sum)
    for channel in 0..<channels { line[channel] *= scale }
  }
}
