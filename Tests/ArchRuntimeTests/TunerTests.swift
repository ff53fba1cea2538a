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

  @Test("each layer of stride 1 without groups gets the method that was the quickest for it")
  func measures() throws {
    let check = try NetworkCheck(text: Self.text)
    let unmeasured = try Planner(check.graph, winograd: .measured([:])).unmeasured
    #expect(Set(unmeasured.map { [$0.shape.inputChannels, $0.height, $0.width] }) == [[24, 20, 22], [40, 20, 22]])
    var steps = 0
    let found = try Tuner(check.graph).measure(check.weights, inputs: check.inputs, threads: 1) { steps += 1 }
    #expect(steps == Tuner.steps && Set(found.keys) == unmeasured)
    #expect(found.values.allSatisfy(WinogradPolicy.tiles.contains))
    #expect(try Planner(check.graph, winograd: .measured(found)).unmeasured.isEmpty)
  }

  /// What a layer is computed by is what was found for it, whatever the model says, and the halo goes with it.
  @Test("a plan follows what was measured", arguments: WinogradPolicy.tiles, InstructionSet.here)
  func follows(_ outputs: Int, _ isa: InstructionSet) throws {
    let check = try NetworkCheck(text: Self.text)
    let layers = try Planner(check.graph, winograd: .measured([:])).unmeasured
    let winograd = WinogradPolicy.measured(Dictionary(uniqueKeysWithValues: layers.map { ($0, outputs) }))
    let plan = try Planner.plan(check.graph, weights: check.weights, kernels: Kernels(isa), winograd: winograd)
    let used = plan.steps.filter { $0.algorithm == "winograd" }.map { $0.reason.prefix(5) }
    #expect(used == (outputs == 1 ? [] : ["F(\(outputs)×\(outputs)", "F(\(outputs)×\(outputs)"]))
    try check.expectSameTensors(isa, threads: 2, winograd: winograd, within: 1e-4)
  }
}
