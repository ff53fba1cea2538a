/// Along one axis of a transposed convolution, the kernel's taps that meet the outputs of one residue of the stride.
struct PhaseTaps: Hashable, Sendable {
  /// Outputs phase, phase + stride, phase + 2·stride, …
  let phase: Int
  /// Kernel indices, last one first, so that the inputs they meet ascend.
  let taps: [Int]
  /// The input that the first of `taps` meets for the first output; may be negative (padding).
  let firstInput: Int
  /// Inputs from one tap to the next.
  let inputStep: Int

  init(phase: Int, kernel: Int, stride: Int, dilation: Int, padding: Int) {
    self.phase = phase
    taps = (0..<kernel).reversed().filter { (phase + padding - $0 * dilation) % stride == 0 }
    firstInput = taps.first.map { (phase + padding - $0 * dilation) / stride } ?? 0
    inputStep = taps.count < 2 ? 1 : (taps[0] - taps[1]) * dilation / stride
  }

  /// How far the taps reach before input 0 and beyond input `inputs` - 1.
  func reach(outputs: Int, stride: Int, inputs: Int) -> (before: Int, after: Int) {
    guard phase < outputs, !taps.isEmpty else { return (0, 0) }
    let count = (outputs - phase + stride - 1) / stride
    let last = firstInput + (count - 1) + (taps.count - 1) * inputStep
    return (max(0, -firstInput), max(0, last - inputs + 1))
  }
}
