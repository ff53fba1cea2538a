#if arch(x86_64)
import Builtin
import Microkernels

// The vector type and the table that uses it stand in one file on purpose: in the debug configuration a file is
// compiled by itself, and only what is in it can be inlined into its tiles.

/// AVX2 and FMA: 16 registers of 8 lanes. 6×2 sums leave room for two weight vectors and a broadcast. 4×3 with three and
/// one would take all sixteen, and the compiler then keeps one sum in memory, where each addition waits twelve cycles for
/// the last: half the speed.
public enum KernelsAVX2 {
  @usableFromInline typealias Vector = SIMD8<Float>

  public static let table = KernelTable(
    Vector.self, peakTile: P6<C2<Vector>>.self, convolutionTile: { convolutionTile($0) },
    lanewiseTile: { lanewiseTile($0) })

  /// Largest tiles first within each width.
  static func convolutionTile(_ index: Int) -> ConvolutionTile? {
    switch index {
    case 0: ConvolutionTile(P2<C4<Vector>>.self)
    case 1: ConvolutionTile(P1<C4<Vector>>.self)
    case 2: ConvolutionTile(P3<C3<Vector>>.self)
    case 3: ConvolutionTile(P2<C3<Vector>>.self)
    case 4: ConvolutionTile(P1<C3<Vector>>.self)
    case 5: ConvolutionTile(P6<C2<Vector>>.self)
    case 6: ConvolutionTile(P5<C2<Vector>>.self)
    case 7: ConvolutionTile(P4<C2<Vector>>.self)
    case 8: ConvolutionTile(P3<C2<Vector>>.self)
    case 9: ConvolutionTile(P2<C2<Vector>>.self)
    case 10: ConvolutionTile(P1<C2<Vector>>.self)
    case 11: ConvolutionTile(P12<C1<Vector>>.self)
    case 12: ConvolutionTile(P11<C1<Vector>>.self)
    case 13: ConvolutionTile(P10<C1<Vector>>.self)
    case 14: ConvolutionTile(P9<C1<Vector>>.self)
    case 15: ConvolutionTile(P8<C1<Vector>>.self)
    case 16: ConvolutionTile(P7<C1<Vector>>.self)
    case 17: ConvolutionTile(P6<C1<Vector>>.self)
    case 18: ConvolutionTile(P5<C1<Vector>>.self)
    case 19: ConvolutionTile(P4<C1<Vector>>.self)
    case 20: ConvolutionTile(P3<C1<Vector>>.self)
    case 21: ConvolutionTile(P2<C1<Vector>>.self)
    case 22: ConvolutionTile(P1<C1<Vector>>.self)
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
/// instructions in the end, but reach the optimiser as 8 scalar operations each: the tiles took minutes to compile.
extension SIMD8: FloatVector where Scalar == Float {
  @_alwaysEmitIntoClient @inline(__always)
  var register: Builtin.Vec8xFPIEEE32 { _storage._value }

  @_alwaysEmitIntoClient @inline(__always)
  init(register: Builtin.Vec8xFPIEEE32) {
    self.init()
    _storage._value = register
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func + (x: Self, y: Self) -> Self {
    Self(register: Builtin.fadd_Vec8xFPIEEE32(x.register, y.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func - (x: Self, y: Self) -> Self {
    Self(register: Builtin.fsub_Vec8xFPIEEE32(x.register, y.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func * (x: Self, y: Self) -> Self {
    Self(register: Builtin.fmul_Vec8xFPIEEE32(x.register, y.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func / (x: Self, y: Self) -> Self {
    Self(register: Builtin.fdiv_Vec8xFPIEEE32(x.register, y.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func multiplyAdd(_ sum: Self, _ x: Self, _ y: Self) -> Self {
    Self(register: Builtin.int_fma_Vec8xFPIEEE32(x.register, y.register, sum.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func maximum(_ x: Self, _ y: Self) -> Self {
    let isBeyond = Builtin.fcmp_olt_Vec8xFPIEEE32(x.register, y.register)
    return Self(register: Builtin.select_Vec8xInt1_Vec8xFPIEEE32(isBeyond, y.register, x.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func larger(_ best: Self, _ x: Self) -> Self {
    let isLost = Builtin.fcmp_uno_Vec8xFPIEEE32(best.register, best.register)
    let larger = maximum(x, best)
    return Self(register: Builtin.select_Vec8xInt1_Vec8xFPIEEE32(isLost, best.register, larger.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func minimum(_ x: Self, _ y: Self) -> Self {
    let isBeyond = Builtin.fcmp_ogt_Vec8xFPIEEE32(x.register, y.register)
    return Self(register: Builtin.select_Vec8xInt1_Vec8xFPIEEE32(isBeyond, y.register, x.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public func inOrder(_ lanes: SIMD8<Int32>) -> Self {
    Self(register: Builtin.int_x86_avx2_permps(register, lanes._storage._value))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func take(_ lanes: SIMD8<Int32>, of source: Self) {
    let numbers = lanes._storage._value
    let isTaken = Builtin.cmp_sge_Vec8xInt32(numbers, SIMD8<Int32>()._storage._value)
    self = Self(register: Builtin.select_Vec8xInt1_Vec8xFPIEEE32(isTaken, source.inOrder(lanes).register, register))
  }
}
#endif
