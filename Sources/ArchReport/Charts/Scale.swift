#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// An axis whose ticks are round numbers.
struct Scale {
  let low: Double
  let high: Double
  let ticks: [Double]
  /// Whether equal ratios are equally far apart.
  let isLogarithmic: Bool

  /// - Parameter fromZero: whether the axis begins at 0, so that heights can be compared.
  init(_ values: [Double], fromZero: Bool, most: Int = 6) {
    let finite = values.filter(\.isFinite)
    var least = finite.min() ?? 0
    var greatest = finite.max() ?? 1
    if fromZero { least = min(0, least) }
    if least == greatest {
      (least, greatest) = fromZero && greatest > 0 ? (0, greatest * 1.1) : (least - 0.5, greatest + 0.5)
    }
    let step = Self.step((greatest - least) / Double(most))
    let start = (least / step).rounded(.down) * step
    low = start
    high = (greatest / step).rounded(.up) * step
    let count = Int(((high - low) / step).rounded())
    ticks = (0...count).map { start + Double($0) * step }
    isLogarithmic = false
  }

  private init(logarithmic values: [Double]) {
    let (low, high) = (values.first!, values.last!)
    (self.low, self.high) = (low, high)
    isLogarithmic = true
    // Powers of two where the values are some; else 1, 2 and 5 times powers of ten.
    if values.allSatisfy({ $0.significand == 1 }) {
      ticks = values
    } else {
      var found: [Double] = []
      var power = 1.0
      while power > low { power /= 10 }
      while power * 10 <= low { power *= 10 }
      while power <= high {
        found += [1, 2, 5].map { $0 * power }.filter { $0 >= low * 0.999 && $0 <= high * 1.001 }
        power *= 10
      }
      ticks = found
    }
  }

  /// An axis over values which is logarithmic where that spreads them more evenly, as 1, 2, 4, … 64.
  static func spread(_ values: [Double]) -> Scale {
    let sorted = Set(values.filter(\.isFinite)).sorted()
    guard let low = sorted.first, let high = sorted.last, low > 0, high >= 8 * low, sorted.count >= 4 else {
      return Scale(values, fromZero: false)
    }
    let gaps = zip(sorted, sorted.dropFirst())
    let widest = gaps.map { ($1 - $0) / (high - low) }.max()!
    let widestRatio = gaps.map { log($1 / $0) / log(high / low) }.max()!
    return widestRatio < 0.6 * widest ? Scale(logarithmic: sorted) : Scale(values, fromZero: false)
  }

  /// The least of 1, 2 or 5 times a power of ten that is not less.
  private static func step(_ raw: Double) -> Double {
    guard raw > 0, raw.isFinite else { return 1 }
    var power = 1.0
    while power > raw { power /= 10 }
    while power * 10 <= raw { power *= 10 }
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? power * 10
  }

  /// Where a value lies between the ends, 0 … 1.
  func position(_ value: Double) -> Double {
    isLogarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low)
  }

  /// The text of a tick: as many digits as neighbours differ in, with K, M, G where it is large.
  func text(_ value: Double) -> String {
    let greatest = max(low.magnitude, high.magnitude)
    let units: [(Double, String)] = [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e4, " K")]
    let (divisor, unit) = units.first { greatest >= $0.0 }.map { ($0.1 == " K" ? 1e3 : $0.0, $0.1) } ?? (1, "")
    let step = isLogarithmic ? value / divisor : ticks.count > 1 ? (ticks[1] - ticks[0]) / divisor : 1
    var digits = 0
    var scaled = step
    while digits < 6, (scaled - scaled.rounded()).magnitude > 1e-6 * scaled {
      scaled *= 10
      digits += 1
    }
    return NumberText.fixed(value / divisor, digits) + (value == 0 ? "" : unit)
  }
}
