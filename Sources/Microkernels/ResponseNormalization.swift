/// Local response normalisation across the channels of one pixel.
///
/// `squares` holds the pixel's squared channels with `reach` zeros before channel 0 and enough zeros after the last, so
/// that the window of every channel can be read as shifted vectors: output c = x · (k + α/n · Σ squares)^-β over the
/// `window` channels around c.
public struct ResponseTask {
  /// (blocks, …, V), `blockStride` floats between blocks; one pixel.
  public var input: UnsafePointer<Float>
  public var output: UnsafeMutablePointer<Float>
  /// Where channel 0's window starts: reach floats before the square of channel 0.
  public var squares: UnsafeMutablePointer<Float>
  public var channels: Int
  public var blocks: Int
  public var inputBlockStride: Int
  public var outputBlockStride: Int
  public var window: Int
  /// Channels in the window below the one it belongs to.
  public var reach: Int
  /// α / n
  public var scale: Float
  public var k: Float
  public var beta: Float

  public init(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>,
    channels: Int,
    blocks: Int,
    inputBlockStride: Int, outputBlockStride: Int, window: Int, reach: Int, scale: Float, k: Float, beta: Float
  ) {
    self.input = input
    self.output = output
    self.squares = squares
    self.channels = channels
    self.blocks = blocks
    self.inputBlockStride = inputBlockStride
    self.outputBlockStride = outputBlockStride
    self.window = window
    self.reach = reach
    self.scale = scale
    self.k = k
    self.beta = beta
  }
}

@_alwaysEmitIntoClient @inline(__always)
func normalizeResponse<V: FloatVector>(_ task: UnsafePointer<ResponseTask>, _: V.Type) {
  let width = V.scalarCount
  let task = task.pointee
  var block = 0
  while block < task.blocks {
    let x = V.load(task.input + block * task.inputBlockStride)
    (x * x).store(task.squares + task.reach + block * width)
    block += 1
  }
  // The lanes after the last channel are nobody's, and no neighbour may see them.
  var beyond = task.channels
  while beyond < task.blocks * width {
    task.squares[task.reach + beyond] = 0
    beyond += 1
  }
  block = 0
  while block < task.blocks {
    var sum = V(repeating: 0)
    var tap = 0
    while tap < task.window {
      sum = sum + V.load(task.squares + block * width + tap)
      tap += 1
    }
    let base = V.multiplyAdd(V(repeating: task.k), sum, V(repeating: task.scale))
    let power = Transcendental<V>.exp(Transcendental<V>.log(base) * V(repeating: -task.beta))
    (V.load(task.input + block * task.inputBlockStride) * power).store(task.output + block * task.outputBlockStride)
    block += 1
  }
}
