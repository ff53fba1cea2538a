import ArchAlgebra
import ArchCost
import ArchSpec

/// Judges claims: computes both sides wherever they are claimed, and says what came out.
///
/// Nothing here knows a claim or a network: a verdict follows from the comparisons, their domain, the condition and
/// the amendment that are written beside them.
public struct Judge {
  private let bench: Workbench

  public init(_ bench: Workbench) { self.bench = bench }

  public func judge(_ claim: RecordedClaim) -> Judgement {
    var judgement = Judgement(claim: claim)
    bench.judges(claim.place.source?.name ?? claim.file)
    do {
      var trial = try Trial(claim, bench)
      try trial.run(into: &judgement)
    } catch let error as Diagnostic {
      judgement.verdict = nil
      judgement.failure = error.cause.map { "\(error.message): \($0)" } ?? error.message
    } catch {
      judgement.verdict = nil
      judgement.failure = "\(error)"
    }
    return judgement
  }
}
