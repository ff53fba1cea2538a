import ArchAlgebra
import ArchIR
import Testing

@testable import ArchSpec

@Suite struct ParameterTests {
  private static let text = """
    param cardinality as C = 32 in 1..64  /// groups
    param alpha = 1.0
    param kind = "B" in {"A", "B"}
    param deep = true
    param stages = [1, 2]
    param unused = 3
    param bits = 8 in {4, 8, 16}
    param odd = 3 in 1..9:2
    block b(unused) { conv(1x1, C*round(alpha)) }
    network n {
      param alpha = 0.5 in 0.25..2:0.25  /// of this network
      param own = 7
      input(3, 8, 8)
      b(1)
      when kind == "A" and deep and bits == 8 { conv(odd, stages[1] + own) }
    }
    network m {
      input(3, 8, 8)
      b(1)
    }
    """

  private func parameters(_ name: String) throws -> [Parameter] {
    let specification = try Specification(Source(name: "parameters", text: Self.text))
    return try specification.parameters(of: try #require(specification.network(named: name)))
  }

  @Test func aNetworkHasTheParametersThatItMentions() throws {
    #expect(
      try parameters("n").map(\.name) == ["cardinality", "alpha", "kind", "deep", "stages", "bits", "odd", "own"])
    #expect(try parameters("m").map(\.name) == ["cardinality", "alpha"])
    #expect(
      try parameters("n").map(\.kind) == [.integer, .rational, .text, .boolean, .list, .integer, .integer, .integer])
  }

  @Test(arguments: [
    ("1", Parameter.Kind.integer), ("1.0", .rational), ("-1.0", .rational), ("1 in 0..4", .integer),
    ("1 in 0.0..4", .rational), ("1 in {1, 2.0}", .rational), ("1 in 0..4:0.5", .rational),
  ])
  func aDecimalPointMakesANumber(_ value: String, _ kind: Parameter.Kind) throws {
    let text = "param x = \(value)\nnetwork n {\n input(3, 8, 8)\n conv(1x1, 4*x + 8)\n}"
    let specification = try Specification(Source(name: "", text: text))
    #expect(try specification.parameters(of: specification.networks[0])[0].kind == kind)
  }

  @Test func aDefaultMayMentionWhatHasTheArgumentsName() throws {
    let text = "param w = 4\nblock p(w = w, k = ceil(3/2), ceil = false) { conv(1x1, w) -> maxpool(k, ceil: ceil) }\n"
    let specification = try Specification(Source(name: "", text: text + "network n {\n input(3, 8, 8)\n p\n}"))
    #expect(try specification.elaborate("n", as: Int.self).output == "4×4×4")
  }

  @Test func anotherNameOfAnOperatorIsSoEverywhere() throws {
    let text =
      "let act = silu\nlet relu = silu\nblock u(x) { x }\nnetwork n {\n input(3, 8, 8)\n act\n relu\n u(relu)\n relu\n}"
    let architecture = try Specification(Source(name: "", text: text)).elaborate("n", as: Int.self)
    #expect(architecture.names == ["input", "silu1", "silu2", "silu3", "silu4"])
  }

  @Test func aNetworkMayReplaceADefault() throws {
    let alpha = try #require(try parameters("n").first { $0.name == "alpha" })
    #expect(alpha.defaultText == "0.5")
    #expect(alpha.documentation == "of this network")
    #expect(alpha.rangeText == "from 0.25 to 2 in steps of 0.25")
    #expect(try parameters("m")[1].defaultText == "1")
    #expect(try parameters("n")[0].symbol.name == "C")
  }

  @Test(arguments: [
    ("cardinality", "64"), ("alpha", "3/4"), ("alpha", "0.75"), ("kind", "A"), ("deep", "no"), ("stages", "3,4,6"),
    ("bits", "16"), ("odd", "9"),
  ])
  func takes(_ name: String, _ text: String) throws {
    _ = try #require(try parameters("n").first { $0.name == name }).value(parsing: text)
  }

  @Test(arguments: [
    ("cardinality", "65"), ("cardinality", "0"), ("cardinality", "1.5"), ("cardinality", "x"), ("cardinality", ""),
    ("cardinality", "99999999999999999999"), ("alpha", "0.3"), ("alpha", "1/0"), ("kind", "C"), ("deep", "maybe"),
    ("stages", "3,,4"), ("stages", "-1"), ("bits", "5"), ("odd", "4"), ("odd", "11"),
    ("alpha", "1/9223372036854775807"),
  ])
  func refuses(_ name: String, _ text: String) throws {
    let parameter = try #require(try parameters("n").first { $0.name == name })
    #expect(throws: SettingError.self) { try parameter.value(parsing: text) }
  }

  @Test func settingsAreCheckedWhenANetworkIsBuilt() throws {
    let specification = try Specification(Source(name: "parameters", text: Self.text))
    var options = ElaborationOptions()
    options.settings = ["cardinality": .number(Expr(4)), "kind": .text("A")]
    let architecture = try specification.elaborate("n", options: options, as: Int.self)
    #expect(architecture.output == "9×8×8")
    #expect(architecture.settings.first { $0.parameter.name == "cardinality" }?.value == .number(Expr(4)))
    for (name, value) in [
      ("cardinality", Value.number(Expr(65))), ("cardinlity", .number(Expr(3))), ("kind", .boolean(true)),
    ] {
      options.settings = [name: value]
      #expect(throws: SettingError.self) { try specification.elaborate("n", options: options, as: Int.self) }
    }
  }

  @Test func batchAndInputCanBeChosen() throws {
    let specification = try Specification(Source(name: "parameters", text: Self.text))
    var options = ElaborationOptions()
    options.batch = 4
    options.input = [5, 16, 12]
    let graph = try specification.elaborate("m", options: options, as: Int.self).graph
    #expect(graph.nodes[0].output == Shape([4, 5, 16, 12]))
  }

  @Test func metadataOfTheNetworkGoesBeforeThatOfTheFile() throws {
    let text = """
      title "The family"
      year 2015
      alias "nobody"
      network n {
        title "The network"
        alias "x", y
        compare m
        input(3, 8, 8)
      }
      """
    let metadata = try Specification(Source(name: "", text: text)).elaborate("n", as: Int.self).metadata
    #expect(metadata.title == "The network")
    #expect(metadata.year == 2015)
    #expect(metadata.aliases == ["x", "y"])
    #expect(metadata.reference?.text == "m")
  }
}
