import ArchReport
import ArchRuntime
import ArchSpec

/// `archcalc plan NETWORK`: what the planner decided and why.
struct PlanCommand: Command {
  static let name = "plan"
  static let usage = "plan NETWORK [--batch N] [--isa baseline|avx2|avx512] [--predict] [--tune] [--threads N] [--json]"
  static let summary = "how a network would be run here: kernels, what is folded and fused, memory"

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
