import ArchReport
import ArchRuntime
import ArchSpec

/// `archcalc plan NETWORK`: what the planner decided and why.
struct PlanCommand: Command {
  static let name = "plan"
  static let usage = "plan NETWORK [--batch N] [--isa baseline|avx2|avx512]"
  static let summary = "how a network would be run here: kernels, what is folded and fused, memory"

  func run(_ arguments: [String]) throws {
    let request = try RunRequest(arguments, command: Self.name)
    let study = try request.study()
    let plan = try Session.plan(study, request)
    try request.write(PlanDocument(plan).document())
  }
}
