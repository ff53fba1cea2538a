import ArchAlgebra
import TestSupport
import Testing

@Suite("Expressions as tables of numbers")
struct ExpressionTableTests {
  /// What a reader of the table computes.
  private struct Reader {
    let table: ExpressionTable
    let values: [Symbol: Rational]

    func value(_ index: Int) throws -> Rational {
      try table.expressions[index].reduce(Rational.zero) { sum, term in
        let product = try term.factors.reduce(term.coefficient) { product, factor in
          let atom = try value(of: table.atoms[factor.atom])
          let base = factor.exponent < 0 ? try Rational.one.divided(by: atom) : atom
          return try repeatElement(base, count: abs(factor.exponent)).reduce(product) { try $0.multiplied(by: $1) }
        }
        return try sum.adding(product)
      }
    }

    private func value(of atom: ExpressionTable.Atom) throws -> Rational {
      guard case .call(let name, let arguments) = atom else {
        guard case .symbol(let symbol) = atom, let value = values[symbol] else {
          throw ArithmeticError.undefinedSymbol("\(atom)")
        }
        return value
      }
      let values = try arguments.map(value)
      switch name {
      case "floor": return Rational(values[0].floor)
      case "ceiling": return Rational(values[0].ceiling)
      case "rounded": return Rational(values[0].rounded)
      case "roundedHalfEven": return Rational(values[0].roundedHalfEven)
      case "minimum": return values.min()!
      case "maximum": return values.max()!
      case "divisible": return Rational(try values[0].divisible(by: values[1].integer!))
      case "sum": return values[0]
      default: throw ArithmeticError.unsupported(name)
      }
    }
  }

  @Test("a reader of the table computes what the expression is", arguments: 1...200) func agrees(_ seed: UInt64) throws
  {
    var random = SeededGenerator(seed: seed)
    guard let expr = try? random.expression(depth: Int(seed % 4)) else { return }
    var table = ExpressionTable()
    let index = table.index(of: expr)
    for _ in 0..<4 {
      let point = random.integerPoint(1...40)
      guard let expected = try? expr.evaluated(point) else { continue }
      #expect(try Reader(table: table, values: point).value(index) == expected, "\(expr)")
    }
  }

  @Test("equal expressions stand once, and what they need stands before them") func sharing() throws {
    var table = ExpressionTable()
    let first = table.index(of: try (C / 2).floor() * d)
    #expect(table.index(of: try d * (C / 2).floor()) == first)
    let count = table.expressions.count
    _ = table.index(of: try (C / 2).floor() + 1)
    #expect(table.expressions.count == count + 1)
    for (index, terms) in table.expressions.enumerated() {
      for term in terms {
        for factor in term.factors {
          if case .call(_, let arguments) = table.atoms[factor.atom] { #expect(arguments.allSatisfy { $0 < index }) }
        }
      }
    }
  }
}
