/// Copies a box of values from one arrangement of strides to another: transposition, sections, concatenation along any
/// axis, stretching (stride 0), repetition and pixel shuffle are this with different strides.
public struct StridedCopy: Sendable {
  public var extents: [Int]
  /// For each axis, floats from a place to the next.
  public var source: [Int]
  public var target: [Int]
  public var sourceStart = 0
  public var targetStart = 0

  /// - target: where it is left out, the output has no gaps.
  public init(extents: [Int], source: [Int], target: [Int]? = nil, sourceStart: Int = 0, targetStart: Int = 0) {
    self.extents = extents
    self.source = source
    self.target = target ?? RowMajorView.strides(extents)
    self.sourceStart = sourceStart
    self.targetStart = targetStart
  }

  public func run(_ input: RowMajorView, to output: RowMajorView, on pool: ThreadPool) {
    let loop = RowLoop(extents, strides: [source, target])
    let (count, from, to) = (loop.count, loop.strides[0].inner, loop.strides[1].inner)
    loop.forEach(on: pool) { offsets in
      let line = input.base + sourceStart + offsets[0]
      let into = output.base + targetStart + offsets[1]
      if from == 1, to == 1 {
        into.update(from: line, count: count)
      } else {
        for place in 0..<count { into[place * to] = line[place * from] }
      }
    }
  }
}

extension StridedCopy {
  /// Axis i of the output is axis `order[i]` of the input.
  public static func transposition(_ extents: [Int], _ order: [Int]) -> StridedCopy {
    let strides = RowMajorView.strides(extents)
    return StridedCopy(extents: order.map { extents[$0] }, source: order.map { strides[$0] })
  }

  /// `count` places along an axis, from `start` on, `step` apart.
  public static func section(_ extents: [Int], axis: Int, start: Int, count: Int, step: Int) -> StridedCopy {
    var (output, strides) = (extents, RowMajorView.strides(extents))
    let first = start * strides[axis]
    output[axis] = count
    // Of one place the step may be anything.
    if count > 1 { strides[axis] *= step }
    return StridedCopy(extents: output, source: strides, sourceStart: first)
  }

  /// Each operand of a concatenation into its part of the output.
  public static func concatenation(_ operands: [[Int]], axis: Int, output: [Int]) -> [StridedCopy] {
    let strides = RowMajorView.strides(output)
    var place = 0
    return operands.map { extents in
      defer { place += extents[axis] }
      return StridedCopy(
        extents: extents, source: RowMajorView.strides(extents), target: strides, targetStart: place * strides[axis])
    }
  }

  public static func expansion(_ extents: [Int], to output: [Int]) -> StridedCopy {
    StridedCopy(extents: output, source: RowMajorView.strides(of: extents, stretchedTo: output))
  }

  /// The whole input again and again along each axis.
  public static func repetition(_ extents: [Int], to output: [Int]) -> StridedCopy {
    let strides = RowMajorView.strides(extents)
    let axes = extents.indices.map { (repeats: extents[$0] == 0 ? 0 : output[$0] / extents[$0], axis: $0) }
    return StridedCopy(
      extents: axes.flatMap { [$0.repeats, extents[$0.axis]] }, source: axes.flatMap { [0, strides[$0.axis]] })
  }

  /// Output channel c at (y, x) is input channel c·r² + (y mod r)·r + (x mod r) at (y / r, x / r).
  public static func pixelShuffle(_ extents: [Int], to output: [Int]) -> StridedCopy {
    let (rows, columns) = (output[2] / extents[2], output[3] / extents[3])
    let strides = RowMajorView.strides(extents)
    return StridedCopy(
      extents: [output[0], output[1], extents[2], rows, extents[3], columns],
      source: [strides[0], rows * columns * strides[1], strides[2], columns * strides[1], strides[3], strides[1]])
  }
}
