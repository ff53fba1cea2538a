/// One dimension of Winograd's minimal filtering F(m, 3) (Lavin and Gray, arXiv:1509.09308): m outputs of a filter of
/// three taps from m + 2 inputs with m + 2 products.
///
/// The polynomials are evaluated at 0, at pairs ±p and at ∞. Pairs share their even and odd parts, and the points are
/// chosen for small rounding errors: of F(4, 3) with ±3/4, ±3/2 they are half those of the usual ±1, ±2.
public protocol WinogradTransform: SendableMetatype {
  associatedtype V: FloatVector
  /// m
  static var outputs: Int { get }
  /// Bᵀd: m + 2 vectors, `stride` apart, become m + 2 vectors, `targetStride` apart.
  static func input(
    _ source: UnsafePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>, targetStride: Int)
  /// Aᵀt: of m + 2 vectors, `stride` apart, each of the m outputs is handed to `emit` with its index.
  static func output(_ source: UnsafePointer<Float>, stride: Int, emit: (Int, V) -> Void)
}

/// The points of the transforms, which the weights' side is computed from.
public enum WinogradPoints {
  /// The p of the pairs ±p, in the transform's order, for so many outputs.
  public static func pairs(outputs: Int) -> [Double] {
    switch outputs {
    case 2: [1]
    case 4: [0.75, 1.5]
    default: [1, 2, 0.5]
    }
  }
}

extension FloatVector {
  /// self + factor · x
  @_alwaysEmitIntoClient @inline(__always)
  func plus(_ factor: Float, _ x: Self) -> Self { Self.multiplyAdd(self, Self(repeating: factor), x) }
}

/// 2 outputs from 4 inputs: points 0, ±1, ∞.
public enum Winograd2<V: FloatVector>: WinogradTransform {
  @_alwaysEmitIntoClient @inline(__always)
  public static var outputs: Int { 2 }

  @_alwaysEmitIntoClient @inline(__always)
  public static func input(
    _ source: UnsafePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>, targetStride: Int
  ) {
    let d1 = V.load(source + stride)
    let d2 = V.load(source + 2 * stride)
    (d2 - V.load(source)).store(target)
    (d2 + d1).store(target + targetStride)
    (d2 - d1).store(target + 2 * targetStride)
    (V.load(source + 3 * stride) - d1).store(target + 3 * targetStride)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func output(_ source: UnsafePointer<Float>, stride: Int, emit: (Int, V) -> Void) {
    let plus = V.load(source + stride)
    let minus = V.load(source + 2 * stride)
    emit(0, V.load(source) + (plus + minus))
    emit(1, V.load(source + 3 * stride) + (plus - minus))
  }
}

/// 4 outputs from 6 inputs: points 0, ±a, ±b, ∞ with a = 3/4, b = 3/2.
public enum Winograd4<V: FloatVector>: WinogradTransform {
  @_alwaysEmitIntoClient @inline(__always)
  public static var outputs: Int { 4 }

  @_alwaysEmitIntoClient @inline(__always)
  public static func input(
    _ source: UnsafePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>, targetStride: Int
  ) {
    // a², b², a² + b², a²·b²
    let (a2, b2, sum, product): (Float, Float, Float, Float) = (0.5625, 2.25, 2.8125, 1.265625)
    let d1 = V.load(source + stride)
    let d2 = V.load(source + 2 * stride)
    let d3 = V.load(source + 3 * stride)
    let d4 = V.load(source + 4 * stride)
    d4.plus(-sum, d2).plus(product, V.load(source)).store(target)
    let even1 = d4.plus(-b2, d2)
    let odd1 = d3.plus(-b2, d1)
    even1.plus(0.75, odd1).store(target + targetStride)
    even1.plus(-0.75, odd1).store(target + 2 * targetStride)
    let even2 = d4.plus(-a2, d2)
    let odd2 = d3.plus(-a2, d1)
    even2.plus(1.5, odd2).store(target + 3 * targetStride)
    even2.plus(-1.5, odd2).store(target + 4 * targetStride)
    V.load(source + 5 * stride).plus(-sum, d3).plus(product, d1).store(target + 5 * targetStride)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func output(_ source: UnsafePointer<Float>, stride: Int, emit: (Int, V) -> Void) {
    let (t1, t2) = (V.load(source + stride), V.load(source + 2 * stride))
    let (t3, t4) = (V.load(source + 3 * stride), V.load(source + 4 * stride))
    let (even1, odd1) = (t1 + t2, t1 - t2)
    let (even2, odd2) = (t3 + t4, t3 - t4)
    emit(0, V.load(source) + even1 + even2)
    emit(1, (odd1 * V(repeating: 0.75)).plus(1.5, odd2))
    emit(2, (even1 * V(repeating: 0.5625)).plus(2.25, even2))
    emit(3, V.load(source + 5 * stride).plus(0.421875, odd1).plus(3.375, odd2))
  }
}

/// 6 outputs from 8 inputs: points 0, ±1, ±2, ±1/2, ∞.
public enum Winograd6<V: FloatVector>: WinogradTransform {
  @_alwaysEmitIntoClient @inline(__always)
  public static var outputs: Int { 6 }

  @_alwaysEmitIntoClient @inline(__always)
  public static func input(
    _ source: UnsafePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>, targetStride: Int
  ) {
    let d1 = V.load(source + stride)
    let d2 = V.load(source + 2 * stride)
    let d3 = V.load(source + 3 * stride)
    let d4 = V.load(source + 4 * stride)
    let d5 = V.load(source + 5 * stride)
    let d6 = V.load(source + 6 * stride)
    (d6 - V.load(source)).plus(5.25, d2 - d4).store(target)
    // With p the pair's point, q and r the others: x⁴ - (q² + r²)·x² + q²·r², once on even and once on odd places.
    let even1 = (d6 + d2).plus(-4.25, d4)
    let odd1 = (d5 + d1).plus(-4.25, d3)
    (even1 + odd1).store(target + targetStride)
    (even1 - odd1).store(target + 2 * targetStride)
    let even2 = d6.plus(-1.25, d4).plus(0.25, d2)
    let odd2 = d5.plus(-1.25, d3).plus(0.25, d1)
    even2.plus(2, odd2).store(target + 3 * targetStride)
    even2.plus(-2, odd2).store(target + 4 * targetStride)
    let even3 = d6.plus(-5, d4).plus(4, d2)
    let odd3 = d5.plus(-5, d3).plus(4, d1)
    even3.plus(0.5, odd3).store(target + 5 * targetStride)
    even3.plus(-0.5, odd3).store(target + 6 * targetStride)
    (V.load(source + 7 * stride) - d1).plus(5.25, d3 - d5).store(target + 7 * targetStride)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func output(_ source: UnsafePointer<Float>, stride: Int, emit: (Int, V) -> Void) {
    let (t1, t2) = (V.load(source + stride), V.load(source + 2 * stride))
    let (t3, t4) = (V.load(source + 3 * stride), V.load(source + 4 * stride))
    let (t5, t6) = (V.load(source + 5 * stride), V.load(source + 6 * stride))
    let (even1, odd1) = (t1 + t2, t1 - t2)
    let (even2, odd2) = (t3 + t4, t3 - t4)
    let (even3, odd3) = (t5 + t6, t5 - t6)
    emit(0, V.load(source) + even1 + even2 + even3)
    emit(1, odd1.plus(2, odd2).plus(0.5, odd3))
    emit(2, even1.plus(4, even2).plus(0.25, even3))
    emit(3, odd1.plus(8, odd2).plus(0.125, odd3))
    emit(4, even1.plus(16, even2).plus(0.0625, even3))
    emit(5, (V.load(source + 7 * stride) + odd1).plus(32, odd2).plus(0.03125, odd3))
  }
}
