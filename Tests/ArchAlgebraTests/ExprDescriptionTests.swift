import ArchAlgebra
import TestSupport
import Testing

/// One formula and its spellings.
struct PrintedFormula: CustomTestStringConvertible {
  let typographic: String
  let ascii: String
  let factored: String
  let expr: @Sendable () throws -> Expr

  init(
    _ typographic: String, ascii: String, factored: String? = nil, _ expr: @escaping @Sendable () throws -> Expr
  ) {
    self.typographic = typographic
    self.ascii = ascii
    self.factored = factored ?? typographic
    self.expr = expr
  }

  var testDescription: String { typographic }

  static let all: [PrintedFormula] = [
    PrintedFormula("0", ascii: "0") { try C - C },
    PrintedFormula("−3/4", ascii: "-3/4") { Expr(try Rational(-3, 4)) },
    PrintedFormula("9·C·d² + 512·C·d", ascii: "9*C*d^2 + 512*C*d", factored: "C·d·(9·d + 512)") {
      try 9 * C * d * d + 512 * C * d
    },
    PrintedFormula("−C² + C − 1", ascii: "-C^2 + C - 1") { try C - 1 - C * C },
    PrintedFormula("−2·C + 4", ascii: "-2*C + 4", factored: "−2·(C − 2)") { try 4 - 2 * C },
    PrintedFormula("d¹² + C¹⁰", ascii: "d^12 + C^10") { try C.power(10) + d.power(12) },
    PrintedFormula("R²/32", ascii: "R^2/32") { try R * R / 32 },
    PrintedFormula("3·R²/4 + 1/2", ascii: "3*R^2/4 + 1/2", factored: "(3·R² + 2)/4") {
      try 3 * R * R / 4 + Expr(Rational(1, 2))
    },
    PrintedFormula("C/d", ascii: "C/d") { try C / d },
    PrintedFormula("1/(2·C·d²)", ascii: "1/(2*C*d^2)") { try 1 / (2 * C * d * d) },
    PrintedFormula("C·d/(d + 1)", ascii: "C*d/(d + 1)") { try C * d / (d + 1) },
    PrintedFormula("(C + d)/(3·(d + 1))", ascii: "(C + d)/(3*(d + 1))") {
      try (C + d) / (3 * d + 3)
    },
    PrintedFormula("⌊(R + 1)/2⌋ − 1", ascii: "floor((R + 1)/2) - 1") {
      try ((R - 1) / 2).floor()
    },
    PrintedFormula("⌈R/d⌉", ascii: "ceil(R/d)") { try (R / d).ceiling() },
    PrintedFormula("⌊(R + 3)/d⌋", ascii: "floor((R + 3)/d)") { try ((R + 3) / d).floor() },
    PrintedFormula("round(C/4)", ascii: "round(C/4)") { try (C / 4).rounded() },
    PrintedFormula("roundEven(C/4)", ascii: "roundEven(C/4)") { try (C / 4).roundedHalfEven() },
    PrintedFormula("max(C, 8)", ascii: "max(C, 8)") { try .maximum(C, 8) },
    PrintedFormula("min(C, d)", ascii: "min(C, d)") { try .minimum(d, C) },
    PrintedFormula("divisible(3·C/4, by: 8)", ascii: "divisible(3*C/4, by: 8)") {
      try (3 * C / 4).divisible(by: 8)
    },
  ]
}

let C = Expr.symbol("C")
let d = Expr.symbol("d")
let R = Expr.symbol("R")

@Suite struct ExprDescriptionTests {
  @Test(arguments: PrintedFormula.all) func typographic(_ formula: PrintedFormula) throws {
    #expect(try formula.expr().description == formula.typographic)
  }

  @Test(arguments: PrintedFormula.all) func ascii(_ formula: PrintedFormula) throws {
    #expect(try formula.expr().description(style: .ascii) == formula.ascii)
  }

  @Test(arguments: PrintedFormula.all) func factored(_ formula: PrintedFormula) throws {
    #expect(try formula.expr().factoredDescription == formula.factored)
  }

  /// Reading what is printed gives back the expression, also in its factored spelling.
  @Test(arguments: 1...300) func readingIsTheInverseOfPrinting(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    guard let expr = try? random.expression(depth: Int(seed % 4)) else { return }
    #expect(try FormulaReader.read(expr.description(style: .ascii)) == expr)
    #expect(try FormulaReader.read(expr.factoredDescription(style: .ascii)) == expr)
  }

  /// Expressions that are equal are printed alike, however they were computed.
  @Test(arguments: 1...50) func printingIsCanonical(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (a, b) = (try random.polynomial(), try random.polynomial())
    #expect(try ((a + b) * (a - b)).description == (a * a - b * b).description)
  }
}
