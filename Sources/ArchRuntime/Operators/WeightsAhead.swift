import Microkernels

/// Brings the weights of the next tile into the second-level cache, spread evenly over the work on this one.
///
/// Weights that are read once come from memory at a fraction of the speed at which they are multiplied; asked for while
/// the sums before them are gathered they cost nothing.
struct WeightsAhead: @unchecked Sendable {
  private var next: UnsafePointer<Float>
  private var remaining: Int
  private let step: Int
  private let isNear: Bool

  /// Floats in a cache line.
  static let line = 16

  /// - packed: the weights of all tiles.
  /// - tile: the one that is computed next, or nil.
  /// - share: of its weights those that are asked for, where others ask for the rest: from `start` to `end` of `whole`.
  /// - steps: how often the kernels can ask meanwhile.
  init(_ packed: UnsafePointer<Float>, of tile: OutputTile?, share: (start: Int, end: Int, whole: Int), steps: Int) {
    let (offset, count) = (tile?.weightOffset ?? 0, tile?.weightCount ?? 0)
    let start = count * share.start / share.whole
    self.init(packed + offset + start, count: count * share.end / share.whole - start, steps: steps)
  }

  /// - isNear: whether the task reads them itself.
  init(_ start: UnsafePointer<Float>, count: Int, steps: Int, isNear: Bool = false) {
    self.isNear = isNear
    next = start
    remaining = count
    step = min(Self.line, (count + max(steps, 1) - 1) / max(steps, 1))
  }

  /// Has a task of so many steps ask for what comes next.
  mutating func prepare(_ task: inout ConvolutionTask, steps: Int) {
    guard remaining > 0, steps > 0 else {
      task.aheadStep = 0
      return
    }
    task.ahead = next
    task.aheadStep = step
    task.aheadIsNear = isNear
    next += steps * step
    remaining -= steps * step
  }
}
