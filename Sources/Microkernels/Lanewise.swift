/// A run of tiles along some rows of the output of a convolution whose groups lie inside a vector: depthwise (each lane
/// its own group) and grouped with 2, 4, 8 … channels in and out.
///
/// Depthwise: weights are (kernel rows, kernel columns, V) and lane l meets lane l.
///
/// Grouped: with g channels in a group, lane l must meet the g lanes that share its group, one after the other: each
/// vector that is read is put in g orders. Shuffles compete with multiply-adds for a port, so a vector is put in an order
/// once for all pixels of a row that it is a tap of. Weights are (kernel rows, channels of a group, kernel columns, V).
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
  /// Grouped only: for each channel of a group V bit patterns of Int32, the lane that each lane meets.
  public var orders: UnsafePointer<Float>?
  /// Channels of a group.
  public var channels = 1
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
  let (columns, columnStride) = (task.pointee.columns, task.pointee.columnStride)
  if task.pointee.pixelStride == width {
    lanewise(task, P.self, pixelStride: width) {
      addTaps(&$0, $1, &$2, columns: columns, columnStride: columnStride, pixelStride: width)
    }
  } else {
    let stride = task.pointee.pixelStride
    lanewise(task, P.self, pixelStride: stride) {
      addTaps(&$0, $1, &$2, columns: columns, columnStride: columnStride, pixelStride: stride)
    }
  }
}

/// The taps of a kernel's row, each lane its own channel.
@_alwaysEmitIntoClient @inline(__always)
func addTaps<P: PixelTile>(
  _ sums: inout P, _ row: UnsafePointer<Float>, _ weights: inout UnsafePointer<Float>, columns: Int, columnStride: Int,
  pixelStride: Int
) {
  let width = P.C.V.scalarCount
  var tap = row
  var columns = columns
  // Three at a time: most kernels are 3 wide, and the sums need not meet at a loop's head after every tap.
  while columns > 2 {
    sums.add(EachLane<P.C.V>.self, tap, stride: pixelStride, times: P.C.load(weights, stride: width))
    sums.add(
      EachLane<P.C.V>.self, tap + columnStride, stride: pixelStride, times: P.C.load(weights + width, stride: width))
    sums.add(
      EachLane<P.C.V>.self, tap + 2 * columnStride, stride: pixelStride,
      times: P.C.load(weights + 2 * width, stride: width))
    weights += 3 * width
    tap += 3 * columnStride
    columns -= 3
  }
  while columns > 0 {
    sums.add(EachLane<P.C.V>.self, tap, stride: pixelStride, times: P.C.load(weights, stride: width))
    weights += width
    tap += columnStride
    columns -= 1
  }
}

@_alwaysEmitIntoClient @inline(__always)
func convolveGrouped<P: PixelTile>(_ task: UnsafePointer<LanewiseTask>, _: P.Type) {
  let orders = task.pointee.orders!
  let (channels, columns, columnStride) = (task.pointee.channels, task.pointee.columns, task.pointee.columnStride)
  let stride = task.pointee.pixelStride
  lanewise(task, P.self, pixelStride: stride) {
    addTaps(
      &$0, $1, &$2, orders, channels: channels, columns: columns, columnStride: columnStride, pixelStride: stride)
  }
}

/// The taps of a kernel's row, each lane with all of its group.
@_alwaysEmitIntoClient @inline(__always)
func addTaps<P: PixelTile>(
  _ sums: inout P, _ row: UnsafePointer<Float>, _ weights: inout UnsafePointer<Float>, _ orders: UnsafePointer<Float>,
  channels: Int, columns: Int, columnStride: Int, pixelStride: Int
) {
  let width = P.C.V.scalarCount
  let areNeighbours = pixelStride == width && columnStride == width
  var order = orders
  var channels = channels
  while channels > 0 {
    let lanes = P.C.V.load(order).bits
    var tap = row
    var columns = columns
    while areNeighbours, columns > 2 {
      var pixels = SlidingRow<P.C.V>(tap, inOrder: lanes)
      sums.add(
        &pixels, times: P.C.load(weights, stride: width), P.C.load(weights + width, stride: width),
        P.C.load(weights + 2 * width, stride: width))
      weights += 3 * width
      tap += 3 * width
      columns -= 3
    }
    while columns > 0 {
      sums.add(tap, stride: pixelStride, inOrder: lanes, times: P.C.load(weights, stride: width))
      weights += width
      tap += columnStride
      columns -= 1
    }
    order += width
    channels -= 1
  }
}

/// The loops that both kernels share; `addRow` adds the taps of a kernel's row to all pixels of the tile
/// and steps the weights.
@_alwaysEmitIntoClient @inline(__always)
func lanewise<P: PixelTile>(
  _ task: UnsafePointer<LanewiseTask>, _: P.Type, pixelStride: Int,
  addRow: (inout P, UnsafePointer<Float>, inout UnsafePointer<Float>) -> Void
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
      addRow(&sums, rowInput, &weights)
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
