import ArchRuntime
import ArchSpec
import TestSupport
import Testing

@Suite("Planning") struct PlanningTests {
  @Test("blocks that live at the same time do not overlap", arguments: 0..<40)
  func arena(_ seed: Int) {
    var random = SeededGenerator(seed: seed)
    let requests = (0..<Int.random(in: 0...40, using: &random)).map { _ in
      let first = Int.random(in: 0..<30, using: &random)
      return MemoryPlan.Request(
        count: Int.random(in: 1...5000, using: &random), first: first,
        last: Int.random(in: first..<(first + 8), using: &random))
    }
    let plan = MemoryPlan(requests)
    for (a, left) in requests.enumerated() {
      #expect(plan.offsets[a] % 16 == 0 && plan.offsets[a] + left.count <= plan.count)
      for (b, right) in requests.enumerated().prefix(a) where left.first <= right.last && right.first <= left.last {
        let apart =
          plan.offsets[a] + left.count <= plan.offsets[b] || plan.offsets[b] + right.count <= plan.offsets[a]
        #expect(apart, "\(a) and \(b)")
      }
    }
    #expect(plan.count >= plan.lowerBound)
  }

  @Test("a chain needs two buffers, whatever its length")
  func chain() {
    let requests = (0..<50).map { MemoryPlan.Request(count: 160, first: $0, last: $0 + 1) }
    #expect(MemoryPlan(requests).count == 320)
  }

  private func plan(_ text: String) throws -> ExecutionPlan {
    let specification = try Specification(Source(name: "test.arch", bytes: Array(text.utf8)))
    let graph = try specification.elaborate(specification.networks[0].name.text, as: Int.self).graph
    return try Planner.plan(graph, weights: GeneratedWeights())
  }

  @Test("normalisation, addition and activation run inside the convolution before them")
  func fusion() throws {
    let plan = try plan(
      """
      network n { input(32, 8, 8)
        conv(3x3, 32) -> bn -> relu
        add { conv(1x1, 32) -> bn -> relu -> conv(3x3, 32) -> bn } shortcut {}
        relu }
      """)
    #expect(plan.steps.map(\.algorithm) == ["direct", "pointwise", "direct"])
    #expect(plan.steps.last?.nodes.count == 4)
  }

  @Test("a 1×1 convolution normalises its input itself where nobody else reads it")
  func normalizationBefore() throws {
    let alone = try plan(
      "network n { input(32, 8, 8)\n conv(3x3, 32)\n concat { bn -> relu -> conv(1x1, 64) -> relu } shortcut {} }")
    #expect(alone.steps.map(\.algorithm).prefix(2) == ["direct", "pointwise"])
    #expect(alone.steps[1].nodes.count == 4)
    let shared = try plan(
      """
      network n { input(32, 8, 8)
        conv(3x3, 32)
        concat { bn -> relu -> add { conv(1x1, 32) } { conv(1x1, 32) } } shortcut {} }
      """)
    #expect(shared.steps.map(\.algorithm).filter { $0 == "scale and shift" }.count == 1)
    let curved = try plan(
      "network n { input(32, 8, 8)\n conv(3x3, 32)\n concat { bn -> sigmoid -> conv(1x1, 64) } shortcut {} }")
    #expect(curved.steps.contains { $0.algorithm == "scale and shift" })
  }

  @Test("concatenation and slices at blocks of channels copy nothing")
  func views() throws {
    let plan = try plan(
      """
      network n { input(3, 8, 8)
        conv(3x3, 64)
        concat { bn -> relu -> conv(3x3, 32) } shortcut {}
        concat { bn -> relu -> conv(3x3, 32) } shortcut {}
        concat { slice(0, 32) -> conv(1x1, 16) } { slice(64, 64) -> conv(1x1, 48) } }
      """)
    #expect(!plan.steps.contains { $0.algorithm == "channel copy" })
    #expect(plan.freeNodes.count == 5)
  }
}
