/// One row of a pooling's output for one block of channels.
///
/// The window of each output column is given by its first column and the column after its last, already clipped to the
/// image, so padding, ceil mode, adaptive and global pooling are all the same loop and no padded value is ever read.
public struct PoolTask {
  /// The first row of the window: (rows, columns, V).
  public var input: UnsafePointer<Float>
  public var rows = 1
  public var rowStride = 0
  public var output: UnsafeMutablePointer<Float>
  /// Output pixels.
  public var count: Int
  /// For each output pixel, the first input column of its window, the end of it, and what a sum is multiplied by.
  public var first: UnsafePointer<Int32>
  public var end: UnsafePointer<Int32>
  public var scale: UnsafePointer<Float>
  /// Columns from one tap to the next (dilation).
  public var step = 1
  /// What every sum of the row is multiplied by as well.
  public var rowScale: Float = 1

  public init(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, count: Int, first: UnsafePointer<Int32>,
    end: UnsafePointer<Int32>, scale: UnsafePointer<Float>
  ) {
    self.input = input
    self.output = output
    self.count = count
    self.first = first
    self.end = end
    self.scale = scale
  }
}

public typealias PoolKernel = @Sendable (UnsafePointer<PoolTask>) -> Void

@_alwaysEmitIntoClient @inline(__always)
func maxPool<V: FloatVector>(_ task: UnsafePointer<PoolTask>, _: V.Type) {
  pool(task, V.self, start: -Float.infinity, finish: { largest, _ in largest }) { largest, x in
    V.larger(largest, x)
  }
}

@_alwaysEmitIntoClient @inline(__always)
func averagePool<V: FloatVector>(_ task: UnsafePointer<PoolTask>, _: V.Type) {
  pool(task, V.self, start: 0, finish: { sum, scale in sum * V(repeating: scale) }) { sum, x in sum + x }
}

@_alwaysEmitIntoClient @inline(__always)
func pool<V: FloatVector>(
  _ task: UnsafePointer<PoolTask>, _: V.Type, start: Float, finish: (V, Float) -> V, combine: (V, V) -> V
) {
  let width = V.scalarCount
  let task = task.pointee
  var index = 0
  while index < task.count {
    let first = Int(task.first[index])
    let end = Int(task.end[index])
    var value = V(repeating: start)
    var row = task.input
    var rows = task.rows
    // Most windows are three wide: their three meet before they wait for the row above.
    if end - first > 2 * task.step, end - first <= 3 * task.step {
      let (left, middle, right) = (first * width, (first + task.step) * width, (first + 2 * task.step) * width)
      while rows > 0 {
        let three = combine(combine(V.load(row + left), V.load(row + middle)), V.load(row + right))
        value = combine(value, three)
        row += task.rowStride
        rows -= 1
      }
    }
    while rows > 0 {
      var column = first
      while column < end {
        value = combine(value, V.load(row + column * width))
        column += task.step
      }
      row += task.rowStride
      rows -= 1
    }
    finish(value, task.scale[index] * task.rowScale).store(task.output + index * width)
    index += 1
  }
}
