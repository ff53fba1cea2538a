/// A run of tiles along some rows of the output of a convolution whose groups lie inside a vector: depthwise (each lane
/// its own group) and grouped with 2, 4, 8 … channels in and out.
///
/// Depthwise: weights are (kernel rows, kernel columns, V) and lane l meets lane l.
///
/// Grouped: with g channels in a group, lane l must meet the g lanes that share its group, one after the other. The
/// order in which it meets them is free, as the packed weights follow it. So g copies of the input are made, with the
/// lanes of each group in g different orders; a copy is made once for each input pixel and read once for each tap, and
/// the shuffles, which compete with multiply-adds for a port, nearly vanish. Weights are
/// (kernel rows, kernel columns, copies, V).
public struct LanewiseTask {
  public var input: UnsafePointer<Float>
  public var weights: UnsafePointer<Float>
  /// V floats.
  public var bias: UnsafePointer<Float>
  public var residual: UnsafePointer<Float>?
  public var output: UnsafeMutablePointer<Float>
  public var tiles = 1
  /// Output rows that are computed alike, and the floats from one to the next in all that is read and written.
  public var lines = 1
  public var inputLineStride = 0
  public var outputLineStride = 0
  public var residualLineStride = 0
  public var rows = 1
  public var rowStride = 0
  public var columns = 1
  public var columnStride = 0
  /// Floats between what neighbouring output pixels read.
  public var pixelStride = 0
  /// Copies of the input and the floats from one to the next (grouped only).
  public var copies = 1
  public var copyStride = 0
  public var low = -Float.infinity
  public var high = Float.infinity

  public init(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    self.input = input
    self.weights = weights
    self.bias = bias
    self.output = output
  }
}

public typealias LanewiseKernel = @Sendable (UnsafePointer<LanewiseTask>) -> Void

/// A row of pixels, one vector each, with both kernels that work on it.
public struct LanewiseTile: Sendable {
  public let pixels: Int
  public let depthwise: LanewiseKernel
  public let grouped: LanewiseKernel

  @_alwaysEmitIntoClient @inline(__always)
  public init<P: PixelTile>(_ tile: P.Type) {
    pixels = P.pixels
    depthwise = { convolveDepthwise($0, P.self) }
    grouped = { convolveGrouped($0, P.self) }
  }
}

@_alwaysEmitIntoClient @inline(__always)
func convolveDepthwise<P: PixelTile>(_ task: UnsafePointer<LanewiseTask>, _: P.Type) {
  let width = P.C.V.scalarCount
  if task.pointee.pixelStride == width {
    lanewise(task, P.self, pixelStride: width) { sums, tap, weights in
      sums.add(EachLane<P.C.V>.self, tap, stride: width, times: P.C.load(weights, stride: width))
      weights += width
    }
  } else {
    let stride = task.pointee.pixelStride
    lanewise(task, P.self, pixelStride: stride) { sums, tap, weights in
      sums.add(EachLane<P.C.V>.self, tap, stride: stride, times: P.C.load(weights, stride: width))
      weights += width
    }
  }
}

@_alwaysEmitIntoClient @inline(__always)
func convolveGrouped<P: PixelTile>(_ task: UnsafePointer<LanewiseTask>, _: P.Type) {
  let width = P.C.V.scalarCount
  let copyStride = task.pointee.copyStride
  let copies = task.pointee.copies
  let stride = task.pointee.pixelStride
  if stride == width {
    lanewise(task, P.self, pixelStride: width) {
      addCopies(&$0, $1, &$2, copies: copies, copyStride: copyStride, pixelStride: width)
    }
  } else {
    lanewise(task, P.self, pixelStride: stride) {
      addCopies(&$0, $1, &$2, copies: copies, copyStride: copyStride, pixelStride: stride)
    }
  }
}

/// One tap of every copy.
@_alwaysEmitIntoClient @inline(__always)
func addCopies<P: PixelTile>(
  _ sums: inout P, _ tap: UnsafePointer<Float>, _ weights: inout UnsafePointer<Float>, copies: Int, copyStride: Int,
  pixelStride: Int
) {
  let width = P.C.V.scalarCount
  var source = tap
  var copy = copies
  while copy > 0 {
    sums.add(EachLane<P.C.V>.self, source, stride: pixelStride, times: P.C.load(weights, stride: width))
    weights += width
    source += copyStride
    copy -= 1
  }
}

/// The loops that both kernels share; `multiply` adds one tap to all pixels of the tile and steps the weights.
@_alwaysEmitIntoClient @inline(__always)
func lanewise<P: PixelTile>(
  _ task: UnsafePointer<LanewiseTask>, _: P.Type, pixelStride: Int,
  multiply: (inout P, UnsafePointer<Float>, inout UnsafePointer<Float>) -> Void
) {
  typealias V = P.C.V
  let width = V.scalarCount
  let task = task.pointee
  let low = V(repeating: task.low)
  let high = V(repeating: task.high)
  var lineInput = task.input
  var lineOutput = task.output
  var lineResidual = task.residual
  var tileInput = lineInput
  var output = lineOutput
  var residual = lineResidual
  var tiles = task.tiles
  var lines = task.lines
  while lines > 0 {
    if tiles == 0 {
      lines -= 1
      tiles = task.tiles
      lineInput += task.inputLineStride
      lineOutput += task.outputLineStride
      lineResidual = lineResidual.map { $0 + task.residualLineStride }
      (tileInput, output, residual) = (lineInput, lineOutput, lineResidual)
      continue
    }
    var sums = P(P.C.load(task.bias, stride: width))
    var weights = task.weights
    var rowInput = tileInput
    var rows = task.rows
    while rows > 0 {
      var tap = rowInput
      var columns = task.columns
      // Three at a time: most kernels are 3 wide, and the sums need not meet at a loop's head after every tap.
      while columns > 2 {
        multiply(&sums, tap, &weights)
        multiply(&sums, tap + task.columnStride, &weights)
        multiply(&sums, tap + 2 * task.columnStride, &weights)
        tap += 3 * task.columnStride
        columns -= 3
      }
      while columns > 0 {
        multiply(&sums, tap, &weights)
        tap += task.columnStride
        columns -= 1
      }
      rowInput += task.rowStride
      rows -= 1
    }
    if let source = residual {
      sums.add(source, stride: width, blockStride: 0)
      residual = source + P.pixels * width
    }
    sums.clamp(low, high)
    sums.store(output, stride: width, blockStride: 0)
    tileInput += P.pixels * pixelStride
    output += P.pixels * width
    tiles -= 1
  }
}

/// Writes the copies of `pixels` input pixels that `convolveGrouped` reads.
///
/// `input` is (pixels, V), `output` is (copies, …, pixels, V) with `copyStride` floats between copies. Lane l of copy c
/// holds lane (l ^ (c with bit 0 cleared)) with its bit 0 replaced by that of c. `copies` is 2, 4 or 8.
@_alwaysEmitIntoClient @inline(__always)
func spreadGroups<V: FloatVector>(
  _: V.Type, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, pixels: Int, copies: Int,
  copyStride: Int
) {
  let width = V.scalarCount
  var pixel = 0
  while pixel < pixels {
    let x = V.load(input + pixel * width)
    let target = output + pixel * width
    spreadPairs(x, target, copyStride)
    if copies > 2 { spreadPairs(x.pairsSwapped, target + 2 * copyStride, copyStride) }
    if copies > 4 {
      let y = x.quadsSwapped
      spreadPairs(y, target + 4 * copyStride, copyStride)
      spreadPairs(y.pairsSwapped, target + 6 * copyStride, copyStride)
    }
    pixel += 1
  }
}

@_alwaysEmitIntoClient @inline(__always)
func spreadPairs<V: FloatVector>(_ x: V, _ target: UnsafeMutablePointer<Float>, _ copyStride: Int) {
  x.evenLanesTwice.store(target)
  x.oddLanesTwice.store(target + copyStride)
}
