import ArchIR
import ArchRuntime
import Foundation
import Testing

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
}
