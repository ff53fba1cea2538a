/// A run of register tiles along one row of the output of a dense convolution.
///
/// Activations are blocked: (blocks, rows, columns, V) with V channels side by side. Weights are packed for the tile:
/// (blocks, kernel rows, kernel columns, lanes of the block, vectors of the tile, V). The order in which one output
/// gathers its products is (block, kernel row, kernel column, lane) for every tile size, and a sum is put aside after the
/// same ones, so results do not depend on how the row was cut into tiles.
///
/// The same body serves k×k, 1×1 (one kernel row and column), the linear layer (pixels are the images of the batch) and
/// the first layer, whose planar image is one block of three "lanes" a plane apart.
public struct ConvolutionTask {
  /// The first tap of the first output pixel.
  public var input: UnsafePointer<Float>
  public var weights: UnsafePointer<Float>
  /// One float for each output channel of the tile.
  public var bias: UnsafePointer<Float>
  /// Added before the bounds; laid out as the output is, with its own block stride.
  public var residual: UnsafePointer<Float>?
  public var output: UnsafeMutablePointer<Float>
  /// How many tiles lie side by side.
  public var tiles = 1
  /// Blocks of input channels and the floats from one to the next.
  public var blocks = 1
  public var blockStride = 0
  /// Channels in each block but the last, and in the last.
  public var lanes = 0
  public var lastLanes = 0
  /// Floats from a channel to the next of its block: 1, or a plane where the input is planar.
  public var laneStride = 1
  /// Kernel rows, and the floats between the input rows they read (dilation included).
  public var rows = 1
  public var rowStride = 0
  /// Kernel columns, and the floats between the input pixels they read (dilation included).
  public var columns = 1
  public var columnStride = 0
  /// Floats between what neighbouring output pixels read (the convolution's stride included).
  public var pixelStride = 0
  /// Floats between neighbouring output pixels.
  public var outputPixelStride = 0
  /// Floats between the blocks of output channels.
  public var outputBlockStride = 0
  public var residualPixelStride = 0
  public var residualBlockStride = 0
  /// Bounds applied last: 0 and ∞ for relu, 0 and 6 for relu6.
  public var low = -Float.infinity
  public var high = Float.infinity
  /// What will be read after this task: `aheadStep` floats further for each channel of each tap of each tile, the line
  /// there is brought nearer. With a step of 0, nothing.
  public var ahead: UnsafePointer<Float>
  public var aheadStep = 0
  /// Whether it is read within this task already: weights that are streamed once.
  public var aheadIsNear = false

  public init(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    self.input = input
    ahead = weights
    self.weights = weights
    self.bias = bias
    self.output = output
  }
}

public typealias ConvolutionKernel = @Sendable (UnsafePointer<ConvolutionTask>) -> Void

/// A register tile with its size: what the tables of the instruction sets list.
public struct ConvolutionTile: Sendable {
  public let pixels: Int
  public let vectors: Int
  public let kernel: ConvolutionKernel

  @_alwaysEmitIntoClient @inline(__always)
  public init<P: PixelTile>(_ tile: P.Type) {
    pixels = P.pixels
    vectors = P.C.vectors
    kernel = { convolve($0, P.self) }
  }
}

/// Chooses between the layouts that nearly every layer has, stride 1 or 2 on blocks, whose strides are constants of the
/// vector and fold into the addresses of the loads, and the general one.
@_alwaysEmitIntoClient @inline(__always)
public func convolve<P: PixelTile>(_ task: UnsafePointer<ConvolutionTask>, _: P.Type) {
  let width = P.C.V.scalarCount
  let stride = task.pointee.pixelStride
  if task.pointee.laneStride == 1, stride == width {
    convolve(task, P.self, pixelStride: width, laneStride: 1, looksAhead: true)
  } else if task.pointee.laneStride == 1, stride == 2 * width {
    convolve(task, P.self, pixelStride: 2 * width, laneStride: 1, looksAhead: true)
  } else {
    convolve(task, P.self, pixelStride: stride, laneStride: task.pointee.laneStride, looksAhead: false)
  }
}

/// After about so many products an output's sum is put aside and a new one begun: the rounding of a sum grows with the
/// number of its terms, so many short ones and their sum are more exact than a long one.
@_alwaysEmitIntoClient @inline(__always)
var termsOfSum: Int { 128 }

@_alwaysEmitIntoClient @inline(__always)
func convolve<P: PixelTile>(
  _ task: UnsafePointer<ConvolutionTask>, _: P.Type, pixelStride: Int, laneStride: Int, looksAhead: Bool
) {
  typealias V = P.C.V
  let width = V.scalarCount
  let task = task.pointee
  let low = V(repeating: task.low)
  let high = V(repeating: task.high)
  let zero = P.C(repeating: V(repeating: 0))
  var tileInput = task.input
  var output = task.output
  var residual = task.residual
  var tiles = task.tiles
  var ahead = task.ahead
  let aheadStep = task.aheadStep
  let aheadIsNear = task.aheadIsNear
  // Of a 1×1 convolution the next tile's pixels come nearer meanwhile; a larger kernel has met most of them already.
  let nearStep = task.rows * task.columns == 1 ? pixelStride : 0
  while tiles > 0 {
    if looksAhead {
      prefetchTile(P.self, output, stride: task.outputPixelStride, blockStride: task.outputBlockStride)
      if let residual {
        prefetchTile(P.self, residual, stride: task.residualPixelStride, blockStride: task.residualBlockStride)
      }
    }
    var weights = task.weights
    var walk = TapWalk(from: tileInput, task)
    var isPutAside = false
    repeat {
      var sums = P(isPutAside ? zero : P.C.load(task.bias, stride: width))
      var termsLeft = termsOfSum
      while walk.blocks > 0, termsLeft > 0 {
        let lanes = walk.blocks == 1 ? task.lastLanes : task.lanes
        var near = walk.tap + P.pixels * pixelStride
        var lane = 0
        while lane < lanes {
          sums.add(
            Broadcast<V>.self, walk.tap + lane * laneStride, stride: pixelStride,
            times: P.C.load(weights, stride: width))
          weights += P.C.vectors * width
          if looksAhead {
            if P.pixels == 1, aheadIsNear { prefetchNear(ahead) } else { prefetch(ahead) }
            ahead += aheadStep
            prefetch(near)
            near += nearStep
          }
          lane += 1
        }
        termsLeft -= lanes
        walk.advance(task)
      }
      if isPutAside {
        sums.add(output, stride: task.outputPixelStride, blockStride: task.outputBlockStride)
      } else if let residual {
        sums.add(residual, stride: task.residualPixelStride, blockStride: task.residualBlockStride)
      }
      if walk.blocks == 0 { sums.clamp(low, high) }
      sums.store(output, stride: task.outputPixelStride, blockStride: task.outputBlockStride)
      isPutAside = true
    } while walk.blocks > 0
    if let source = residual { residual = source + P.pixels * task.residualPixelStride }
    tileInput += P.pixels * pixelStride
    output += P.pixels * task.outputPixelStride
    tiles -= 1
  }
}

/// The taps of a tile's first pixel: the columns of a kernel row, the rows of a block, the blocks.
///
/// One loop over these keeps the sums in registers; with a loop for each, the optimiser copies them all to the stack
/// whenever an inner one ends.
@usableFromInline struct TapWalk {
  @usableFromInline var tap: UnsafePointer<Float>
  @usableFromInline var row: UnsafePointer<Float>
  @usableFromInline var block: UnsafePointer<Float>
  @usableFromInline var columns: Int
  @usableFromInline var rows: Int
  /// Blocks that are left, this one included.
  @usableFromInline var blocks: Int

  @_alwaysEmitIntoClient @inline(__always)
  init(from input: UnsafePointer<Float>, _ task: ConvolutionTask) {
    (tap, row, block) = (input, input, input)
    (columns, rows) = (task.columns, task.rows)
    blocks = columns > 0 && rows > 0 ? task.blocks : 0
  }

  @_alwaysEmitIntoClient @inline(__always)
  mutating func advance(_ task: ConvolutionTask) {
    columns -= 1
    tap += task.columnStride
    if columns > 0 { return }
    columns = task.columns
    rows -= 1
    row += task.rowStride
    if rows == 0 {
      rows = task.rows
      blocks -= 1
      block += task.blockStride
      row = block
    }
    tap = row
  }
}

/// The lines that a tile's sums go to or meet at the end, so that they need not be waited for then.
@_alwaysEmitIntoClient @inline(__always)
func prefetchTile<P: PixelTile>(_: P.Type, _ address: UnsafePointer<Float>, stride: Int, blockStride: Int) {
  var vector = 0
  while vector < P.C.vectors {
    var pixel = 0
    while pixel < P.pixels {
      prefetch(address + vector * blockStride + pixel * stride)
      pixel += 1
    }
    vector += 1
  }
}
