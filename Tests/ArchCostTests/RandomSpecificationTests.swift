import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec
import Testing
import TestSupport

/// The main theorem for whatever the language can say: where numbers succeed closed forms do, and wherever their
/// conditions hold and there is a network, they have its cost, shapes and depth.
@Suite struct RandomSpecificationTests {
  @Test(arguments: 0..<8) func closedFormsHoldWhereTheirConditionsDo(block: Int) throws {
    var (points, elsewhere) = (0, 0)
    for seed in block * 12..<block * 12 + 12 {
      let text = RandomSpecification(seed: seed, lines: 3 + seed % 6).text
      let specification = try Specification(Source(name: "seed \(seed)", text: text))
      guard let here: Architecture<Int> = try? specification.elaborate("n") else { continue }
      let symbolic: Architecture<Expr>
      do { symbolic = try specification.elaborate("n") } catch {
        guard let error = error as? Diagnostic,
          error.cause?.contains("too large") == true || error.message.contains("too large")
        else {
          Issue.record("seed \(seed): \(error)\n\(text)")
          continue
        }
        continue
      }
      let analysis = try Analysis(symbolic.graph)
      try compare(here, analysis, symbolic, at: symbolic.binding, "seed \(seed)\n\(text)")
      points += 1
      var random = SeededGenerator(seed: 900 + seed)
      for _ in 0..<8 {
        var options = ElaborationOptions()
        var values = symbolic.binding
        for (name, choices) in RandomSpecification.parameters where random.chance(40) {
          guard let setting = symbolic.settings.first(where: { $0.parameter.name == name }) else { continue }
          let value = try setting.parameter.value(parsing: random.pick(choices))
          options.settings[name] = value
          values[setting.parameter.symbol] = value.number!.constant!
        }
        guard try symbolic.conditions.allSatisfy({ try $0.holds(at: values) }),
          let numeric: Architecture<Int> = try? specification.elaborate("n", options: options)
        else { continue }
        try compare(numeric, analysis, symbolic, at: values, "seed \(seed) at \(values)\n\(text)")
        elsewhere += 1
      }
    }
    #expect(points > 8 && elsewhere > 20, "\(points) and \(elsewhere) points")
  }

  /// The same of closed forms that keep copies with numbers once.
  @Test(arguments: 0..<4) func numberedCopies(block: Int) throws {
    var compared = 0
    for seed in block * 40..<block * 40 + 40 {
      let text = RandomSpecification(seed: 5000 + seed, lines: 3 + seed % 6).text
      let specification = try Specification(Source(name: "seed \(seed)", text: text))
      var options = ElaborationOptions()
      options.numbersCopies = true
      guard let symbolic: Architecture<Expr> = try? specification.elaborate("n", options: options),
        symbolic.graph.folds.contains(where: { $0.index != nil }), let analysis = try? Analysis(symbolic.graph)
      else { continue }
      for count in 1...6 {
        var values = symbolic.binding
        values[Symbol("n")] = Rational(count)
        options.settings["n"] = .number(Expr(count))
        guard try symbolic.conditions.allSatisfy({ try $0.holds(at: values) }),
          let numeric: Architecture<Int> = try? specification.elaborate("n", options: options)
        else { continue }
        try expectEqual(
          Analysis(numeric.graph).total, analysis.total, at: values, "seed \(seed), n = \(count)\n\(text)")
        compared += 1
      }
    }
    #expect(compared > 5, "\(compared) compared")
  }

  private func compare(
    _ numeric: Architecture<Int>, _ analysis: Analysis<Expr>, _ symbolic: Architecture<Expr>,
    at values: [Symbol: Rational],
    _ what: String
  ) throws {
    try expectEqual(Analysis(numeric.graph).total, analysis.total, at: values, what)
    let (mine, theirs) = (symbolic.graph.outputs, numeric.graph.outputs)
    #expect(mine.map(\.name) == theirs.map(\.name), "\(what)")
    let (depths, expected) = (try symbolic.graph.depths(), try numeric.graph.depths())
    for (a, b) in zip(mine, theirs) {
      let shape = try symbolic.graph.nodes[a.node].output.extents.map { try $0.evaluated(values) }
      #expect(shape == numeric.graph.nodes[b.node].output.extents.map { Rational($0) }, "\(what)")
      #expect(try depths[a.node].evaluated(values) == Rational(expected[b.node]), "the depth of \(what)")
    }
  }
}
