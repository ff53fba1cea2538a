import ArchAlgebra
import TestSupport
import Testing

@Suite struct CompiledExprTests {
  /// Compiled evaluation gives what evaluation gives, values and failures alike.
  @Test(arguments: 1...300) func agreesWithEvaluation(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let expr = try random.expression(depth: Int(seed % 4))
    guard let compiled = try? CompiledExpr(expr, variables: SeededGenerator.symbols) else { return }
    for range in [-9...9, -9...9, 0...40, 1...300, -3_000_000_000...3_000_000_000] {
      let point = random.integerPoint(range)
      let values = SeededGenerator.symbols.map { point[$0]!.numerator }
      let expected = try? expr.evaluated(point)
      let value = try? compiled.evaluate(values)
      // Integers are kept longer than rationals are, so that compiled evaluation may succeed where the other
      // overflows; never the other way round.
      if let expected { #expect(value == expected, "\(expr) at \(values)") }
      let rationals = values.map { Rational($0) }
      #expect((try? compiled.evaluate(rationals)) == expected)
      if let expected, expr.isPolynomial, range.upperBound <= 300 {
        let approximate = compiled.evaluateDouble(values.map(Double.init))
        let exact = expected.doubleValue
        #expect(abs(approximate - exact) <= 1e-6 * max(1, abs(exact)))
      }
    }
  }

  @Test func doublesFollowRoundings() throws {
    let expr = try (C / 2).floor() + (C / 2).ceiling() + .maximum(C / 3, d) + (5 * C).divisible(by: 8)
    let compiled = try CompiledExpr(expr, variables: [Symbol("C"), Symbol("d")])
    for c in 0...50 {
      let exact = try compiled.evaluate([c, 7]).doubleValue
      #expect(abs(compiled.evaluateDouble([Double(c), 7]) - exact) < 1e-9)
    }
    #expect(compiled.evaluateDouble([2.5, 0.5]).isFinite)
  }

  @Test func errors() throws {
    #expect(throws: ArithmeticError.undefinedSymbol("d")) { try CompiledExpr(C * d, variables: [Symbol("C")]) }
    let half = try CompiledExpr(C / 2, variables: [Symbol("C")])
    #expect(try half.evaluateInteger([4]) == 2)
    #expect(throws: ArithmeticError.notAnInteger("3/2")) { try half.evaluateInteger([3]) }
    let square = try CompiledExpr(C * C, variables: [Symbol("C")])
    #expect(throws: ArithmeticError.self) { try square.evaluate([1 << 40]) }
    let inverse = try CompiledExpr(1 / C, variables: [Symbol("C")])
    #expect(throws: ArithmeticError.self) { try inverse.evaluate([0]) }
    #expect(try inverse.evaluate([-4]) == Rational(-1, 4))
  }

  /// 2·C²/4 leaves 64 bits on the way where C²/2 does not.
  @Test func detoursThroughRationals() throws {
    let compiled = try CompiledExpr(C * d / 3, variables: [Symbol("C"), Symbol("d")])
    #expect(try compiled.evaluate([.max, 3]) == Rational(.max))
  }
}
