import ArchAlgebra
import ArchIR
import ArchSpec
import ArchVerify
import Foundation
import TestSupport
import Testing

/// All claims that come with archcalc.
@Suite struct LedgerTests {
  static let claims = Zoo.specifications.flatMap(\.ledger)

  static func bench(_ rules: any CountingRules = StandardRules()) -> Workbench {
    Workbench(rules: rules) { name, _ in
      guard let found = Zoo.specifications.first(where: { $0.network(named: name.text) != nil }) else {
        throw Diagnostic("there is no network '\(name.text)'", at: name.place)
      }
      return (found, name.text)
    }
  }

  static let judgements: [Judgement] = {
    let judge = Judge(bench())
    return claims.map(judge.judge)
  }()

  @Test func everyVerdictIsTheRecordedOne() {
    for judgement in Self.judgements {
      let name = judgement.claim.label ?? judgement.claim.syntax.description
      #expect(judgement.agrees, "\(name): \(judgement.verdict?.rawValue ?? "") \(judgement.failure ?? "")")
    }
  }

  /// Someone else's verdicts on 148 statements of five posts, decided with other tools.
  @Test func verdictsAreThoseOfTheLedger() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/ledger.tsv")
    let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst().map {
      $0.split(separator: "\t")
    }
    #expect(rows.count == 148)
    var labelled: [Int: Judgement] = [:]
    for judgement in Self.judgements {
      guard let number = judgement.claim.number else { continue }
      #expect(labelled.updateValue(judgement, forKey: number) == nil, "C\(number) stands twice")
    }
    #expect(labelled.count == rows.count)
    for row in rows {
      let judgement = try #require(Int(row[0].dropFirst()).flatMap { labelled[$0] }, "\(row[0]) is missing")
      let verdict = judgement.verdict == .undecidable ? judgement.claim.recorded : judgement.verdict
      #expect(verdict?.rawValue ?? "-" == String(row[1]), "\(row[0])")
    }
  }

  /// A post's claims stand in its order.
  @Test func claimsOfASourceAreInItsOrder() {
    for specification in Zoo.specifications {
      let numbers = specification.ledger.compactMap(\.number)
      #expect(numbers == numbers.sorted())
    }
  }

  /// What is said has words, a source and, where it is not plainly true, a reason.
  @Test func claimsOfPostsAreExplained() {
    for claim in Self.claims where claim.label != nil {
      #expect(!claim.statement.isEmpty && !claim.citation.isEmpty, "\(claim.label!)")
      if claim.kind == .undecidable || claim.recorded == .conditional {
        #expect(!claim.reason.isEmpty || claim.citation.contains("history"), "\(claim.label!)")
      }
    }
  }

  @Test func everyKindOfEvidenceIsThere() {
    #expect(Set(Self.claims.map(\.kind)) == Set(RecordedClaim.Kind.allCases))
    #expect(Set(Self.judgements.compactMap(\.verdict)) == Set(Verdict.allCases))
  }

  // MARK: A checker that cannot be wrong proves nothing

  /// Rules that are wrong on purpose, and how many claims turn at least.
  @Test(arguments: [(Wrong.groups, 35), (.stride, 20), (.bias, 8)])
  func wrongRulesTurnClaims(_ wrong: Wrong, _ least: Int) {
    let judge = Judge(Self.bench(wrong))
    let counted: Set<RecordedClaim.Kind> = [.count, .published, .identity, .execution]
    let families: Set = [
      "resnext", "resnext_claims", "resnext_blocks", "resnext_cifar", "igc", "mobilenet", "mobilenet_claims", "alexnet",
      "primitives", "claims_resnext",
      "claims_resnext_forms", "claims_igc", "claims_igc_width", "claims_inception", "claims_mobilenet",
      "claims_mobilenet_scaling", "claims_resnet", "claims_resnet_cost", "claims_resnext_listings", "inception_modules",
      "vgg",
    ]
    let turned = Self.judgements.filter { judgement in
      guard counted.contains(judgement.claim.kind), families.contains(judgement.claim.file), judgement.agrees else {
        return false
      }
      return !judge.judge(judgement.claim).agrees
    }
    #expect(turned.count >= least, "\(turned.count) claims turn")
  }

  enum Wrong: String, CountingRules, CaseIterable {
    /// Grouped convolutions count like ordinary ones.
    case groups
    /// Strided convolutions count as if every position were computed.
    case stride
    /// Biases are forgotten.
    case bias

    func counted<D: ArchAlgebra.Dimension>(_ graph: Graph<D>) throws -> Graph<D> {
      var graph = graph
      for index in graph.nodes.indices {
        guard case .convolution(var convolution) = graph.nodes[index].op else {
          if self == .bias, case .linear(var linear) = graph.nodes[index].op {
            linear.hasBias = false
            graph.nodes[index].op = .linear(linear)
          }
          continue
        }
        switch self {
        case .groups: convolution.groups = D(1)
        case .bias: convolution.hasBias = false
        case .stride:
          let input = graph.nodes[graph.nodes[index].inputs[0]].output
          if convolution.stride.contains(where: { $0 != D(1) }) {
            for axis in 2..<input.rank { graph.nodes[index].output.extents[axis] = input.extents[axis] }
          }
        }
        graph.nodes[index].op = .convolution(convolution)
      }
      return graph
    }
  }
}

extension RecordedClaim {
  /// 17 of `C17`: the number in the ledger.
  fileprivate var number: Int? { label.flatMap { $0.first == "C" ? Int($0.dropFirst()) : nil } }
}
