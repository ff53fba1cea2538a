/// Copies channels to other places: shuffle and any permutation, slices and concatenations that do not meet blocks, the
/// repeated channels of a depthwise convolution with a multiplier, padding, and cropping.
public struct ChannelGather: Sendable {
  /// For each output channel the input channel, or nil where the output is left as it is.
  public let sources: [Int?]

  public init(_ sources: [Int?]) { self.sources = sources }

  /// Transposes (groups, channels / groups) to (channels / groups, groups): ShuffleNet, interleaved group convolution.
  public static func shuffle(channels: Int, groups: Int) -> ChannelGather {
    let each = channels / groups
    return ChannelGather((0..<channels).map { $0 % groups * each + $0 / groups })
  }

  /// Each channel `multiplier` times in a row.
  public static func repeating(channels: Int, multiplier: Int) -> ChannelGather {
    ChannelGather((0..<(channels * multiplier)).map { $0 / multiplier })
  }

  /// Input pixel (y, x) goes to output pixel (y + top, x + left) wherever both exist.
  public func run(_ input: BlockedView, to output: BlockedView, top: Int = 0, left: Int = 0, on pool: ThreadPool) {
    precondition(sources.count == output.channels && input.lanes == output.lanes)
    let lanes = output.lanes
    let firstColumn = max(0, -left)
    let columns = min(input.width, output.width - left) - firstColumn
    let firstRow = max(0, -top)
    let rows = min(input.height, output.height - top) - firstRow
    guard columns > 0, rows > 0 else { return }
    pool.forEach(output.images * output.blocks) { item, _ in
      let image = item / output.blocks
      let block = item % output.blocks
      let here = sources[(block * lanes)..<min((block + 1) * lanes, sources.count)]
      let whole = Self.wholeBlock(here, lanes: lanes)
      for y in firstRow..<(firstRow + rows) {
        let target = output.row(image: image, block: block, row: y + top) + (firstColumn + left) * lanes
        if let whole {
          let source = input.row(image: image, block: whole, row: y) + firstColumn * lanes
          target.update(from: source, count: columns * lanes)
          continue
        }
        for (lane, source) in here.enumerated() {
          guard let source else { continue }
          let from =
            input.row(image: image, block: source / lanes, row: y) + firstColumn * lanes + source % lanes
          for x in 0..<columns { target[x * lanes + lane] = from[x * lanes] }
        }
      }
    }
  }

  /// What the ports need for so many pixels: two cycles for each channel that is copied by itself, little for those that
  /// move in whole blocks.
  func cycles(pixels: Int, lanes: Int) -> Double {
    let single = stride(from: 0, to: sources.count, by: lanes).reduce(0) { count, first in
      let here = sources[first..<min(first + lanes, sources.count)]
      return count + (Self.wholeBlock(here, lanes: lanes) == nil ? here.count { $0 != nil } : 0)
    }
    return 2 * Double(single) * Double(pixels)
  }

  /// The input block that these channels are, in order, if they are one.
  private static func wholeBlock(_ channels: ArraySlice<Int?>, lanes: Int) -> Int? {
    guard channels.count == lanes, let first = channels.first, let first, first % lanes == 0 else { return nil }
    let isRun = channels.enumerated().allSatisfy { $0.element == first + $0.offset }
    return isRun ? first / lanes : nil
  }
}
