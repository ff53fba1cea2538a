#if arch(x86_64)
import Builtin
import Microkernels

/// Spelled with the compiler's own vector operations. The standard library's operators on SIMD types give the same
/// instructions in the end, but reach the optimiser as 16 scalar operations each: the tiles took minutes to compile.
extension SIMD16: FloatVector where Scalar == Float {
  @_alwaysEmitIntoClient @inline(__always)
  var register: Builtin.Vec16xFPIEEE32 { _storage._value }

  @_alwaysEmitIntoClient @inline(__always)
  init(register: Builtin.Vec16xFPIEEE32) {
    self.init()
    _storage._value = register
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func + (x: Self, y: Self) -> Self {
    Self(register: Builtin.fadd_Vec16xFPIEEE32(x.register, y.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func - (x: Self, y: Self) -> Self {
    Self(register: Builtin.fsub_Vec16xFPIEEE32(x.register, y.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func * (x: Self, y: Self) -> Self {
    Self(register: Builtin.fmul_Vec16xFPIEEE32(x.register, y.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func / (x: Self, y: Self) -> Self {
    Self(register: Builtin.fdiv_Vec16xFPIEEE32(x.register, y.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func multiplyAdd(_ sum: Self, _ x: Self, _ y: Self) -> Self {
    Self(register: Builtin.int_fma_Vec16xFPIEEE32(x.register, y.register, sum.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func maximum(_ x: Self, _ y: Self) -> Self {
    let isBeyond = Builtin.fcmp_olt_Vec16xFPIEEE32(x.register, y.register)
    return Self(register: Builtin.select_Vec16xInt1_Vec16xFPIEEE32(isBeyond, y.register, x.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func minimum(_ x: Self, _ y: Self) -> Self {
    let isBeyond = Builtin.fcmp_ogt_Vec16xFPIEEE32(x.register, y.register)
    return Self(register: Builtin.select_Vec16xInt1_Vec16xFPIEEE32(isBeyond, y.register, x.register))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public var evenLanesTwice: Self {
    Self(
      self[0], self[0], self[2], self[2], self[4], self[4], self[6], self[6],
      self[8], self[8], self[10], self[10], self[12], self[12], self[14], self[14])
  }

  @_alwaysEmitIntoClient @inline(__always)
  public var oddLanesTwice: Self {
    Self(
      self[1], self[1], self[3], self[3], self[5], self[5], self[7], self[7],
      self[9], self[9], self[11], self[11], self[13], self[13], self[15], self[15])
  }

  @_alwaysEmitIntoClient @inline(__always)
  public var pairsSwapped: Self {
    Self(
      self[2], self[3], self[0], self[1], self[6], self[7], self[4], self[5],
      self[10], self[11], self[8], self[9], self[14], self[15], self[12], self[13])
  }

  @_alwaysEmitIntoClient @inline(__always)
  public var quadsSwapped: Self {
    Self(
      self[4], self[5], self[6], self[7], self[0], self[1], self[2], self[3],
      self[12], self[13], self[14], self[15], self[8], self[9], self[10], self[11])
  }
}
#endif
