import Builtin
import Microkernels

// The vector type and the table that uses it stand in one file on purpose: in the debug configuration a file is
// compiled by itself, and only what is in it can be inlined into its tiles.

/// What every CPU of the architecture has: SSE2 on x86-64, NEON on arm64; vectors of 4 lanes.
public enum KernelsBaseline {
  @usableFromInline typealias Vector = SIMD4<Float>

  #if arch(x86_64)
  /// 16 registers hold its sums, factors and products.
  private typealias PeakTile = P3<C2<Vector>>
  #else
  private typealias PeakTile = P6<C2<Vector>>
  #endif

  public static let table = KernelTable(
    Vector.self, peakTile: PeakTile.self, convolutionTile: { convolutionTile($0) },
    lanewiseTile: { lanewiseTile($0) })

  /// Largest tiles first within each width.
  static func convolutionTile(_ index: Int) -> ConvolutionTile? {
    switch index {
    case 0: ConvolutionTile(P2<C4<Vector>>.self)
    case 1: ConvolutionTile(P1<C4<Vector>>.self)
    case 2: ConvolutionTile(P4<C3<Vector>>.self)
    case 3: ConvolutionTile(P3<C3<Vector>>.self)
    case 4: ConvolutionTile(P2<C3<Vector>>.self)
    case 5: ConvolutionTile(P1<C3<Vector>>.self)
    case 6: ConvolutionTile(P6<C2<Vector>>.self)
    case 7: ConvolutionTile(P5<C2<Vector>>.self)
    case 8: ConvolutionTile(P4<C2<Vector>>.self)
    case 9: ConvolutionTile(P3<C2<Vector>>.self)
    case 10: ConvolutionTile(P2<C2<Vector>>.self)
    case 11: ConvolutionTile(P1<C2<Vector>>.self)
    case 12: ConvolutionTile(P12<C1<Vector>>.self)
    case 13: ConvolutionTile(P11<C1<Vector>>.self)
    case 14: ConvolutionTile(P10<C1<Vector>>.self)
    case 15: ConvolutionTile(P9<C1<Vector>>.self)
    case 16: ConvolutionTile(P8<C1<Vector>>.self)
    case 17: ConvolutionTile(P7<C1<Vector>>.self)
    case 18: ConvolutionTile(P6<C1<Vector>>.self)
    case 19: ConvolutionTile(P5<C1<Vector>>.self)
    case 20: ConvolutionTile(P4<C1<Vector>>.self)
    case 21: ConvolutionTile(P3<C1<Vector>>.self)
    case 22: ConvolutionTile(P2<C1<Vector>>.self)
    case 23: ConvolutionTile(P1<C1<Vector>>.self)
    default: nil
    }
  }

  static func lanewiseTile(_ index: Int) -> LanewiseTile? {
    switch index {
    case 0: LanewiseTile(P12<C1<Vector>>.self)
    case 1: LanewiseTile(P11<C1<Vector>>.self)
    case 2: LanewiseTile(P10<C1<Vector>>.self)
    case 3: LanewiseTile(P9<C1<Vector>>.self)
    case 4: LanewiseTile(P8<C1<Vector>>.self)
    case 5: LanewiseTile(P7<C1<Vector>>.self)
    case 6: LanewiseTile(P6<C1<Vector>>.self)
    case 7: LanewiseTile(P5<C1<Vector>>.self)
    case 8: LanewiseTile(P4<C1<Vector>>.self)
    case 9: LanewiseTile(P3<C1<Vector>>.self)
    case 10: LanewiseTile(P2<C1<Vector>>.self)
    case 11: LanewiseTile(P1<C1<Vector>>.self)
    default: nil
    }
  }
}

/// Spelled with the compiler's own vector operations. The standard library's operators on SIMD types give the same
/// instructions in the end, but reach the optimiser as 4 scalar operations each: the tiles took minutes to compile.
extension SIMD4: FloatVector where Scalar == Float {
  @_alwaysEmitIntoClient @inline(__always)
  var register: Builtin.Vec4xFPIEEE32 { _storage._value }

  @_alwaysEmitIntoClient @inline(__always)
  init(register: Builtin.Vec4xFPIEEE32) {
    self.init()
    _storage._value = register
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func + (x: Self, y: Self) -> Self {
    Self(register: Builtin.fadd_Vec4xFPIEEE32(x.register, y.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func - (x: Self, y: Self) -> Self {
    Self(register: Builtin.fsub_Vec4xFPIEEE32(x.register, y.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func * (x: Self, y: Self) -> Self {
    Self(register: Builtin.fmul_Vec4xFPIEEE32(x.register, y.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func / (x: Self, y: Self) -> Self {
    Self(register: Builtin.fdiv_Vec4xFPIEEE32(x.register, y.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func multiplyAdd(_ sum: Self, _ x: Self, _ y: Self) -> Self {
    #if arch(arm64)
    Self(register: Builtin.int_fma_Vec4xFPIEEE32(x.register, y.register, sum.register))
    #else
    // Without FMA instructions a fused multiply-add would be a call of fmaf for every lane.
    sum + x * y
    #endif
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func maximum(_ x: Self, _ y: Self) -> Self {
    let isBeyond = Builtin.fcmp_olt_Vec4xFPIEEE32(x.register, y.register)
    return Self(register: Builtin.select_Vec4xInt1_Vec4xFPIEEE32(isBeyond, y.register, x.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func larger(_ best: Self, _ x: Self) -> Self {
    let isLost = Builtin.fcmp_uno_Vec4xFPIEEE32(best.register, best.register)
    let larger = maximum(x, best)
    return Self(register: Builtin.select_Vec4xInt1_Vec4xFPIEEE32(isLost, best.register, larger.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func minimum(_ x: Self, _ y: Self) -> Self {
    let isBeyond = Builtin.fcmp_ogt_Vec4xFPIEEE32(x.register, y.register)
    return Self(register: Builtin.select_Vec4xInt1_Vec4xFPIEEE32(isBeyond, y.register, x.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public func inOrder(_ lanes: SIMD4<Int32>) -> Self {
    let lowest = Builtin.and_Vec4xInt32(lanes._storage._value, SIMD4<Int32>(repeating: 1)._storage._value)
    let isOdd = Builtin.cmp_ne_Vec4xInt32(lowest, SIMD4<Int32>()._storage._value)
    let (even, odd) = (Self(self[0], self[0], self[2], self[2]), Self(self[1], self[1], self[3], self[3]))
    return Self(register: Builtin.select_Vec4xInt1_Vec4xFPIEEE32(isOdd, odd.register, even.register))
  }

  /// Neither SSE2 nor NEON moves lanes by number.
  @_alwaysEmitIntoClient @inline(__always)
  public mutating func take(_ lanes: SIMD4<Int32>, of source: Self) {
    var lane = 0
    while lane < 4 {
      if lanes[lane] >= 0 { self[lane] = source[Int(lanes[lane] & 3)] }
      lane += 1
    }
  }
}
