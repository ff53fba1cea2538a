import ArchAlgebra
import Testing

/// The channel rounding of the mobile networks against values of its Python source,
///
///     n = max(d, int(v + d // 2) // d * d)
///     if n < 0.9 * v: n += d
@Suite struct DivisibleTests {
  /// For v = 0, 1, …, 80 and d = 8.
  static let byEight = [
    8, 8, 8, 8, 8, 8, 8, 8, 8, 16, 16, 16, 16, 16, 16, 16, 16, 16, 24, 24, 24, 24, 24, 24, 24, 24, 24, 32, 32, 32,
    32, 32, 32, 32, 32, 32, 40, 40, 40, 40, 40, 40, 40, 40, 48, 48, 48, 48, 48, 48, 48, 48, 56, 56, 56, 56, 56, 56,
    56, 56, 64, 64, 64, 64, 64, 64, 64, 64, 72, 72, 72, 72, 72, 72, 72, 72, 80, 80, 80, 80, 80,
  ]

  /// The widths of MobileNetV2 at width multipliers.
  static let widths: [(multiplier: String, channels: [Int])] = [
    ("0.35", [8, 8, 16, 24, 32, 56, 112, 448]),
    ("0.5", [8, 16, 16, 32, 48, 80, 160, 640]),
    ("0.75", [16, 24, 24, 48, 72, 120, 240, 960]),
    ("1.4", [24, 32, 48, 88, 136, 224, 448, 1792]),
  ]

  @Test func integers() throws {
    for (value, expected) in Self.byEight.enumerated() {
      #expect(try Rational(value).divisible(by: 8) == expected)
      #expect(try Expr(value).divisible(by: 8) == Expr(expected))
      #expect(try C.divisible(by: 8).evaluated([Symbol("C"): Rational(value)]) == Rational(expected))
    }
  }

  @Test(arguments: widths.indices) func widthMultipliers(_ index: Int) throws {
    let (text, channels) = Self.widths[index]
    let multiplier = try #require(try Rational(parsing: text))
    for (base, expected) in zip([16, 24, 32, 64, 96, 160, 320, 1280], channels) {
      let width = try (Expr(base) * C).divisible(by: 8)
      #expect(try width.evaluated([Symbol("C"): multiplier]) == Rational(expected))
    }
  }

  @Test func divisorsThatMakeNoSense() {
    #expect(throws: ArithmeticError.self) { try C.divisible(by: 0) }
    #expect(throws: ArithmeticError.self) { try C.divisible(by: -8) }
    #expect(throws: ArithmeticError.self) { try C.divisible(by: Expr(Rational(1, 2))) }
    #expect(throws: ArithmeticError.self) { try C.divisible(by: d).evaluated([Symbol("C"): 9, Symbol("d"): 0]) }
  }
}
