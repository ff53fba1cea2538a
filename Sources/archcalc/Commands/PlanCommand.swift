import ArchReport
import ArchRuntime
import ArchSpec

/// `archcalc plan NETWORK`: what the planner decided and why.
struct PlanCommand: Command {
  static let name = "plan"
  static let usage =
    "plan NETWORK [--predict] [--batch N] [--threads N] [--isa baseline|avx2|avx512] [--exact | --tune] [--json] "
    + "[-o FILE] [options]"
  static let summary = "how a network would be run here: kernels, what is folded and fused, memory"

  static let options: [OptionDescription] =
    [
      .init(name: "predict", summary: "how long each step would take on this machine"),
      .init(name: "input", letter: "i", value: "CxHxW", summary: "another size of the input"),
    ] + RunCommand.common + [
      .init(name: "output", letter: "o", value: "FILE", summary: "into a file, written whole or not at all")
    ]

  func run(_ arguments: [String]) throws {
    let request = try RunRequest(arguments, command: Self.name)
    let (study, weights) = try request.runnable()
    let plan = try Session.plan(study, weights, by: Session.planner(study, weights, request))
    let calibration = request.isPredicted ? MachineCache.calibration(plan.kernels, threads: request.threads) : nil
    let document = PlanDocument(plan, calibration: calibration)
    if request.isJSON {
      try request.write(document.json(version: version).text())
    } else {
      try request.write(document.document())
    }
  }
}
