import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec
import Testing
import TestSupport

/// The square on small specifications whose repetitions are folded in all the ways that elaboration knows.
@Suite struct ElaboratedFoldTests {
  @Test(arguments: [
    // The first copy changes the width, the second one too, none, every one.
    "repeat n { conv(3x3, 8, bias: true) -> bn }",
    "repeat n { concat { conv(1x1, 8) } { conv(3x3, 4) } -> conv(1x1, 6) }",
    "repeat n { conv(3x3, in) -> relu }",
    "repeat n { concat {} { conv(3x3, 2) } }",
    "repeat n as i { conv(3x3, 4 + i) }",
    "repeat n { repeat 2 { conv(3x3, 6) } -> conv(1x1, 4) }",
    "repeat n { repeat n { add { conv(3x3, in) } shortcut {} } -> bn }",
    "add { conv(3x3, 8) } times n", "concat { conv(3x3, 2) -> relu } {} times n",
    "concat { slice(i, 2) -> conv(1x1, 3) } times n as i",
    "repeat n { add { conv(1x1, 4) -> concat { conv(3x3, 1) } times 4 } shortcut {} }",
  ]) func elaborated(body: String) throws {
    let text = "param n = 3 in 1..9 \n param R = 8 \n network one {\n input(4, R, R) \n \(body) \n}\n"
    let specification = try Specification(Source(name: "one.arch", text: text))
    let symbolic: Architecture<Expr> = try specification.elaborate("one")
    let analysis = try Analysis(symbolic.graph)
    var compared = 0
    for count in [1, 2, 3, 5] {
      let values: [Symbol: Rational] = [Symbol("n"): Rational(count), Symbol("R"): 12]
      var options = ElaborationOptions()
      options.settings = ["n": .number(Expr(count)), "R": .number(12)]
      guard try symbolic.conditions.allSatisfy({ try $0.holds(at: values) }),
        let numeric: Architecture<Int> = try? specification.elaborate("one", options: options)
      else { continue }
      compared += 1
      try expectEqual(Analysis(numeric.graph).total, analysis.total, at: values, "\(body) at n = \(count)")
      let unfolded = try symbolic.graph.bound(to: values).unfolded()
      #expect(unfolded.nodes.map(\.op) == numeric.graph.nodes.map(\.op), "\(count) copies")
      #expect(unfolded.nodes.map(\.output) == numeric.graph.nodes.map(\.output), "\(count) copies")
    }
    #expect(compared >= 1)
  }

  /// Copies that differ by their number are kept once: one closed form holds for every number of them.
  @Test(arguments: [
    // From the first copy on, from the second one, by more with each, within one another, in branches.
    "repeat n { concat {} { conv(3x3, k) } }", "repeat n { concat {} { conv(1x1, in) -> bn -> conv(3x3, k) } }",
    "repeat n as i { conv(3x3, 4 + k*i) -> relu }", "repeat n as i { conv(3x3, 6, stride: if i == 0 then 2 else 1) }",
    "repeat n as i { concat {} { conv(3x3, k + i) } }", "repeat n as i { conv(1x1, in + i, groups: 1) }",
    "repeat n { s: concat {} { repeat k { concat {} { repeat 2 { relu } -> conv(1x1, 2) } } -> conv(1x1, k) } }",
    "repeat 2 { conv(1x1, 8) -> repeat n { concat {} { conv(1x1, k) } } -> conv(1x1, 3) }",
    "conv(1x1, n*k) -> add { slice(i*k, k) -> conv(1x1, 4) } times n as i",
    "concat { conv(2*i + 1, k) -> relu } times n as i",
  ]) func numbered(body: String) throws {
    let specification = try Self.specification(body)
    var options = ElaborationOptions()
    options.numbersCopies = true
    let symbolic: Architecture<Expr> = try specification.elaborate("one", options: options)
    #expect(symbolic.graph.folds.contains { $0.index != nil })
    #expect(symbolic.conditions.allSatisfy { $0.relation != .equal }, "\(symbolic.conditions)")
    let analysis = try Analysis(symbolic.graph)
    for (count, k) in [(2, 3), (3, 1), (5, 4), (9, 2)] {
      let settings = ["n": count, "k": k, "R": 12].filter { name, _ in
        symbolic.settings.contains { $0.parameter.name == name }
      }
      let values = Dictionary(uniqueKeysWithValues: settings.map { (Symbol($0), Rational($1)) })
      #expect(try symbolic.conditions.allSatisfy { try $0.holds(at: values) })
      options.settings = settings.mapValues { .number(Expr($0)) }
      let numeric: Architecture<Int> = try specification.elaborate("one", options: options)
      try expectEqual(Analysis(numeric.graph).total, analysis.total, at: values, "\(body) at n = \(count)")
      let output = symbolic.graph.nodes[symbolic.graph.outputs[0].node].output
      let expected = numeric.graph.nodes.last!.output.extents.map { Rational($0) }
      #expect(try output.extents.map { try $0.evaluated(values) } == expected)
    }
  }

  /// Where they differ by more, or one of them is read by others, each stands by itself, or there is no such form.
  @Test(arguments: [
    "repeat n { conv(1x1, 2*in) }", "repeat n { concat {} { conv(1x1, floor(in/2)) } }",
    "repeat n as i { conv(1x1, max(in, 3*i)) }", "repeat n as i { when i == 2 { conv(1x1, 8) } else { relu } }",
    "a: relu \n repeat n { concat {} { from(a) } }", "repeat n { concat {} { a: conv(1x1, k) } } -> from(a)",
    "repeat n { b: concat {} { conv(1x1, k) } } \n b2: relu", "repeat n { bn }",
  ]) func notNumbered(body: String) throws {
    var options = ElaborationOptions()
    options.numbersCopies = true
    guard let specification = try? Self.specification(body),
      let symbolic: Architecture<Expr> = try? specification.elaborate("one", options: options)
    else { return }
    #expect(symbolic.graph.folds.allSatisfy { $0.index == nil })
  }

  private static func specification(_ body: String) throws -> Specification {
    let parameters = "param n = 4 in 1..9 \n param k = 2 in 1..9 \n param R = 8 \n"
    let text = parameters + "network one {\n input(4, R, R) \n \(body) \n}\n"
    return try Specification(Source(name: "one.arch", text: text))
  }

  /// Padding that is not written keeps the size for kernels that have a centre, and is none for the others.
  @Test(arguments: [(1, 1, 12), (2, 1, 11), (3, 1, 12), (4, 1, 9), (5, 1, 12), (3, 2, 12), (4, 2, 6), (7, 1, 12)])
  func paddingThatIsNotWritten(kernel: Int, dilation: Int, extent: Int) throws {
    let text = "param k = \(kernel) \n network one {\n input(2, 12, 12) \n conv((k, k), 2, dilation: \(dilation)) \n}\n"
    #expect(try Zoo.elaborate(text: text, "one", as: Int.self).graph.nodes[1].output.extents == [1, 2, extent, extent])
    let symbolic = try Zoo.elaborate(text: text, "one", as: Expr.self)
    #expect(try symbolic.graph.nodes[1].output.extents[2].evaluated(symbolic.binding) == Rational(extent))
  }
}
