import Builtin
import Microkernels

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
  public static func minimum(_ x: Self, _ y: Self) -> Self {
    let isBeyond = Builtin.fcmp_ogt_Vec4xFPIEEE32(x.register, y.register)
    return Self(register: Builtin.select_Vec4xInt1_Vec4xFPIEEE32(isBeyond, y.register, x.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public var evenLanesTwice: Self {
    Self(
      self[0], self[0], self[2], self[2])
  }

  @_alwaysEmitIntoClient @inline(__always)
  public var oddLanesTwice: Self {
    Self(
      self[1], self[1], self[3], self[3])
  }

  @_alwaysEmitIntoClient @inline(__always)
  public var pairsSwapped: Self {
    Self(
      self[2], self[3], self[0], self[1])
  }

  /// Four lanes have no other quad, and groups this wide are dense here.
  @_alwaysEmitIntoClient @inline(__always)
  public var quadsSwapped: Self { self }
}
