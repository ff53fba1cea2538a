import ArchAlgebra
import ArchCost
import ArchIR
import Testing

/// Recurrent layers, counted by hand: a sequence of 7 in batches of 2 with 3 features, 5 numbers of state.
@Suite struct RecurrentCostTests {
  /// For each gate (3 + 5)·5 weights and two biases of 5; of an LSTM three gates see the state through 5 weights each.
  @Test func everyPartIsCounted() throws {
    for isBatchFirst in [false, true] {
      let lstm = try cost(
        Recurrent(kind: .lstm, hidden: 5, directions: 2, hasBias: true, hasPeepholes: true, isBatchFirst: isBatchFirst))
      #expect(lstm.parameters.weights == 2 * (4 * 5 * (3 + 5) + 3 * 5))
      #expect(lstm.parameters.biases == 2 * 4 * 5 * 2)
      #expect(lstm.tally[.linearMACs] == 14 * 2 * 4 * 5 * (3 + 5))
      #expect(lstm.tally[.linearBias] == 14 * 2 * 4 * 5)
      #expect(lstm.outputElements == 7 * 2 * 2 * 5)
      #expect(lstm.tally[.elementwise] == 9 * 7 * 2 * 2 * 5)
    }
    for (kind, gates, functions) in [(RecurrentKind.plain, 1, 1), (.gru, 3, 8), (.lstm, 4, 9)] {
      let bare = try cost(Recurrent(kind: kind, hidden: 5, hasBias: false))
      #expect(bare.parameters.weights == gates * 5 * (3 + 5) && bare.parameters.biases == 0)
      #expect(bare.tally[.linearMACs] == 14 * gates * 5 * (3 + 5) && bare.tally[.linearBias] == 0)
      #expect(bare.tally[.elementwise] == functions * 7 * 2 * 5)
    }
  }

  private func cost(_ recurrent: Recurrent<Int>) throws -> Cost<Int> {
    let op = Op<Int>.tensor(.recurrent(recurrent))
    let input = Shape(recurrent.isBatchFirst ? [2, 7, 3] : [7, 2, 3])
    var graph = Graph<Int>(name: "one")
    graph.nodes.append(Node(name: "input", op: .input, inputs: [], output: input))
    graph.nodes.append(Node(name: "op", op: op, inputs: [0], output: try op.outputShape(of: [input])))
    return try Analysis(graph).costs.last!
  }
}
