import ArchSpec
import ArchVerify
import Testing

/// Small claims whose verdicts can be worked out by hand.
@Suite struct JudgeTests {
  static let networks = """
    param C = 8 in 1..64
    param F = 2 in 1..64
    param R = 9 in 1..64
    network grouped {
      input(C, R, R)
      conv(3x3, C, groups: F)
    }
    network dense {
      input(C, R, R)
      conv(3x3, C)
    }
    network separable {
      input(C, R, R)
      conv(3x3, C, groups: C) -> conv(1x1, C)
    }
    network bent {
      input(C, R, R)
      conv(3x3, C, groups: C) -> relu -> conv(1x1, C)
    }
    network paths {
      input(C, R, R)
      concat { slice(i*C/F, C/F) -> conv(3x3, C/F) } times F as i
    }
    network larger {
      input(1, R, R)
      conv(5x5, 1)
    }
    network twice {
      input(1, R, R)
      conv(3x3, F) -> conv(3x3, 1)
    }

    """

  @Test func everyRowOfATableIsTold() throws {
    let judged = try Self.judge(
      "claim macs(dense) ~ m over (C, R, m) in {(2, 2, 0.10k), (4, 2, 576), (8, 2, 2.0k)} within 20%")
    let rows = try #require(judged.evidence.first?.rows)
    // 9·C²·R²
    #expect(rows.map(\.left) == ["144", "576", "2304"] && rows.map(\.right) == ["100", "576", "2000"])
    #expect(rows.map(\.holds) == [false, true, true])
    #expect(rows.map(\.remark) == ["off by +44.0 %", "exactly", "off by +15.2 %, within 20%"])
    #expect(rows[0].settings.map { "\($0.name) = \($0.value)" } == ["C = 2", "R = 2", "m = 0.10k"])
    #expect(try Self.judge("claim macs(dense) == 9*C^2*R^2 over C in 1..64, R in 1..2").evidence[0].rows.isEmpty)
  }

  /// Small texts that ask for a lot: expressions that double, points within points, networks that are built or executed
  /// over and over, one that is larger than any memory.
  @Test(arguments: [
    "let a0 = 1\n" + (1...60).map { "let a\($0) = a\($0 - 1) + a\($0 - 1)" }.joined(separator: "\n")
      + "\nclaim a60 > 1",
    "claim number(given: number(given: b > 0, b: 1..2000000) > 0, a: 1..2000000) > 1",
    "claim macs(dense) > 0 over C in 1..64, R in 1..64",
    "claim zeros(dense, R: 64) == 0 over C in 8..64",
    "claim zeros(large) == 0\nnetwork large { input(1000000, 30000, 30000) }",
    "claim distinct(long) == 0\nnetwork long { input(4, 8, 8); repeat 30000 { conv(1x1, 4) } }",
    "claim topologies(long) == 1\nnetwork long { input(4, 8, 8); repeat 30000 { relu } }",
  ]) func claimsThatAskForTooMuch(statement: String) throws {
    let judged = try Self.judge(statement, mostSteps: 50_000)
    #expect(judged.verdict == nil)
    #expect(
      judged.failure?.hasPrefix("the claims of this file take too long to judge") == true, "\(judged.failure ?? "")")
  }

  @Test func whatOneFileAsksForIsNotTakenFromAnother() throws {
    let files = try ["claim macs(dense) > 0 over C in 1..64, R in 1..64", "claim macs(dense) == 46656"].map {
      try Specification(Source(name: $0, text: Self.networks + $0))
    }
    let bench = Workbench(mostSteps: 50_000) { name, _ in
      throw Diagnostic("there is no network '\(name.text)'", at: name.place)
    }
    let judge = Judge(bench)
    let claims = files.map { $0.ledger[0] }
    // 9·8²·9²
    let judged = [claims[0], claims[1], claims[0]].map(judge.judge)
    #expect(judged.map(\.verdict) == [nil, .true, nil])
    // It goes on from where it was, and does not begin again.
    #expect(judged[2].failure == judged[0].failure)
  }

  static func judge(
    _ statement: String, rules: any CountingRules = StandardRules(), mostSteps: Int = ClaimLimits.steps
  ) throws -> Judgement {
    let specification = try Specification(Source(name: "claims", text: networks + statement))
    try specification.checkStatements()
    let bench = Workbench(rules: rules, mostSteps: mostSteps) { name, specification in
      throw Diagnostic("there is no network '\(name.text)'", at: name.place)
    }
    let claim = try #require(specification.ledger.last)
    return Judge(bench).judge(claim)
  }

  @Test(arguments: [
    ("claim 128*5*5*256 == 819200", RecordedClaim.Kind.arithmetic, Verdict.true),
    ("claim 128*32 + 32*5*5*256 == 204800", .arithmetic, .false),
    ("claim 1/8 + 1/8 == 1/4 and 0.1 + 0.2 == 0.3", .arithmetic, .true),
    ("claim sqrt(2)^2 == 2 and 2^(1/2) < 1.4143", .arithmetic, .true),
    ("claim x^2 >= x over x in {0, 1, 2, 3}", .arithmetic, .true),
    ("claim x^2 >= x over x in {0, 1/2, 2}", .arithmetic, .false),
    ("claim x^2 >= x over x in {0, 1/2, 2} when x >= 1", .arithmetic, .conditional),
    ("claim x^2 >= x over x in {1/4, 1/2} when x >= 1", .arithmetic, .false),
    ("claim a*b == c over (a, b) in {(2, 3), (6, 1)}, c in 6..6", .arithmetic, .true),
    ("claim weights(grouped) == weights(dense) amended weights(grouped) == weights(dense)/2", .count, .conditional),
    ("claim weights(grouped) == weights(dense) amended weights(grouped) == weights(dense)/3", .count, .false),
    ("claim weights(grouped) == 9*C^2/F over C in 1.., F in 1..", .identity, .true),
    ("claim weights(grouped) == 9*C^2/F over C in {8, 16}, F in {1, 2, 4}", .count, .true),
    ("claim weights(grouped) <= weights(dense) over C in 1.., F in 1..", .identity, .true),
    ("claim weights(dense) < 9*C^2 over C in 1..", .identity, .false),
    ("claim (a + b)^2 >= 4*a*b over a in 1.., b in 1..", .identity, .true),
    ("claim (a + b)^2 >= 5*a*b over a in 1.., b in 1..", .identity, .false),
    ("claim greatest(a*b, given: a + b <= 10, a: 1..9, b: 1..9) == 25", .optimum, .true),
    ("claim least(a + b, given: a*b >= 16, a: 1..16, b: 1..16) == 9", .optimum, .false),
    ("claim number(given: a*b == 12, a: 1..12, b: 1..12) == 6", .arithmetic, .true),
    ("claim layers(separable, \"conv depthwise\") == 1 and height(separable) == 9", .structure, .true),
    ("claim layers(paths, \"conv\") == 4 and topologies(paths, \"concat\") == 1 over F in {4}", .structure, .true),
    ("claim weights(separable, \"1x1\") == 64 and inputs(grouped) == 8 and field(twice) == 5", .structure, .true),
    ("claim weights(dense) ~ 576", .published, .true), ("claim weights(dense) ~ 0.6k", .published, .true),
    ("claim weights(dense) ~ 0.5k", .published, .conditional), ("claim weights(dense) ~ 0.4k", .published, .false),
    ("claim weights(dense) ~ 0.55k within 5%", .published, .true),
    ("claim weights(dense) ~ 0.54k within 5%", .published, .false),
    ("claim weights(dense) ~ w over w in {0.58k, 0.6k, 576}", .published, .true),
    ("claim weights(dense) ~ w over w in {0.57k, 0.6k}", .published, .conditional),
    ("claim weights(dense) ~ w over w in {0.57k, 0.4k}", .published, .false),
    ("claim weights(dense) ~ 0.57k amended weights(dense) == 1", .published, .conditional),
    ("claim elasticity(weights(dense), C) == 2 over C in {4, 8}", .count, .true),
    ("claim elasticity(macs(separable), C) ~ 1.47", .published, .true),
    ("claim macs(dense) ~ 46.7k", .published, .true), ("claim macs(dense) ~ 93.3k", .published, .conditional),
    ("claim difference(grouped, paths) == 0 over F in {1, 2, 4, 8}", .execution, .true),
    ("claim difference(grouped, dense) == 0", .execution, .false),
    ("claim difference(separable, 3x3) == 0", .execution, .true),
    ("claim difference(bent, 3x3) == 0", .execution, .false),
    ("claim difference(twice, 5x5, R: 13) == 0 and difference(twice, 3x3, R: 13) > 0.01", .execution, .true),
    ("claim freedom(larger) == 25 and freedom(twice, F: 1) == 17", .execution, .true),
    ("claim zeros(grouped) == 32 and leastpaths(separable) == 1 and mostpaths(separable) == 1", .execution, .true),
    ("claim citing \"history\" verdict false", .undecidable, .undecidable),
    ("claim weights(grouped) > 0 showing weights(dense) == 576", .count, .true),
  ])
  func verdict(_ statement: String, _ kind: RecordedClaim.Kind, _ verdict: Verdict) throws {
    let judgement = try Self.judge(statement)
    #expect(judgement.failure == nil)
    #expect(judgement.claim.kind == kind)
    #expect(judgement.verdict == verdict)
    if verdict == .conditional { #expect(!judgement.condition.isEmpty) }
    if verdict == .false { #expect(judgement.evidence.contains { !$0.holds }) }
  }

  @Test(arguments: [
    "claim weights(elsewhere) > 0", "claim height(dense, \"@conv2\") == 1",
    "claim 1 == 1 showing 1 == 2", "claim weights(dense) > 0 under \"nobody\"",
    "claim greatest(a, given: a > 5, a: 1..3) == 1", "claim 1/(x - 1) > 0 over x in 1..2",
    "claim difference(dense, larger) == 0",
  ])
  func noVerdictWhereSomethingIsWrong(_ statement: String) throws {
    let judgement = try Self.judge(statement)
    #expect(judgement.verdict == nil)
    #expect(judgement.failure != nil)
    #expect(!judgement.agrees)
  }

  /// Beside the ledger's own check: here the network's file is known to the judge alone.
  @Test(arguments: ["@cnov", "@conv.2.bm", "@", "@conv."])
  func noLayerCouldEverBeSelectedSo(_ selection: String) throws {
    let other = try Specification(Source(name: "networks", text: Self.networks))
    let claims = try Specification(Source(name: "claims", text: "claim layers(dense, \"\(selection)\") == 0"))
    try claims.checkStatements()
    let judgement = Judge(Workbench { name, _ in (other, name.text) }).judge(try #require(claims.ledger.last))
    #expect(judgement.failure?.hasPrefix("no layer is called '\(selection)'") == true)
  }

  @Test func counterexamplesAreTold() throws {
    let judgement = try Self.judge("claim x^2 >= x over x in {0, 1/2, 2}")
    #expect(judgement.evidence.first?.counterexample == "x = 0.5")
    let worst = try Self.judge("claim x^2 >= x over x in {3/4, 1/2, 2}").evidence[0]
    #expect(worst.counterexample == "x = 0.5" && worst.left == "0.25" && worst.failing == 2 && worst.points == 3)
    let tightest = try Self.judge("claim weights(dense) <= 600 over C in {2, 8, 4}").evidence[0]
    #expect(tightest.holds && tightest.left == "576" && tightest.remark == "at 3 points, the tightest C = 8")
    let open = try Self.judge("claim a < 3 over a in 1..")
    #expect(open.evidence.first?.counterexample == "a = 3")
  }

  @Test func agreementIsNamed() throws {
    #expect(try Self.judge("claim weights(dense) ~ 0.55k within 5%").evidence[0].remark == "off by +4.73 %, within 5%")
    #expect(try Self.judge("claim weights(dense) < 570 within 5%").evidence[0].remark == "within 5%")
    #expect(try Self.judge("claim weights(dense) ~ 0.58k within 5%").evidence[0].remark == "by rounding")
    #expect(try Self.judge("claim weights(dense) ~ 576").evidence[0].remark == "exactly")
    #expect(try Self.judge("claim weights(dense) ~ 0.58k").evidence[0].remark == "by rounding")
    #expect(try Self.judge("claim weights(dense) ~ 0.57k").evidence[0].remark == "by truncation")
    #expect(try Self.judge("claim weights(dense) ~ 0.6k under \"paper\"").evidence[0].convention == "paper")
  }
}
