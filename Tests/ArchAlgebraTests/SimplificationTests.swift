import ArchAlgebra
import TestSupport
import Testing

/// A formula, and what becomes of it under assumptions.
struct Simplification: CustomTestStringConvertible {
  let simplified: String
  let expr: @Sendable () throws -> Expr
  let declare: @Sendable (inout Assumptions) throws -> Void

  init(
    _ simplified: String, _ expr: @escaping @Sendable () throws -> Expr,
    where declare: @escaping @Sendable (inout Assumptions) throws -> Void
  ) {
    self.simplified = simplified
    self.expr = expr
    self.declare = declare
  }

  var testDescription: String { simplified }

  private static func strided(_ size: Expr) throws -> Expr { try ((size - 1) / 2).floor() + 1 }

  static let all: [Simplification] = [
    Simplification("R·ρ/2") {
      try strided(Expr.symbol("ρ") * R)
    } where: {
      try $0.declare(32, divides: Expr.symbol("ρ") * R)
    },
    Simplification("R·ρ/32") {
      try (1...5).reduce(Expr.symbol("ρ") * R) { size, _ in try strided(size) }
    } where: {
      try $0.declare(32, divides: Expr.symbol("ρ") * R)
    },
    Simplification("⌈R/2⌉") {
      try strided(R)
    } where: {
      $0.declareInteger(Symbol("R"))
    },
    Simplification("⌈R/32⌉") {
      try (1...5).reduce(R) { size, _ in try strided(size) }
    } where: {
      $0.declareInteger(Symbol("R"))
    },
    Simplification("⌊R/4⌋") {
      try ((R / 2).floor() / 2).floor()
    } where: { _ in
    },
    Simplification("2·C + ⌊C/2⌋") {
      try (5 * C / 2).floor()
    } where: {
      $0.declareInteger(Symbol("C"))
    },
    Simplification("C + d") {
      try .maximum(C + d, C)
    } where: {
      $0.declare(Symbol("d"), atLeast: 0)
    },
    Simplification("C") {
      try .minimum(C * d, C)
    } where: {
      $0.declare(Symbol("C"), atLeast: 0)
      $0.declare(Symbol("d"), atLeast: 1)
    },
    Simplification("max(C, d)") {
      try .maximum(.maximum(C, d), C)
    } where: { _ in
    },
    Simplification("0") {
      try (1 / C).floor()
    } where: {
      $0.declare(Symbol("C"), atLeast: 2)
    },
    Simplification("⌊(4·C + 1)/2⌋") {
      try (2 * C + Expr(Rational(1, 2))).floor()
    } where: { _ in
    },
    Simplification("⌊(2·C + 1)/2⌋") {
      try C.rounded()
    } where: {
      $0.declare(Symbol("C"), atLeast: 0)
    },
    Simplification("C") {
      try C.rounded()
    } where: {
      $0.declareInteger(Symbol("C"))
    },
    Simplification("R") {
      try .maximum(R, (R / 2).floor())
    } where: {
      $0.declare(Symbol("R"), atLeast: 0)
    },
  ]
}

@Suite struct SimplificationTests {
  @Test(arguments: Simplification.all) func golden(_ example: Simplification) throws {
    var known = Assumptions()
    try example.declare(&known)
    let simplified = try example.expr().simplified(assuming: known)
    #expect(simplified.description == example.simplified)
    #expect(try simplified.simplified(assuming: known) == simplified)
  }

  /// C and d are integers from 1, 4 divides d ≤ 40, 6 divides C·R, and R is not negative nor always an integer.
  private static func known() throws -> Assumptions {
    var known = Assumptions()
    known.declareInteger(Symbol("C"))
    known.declare(Symbol("C"), atLeast: 1)
    try known.declare(4, divides: d)
    known.declare(Symbol("d"), atLeast: 1)
    known.declare(Symbol("d"), atMost: 40)
    try known.declare(6, divides: C * R)
    known.declare(Symbol("R"), atLeast: 0)
    return known
  }

  private static func points(_ random: inout SeededGenerator) throws -> [[Symbol: Rational]] {
    try (0..<12).map { _ in
      let c = random.integer(1...7)
      return [
        Symbol("C"): Rational(c), Symbol("d"): Rational(4 * random.integer(1...10)),
        Symbol("R"): try Rational(6 * random.integer(0...9), c),
      ]
    }
  }

  /// Simplification keeps the value, and every verdict holds, wherever the assumptions do.
  @Test(arguments: 1...240) func soundness(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let known = try Self.known()
    let expr = try random.expression(depth: Int(seed % 4))
    guard let simplified = try? expr.simplified(assuming: known) else { return }
    let sign = known.sign(of: expr)
    let multiple = try? expr.isMultiple(of: 3, assuming: known)
    for point in try Self.points(&random) {
      guard let value = try? expr.evaluated(point) else { continue }
      if let other = try? simplified.evaluated(point) {
        #expect(other == value, "\(expr) became \(simplified)")
      }
      if let sign { #expect(value.sign == sign, "\(expr)") }
      if known.isInteger(expr) { #expect(value.isInteger, "\(expr)") }
      if known.isNonNegative(expr) { #expect(value >= 0, "\(expr)") }
      if let multiple { #expect(try (value / 3).isInteger == multiple, "\(expr)") }
    }
  }

  /// Signs of f(x) − x + c, which hang on how near to its argument each function stays.
  @Test func signsNearRoundings() throws {
    let known = try Self.known()
    let functions: [@Sendable (Expr) throws -> Expr] = [
      { try $0.floor() }, { try $0.ceiling() }, { try $0.rounded() }, { try $0.roundedHalfEven() },
      { try .minimum($0, 3) }, { try .maximum($0, 3) }, { try $0.divisible(by: 2) },
    ]
    var decided = 0
    for function in functions {
      for argument in [C, R, try C / 4, try 3 * C / 8 + 1, try R / 3] {
        for (factor, quarters) in [-1, 1].flatMap({ factor in (-8...8).map { (factor, $0) } }) {
          let expr = try Expr(factor) * (function(argument) - argument) + Expr(Rational(quarters, 4))
          guard let sign = known.sign(of: expr) else { continue }
          decided += 1
          for c in [1, 2, 3, 4, 5, 7, 8, 10, 12, 24] {
            for r in 0...3 {
              let value = try expr.evaluated([Symbol("C"): Rational(c), Symbol("R"): Rational(6 * r, c)])
              #expect(value.sign == sign, "\(expr)")
            }
          }
        }
      }
    }
    #expect(decided > 400)
  }

  @Test func signs() throws {
    let known = try Self.known()
    #expect(known.sign(of: C) == 1)
    #expect(known.sign(of: try R + 1) == 1)
    #expect(known.sign(of: try 40 - d) == nil)
    #expect(known.isNonNegative(try 40 - d))
    #expect(known.sign(of: try d - 3) == 1)
    #expect(known.sign(of: try d * d - 3 * d + 1) == 1)
    #expect(known.sign(of: try C / d - 8 * C) == -1)
    #expect(known.sign(of: try C - (C / 2).floor()) == 1)
    #expect(known.sign(of: try .maximum(C, R) - C + 1) == 1)
    #expect(Assumptions().sign(of: try (R - C).power(2)) == nil)
    #expect(known.sign(of: try R.divisible(by: 8)) == 1)
    #expect(known.sign(of: try C - R) == nil)
    #expect(Assumptions().sign(of: try C * C + 1) == 1)
    #expect(Assumptions().sign(of: C) == nil)
    #expect(try C.ordered(against: C + 1) == -1)
    #expect(try C.ordered(against: d) == nil)
    #expect(try (C * d).ordered(against: C - 1, assuming: known) == 1)
  }

  @Test func divisorsThatAreNoProducts() {
    var known = Assumptions()
    #expect(throws: ArithmeticError.self) { try known.declare(2, divides: C + 1) }
    #expect(throws: ArithmeticError.self) { try known.declare(2, divides: 2 * C) }
    #expect(throws: ArithmeticError.self) { try known.declare(2, divides: 1 / C) }
    #expect(throws: ArithmeticError.self) { try known.declare(2, divides: 4) }
    #expect(throws: ArithmeticError.self) { try known.declare(0, divides: C) }
  }
}
