/// A diagram of points over one quantity, in one or several series.
public struct Chart: Sendable {
  public struct Series: Sendable {
    public var name: String
    public var points: [Point]

    public init(name: String, points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  public struct Point: Sendable, Hashable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  public struct Axis: Sendable {
    public var title: String
    /// What numbers are in, as MACs or bytes; empty for plain numbers.
    public var unit: String

    public init(_ title: String, unit: String = "") {
      self.title = title
      self.unit = unit
    }
  }

  public var title: String
  public var x: Axis
  public var y: Axis
  public var series: [Series]
  /// Whether neighbouring points are joined.
  public var isLine: Bool

  public init(title: String, x: Axis, y: Axis, series: [Series], isLine: Bool = true) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
    self.isLine = isLine
  }

  var points: [Point] { series.flatMap(\.points) }

  /// Where an axis begins and ends, and where it has ticks.
  var horizontal: Scale { Scale(points.map(\.x), fromZero: false) }
  var vertical: Scale { Scale(points.map(\.y), fromZero: true) }
}

/// An axis whose ticks are round numbers.
struct Scale {
  let low: Double
  let high: Double
  let ticks: [Double]

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
    low = (least / step).rounded(.down) * step
    high = (greatest / step).rounded(.up) * step
    let count = Int(((high - low) / step).rounded())
    let start = low
    ticks = (0...count).map { start + Double($0) * step }
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
  func position(_ value: Double) -> Double { (value - low) / (high - low) }

  /// The text of a tick: as many digits as neighbours differ in, with K, M, G where it is large.
  func text(_ value: Double) -> String {
    let greatest = max(low.magnitude, high.magnitude)
    let units: [(Double, String)] = [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e4, " K")]
    let (divisor, unit) = units.first { greatest >= $0.0 }.map { ($0.1 == " K" ? 1e3 : $0.0, $0.1) } ?? (1, "")
    let step = ticks.count > 1 ? (ticks[1] - ticks[0]) / divisor : 1
    var digits = 0
    var scaled = step
    while digits < 6, (scaled - scaled.rounded()).magnitude > 1e-6 * scaled {
      scaled *= 10
      digits += 1
    }
    return NumberText.fixed(value / divisor, digits) + (value == 0 ? "" : unit)
  }
}
