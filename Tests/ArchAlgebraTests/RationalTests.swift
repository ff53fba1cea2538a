import ArchAlgebra
import TestSupport
import Testing

@Suite struct RationalTests {
  /// Fractions dense enough to meet every sign, tie and coincidence.
  static let samples: [Rational] = [
    -7...7, -30...30,
  ].flatMap { $0 }.flatMap { n in [1, 2, 3, 4, 8, 10].map { try! Rational(n, $0) } }

  @Test func reducedWithPositiveDenominator() throws {
    let value = try Rational(6, -8)
    #expect(value.numerator == -3)
    #expect(value.denominator == 4)
    #expect(try Rational(0, -5) == .zero)
  }

  @Test func fieldLaws() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<500 {
      let (a, b, c) = (try random.rational(), try random.rational(), try random.rational())
      #expect(try a + b == b + a)
      #expect(try a * b == b * a)
      #expect(try (a + b) + c == a + (b + c))
      #expect(try a * (b + c) == a * b + a * c)
      #expect(try a - a == .zero)
      #expect(try a - b == (b - a).negated())
      if b != .zero { #expect(try a / b * b == a) }
      #expect((a < b) == (try (a - b).sign < 0))
    }
  }

  /// Against the definition: the integers n with n ≤ x < n + 1, and so on, found by search.
  @Test func roundingAgainstSearch() throws {
    for x in Self.samples {
      let floor = try #require((-40...40).last { Rational($0) <= x })
      let ceiling = try #require((-40...40).first { Rational($0) >= x })
      #expect(x.floor == floor)
      #expect(x.ceiling == ceiling)
      let distances = try (Rational(ceiling) - x, x - Rational(floor))
      if distances.0 == distances.1 {
        #expect(x.rounded == (x.sign < 0 ? floor : ceiling))
        #expect(x.roundedHalfEven == (floor.isMultiple(of: 2) ? floor : ceiling) as Int)
      } else {
        let nearest = distances.0 < distances.1 ? ceiling : floor
        #expect(x.rounded == nearest)
        #expect(x.roundedHalfEven == nearest)
      }
    }
  }

  @Test func powers() throws {
    let half = try Rational(1, 2)
    #expect(try half.power(10) == Rational(1, 1024))
    #expect(try half.power(-3) == Rational(8))
    #expect(try Rational.zero.power(0) == .one)
    #expect(try Rational(-1).power(Int.min) == .one)
    #expect(throws: ArithmeticError.self) { try Rational.zero.power(-1) }
  }

  @Test func parsingIsTheInverseOfPrinting() throws {
    for x in Self.samples {
      #expect(try Rational(parsing: x.description) == x)
      #expect(try Rational(parsing: x.decimalDescription) == x)
    }
  }

  @Test(arguments: ["", "-", "1/", "/2", "1.", ".5", "1.5/2", "1/-2", "x", "25.0M", " 1", "1.2.3", "--1", "+"])
  func notANumber(_ text: String) throws {
    #expect(try Rational(parsing: text) == nil)
  }

  @Test(arguments: ["9223372036854775808", "1/9223372036854775808", "99999999999999999999.5", "1/0"])
  func numbersThatCannotBeHeld(_ text: String) {
    #expect(throws: ArithmeticError.self) { try Rational(parsing: text) }
  }

  @Test func decimals() throws {
    #expect(try Rational(3, 4).decimalDescription == "0.75")
    #expect(try Rational(-1, 1024).decimalDescription == "-0.0009765625")
    #expect(try Rational(1, 3).decimalDescription == "1/3")
    #expect(try Rational(1, 1 << 13).decimalDescription == "1/8192")
    #expect(try Rational(parsing: "-9223372036854775808") == Rational(.min))
    #expect(try Rational(parsing: "0.2500000000000000000000000") == Rational(1, 4))
  }
}
