/// Everything one instruction set offers: what dispatch, tests and benchmarks walk.
///
/// The tiles come by index rather than as an array, so that no generic library code is compiled with the flags of an
/// instruction set that the running machine may not have.
public struct KernelTable: Sendable {
  /// V: the channels in a block of the activations' layout.
  public let lanes: Int
  /// The dense tiles, until nil.
  public let convolutionTile: @Sendable (Int) -> ConvolutionTile?
  /// The lanewise tiles, until nil.
  public let lanewiseTile: @Sendable (Int) -> LanewiseTile?
  /// F(m×m, 3×3) for m = 2, 4, 6.
  public let winograd2: WinogradTile
  public let winograd4: WinogradTile
  public let winograd6: WinogradTile
  /// (input, output, pixels, input pixels from one to the next)
  public let gather: @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int, Int) -> Void
  public let gatherLanes: LaneGatherKernel
  public let maxPool: PoolKernel
  public let averagePool: PoolKernel
  /// (function, input, output, vectors)
  public let activate: @Sendable (Activation, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  /// (a, b, output, vectors, low, high)
  public let add:
    @Sendable (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int, Float, Float) -> Void
  /// (a, b, output, vectors)
  public let multiply: @Sendable (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  /// (input, scale, shift, output, pixels, low, high)
  public let affine:
    @Sendable (
      UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int, Float, Float
    ) -> Void
  public let nearest: @Sendable (UnsafePointer<ResampleTask>) -> Void
  public let bilinear: @Sendable (UnsafePointer<ResampleTask>) -> Void
  public let normalizeResponse: @Sendable (UnsafePointer<ResponseTask>) -> Void
  /// (memory of `peakFloats`, rounds, 0): multiply-adds between registers.
  public let peak: @Sendable (UnsafeMutablePointer<Float>, Int, Int) -> Int
  public let peakFloats: Int

  @_alwaysEmitIntoClient @inline(__always)
  public init<V: FloatVector, Peak: PixelTile>(
    _: V.Type, peakTile: Peak.Type, convolutionTile: @escaping @Sendable (Int) -> ConvolutionTile?,
    lanewiseTile: @escaping @Sendable (Int) -> LanewiseTile?
  ) where Peak.C.V == V {
    lanes = V.scalarCount
    self.convolutionTile = convolutionTile
    self.lanewiseTile = lanewiseTile
    winograd2 = WinogradTile(Winograd2<V>.self)
    winograd4 = WinogradTile(Winograd4<V>.self)
    winograd6 = WinogradTile(Winograd6<V>.self)
    gather = { Microkernels.gather(V.self, $0, $1, pixels: $2, step: $3) }
    gatherLanes = { Microkernels.gatherLanes($0, V.self) }
    maxPool = { Microkernels.maxPool($0, V.self) }
    averagePool = { Microkernels.averagePool($0, V.self) }
    activate = { Microkernels.activate(V.self, $0, $1, $2, vectors: $3) }
    add = { Microkernels.add(V.self, $0, $1, $2, vectors: $3, low: $4, high: $5) }
    multiply = { Microkernels.multiply(V.self, $0, $1, $2, vectors: $3) }
    affine = { Microkernels.affine(V.self, $0, $1, $2, $3, pixels: $4, low: $5, high: $6) }
    nearest = { Microkernels.nearest($0, V.self) }
    bilinear = { Microkernels.bilinear($0, V.self) }
    normalizeResponse = { Microkernels.normalizeResponse($0, V.self) }
    peak = { Microkernels.peak(Peak.self, $0, rounds: $1, step: $2) }
    peakFloats = Peak.pixels * Peak.C.vectors * V.scalarCount
  }
}
