import ArchAlgebra
import ArchIR
import Testing
import TestSupport

/// Graphs that elaboration makes are sound, and each thing that may be broken is found.
@Suite struct GraphInvariantTests {
  @Test(arguments: Zoo.names) func elaboratedGraphsAreSound(network: String) throws {
    #expect(try Zoo.elaborate(network, as: Int.self).graph.violations() == [])
    #expect(try Zoo.elaborate(network, as: Expr.self).graph.violations() == [])
  }

  @Test(arguments: Zoo.names) func graphsOfNumbersHaveNoFolds(network: String) throws {
    let graph = try Zoo.elaborate(network, as: Int.self).graph
    #expect(graph.folds.isEmpty)
    #expect(graph.nodes.allSatisfy { $0.times == 1 && $0.copies.isEmpty })
  }

  struct Break: CustomTestStringConvertible {
    var testDescription: String
    var expected: String
    var apply: @Sendable (inout Graph<Int>) -> Void

    init(_ name: String, finds expected: String, _ apply: @escaping @Sendable (inout Graph<Int>) -> Void) {
      (testDescription, self.expected, self.apply) = (name, expected, apply)
    }
  }

  static let breaks: [Break] = [
    Break("two nodes of one name", finds: "two nodes are called n1") { $0.nodes[2].name = "n1" },
    Break("a node reads a later one", finds: "n1 reads a node that does not run before it") {
      $0.nodes[1].inputs = [2]
    },
    Break("a node reads itself", finds: "n1 reads a node that does not run before it") { $0.nodes[1].inputs = [1] },
    Break("a node reads nothing that exists", finds: "n3 reads a node that does not run before it") {
      $0.nodes[3].inputs = [-1, 0]
    },
    Break("a scope that is none", finds: "n2 stands in no scope") { $0.nodes[2].scope = 9 },
    Break("a rank that is wrong", finds: "n2 has the wrong rank") { $0.nodes[2].output = Shape([1, 4]) },
    Break("a shape that is wrong", finds: "n2 has shape 4×8×7") { $0.nodes[2].output = Shape([1, 4, 8, 7]) },
    Break("a wrong number of operands", finds: "n2: relu takes another number of inputs") {
      $0.nodes[2].inputs = [0, 1]
    },
    Break("an operator that does not fit", finds: "n2: groups must divide the channels") {
      $0.nodes[2].op = .permutation(.shuffle(groups: 3))
    },
    Break("a scope before its parent", finds: "scope inner stands before the scope that it is in") {
      $0.scopes[1].parent = 2
    },
    Break("a scope in itself", finds: "scope inner stands before the scope that it is in") { $0.scopes[1].parent = 1 },
    Break("an output that is no node", finds: "output output is no node") { $0.outputs[0].node = 4 },
    Break("a fold beyond the end", finds: "a fold points outside the graph") {
      $0.folds.append(Fold(nodes: 2..<5, count: 2, arrangement: .chain, input: 1, output: 2))
    },
    Break("a fold whose output is no node", finds: "a fold points outside the graph") {
      $0.folds.append(Fold(nodes: 2..<3, count: 2, arrangement: .chain, input: 1, output: 7))
    },
    Break("a fold whose input is no node", finds: "a fold points outside the graph") {
      $0.folds.append(Fold(nodes: 2..<3, count: 2, arrangement: .chain, input: -1, output: 2))
    },
    Break("a fold that takes its own output", finds: "a fold takes what it makes itself") {
      $0.folds.append(Fold(nodes: 2..<3, count: 2, arrangement: .chain, input: 2, output: 2))
    },
  ]

  /// input → conv → relu → add of both.
  private func soundGraph() throws -> Graph<Int> {
    var graph = Graph<Int>(name: "sound")
    let input = Shape([1, 4, 8, 8])
    let convolution = Convolution<Int>(
      outputChannels: 4, kernel: [3, 3], stride: [1, 1], padding: Padding(before: [1, 1], after: [1, 1]),
      dilation: [1, 1])
    graph.scopes.append(Scope(name: "inner", parent: 0))
    graph.nodes = [
      Node(name: "n0", op: .input, inputs: [], output: input),
      Node(name: "n1", op: .convolution(convolution), inputs: [0], output: input, scope: 1),
      Node(name: "n2", op: .activation(.relu), inputs: [1], output: input, scope: 1),
      Node(name: "n3", op: .add, inputs: [0, 2], output: input),
    ]
    graph.outputs = [Output(name: "output", node: 3)]
    #expect(graph.violations() == [])
    return graph
  }

  @Test(arguments: breaks) func isFound(_ one: Break) throws {
    var graph = try soundGraph()
    one.apply(&graph)
    #expect(graph.violations().contains { $0.hasPrefix(one.expected) }, "\(graph.violations())")
  }
}
