import ArchAlgebra
import Testing

/// The rule that the whole program rests on, in small: computed with numbers, or with symbols and then bound, a
/// generic rule gives the same.
@Suite struct DimensionTests {
  private func outputSize<D: Dimension>(_ size: D, kernel: D, stride: D, padding: D) throws -> D {
    let padded = try size + D(2) * padding - kernel
    return try padded.floorDivided(by: stride) + D(1)
  }

  private func weights<D: Dimension>(_ input: D, _ output: D, groups: D, kernel: D) throws -> D {
    try (input * output * kernel * kernel).exactlyDivided(by: groups)
  }

  @Test func symbolicAndNumericRulesCommute() throws {
    let kernel = Expr.symbol("k")
    let symbolic = try outputSize(R, kernel: kernel, stride: d, padding: 1)
    let groups = try weights(C * d, 2 * C * d, groups: C, kernel: kernel)
    for (size, k, stride, c) in [(224, 7, 2, 32), (56, 3, 1, 4), (7, 3, 3, 5), (13, 1, 2, 1)] {
      let values = [
        Symbol("R"): Rational(size), Symbol("k"): Rational(k), Symbol("d"): Rational(stride),
        Symbol("C"): Rational(c),
      ]
      #expect(
        try symbolic.evaluated(values).integer == outputSize(size, kernel: k, stride: stride, padding: 1))
      #expect(
        try groups.evaluated(values).integer == weights(c * stride, 2 * c * stride, groups: c, kernel: k))
    }
  }

  @Test func conversions() throws {
    #expect(try Int(Expr(7)) == 7)
    #expect(Int(7).expr == Expr(7))
    #expect(throws: ArithmeticError.notConstant("C")) { try Int(C) }
    #expect(throws: ArithmeticError.notAnInteger("1/2")) { try Int(Expr(Rational(1, 2))) }
    #expect(throws: ArithmeticError.notDivisible("7 / 2")) { try 7.exactlyDivided(by: 2) }
    #expect(try 7.floorDivided(by: -2) == -4)
    #expect(try Int.maximum(3, 4) == 4)
  }

  @Test func symbols() throws {
    let expr = try C + (d / (R + 1)).floor()
    #expect(expr.symbols == [Symbol("C"), Symbol("d"), Symbol("R")])
    #expect(Expr(3).symbols.isEmpty)
    #expect(throws: ArithmeticError.undefinedSymbol("R")) {
      try expr.evaluated([Symbol("C"): 1, Symbol("d"): 2])
    }
  }
}
