import ArchAlgebra
import Testing

@testable import ArchSpec

/// Claims and sweeps that mean something; those that do not stand in `Bad/`.
@Suite struct StatementTests {
  private static func specification(_ statement: String, atTop: Bool = false, others: String = "") throws
    -> Specification
  {
    try Specification(
      Source(
        name: "statement",
        text: """
          param cardinality as C = 32 in 1..64
          param d = 4
          param alpha as α = 1.0
          param deep = false
          let stages = [3, 4, 6, 3]
          network n {
            input(3, 8, 8)
            let width = C*d
            conv(1x1, round(width*alpha))
            when deep { conv(1x1, stages[0]) }
            \(atTop ? "" : statement)
          }
          \(others)
          \(atTop ? statement : "")
          """))
  }

  @Test(arguments: [
    "claim params ~ 25.0M", "claim weights == C*(256*d + 9*d^2) citing \"Equation 4\" because \"it says so\"",
    "claim headline: macs < 4.2G within 1% when C == 32 and not deep",
    "claim macs(d: 5) - macs(n, cardinality: 4) > -1",
    "claim depth == sum(stages) + stages[2] + 2 verdict conditional under \"the paper's counting\"",
    "claim biases + normalization + buffers + flops + elementwise + activations + memory >= 0 verdict \"true\"",
    "claim round(weights/1k) == min(1, max([2, 3])) + floor(1/2) + ceil(sqrt(2)) + divisible(3, by: 8)",
    "claim macs == if C > 1 then width else d", "claim macs(elsewhere, anything: 3) < macs",
    "sweep C in {1, 2, 4}", "sweep (C, d) in {(1, 64), (2, 40)} citing \"Table 2\"", "sweep C in 1..64:2",
    "sweep C in 2..",
    "sweep all: alpha in {1/4, 0.5}", "sweep deep in {true, false}", "sweep C solving d keeping weights",
    "sweep C in 1..8 solving d keeping macs + params maximizing G = C*d against n solving d",
    "sweep C solving d keeping weights against elsewhere solving width",
  ])
  func makesSense(_ statement: String) throws {
    let specification = try Self.specification(statement)
    let architecture = try specification.elaborate("n", as: Expr.self)
    #expect(architecture.claims.count + architecture.sweeps.count == 1)
  }

  /// What a setting leaves out is no slip, nor is the number of one more.
  @Test(arguments: [
    "@stem", "conv @stem", "@side.1.deep.conv1", "@side.2", "@*.conv", "@side.*.deep", "@side.1.c*", "@stem12",
    "@conv9",
    "@gate", "@aux.linear", "@add.1", "g4 s2 3x3 grouped", "",
  ])
  func selectsWhatThereCouldBe(_ selection: String) throws {
    let specification = try Specification(
      Source(
        name: "selection",
        text: """
          param extra = false
          block unit(out) {
            conv(3x3, out)
            when extra { deep: conv(3x3, out) -> conv(1x1, out) }
          }
          block pair(body) {
            body(8)
            body(8)
          }
          network n {
            input(3, 8, 8)
            stem: conv(3x3, 8)
            side: pair(unit)
            when extra {
              add {} gate { conv(1x1, 8) }
              output aux { avgpool(global) -> linear(10) }
            }
            claim macs(n, "\(selection)") >= 0
          }
          """))
    try specification.elaborate("n", as: Int.self)
  }

  @Test(arguments: ["claim macs > 0", "claim macs(n) > 0", "sweep C in {1, 2}"])
  func makesSenseOutsideOfTheOnlyNetwork(_ statement: String) throws {
    try Self.specification(statement, atTop: true).checkStatements()
  }

  @Test func networksOfOtherFilesAreKnownToTheCaller() throws {
    var options = ElaborationOptions()
    options.knownNetworks = { ["elsewhere"] }
    for statement in [
      "claim macs < macs(elsewhere)", "compare elsewhere", "sweep C solving d keeping macs against elsewhere solving w",
    ] {
      let specification = try Self.specification(statement)
      try specification.elaborate("n", options: options, as: Int.self)
      options.knownNetworks = { ["elsewhere_e"] }
      let error = #expect(throws: Diagnostic.self) { try specification.elaborate("n", options: options, as: Int.self) }
      #expect(error?.message == "there is no network 'elsewhere'" && error?.help == "did you mean 'elsewhere_e'?")
      options.knownNetworks = { ["elsewhere"] }
    }
  }

  @Test func conventionsAreKnownToTheCaller() throws {
    for isAtTop in [false, true] {
      let specification = try Self.specification("claim macs > 0 under \"macs\"", atTop: isAtTop)
      var options = ElaborationOptions()
      options.knownConventions = ["flops", "macs"]
      try specification.elaborate("n", options: options, as: Int.self)
      options.knownConventions = ["flops", "macs2"]
      let error = #expect(throws: Diagnostic.self) { try specification.elaborate("n", options: options, as: Int.self) }
      #expect(error?.message == "there is no convention 'macs'" && error?.help == "did you mean 'macs2'?")
    }
  }

  private static let names = Result {
    try Fixture.catalog.flatMap { try Specification($0.source).networks.map(\.name.text) }
  }

  @Test(arguments: Fixture.catalog)
  func shippedStatementsMakeSense(_ fixture: Fixture) throws {
    let specification = try Specification(fixture.source)
    let names = try Self.names.get()
    try specification.checkStatements(knownNetworks: { names })
    for network in specification.networks {
      try specification.checkStatements(of: network, knownNetworks: { names })
    }
  }
}
