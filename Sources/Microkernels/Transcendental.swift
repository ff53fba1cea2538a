/// exp, log, tanh and erf on vectors, by range reduction and a polynomial. Each states its error against the exact
/// function; the tests hold it to that.
///
/// The polynomials of exp, log and tanh are those of Moshier's Cephes library (single precision); erf is Abramowitz and
/// Stegun 7.1.26.
@usableFromInline
enum Transcendental<V: FloatVector> {
  /// e^x within 2 ulp. Below -87.3 the result is the smallest normal number's neighbourhood, above 88.7 it saturates
  /// near the largest finite number; a NaN stays one.
  @_alwaysEmitIntoClient @inline(__always)
  static func exp(_ x: V) -> V {
    let x = x.clamped(V(repeating: -87.33654), V(repeating: 88.72))
    // Adding 1.5·2^23 rounds to the nearest integer and leaves it in the low bits.
    let magic = V(repeating: 12_582_912)
    let shifted = V.multiplyAdd(magic, x, V(repeating: 1.442_695_04))
    let n = shifted - magic
    // ln 2 in two parts, so that x - n·ln 2 keeps its low bits.
    var r = V.multiplyAdd(x, n, V(repeating: -0.693_359_375))
    r = V.multiplyAdd(r, n, V(repeating: 2.121_944_4e-4))
    var p = V(repeating: 1.987_569_15e-4)
    p = V.multiplyAdd(V(repeating: 1.398_199_95e-3), p, r)
    p = V.multiplyAdd(V(repeating: 8.333_452e-3), p, r)
    p = V.multiplyAdd(V(repeating: 4.166_579_6e-2), p, r)
    p = V.multiplyAdd(V(repeating: 1.666_666_55e-1), p, r)
    p = V.multiplyAdd(V(repeating: 0.5), p, r)
    p = V.multiplyAdd(r, p, r * r) + V(repeating: 1)
    // 2^n in two halves: n reaches 128, one more than a float's exponent holds.
    let whole = shifted.bits &- V.MaskStorage(repeating: 0x4B40_0000)
    let half = whole &>> 1
    let low = V.from(bits: (half &+ V.MaskStorage(repeating: 127)) &<< 23)
    let high = V.from(bits: (whole &- half &+ V.MaskStorage(repeating: 127)) &<< 23)
    return p * low * high
  }

  /// ln x within 2 ulp or 1e-7 near 1, for positive normal x.
  @_alwaysEmitIntoClient @inline(__always)
  static func log(_ x: V) -> V {
    // x = m · 2^e with m in [√½, √2): subtracting the bits of √½ makes the carry choose e.
    let offset = V.MaskStorage(repeating: 0x3F35_04F3)
    let shifted = x.bits &- offset
    let exponent = shifted &>> 23
    let m = V.from(bits: (shifted & V.MaskStorage(repeating: 0x007F_FFFF)) &+ offset) - V(repeating: 1)
    let e = V.from(bits: exponent &+ V.MaskStorage(repeating: 0x4B40_0000)) - V(repeating: 12_582_912)
    var p = V(repeating: 7.037_683_6e-2)
    p = V.multiplyAdd(V(repeating: -1.151_461_03e-1), p, m)
    p = V.multiplyAdd(V(repeating: 1.167_699_87e-1), p, m)
    p = V.multiplyAdd(V(repeating: -1.242_014_1e-1), p, m)
    p = V.multiplyAdd(V(repeating: 1.424_932_3e-1), p, m)
    p = V.multiplyAdd(V(repeating: -1.666_805_77e-1), p, m)
    p = V.multiplyAdd(V(repeating: 2.000_071_48e-1), p, m)
    p = V.multiplyAdd(V(repeating: -2.499_999_4e-1), p, m)
    p = V.multiplyAdd(V(repeating: 3.333_333_1e-1), p, m)
    let square = m * m
    var y = p * m * square
    y = V.multiplyAdd(y, e, V(repeating: -2.121_944_4e-4))
    y = V.multiplyAdd(y, square, V(repeating: -0.5))
    return V.multiplyAdd(m + y, e, V(repeating: 0.693_359_375))
  }

  /// 1 / (1 + e^-x) within 4 ulp.
  @_alwaysEmitIntoClient @inline(__always)
  static func sigmoid(_ x: V) -> V {
    V(repeating: 1) / (V(repeating: 1) + exp(V.zero - x))
  }

  /// tanh x within 1e-6 relative: an odd polynomial up to 0.625, 1 - 2 / (e^2x + 1) beyond.
  @_alwaysEmitIntoClient @inline(__always)
  static func tanh(_ x: V) -> V {
    let z = x * x
    var p = V(repeating: -5.704_988_7e-3)
    p = V.multiplyAdd(V(repeating: 2.063_909e-2), p, z)
    p = V.multiplyAdd(V(repeating: -5.373_972e-2), p, z)
    p = V.multiplyAdd(V(repeating: 1.333_144_2e-1), p, z)
    p = V.multiplyAdd(V(repeating: -3.333_328e-1), p, z)
    let near = V.multiplyAdd(x, p * z, x)
    let far = V(repeating: 1) - V(repeating: 2) / (exp(x + x) + V(repeating: 1))
    return choose(far, near, whereNotNegative: z - V(repeating: 0.390_625))
  }

  /// The error function within 3e-7 absolute.
  @_alwaysEmitIntoClient @inline(__always)
  static func erf(_ x: V) -> V {
    let magnitude = V.from(bits: x.bits & V.MaskStorage(repeating: 0x7FFF_FFFF))
    let t = V(repeating: 1) / V.multiplyAdd(V(repeating: 1), V(repeating: 0.327_591_1), magnitude)
    var p = V(repeating: 1.061_405_43)
    p = V.multiplyAdd(V(repeating: -1.453_152_03), p, t)
    p = V.multiplyAdd(V(repeating: 1.421_413_74), p, t)
    p = V.multiplyAdd(V(repeating: -0.284_496_736), p, t)
    p = V.multiplyAdd(V(repeating: 0.254_829_592), p, t)
    let y = V(repeating: 1) - p * t * exp(V.zero - x * x)
    return V.from(bits: y.bits | (x.bits & V.MaskStorage(repeating: Int32.min)))
  }

  /// `yes` where `test` has no sign bit, `no` elsewhere.
  @_alwaysEmitIntoClient @inline(__always)
  static func choose(_ yes: V, _ no: V, whereNotNegative test: V) -> V {
    let negative = test.bits &>> 31
    return V.from(bits: (no.bits & negative) | (yes.bits & ~negative))
  }
}
