import ArchIR
import ArchRuntime
import ArchSpec

/// Networks that are run to learn how fast the kernels are where they matter: between other layers, their weights not
/// in a cache, their inputs just made. They are made up: what is predicted of a published network was not fitted to it.
struct CalibrationNetworks {
  private let kernels: Kernels
  private let plans: [ExecutionPlan]

  init(_ kernels: Kernels) {
    self.kernels = kernels
    let source = Source(name: "calibration.arch", bytes: Array(Self.text.utf8))
    plans = Self.names.map { name in
      do {
        let graph = try Specification(source).elaborate(name, as: Int.self).graph
        return try Planner.plan(graph, weights: GeneratedWeights(), kernels: kernels)
      } catch { preconditionFailure("the calibration's networks are valid: \(error)") }
    }
  }

  /// How often ``measure(threads:telling:)`` tells that it has come farther.
  static let steps = names.count + 1

  /// Peak, bandwidth and the rates of every family; takes some seconds.
  func measure(threads: Int, telling progress: inout Progress) -> Calibration {
    var calibration = Calibration.measure(kernels, threads: threads)
    progress.advance()
    let steps = plans.flatMap { plan -> [(work: StepWork, seconds: Double)] in
      let inputs = plan.graph.inputs.map { node in
        [Float](repeating: 1, count: plan.graph.nodes[node].output.extents.reduce(1, *))
      }
      let profile = Profile(
        Executor(plan, threads: threads), inputs: inputs, warmups: 2, warmSeconds: 0.05, repeats: Self.repeats)
      progress.advance()
      // The first step's time has the copy of the input in it. The lower quartile: less disturbed than the median.
      return plan.steps.indices.dropFirst().map { step in
        (plan.steps[step].work, profile.steps.map { $0[step] }.quantile(0.25))
      }
    }
    calibration.rates = TimeModel(calibration).rates(of: steps)
    return calibration
  }

  private static let repeats = 9
  private static let names = ["dense", "windows", "depthwise", "grouped", "passes"]

  private static let text = """
    /// Dense tiles and filtering, whose weights come from memory: few channels on large images to many on small ones.
    block unit(kernel, out, stride = 1, groups = 1) { conv(kernel, out, stride: stride, groups: groups) -> bn -> relu }
    block residual(middle, kernel) {
      let out = in
      add { unit(1x1, middle) -> unit(kernel, middle) -> conv(1x1, out) -> bn } {}
      relu
    }

    network dense {
      input(3, 208, 208)
      unit(5x5, 48, stride: 2) -> maxpool(3x3, stride: 2)
      unit(1x1, 80) -> unit(3x3, 80) -> residual(40, 3x3)
      unit(3x3, 176, stride: 2) -> unit(1x1, 320) -> residual(96, 3x3) -> unit(1x1, 112) -> unit(3x3, 208)
      unit(1x1, 448, stride: 2) -> residual(144, 3x3) -> unit(1x1, 768) -> residual(288, 3x3) -> unit(3x3, 336)
      unit(3x3, 576, stride: 2) -> unit(1x1, 1152) -> residual(400, 3x3) -> unit(1x1, 1760)
      avgpool(global) -> linear(1504) -> linear(640)
    }

    network windows {
      input(24, 88, 88)
      unit(3x3, 40) -> maxpool(2x2, stride: 2) -> unit(5x5, 56) -> avgpool(3x3, stride: 1) -> unit(1x1, 96)
      maxpool(3x3, stride: 1) -> unit(3x3, 128) -> maxpool(3x3, stride: 2) -> unit(1x5, 96) -> unit(5x1, 128)
      avgpool(3x3, stride: 1) -> unit(3x3, 144) -> maxpool(2x2, stride: 2) -> unit(3x3, 304) -> unit(1x5, 176)
      avgpool(3x3, stride: 1) -> flatten -> linear(2048) -> relu -> linear(1536)
    }

    block separable(out, kernel, stride = 1) { unit(kernel, in, stride: stride, groups: in) -> unit(1x1, out) }
    network depthwise {
      input(3, 192, 192)
      unit(3x3, 24, stride: 2) -> unit(3x3, 24, groups: 24) -> separable(48, 3x3) -> separable(64, 3x3)
      separable(80, 3x3, stride: 2) -> unit(5x5, 80, groups: 80) -> separable(112, 5x5) -> separable(176, 3x3, stride: 2)
      separable(208, 3x3) -> separable(368, 5x5) -> separable(352, 3x3, stride: 2)
      separable(432, 3x3) -> separable(624, 5x5, stride: 2)
      separable(784, 3x3)
      avgpool(global) -> linear(900)
    }

    network grouped {
      input(48, 64, 64)
      unit(3x3, 96) -> unit(3x3, 96, groups: 24) -> unit(1x1, 128) -> unit(3x3, 128, groups: 16) -> unit(1x1, 256)
      unit(3x3, 256, groups: 32, stride: 2) -> unit(1x1, 384) -> unit(3x3, 384, groups: 24)
      unit(3x3, 384, groups: 96) -> unit(1x1, 512)
      unit(3x3, 512, groups: 16, stride: 2) -> unit(3x3, 512, groups: 32) -> unit(3x3, 512, groups: 64)
    }

    block growth { concat {} { bn -> relu -> conv(1x1, 96) -> bn -> relu -> conv(3x3, 24) } }
    block mixed(out, k) {
      concat { unit(1x1, out) } { unit(1x1, k) -> unit(3x3, out) } { avgpool(3x3, stride: 1) -> unit(1x1, k) }
    }
    network passes {
      input(40, 80, 80)
      bn -> relu -> growth -> growth -> bn -> relu -> conv(1x1, 72) -> avgpool(2x2)
      add { shuffle(4) } {}
      relu -> hardswish -> sigmoid
      growth -> growth -> bn -> hardswish
      conv(1x1, 104) -> swish -> avgpool(2x2) -> mixed(88, 40) -> mixed(100, 52) -> shuffle(2)
      add { conv(1x1, in) -> bn } { swish -> bn }
    }
    """
}
