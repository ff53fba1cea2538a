/// One row of an upsampled image for one block of channels: each output pixel mixes two input pixels of two input rows.
///
/// Nearest neighbour is the case of weights 0 and the same row twice; the bilinear weights are those of the output
/// column (`mix`) and of the row (`rowMix`).
public struct ResampleTask {
  /// The row above and the row below: (columns, V).
  public var upper: UnsafePointer<Float>
  public var lower: UnsafePointer<Float>
  public var output: UnsafeMutablePointer<Float>
  /// Output pixels.
  public var count: Int
  /// The input columns to the left and to the right of each output pixel, and the weight of the right one.
  public var left: UnsafePointer<Int32>
  public var right: UnsafePointer<Int32>
  public var mix: UnsafePointer<Float>
  /// The weight of the lower row.
  public var rowMix: Float

  public init(
    upper: UnsafePointer<Float>, lower: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, count: Int,
    left: UnsafePointer<Int32>, right: UnsafePointer<Int32>, mix: UnsafePointer<Float>, rowMix: Float
  ) {
    self.upper = upper
    self.lower = lower
    self.output = output
    self.count = count
    self.left = left
    self.right = right
    self.mix = mix
    self.rowMix = rowMix
  }
}

/// Copies the left pixel of the upper row: nearest neighbour.
@_alwaysEmitIntoClient @inline(__always)
func nearest<V: FloatVector>(_ task: UnsafePointer<ResampleTask>, _: V.Type) {
  let width = V.scalarCount
  let task = task.pointee
  var index = 0
  while index < task.count {
    V.load(task.upper + Int(task.left[index]) * width).store(task.output + index * width)
    index += 1
  }
}

@_alwaysEmitIntoClient @inline(__always)
func bilinear<V: FloatVector>(_ task: UnsafePointer<ResampleTask>, _: V.Type) {
  let width = V.scalarCount
  let task = task.pointee
  let rowMix = V(repeating: task.rowMix)
  var index = 0
  while index < task.count {
    let left = Int(task.left[index]) * width
    let right = Int(task.right[index]) * width
    let mix = V(repeating: task.mix[index])
    let upperLeft = V.load(task.upper + left)
    let lowerLeft = V.load(task.lower + left)
    let upper = V.multiplyAdd(upperLeft, V.load(task.upper + right) - upperLeft, mix)
    let lower = V.multiplyAdd(lowerLeft, V.load(task.lower + right) - lowerLeft, mix)
    V.multiplyAdd(upper, lower - upper, rowMix).store(task.output + index * width)
    index += 1
  }
}
