import ArchAlgebra
import ArchCost
import ArchIR
import Testing
import TestSupport

/// Peak memory of graphs of numbers against the definition, tensor by tensor and step by step.
@Suite struct LivenessTests {
  /// The elements held at each step: of every tensor that has been made and that this or a later step reads.
  private func held(_ graph: Graph<Int>) throws -> [Int] {
    // What a node reads through views.
    func source(_ node: Int) -> Int { graph.nodes[node].op.isView ? source(graph.nodes[node].inputs[0]) : node }
    let sources = graph.nodes.indices.map(source)
    let results = Set(graph.outputs.map { sources[$0.node] })
    let readers = graph.nodes.indices.map { tensor in
      graph.nodes.indices.filter { reader in graph.nodes[reader].inputs.contains { sources[$0] == tensor } }
    }
    return try graph.nodes.indices.map { step in
      var sum = 0
      for tensor in 0...step where !graph.nodes[tensor].op.isView {
        let isNeeded = tensor == step || results.contains(tensor) || readers[tensor].contains { $0 >= step }
        if isNeeded { sum += try graph.nodes[tensor].output.elements() }
      }
      return sum
    }
  }

  @Test(arguments: 0..<6) func randomGraphs(block: Int) throws {
    for seed in block * 15..<block * 15 + 15 {
      let network = try RandomNetwork(seed: 900 + seed, layers: 4 + seed % 14, folding: seed % 2 == 0)
      let graph = try network.graph.bound(to: network.values).unfolded()
      let memory = try #require(try ActivationMemory(graph))
      let expected = try held(graph)
      #expect(memory.live == expected, "seed \(seed)")
      #expect(memory.peak == expected.max())
      #expect(memory.live[memory.peakNode] == memory.peak)
    }
  }

  @Test(arguments: ["resnet50", "mobilenet", "igc", "sumfusion_block"]) func networks(network: String) throws {
    let graph: Graph<Int> = try Zoo.elaborate(network).graph
    #expect(try ActivationMemory(graph)?.peak == held(graph).max())
  }

  /// ResNet-18 holds the most where the stem's output is normalised: it and the same again, 2 · 64 · 112².
  @Test func aPeakThatCanBeTold() throws {
    #expect(try ActivationMemory(Zoo.elaborate("resnet18").graph)?.peak == 2 * 64 * 112 * 112)
  }
}
