import Microkernels

/// Copies channels to other places: shuffle and any permutation, slices and concatenations that do not meet blocks,
/// padding, and cropping.
public struct ChannelGather: Sendable {
  /// For each output channel the input channel, or nil where the output is left as it is.
  public let sources: [Int?]
  private let blocks: [GatheredBlock]
  private let lanes: Int
  /// Taken out of its table once: a copy of a table retains every closure in it.
  private let gatherLanes: LaneGatherKernel

  public init(_ sources: [Int?], kernels: Kernels) {
    self.sources = sources
    lanes = kernels.lanes
    gatherLanes = kernels.table.gatherLanes
    blocks = stride(from: 0, to: sources.count, by: kernels.lanes).map { first in
      GatheredBlock(sources[first..<min(first + kernels.lanes, sources.count)], lanes: kernels.lanes)
    }
  }

  /// Input pixel (y, x) goes to output pixel (y + top, x + left) wherever both exist.
  public func run(_ input: BlockedView, to output: BlockedView, top: Int = 0, left: Int = 0, on pool: ThreadPool) {
    precondition(sources.count == output.channels && input.lanes == output.lanes && output.lanes == lanes)
    if input.rowsTouch, output.rowsTouch, (input.height, input.width) == (output.height, output.width),
      input.height > 1, (top, left) == (0, 0)
    {
      return run(input.flattened, to: output.flattened, on: pool)
    }
    let firstColumn = max(0, -left)
    let columns = min(input.width, output.width - left) - firstColumn
    let firstRow = max(0, -top)
    let rows = min(input.height, output.height - top) - firstRow
    guard columns > 0, rows > 0 else { return }
    pool.forEach(output.images * output.blocks) { item, _ in
      let image = item / output.blocks
      let block = item % output.blocks
      for y in firstRow..<(firstRow + rows) {
        let target = output.row(image: image, block: block, row: y + top) + (firstColumn + left) * lanes
        copy(
          block: block, of: image, row: y, column: firstColumn, in: input, to: target, pixels: columns)
      }
    }
  }

  /// Some pixels of one block of one row of the result; columns and rows may lie in the input's halo.
  func copy(
    block: Int, of image: Int, row: Int, column: Int = 0, in input: BlockedView,
    to target: UnsafeMutablePointer<Float>, pixels: Int
  ) {
    blocks[block].copy(
      from: input.row(image: image, block: 0, row: row) + column * input.lanes, blockStride: input.blockStride,
      to: target, pixels: pixels, lanes: lanes, gatherLanes)
  }

  /// What the ports need for so many pixels.
  func cycles(pixels: Int) -> Double {
    Double(pixels) * blocks.reduce(0) { $0 + $1.cycles(lanes: lanes) }
  }
}

/// Where the lanes of an output block come from.
private struct GatheredBlock: Sendable {
  /// The input blocks with channels that are wanted.
  private let inputs: [Int32]
  /// For each of them and each lane of the output the lane that goes there, or -1.
  private let lanes: [Int32]
  /// Whether it is an input block as it stands.
  private let isWhole: Bool

  init(_ sources: ArraySlice<Int?>, lanes count: Int) {
    var inputs: [Int32] = []
    var lanes: [Int32] = []
    for (lane, source) in sources.enumerated() {
      guard let source else { continue }
      let block = Int32(source / count)
      let position = inputs.firstIndex(of: block) ?? inputs.count
      if position == inputs.count {
        inputs.append(block)
        lanes += [Int32](repeating: -1, count: count)
      }
      lanes[position * count + lane] = Int32(source % count)
    }
    (self.inputs, self.lanes) = (inputs, lanes)
    isWhole = inputs.count == 1 && lanes.enumerated().allSatisfy { Int($0.element) == $0.offset }
  }

  func copy(
    from input: UnsafeMutablePointer<Float>, blockStride: Int, to output: UnsafeMutablePointer<Float>, pixels: Int,
    lanes count: Int, _ gatherLanes: LaneGatherKernel
  ) {
    if isWhole { return output.update(from: input + Int(inputs[0]) * blockStride, count: pixels * count) }
    inputs.withUnsafeBufferPointer { blocks in
      lanes.withUnsafeBufferPointer { lanes in
        guard let blocks = blocks.baseAddress, let lanes = lanes.baseAddress else { return }
        var task = LaneGatherTask(
          input: input, blockStride: blockStride, blocks: blocks, lanes: lanes, count: inputs.count, output: output,
          pixels: pixels)
        gatherLanes(&task)
      }
    }
  }

  /// For a pixel: little where a block moves as it is; else an order of lanes, a choice and two loads for each block that
  /// is read, or two cycles for each lane where the vectors are too short for that.
  func cycles(lanes count: Int) -> Double {
    if isWhole { return 0 }
    return count >= 8 ? 1 + 1.5 * Double(inputs.count) : 2 * Double(lanes.count { $0 >= 0 })
  }
}
