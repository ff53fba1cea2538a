/// The windows of a pooling along one axis, clipped to the image.
public struct PoolAxis: Hashable, Sendable {
  private let first: [Int32]
  private let end: [Int32]
  private let scale: [Float]
  /// Places from one tap to the next.
  public let step: Int

  /// Windows, in outputs.
  public var count: Int { first.count }

  func window(_ index: Int) -> (first: Int, end: Int, scale: Float) {
    (Int(first[index]), Int(end[index]), scale[index])
  }

  /// Taps of the widest window.
  var widest: Int { Swift.zip(first, end).map { (Int($1 - $0) + step - 1) / step }.max() ?? 0 }

  func withPointers<R>(
    _ body: (UnsafePointer<Int32>, UnsafePointer<Int32>, UnsafePointer<Float>) -> R
  ) -> R {
    first.withUnsafeBufferPointer { first in
      end.withUnsafeBufferPointer { end in
        scale.withUnsafeBufferPointer { scale in
          body(first.baseAddress!, end.baseAddress!, scale.baseAddress!)
        }
      }
    }
  }

  /// A sliding window.
  ///
  /// - ceil: a last window that starts inside the image or its leading padding counts although it is not full.
  /// - countsPadding: averages divide by the window's size within the padded image, not within the image.
  public init(
    size: Int, window: Int, stride: Int, before: Int = 0, after: Int = 0, dilation: Int = 1, ceil: Bool = false,
    countsPadding: Bool = true
  ) {
    let outputs = Self.outputs(
      size: size, window: window, stride: stride, before: before, after: after, dilation: dilation, ceil: ceil)
    let span = (window - 1) * dilation + 1
    var first: [Int32] = []
    var end: [Int32] = []
    var scale: [Float] = []
    for output in 0..<outputs {
      let start = output * stride - before
      let skipped = start < 0 ? (-start + dilation - 1) / dilation * dilation : 0
      let from = start + skipped
      let to = max(from, min(start + span, size))
      let taps = (to - from + dilation - 1) / dilation
      let padded = (min(start + span, size + after) - start + dilation - 1) / dilation
      first.append(Int32(min(from, size)))
      end.append(Int32(to))
      scale.append(1 / Float(max(1, countsPadding ? padded : taps)))
    }
    (self.first, self.end, self.scale, step) = (first, end, scale, dilation)
  }

  /// `outputs` windows that share the axis: window i is ⌊i·size/outputs⌋ ..< ⌈(i+1)·size/outputs⌉. One is global.
  public init(size: Int, adaptiveTo outputs: Int) {
    let starts = (0..<outputs).map { $0 * size / outputs }
    let ends = (0..<outputs).map { (($0 + 1) * size + outputs - 1) / outputs }
    first = starts.map { Int32($0) }
    end = ends.map { Int32($0) }
    scale = Swift.zip(starts, ends).map { 1 / Float($1 - $0) }
    step = 1
  }

  /// How many windows a sliding one has.
  public static func outputs(
    size: Int, window: Int, stride: Int, before: Int, after: Int, dilation: Int, ceil: Bool
  ) -> Int {
    let room = size + before + after - (window - 1) * dilation - 1
    guard ceil else { return room / stride + 1 }
    let count = (room + stride - 1) / stride + 1
    // A window that would start in the trailing padding is dropped.
    return (count - 1) * stride >= size + before ? count - 1 : count
  }
}
