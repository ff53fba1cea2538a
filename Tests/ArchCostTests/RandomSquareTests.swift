import ArchAlgebra
import ArchCost
import ArchIR
import Testing
import TestSupport

/// The main theorem on random graphs: cost(bind(graph, θ)) = evaluate(cost(graph), θ), node by node and as a whole.
@Suite struct RandomSquareTests {
  /// A graph of closed forms, its values, and the graph of numbers that they give.
  struct Square: CustomTestStringConvertible {
    var seed: Int
    var graph: Graph<Expr>
    var values: [Symbol: Rational]
    var bound: Graph<Int>

    var testDescription: String {
      "seed \(seed) at " + values.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
    }
  }

  /// Each graph at the values at which it was grown, and at others that give a network too.
  static let grown: [[Square]] = (0..<120).map { seed in
    do {
      let network = try RandomNetwork(seed: seed, layers: 5 + seed % 16)
      var random = SeededGenerator(seed: 5000 + seed)
      let others = (0..<4).map { _ in RandomNetwork.values(using: &random) }
      return [network.values].map {
        try! Square(seed: seed, graph: network.graph, values: $0, bound: network.graph.bound(to: $0))
      }
        + others.compactMap { point in
          (try? network.graph.bound(to: point)).map {
            Square(seed: seed, graph: network.graph, values: point, bound: $0)
          }
        }
    } catch {
      // Inference over closed forms refused what inference over numbers took.
      fatalError("seed \(seed): \(error)")
    }
  }

  /// Blocks of graphs, so that they run beside each other.
  static let blocks = (0..<6).map { Array(0..<120)[$0 * 20..<$0 * 20 + 20] }

  @Test(arguments: blocks) func costs(seeds: ArraySlice<Int>) throws {
    for squares in Self.grown[seeds.startIndex..<seeds.endIndex] {
      let symbolic = try Analysis(squares[0].graph)
      for square in squares.prefix(3) {
        let numeric = try Analysis(square.bound)
        for index in square.graph.nodes.indices {
          let what = "node \(index) \(square.graph.nodes[index].op.name), \(square.testDescription)"
          let shape = try square.graph.nodes[index].output.extents.map { try $0.evaluated(square.values) }
          if shape != square.bound.nodes[index].output.extents.map({ Rational($0) }) {
            Issue.record("the shape of \(what): \(square.graph.nodes[index].output) is \(shape)")
          }
          try expectEqual(numeric.costs[index], symbolic.costs[index], at: square.values, what)
        }
        try expectEqual(numeric.total, symbolic.total, at: square.values, square.testDescription)
      }
    }
  }

  @Test(arguments: blocks) func foldsStandForTheirCopies(seeds: ArraySlice<Int>) throws {
    for square in Self.grown[seeds.startIndex..<seeds.endIndex].joined() {
      let unfolded = try square.bound.unfolded()
      #expect(unfolded.violations() == [], "\(square.testDescription)")
      try expectEqual(Analysis(unfolded).total, Analysis(square.bound).total, square.testDescription)
    }
  }

  @Test(arguments: blocks) func depths(seeds: ArraySlice<Int>) throws {
    for squares in Self.grown[seeds.startIndex..<seeds.endIndex] {
      let depths = try squares[0].graph.depths()
      for square in squares {
        let unfolded = try square.bound.unfolded()
        let expected = try unfolded.depths()
        for (mine, theirs) in zip(square.graph.outputs, unfolded.outputs) {
          let depth = try depths[mine.node].evaluated(square.values)
          #expect(depth == Rational(expected[theirs.node]), "\(square.testDescription)")
        }
      }
    }
  }

  @Test(arguments: blocks) func receptiveFields(seeds: ArraySlice<Int>) throws {
    var defined = 0
    for squares in Self.grown[seeds.startIndex..<seeds.endIndex] {
      let fields = try squares[0].graph.receptiveFields()
      for square in squares {
        let unfolded = try square.bound.unfolded()
        let all = try unfolded.receptiveFields()
        for (mine, theirs) in zip(square.graph.outputs, unfolded.outputs) {
          guard let field = fields[mine.node] else { continue }
          defined += 1
          let expected = try #require(all[theirs.node])
          #expect(
            try field.size.map { try $0.evaluated(square.values) } == expected.size.map { Rational($0) },
            "\(square.testDescription)")
          if let stride = try field.stride?.map({ try $0.evaluated(square.values) }) {
            #expect(stride == expected.stride?.map { Rational($0) }, "\(square.testDescription)")
          }
          #expect(field.isGlobal == expected.isGlobal)
        }
      }
    }
    #expect(defined > 10)
  }

  @Test(arguments: blocks) func peakMemory(seeds: ArraySlice<Int>) throws {
    var defined = 0
    for squares in Self.grown[seeds.startIndex..<seeds.endIndex] {
      guard let memory = try ActivationMemory(squares[0].graph) else { continue }
      // A chain that never runs holds nothing; the closed form is for chains that do.
      for square in squares where square.bound.folds.allSatisfy({ $0.count > 0 }) {
        defined += 1
        let expected = try #require(try ActivationMemory(square.bound.unfolded())).peak
        let peak = try memory.peak.evaluated(square.values)
        #expect(peak == Rational(expected), "\(square.testDescription)")
      }
    }
    #expect(defined > 10)
  }

  /// What is grown has every operator, folds in folds, and closed forms that are no constants.
  @Test func theGraphsAreVaried() throws {
    var names: [String: Int] = [:]
    var folds = 0
    var points = 0
    for squares in Self.grown {
      points += squares.count
      for node in squares[0].graph.nodes { names[node.op.name, default: 0] += 1 }
      folds += squares[0].graph.folds.count
      #expect(squares[0].graph.violations() == [])
    }
    #expect(points > 250 && folds > 50, "\(points) points, \(folds) folds")
    let operators = [
      "input", "conv", "convtranspose", "linear", "bn", "layernorm", "groupnorm", "relu", "softmax", "maxpool",
      "avgpool",
      "add", "multiply", "concat", "shuffle", "slice", "pad", "flatten", "dropout", "lrn", "upsample", "scale",
    ]
    for name in operators { #expect(names[name, default: 0] >= 5, "\(name): \(names)") }
  }
}
