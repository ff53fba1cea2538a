/// Some tiles side by side, taken into the transformed domain: Bᵀ·d·B for each.
public struct WinogradInputTask {
  /// The first tap of the first tile; pixels lie V floats apart.
  public var input: UnsafePointer<Float>
  public var rowStride: Int
  /// Element (i, j) of tile t goes to `output + (i · (m + 2) + j) · elementStride + t · V`.
  public var output: UnsafeMutablePointer<Float>
  public var elementStride: Int
  public var tiles: Int
  /// Room for (m + 2)² vectors: a tile of which the rows are transformed.
  public var half: UnsafeMutablePointer<Float>

  public init(
    input: UnsafePointer<Float>, rowStride: Int, output: UnsafeMutablePointer<Float>, elementStride: Int, tiles: Int,
    half: UnsafeMutablePointer<Float>
  ) {
    self.input = input
    self.rowStride = rowStride
    self.output = output
    self.elementStride = elementStride
    self.tiles = tiles
    self.half = half
  }
}

/// Some tiles side by side, taken back: Aᵀ·t·A for each, then bias, residual and bounds while they are in registers.
public struct WinogradOutputTask {
  public var input: UnsafePointer<Float>
  public var elementStride: Int
  public var tiles: Int
  /// Room for (m + 2)² vectors: a tile of which the columns are transformed.
  public var half: UnsafeMutablePointer<Float>
  /// V floats.
  public var bias: UnsafePointer<Float>
  public var output: UnsafeMutablePointer<Float>
  public var outputRowStride: Int
  /// Rows and columns of the output that the tiles may write: the last tiles reach over the edge.
  public var rows: Int
  public var columns: Int
  public var residual: UnsafePointer<Float>?
  public var residualRowStride = 0
  public var low = -Float.infinity
  public var high = Float.infinity

  public init(
    input: UnsafePointer<Float>, elementStride: Int, tiles: Int, half: UnsafeMutablePointer<Float>,
    bias: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, outputRowStride: Int, rows: Int, columns: Int
  ) {
    self.input = input
    self.elementStride = elementStride
    self.tiles = tiles
    self.half = half
    self.bias = bias
    self.output = output
    self.outputRowStride = outputRowStride
    self.rows = rows
    self.columns = columns
  }
}

/// The two sides of F(m×m, 3×3); between them stand (m + 2)² products of matrices, which the dense tiles compute.
public struct WinogradTile: Sendable {
  /// m
  public let outputs: Int
  public let input: @Sendable (UnsafePointer<WinogradInputTask>) -> Void
  public let output: @Sendable (UnsafePointer<WinogradOutputTask>) -> Void

  @_alwaysEmitIntoClient @inline(__always)
  init<W: WinogradTransform>(_: W.Type) {
    outputs = W.outputs
    input = { transformInput($0, W.self) }
    output = { transformOutput($0, W.self) }
  }
}

@_alwaysEmitIntoClient @inline(__always)
func transformInput<W: WinogradTransform>(_ task: UnsafePointer<WinogradInputTask>, _: W.Type) {
  let width = W.V.scalarCount
  let side = W.outputs + 2
  let task = task.pointee
  let half = task.half
  var tile = 0
  while tile < task.tiles {
    let source = task.input + tile * W.outputs * width
    let target = task.output + tile * width
    var row = 0
    while row < side {
      W.input(
        source + row * task.rowStride, stride: width, to: half + row * side * width, targetStride: width)
      row += 1
    }
    var column = 0
    while column < side {
      W.input(
        half + column * width, stride: side * width, to: target + column * task.elementStride,
        targetStride: side * task.elementStride)
      column += 1
    }
    tile += 1
  }
}

@_alwaysEmitIntoClient @inline(__always)
func transformOutput<W: WinogradTransform>(_ task: UnsafePointer<WinogradOutputTask>, _: W.Type) {
  typealias V = W.V
  let width = V.scalarCount
  let side = W.outputs + 2
  let task = task.pointee
  let bias = V.load(task.bias)
  let low = V(repeating: task.low)
  let high = V(repeating: task.high)
  let half = task.half
  var tile = 0
  while tile < task.tiles {
    var column = 0
    while column < side {
      let target = half + column * width
      W.output(task.input + column * task.elementStride + tile * width, stride: side * task.elementStride) {
        $1.store(target + $0 * side * width)
      }
      column += 1
    }
    let first = tile * W.outputs
    let columns = task.columns - first
    var row = 0
    while row < task.rows {
      let target = task.output + row * task.outputRowStride + first * width
      if let residual = task.residual {
        let other = residual + row * task.residualRowStride + first * width
        W.output(half + row * side * width, stride: width) { index, value in
          if index < columns {
            (value + bias + V.load(other + index * width)).clamped(low, high).store(target + index * width)
          }
        }
      } else {
        W.output(half + row * side * width, stride: width) { index, value in
          if index < columns { (value + bias).clamped(low, high).store(target + index * width) }
        }
      }
      row += 1
    }
    tile += 1
  }
}
