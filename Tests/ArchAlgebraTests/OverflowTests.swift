import ArchAlgebra
import Testing

/// Whatever the operands, an operation gives the exact value or throws: judged in 128 bits.
@Suite struct OverflowTests {
  static let edges: [Int] = [
    .min, .min + 1, .min / 2, -4_294_967_296, -3, -2, -1, 0, 1, 2, 3, 4_294_967_296, .max / 2, .max - 1, .max,
  ]

  @Test(arguments: edges, edges) func integers(_ a: Int, _ b: Int) throws {
    let (x, y) = (Int128(a), Int128(b))
    check(x + y) { try a.adding(b) }
    check(x - y) { try a.subtracting(b) }
    check(x * y) { try a.multiplied(by: b) }
    check(y == 0 ? nil : floorDivision(x, y)) { try a.floorDivided(by: b) }
    check(y == 0 || x % y != 0 ? nil : x / y) { try a.exactlyDivided(by: b) }
    let multiple: Bool? = try a.isMultiple(of: b)
    #expect(multiple == (y == 0 ? x == 0 : x % y == 0))
    #expect(try a.ordered(against: b) == (a < b ? -1 : a > b ? 1 : 0))
  }

  @Test(arguments: edges, edges) func constants(_ a: Int, _ b: Int) throws {
    let (x, y) = (Int128(a), Int128(b))
    check(x + y) { try Int(Expr(a) + Expr(b)) }
    check(x - y) { try Int(Expr(a) - Expr(b)) }
    check(x * y) { try Int(Expr(a) * Expr(b)) }
    // ⌊a/b⌋ fits more often than the fraction a/b does.
    if let value = try? Int(Expr(a).floorDivided(by: Expr(b))) { #expect(Int128(value) == floorDivision(x, y)) }
  }

  /// Quotients of edges: exact against cross multiplication in 128 bits, or thrown.
  @Test(arguments: edges, edges) func fractions(_ n: Int, _ d: Int) throws {
    guard let x = try? Rational(n, d) else { return }
    #expect(Int128(n) * Int128(x.denominator) == Int128(x.numerator) * Int128(d))
    #expect(x.denominator > 0)
    #expect(Int128(x.floor) == floorDivision(Int128(n), Int128(d)))
    #expect(Int128(x.ceiling) == -floorDivision(-Int128(n), Int128(d)))
    #expect(abs(Int128(x.rounded) * Int128(d) - Int128(n)) * 2 <= abs(Int128(d)))
    #expect(abs(Int128(x.roundedHalfEven) * Int128(d) - Int128(n)) * 2 <= abs(Int128(d)))
    _ = try? x.negated()
    for edge in Self.edges {
      let y = Rational(edge)
      #expect((x < y) == (Int128(x.numerator) < Int128(edge) * Int128(x.denominator)))
      for operation in [Rational.adding, Rational.subtracting, Rational.multiplied(by:), Rational.divided(by:)] {
        // Undoing an operation that succeeded gives back the operand, if that succeeds too.
        _ = try? operation(x)(y)
        _ = try? operation(y)(x)
      }
      if let sum = try? x + y, let back = try? sum - y { #expect(back == x) }
      if let product = try? x * y, edge != 0, let back = try? product / y { #expect(back == x) }
      _ = try? x.power(edge)
      _ = try? x.divisible(by: edge)
    }
  }

  @Test(arguments: edges) func expressions(_ edge: Int) throws {
    let x = Expr.symbol("x")
    for other in Self.edges {
      let a = try? Expr(edge) * x + Expr(other)
      let b = try? x.power(other)
      for e in [a, b].compactMap(\.self) {
        for f in [a, b].compactMap(\.self) {
          _ = try? e + f
          _ = try? e - f
          _ = try? e * f
          _ = try? e / f
          _ = try? e.isMultiple(of: f)
          _ = try? Expr.maximum(e, f)
        }
        _ = try? e.power(3)
        _ = try? e.floor()
        _ = try? e.divisible(by: 8)
        _ = try? e.derivative(by: Symbol("x"))
        _ = try? e.coefficients(in: Symbol("x"))
        _ = try? e.factored()
        _ = e.description + e.factoredDescription
        for value in Self.edges {
          let exact = try? e.evaluated([Symbol("x"): Rational(value)])
          let compiled = try? CompiledExpr(e, variables: [Symbol("x")])
          let fast = try? compiled?.evaluate([value])
          if let exact, compiled != nil { #expect(exact == fast) }
        }
      }
    }
  }

  @Test func messagesSayWhatOverflowed() {
    #expect(throws: ArithmeticError.overflow("4611686018427387904 * 4")) { try (1 << 62).multiplied(by: 4) }
    #expect(
      ArithmeticError.overflow("4611686018427387904 * 4").description
        == "4611686018427387904 * 4 does not fit in a 64-bit integer")
  }

  @Test func blowUpIsAnErrorAndNotAWait() throws {
    let sum = try Expr.sum((0..<400).map { Expr.symbol("x\($0)") })
    #expect(throws: ArithmeticError.self) { try sum.power(3) }
    #expect(throws: ArithmeticError.self) { try (C + 1).power(1_000_000_000) }
    #expect(throws: ArithmeticError.self) {
      var nested = C
      for _ in 0..<300 { nested = try (nested / d).floor() }
    }
  }

  private func floorDivision(_ x: Int128, _ y: Int128) -> Int128 {
    let quotient = x / y
    return quotient * y != x && (x < 0) != (y < 0) ? quotient - 1 : quotient
  }

  private func check(_ expected: Int128?, _ operation: () throws -> Int) {
    let value = try? operation()
    #expect(value == expected.flatMap { Int(exactly: $0) })
  }
}
