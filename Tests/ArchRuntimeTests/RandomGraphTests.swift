import ArchIR
import Foundation
import Testing

@testable import ArchRuntime

/// Random networks, every tensor against the references.
@Suite("Random networks, executed") struct RandomGraphTests {
  /// More of them: `ARCHCALC_SEEDS=1000..<9000 swift test --filter RandomGraphTests`.
  private static var seeds: Range<Int> {
    guard let text = ProcessInfo.processInfo.environment["ARCHCALC_SEEDS"] else { return 0..<500 }
    let ends = text.split(separator: "..<").compactMap { Int($0) }
    precondition(ends.count == 2, "ARCHCALC_SEEDS is a range, such as 1000..<9000")
    return ends[0]..<ends[1]
  }

  @Test func everyTensorIsTheReferences() throws {
    for seed in Self.seeds {
      let check = try NetworkCheck(RandomGraph(seed: seed).graph)
      for isa in InstructionSet.here {
        // Winograd's rounding is larger, and adds up.
        let (winograd, bound) = seed % 2 == 0 ? (WinogradPolicy.never, 1e-5) : (.modelled, 1e-4)
        try check.expectSameTensors(
          isa, threads: 1 + seed % 3, winograd: winograd, within: bound, scale: 0.1, "seed \(seed)")
      }
    }
  }

  /// Depthwise and 1×1 convolutions in one step wherever they follow one another, some rows at a time.
  @Test func everyPairOfConvolutionsInOneStep() throws {
    var steps = 0
    for seed in Self.seeds {
      let check = try NetworkCheck(RandomGraph(seed: seed).graph)
      let policy = SeparablePolicy(floats: [1, 600, 4000][seed % 3], isEverywhere: true)
      let isa = InstructionSet.here[seed % InstructionSet.here.count]
      let plan = try check.expectSameTensors(
        isa, threads: 1 + seed % 3, winograd: .never, separable: policy, scale: 0.1, "seed \(seed)")
      steps += plan.steps.filter { $0.algorithm == "separable" }.count
      let planner = try Planner(check.graph, kernels: Kernels(isa), winograd: .never, separable: policy)
      let bits = [1, 2, 5].map { threads in
        let executor = Executor(plan, threads: threads)
        let values = executor.run(check.inputs).map { $0.map(\.bitPattern) }
        let need = planner.need(check.weights, threads: threads)
        #expect(need.scratchBytes == executor.pool.scratchBytes && need.arenaBytes == plan.arenaBytes, "seed \(seed)")
        #expect(need.weightBytes == plan.weightBytes, "seed \(seed)")
        return values
      }
      #expect(bits.allSatisfy { $0 == bits[0] }, "seed \(seed)")
    }
    #expect(steps >= Self.seeds.count / 2)
  }
}
