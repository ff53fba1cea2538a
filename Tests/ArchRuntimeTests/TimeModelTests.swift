import ArchRuntime
import ArchSpec
import TestSupport
import Testing

@Suite("Predicted times") struct TimeModelTests {
  private let model = TimeModel(
    Calibration(instructionSet: .baseline, threads: 1, peak: 40e9, bandwidth: 20e9))

  private func seconds(_ layers: String) throws -> Double {
    let text = "network n { input(64, 28, 28)\n \(layers) }"
    let specification = try Specification(Source(name: "test.arch", bytes: Array(text.utf8)))
    let graph = try specification.elaborate("n", as: Int.self).graph
    let plan = try Planner.plan(graph, weights: GeneratedWeights(), kernels: Kernels(.baseline))
    return model.times(plan).reduce(0) { $0 + $1.seconds }
  }

  @Test("a machine twice as fast in all takes half the time, but for beginnings and ends")
  func scales() {
    let twice = TimeModel(Calibration(instructionSet: .baseline, threads: 1, peak: 80e9, bandwidth: 40e9))
    for family in [StepWork.Family.dense, .winograd, .grouped, .depthwise, .window, .stream, .pass] {
      let work = StepWork(family: family, cycles: 1e9, weightBytes: 1_000_000_000, activationBytes: 1_000_000_000)
      let ratio = model.time(work).seconds / twice.time(work).seconds
      #expect(abs(ratio - 2) < 1e-3, "\(family)")
    }
  }

  @Test("the cycles of a dense layer are those of its multiply-adds and little more")
  func dense() throws {
    // 64·64·9·28² multiply-adds at two operations and 40 GFLOP/s.
    let limit = 2.0 * 64 * 64 * 9 * 28 * 28 / 40e9
    let predicted = try seconds("conv(3x3, 64, stride: 1, dilation: 2, padding: 2)")
    #expect(predicted > limit && predicted < 1.5 * limit)
  }

  @Test("what costs the same is not equally fast: a depthwise layer takes longer for each of its products")
  func depthwise() throws {
    // 64·9 and 64·64 multiply-adds for each pixel.
    #expect(try seconds("conv(3x3, 64, groups: 64)") / 9 > seconds("conv(1x1, 64)") / 64)
  }

  @Test("a step beyond what the cache keeps pays for memory")
  func far() {
    let near = model.time(StepWork(family: .pass, activationBytes: 1_000_000)).activations
    let far = model.time(StepWork(family: .pass, activationBytes: 8_000_000)).activations
    #expect(far > 16 * near)
  }
}
