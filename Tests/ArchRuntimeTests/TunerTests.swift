import ArchIR
import ArchSpec
import Microkernels
import Testing

@testable import ArchRuntime

@Suite("Methods that are measured")
struct TunerTests {
  private static let text = """
    network n {
      input(24, 20, 22)
      a: conv(3x3, 40) -> relu
      b: add { conv(3x3, 40) -> bn } {}
      c: conv(3x3, 16, stride: 2)
      d: conv(1x1, 32)
      e: conv(3x3, 32, groups: 2)
    }
    """

  private func graph() throws -> Graph<Int> {
    try Specification(Source(name: "n.arch", bytes: Array(Self.text.utf8))).elaborate("n", as: Int.self).graph
  }

  @Test("each layer of stride 1 without groups gets the method that was the quickest for it")
  func measures() throws {
    let graph = try graph()
    let tuner = try Tuner(graph)
    #expect(Set(tuner.layers.map { [$0.shape.inputChannels, $0.height, $0.width] }) == [[24, 20, 22], [40, 20, 22]])
    var steps = 0
    let inputs = [[Float](repeating: 1, count: 24 * 20 * 22)]
    let found = try tuner.measure(GeneratedWeights(), inputs: inputs, threads: 1) { steps += 1 }
    #expect(steps == Tuner.steps && Set(found.keys) == tuner.layers && found.values.allSatisfy([1, 2, 4, 6].contains))
  }

  /// What a layer is computed by is what was found for it, whatever the model says, and the halo goes with it.
  @Test("a plan follows what was measured", arguments: [1, 2, 4, 6], InstructionSet.allCases.filter(\.isAvailable))
  func follows(_ outputs: Int, _ isa: InstructionSet) throws {
    let graph = try graph()
    let weights = GeneratedWeights()
    let layers = try Tuner(graph, kernels: Kernels(isa)).layers
    let plan = try Planner.plan(
      graph, weights: weights, kernels: Kernels(isa),
      winograd: .measured(Dictionary(uniqueKeysWithValues: layers.map { ($0, outputs) })))
    let used = plan.steps.filter { $0.algorithm == "winograd" }.map { $0.reason.prefix(5) }
    #expect(used == (outputs == 1 ? [] : ["F(\(outputs)×\(outputs)", "F(\(outputs)×\(outputs)"]))
    let input = (0..<(24 * 20 * 22)).map { WeightGenerator(seed: 3).normal(tensor: 0, index: $0) }
    let expected = try ReferenceExecutor(graph, weights: weights, inputs: [input]) { _ in }
    let result = Executor(plan, threads: 2).run([input])[0]
    let reference = expected.tensors[graph.outputs[0].node].values
    let scale = reference.reduce(0) { max($0, abs($1)) }
    #expect(zip(result, reference).allSatisfy { abs($0 - $1) <= 1e-4 * scale })
  }
}
