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
    for family in StepWork.Family.allCases {
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

  @Test("times of other steps are found from those of some, though one in ten was disturbed")
  func fitting() {
    var calibration = model.calibration
    let rates = KernelRates(cycles: 1.3, weights: 0.4, near: 0.3, far: 0.5, start: 15e-6)
    calibration.rates[.dense] = rates
    let truth = TimeModel(calibration)
    let generator = WeightGenerator(seed: 3)
    func size(_ tensor: Int, _ step: Int, _ most: Double) -> Double {
      most * min(1, abs(Double(generator.normal(tensor: tensor, index: step))))
    }
    func work(_ step: Int) -> StepWork {
      StepWork(
        family: .dense, cycles: size(0, step, 3e6), weightBytes: Int(size(1, step, 6e6)),
        activationBytes: Int(size(2, step, 6e6)))
    }
    let steps = (0..<60).map { (work: work($0), seconds: truth.time(work($0)).seconds * ($0 % 10 == 9 ? 3 : 1)) }
    var fitted = model.calibration
    fitted.rates = model.rates(of: steps)
    #expect(Array(fitted.rates.keys) == [.dense])
    func errors(_ model: TimeModel) -> [Double] {
      (100..<200).map { abs(model.time(work($0)).seconds / truth.time(work($0)).seconds - 1) }
    }
    #expect(errors(TimeModel(fitted)).max()! < 0.05 && errors(TimeModel(fitted)).median < 0.02)
    #expect(errors(model).median > 0.1)
  }

  @Test("without steps that tell them apart, rates stay the usual ones")
  func doubt() throws {
    let work = StepWork(family: .window, cycles: 1e6)
    let found = try #require(model.rates(of: [(work, model.time(work).seconds)])[.window])
    for (value, expected) in zip(found.values, KernelRates.usual(.window).values) {
      #expect(abs(value - expected) <= 1e-6 * expected)
    }
  }
}
