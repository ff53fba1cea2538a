/// Microkernels: the inner loops of every operator, written once over the vector type.
///
/// What it is for: bodies that know registers. A body takes pointers and strides, never a tensor, never an array.
/// What it is not for: caches, threads, shapes or networks; those are ArchRuntime's.
///
/// Every body here is `@_alwaysEmitIntoClient @inline(__always)`: it is compiled inside the module of an instruction
/// set (KernelsBaseline, KernelsAVX2, KernelsAVX512), with that module's flags, and nowhere else.

/// A register of `Float` lanes as the kernels see it.
///
/// One vector type belongs to one instruction set: `SIMD4` to the baseline, `SIMD8` to AVX2, `SIMD16` to AVX-512. Each
/// of those modules supplies the conformance, because the operations below must be spelled on the concrete type: the
/// generic spellings of comparison, maximum and fused multiply-add compile to a loop over the lanes.
public protocol FloatVector: SIMD, BitwiseCopyable, SendableMetatype
where Scalar == Float, MaskStorage.Scalar == Int32 {
  // Named again here so that generic code takes the vector instruction of the concrete type.
  static func + (x: Self, y: Self) -> Self
  static func - (x: Self, y: Self) -> Self
  static func * (x: Self, y: Self) -> Self
  static func / (x: Self, y: Self) -> Self
  /// `sum + x * y`, in one rounding where the instruction set fuses and in two where it does not.
  static func multiplyAdd(_ sum: Self, _ x: Self, _ y: Self) -> Self
  /// The larger lane; a NaN in `x` stays (`y` is a bound and never NaN).
  static func maximum(_ x: Self, _ y: Self) -> Self
  /// The larger lane; a NaN in either stays, so that a maximum over many has it at the end.
  static func larger(_ best: Self, _ x: Self) -> Self
  /// The smaller lane; a NaN in `x` stays.
  static func minimum(_ x: Self, _ y: Self) -> Self
  /// Lane l holds lane `lanes[l]`, which of a vector of four is one of the pair that l is in.
  func inOrder(_ lanes: MaskStorage) -> Self
  /// Lane l becomes lane `lanes[l]` of `source`, where that is not negative.
  mutating func take(_ lanes: MaskStorage, of source: Self)
}

extension FloatVector {
  @_alwaysEmitIntoClient @inline(__always)
  public static func load(_ address: UnsafePointer<Float>) -> Self {
    UnsafeRawPointer(address).loadUnaligned(as: Self.self)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func load(_ address: UnsafeMutablePointer<Float>) -> Self {
    UnsafeRawPointer(address).loadUnaligned(as: Self.self)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public func store(_ address: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(address).storeBytes(of: self, as: Self.self)
  }

  /// Both bounds at once. With infinite bounds this is the identity, so no kernel needs a variant without it.
  @_alwaysEmitIntoClient @inline(__always)
  public func clamped(_ low: Self, _ high: Self) -> Self {
    Self.minimum(Self.maximum(self, low), high)
  }

  /// The lanes' bit patterns.
  @_alwaysEmitIntoClient @inline(__always)
  public var bits: MaskStorage { unsafeBitCast(self, to: MaskStorage.self) }

  @_alwaysEmitIntoClient @inline(__always)
  public static func from(bits: MaskStorage) -> Self { unsafeBitCast(bits, to: Self.self) }
}
