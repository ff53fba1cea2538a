import ArchAlgebra
import ArchIR
import TestSupport
import Testing

@testable import ArchSpec

/// What is particular to closed forms: conditions, assumptions, repetitions that are kept once.
@Suite struct ClosedFormTests {
  private func formulas(_ body: String, before: String = "", input: String = "input(16, 32, 32)") throws
    -> Architecture<Expr>
  {
    _ = try built(body, before: before, input: input)
    return try specification(body, before: before, input: input).elaborate("n", as: Expr.self)
  }

  // MARK: Conditions

  @Test(arguments: [
    ("when stride != 1 { relu }", ["s ≠ 1"]), ("when stride == 1 { relu }", ["s ≠ 1"]),
    ("when stride > 1 and stride < 5 { relu }", ["s > 1", "s < 5"]), ("when stride >= 1 { relu }", []),
    ("when stride < 1 { relu }", []),
    ("when in == 16 { relu }", []), ("conv(1x1, 2*stride)\nwhen in == 2*stride { relu }", []),
    ("conv(1x1, [3, 4, 5][stride])", ["s = 2"]), ("conv(1x1, 3^stride)", ["s = 2"]),
    ("for i in 1..stride { relu }", ["s = 2"]), ("repeat stride as i { relu }", ["s = 2"]),
    ("conv(stride + 1, 8)", ["2 divides s + 2"]), ("conv(1x1, if stride == 2 then 4 else 5)", ["s = 2"]),
    ("concat { slice(i, 1) } times stride as i", ["s = 2"]), ("concat { relu } times stride", []),
    // What shape inference must know.
    ("multiply { conv(1x1, stride/2) } gate { conv(1x1, 16) }", ["2 divides s", "s/2 = 1"]),
    ("multiply {} gate { adaptiveavgpool(stride - 1) }", ["s − 1 = 1"]),
    ("add { conv(1x1, 8*stride) } { conv(1x1, stride^4) }", ["8·s = s⁴"]),
    ("add { conv(1x1, stride) } { conv(1x1, stride) }", []),
    ("add { conv(1x1, stride) } { conv(1x1, 2) }", ["s = 2"]),
    ("concat {} { upsample(stride) -> maxpool(2x2) }", ["16·s = 32"]),
    ("conv(1x1, 32, groups: stride)", ["s divides 16"]),
    ("shuffle(stride) -> shuffle(2*stride)", ["s divides 16", "2·s divides 16"]),
    ("conv(1x1, 3*stride) -> split(stride, 0) -> conv(1x1, 9, groups: stride + 1)", ["s + 1 divides 3"]),
    ("conv(1x1, 8/stride)", ["s divides 8"]), ("conv(1x1, round(5/stride))", []),
    ("conv(1x1, 3*stride/2)", ["2 divides 3·s"]),
    ("split(stride, 1) -> bn", ["s divides 16"]),
  ])
  func choicesAreConditions(_ body: String, _ conditions: [String]) throws {
    #expect(try formulas(body, before: "param stride as s = 2").conditionTexts == conditions)
  }

  @Test func anOddKernelKeepsTheExtent() throws {
    let architecture = try formulas("repeat 3 { conv(k, in) }", before: "param k = 5")
    #expect(architecture.output == "16×32×32")
    #expect(architecture.graph.nodes.count == 2)
    #expect(architecture.conditionTexts == ["2 divides k + 1"])
  }

  // MARK: Assumptions

  @Test func assumptionsAreUsedWhereTheyHold() throws {
    let body = "conv(3x3, 8, stride: 2)"
    let input = "input(3, R, R)"
    let assumed = try formulas(body, before: "param R = 32\nassume 2 divides R", input: input)
    #expect(assumed.output == "8×R/2×R/2")
    #expect(assumed.conditionTexts == ["2 divides R"])
    let refuted = try formulas(body, before: "param R = 33\nassume 2 divides R", input: input)
    #expect(refuted.output == "8×⌈R/2⌉×⌈R/2⌉")
    #expect(refuted.conditions.isEmpty)
    // One that is about parameters of other networks does not concern this one.
    #expect(
      try formulas(body, before: "param R = 32\nparam S = 3\nassume 2 divides S", input: input).conditions.isEmpty)
  }

  @Test func assumptionsMentionWhatIsDeclaredSomewhere() throws {
    func elaborated(_ text: String, _ name: String = "n", _ settings: [String: Value] = [:]) throws -> Architecture<
      Expr
    > {
      var options = ElaborationOptions()
      options.settings = settings
      return try Specification(Source(name: "", text: text)).elaborate(name, options: options)
    }
    // Of a constant, of a divisor that nothing else mentions, of a part of a product.
    let constant = "param R = 64\nlet half = R/2\nassume 2 divides half\nnetwork n {\n input(3, R, R)\n maxpool(4x4)\n}"
    #expect(try elaborated(constant).output == "3×R/4×R/4")
    let divisor =
      "param g = 2\nparam R = 8\nnetwork n {\n assume g divides R\n input(3, R, R)\n conv(3x3, 4, stride: 2)\n}"
    #expect(try elaborated(divisor).output == "4×R/2×R/2")
    #expect(try elaborated(divisor).conditionTexts == ["g = 2", "2 divides R"])
    // What only another network declares is none of this one's business.
    let other =
      "assume 2 divides R\nnetwork a {\n param R = 8\n input(3, R, R)\n}\nnetwork n {\n input(3, 8, 8)\n relu\n}"
    #expect(try elaborated(other).conditions.isEmpty)
    // What there is not at the given values does not agree with them.
    let shorter =
      "param stages = [2, 2]\nassume 2 divides stages[1]\nnetwork n {\n input(3, 8, 8)\n for s in stages { conv(1x1, s) }\n}"
    #expect(throws: Never.self) { try elaborated(shorter, "n", ["stages": .list([.number(Expr(2))])]) }
    let late = "network n {\n input(3, 8, 8)\n let w = in + 1\n assume 2 divides w\n}"
    #expect(throws: Diagnostic.self) { try elaborated(late) }
  }

  @Test func constantsInAssumptionsAreStillThoseOfTheNetwork() throws {
    let text = "param R = 64\nlet half = R/2\nassume 2 divides half\nnetwork n {\n input(3, R, R)\n conv(3x3, half)\n}"
    var options = ElaborationOptions()
    options.input = [3, 32, 32]
    options.settings = ["R": .number(Expr(128))]
    let numbers = try Specification(Source(name: "", text: text)).elaborate("n", options: options, as: Int.self)
    #expect(numbers.output == "64×32×32")
  }

  // MARK: Repetitions

  private func times(_ architecture: Architecture<Expr>) -> [String] {
    architecture.graph.layers.map { "\(architecture.graph.nodes[$0].name) \(architecture.graph.nodes[$0].times)" }
  }

  @Test func copiesThatAreAlikeAreKeptOnce() throws {
    let architecture = try formulas("repeat n { conv(3x3, in) -> bn }", before: "param n = 4")
    #expect(times(architecture) == ["conv n", "bn n"])
    #expect(architecture.conditions.isEmpty)
    #expect(architecture.graph.folds.map(\.count) == [Expr(Symbol("n"))])
    let nested = try formulas("repeat n { repeat m { relu } }", before: "param n = 4\nparam m = 3")
    #expect(times(nested) == ["relu m·n"])
  }

  @Test func theFirstCopyStandsAsideIfItDiffers() throws {
    let architecture = try formulas("repeat n { conv(3x3, 8) }", before: "param n = 4")
    #expect(times(architecture) == ["conv1 1", "conv2 n − 1"])
    #expect(architecture.conditions.isEmpty)  // n is at least 1
  }

  @Test func channelsThatGrowAreUnrolled() throws {
    let dense = "repeat n { concat {} { conv(3x3, k) } }"
    let architecture = try formulas(dense, before: "param n = 4\nparam k = 12")
    #expect(architecture.graph.nodes.count == 1 + 2 * 4)
    #expect(architecture.conditionTexts == ["n = 4"])
  }

  /// The first copy reads the stem, the others the copy before them: their costs differ though their shapes do not.
  @Test func copiesThatReadDifferentTensorsAreNotTakenForAlike() throws {
    let body = """
      x: conv(1x1, 3)
      conv(1x1, 8)
      repeat n {
        add { conv(3x3, 8) } { from(x) -> conv(1x1, 8) }
        x: relu
      }
      """
    let architecture = try formulas(body, before: "param n = 4")
    #expect(architecture.output == "8×32×32")
  }

  /// The label names what the first copy takes; the second one takes something else.
  @Test func aLabelOfWhatComesInIsReadFromOutside() throws {
    let body = "x: conv(1x1, 16)\nrepeat n { add { conv(3x3, 16) } { from(x) -> conv(1x1, 16) -> conv(1x1, 16) } }"
    let architecture = try formulas(body, before: "param n = 5")
    let fold = try #require(architecture.graph.folds.first)
    #expect(fold.count.description == "n − 1" && fold.nodes.lowerBound > 5)
  }

  @Test func copiesMayReadTheSameTensorFromOutside() throws {
    let architecture = try formulas(
      "x: conv(1x1, 16)\nrepeat n { add { conv(3x3, 16) } { from(x) } }", before: "param n = 5")
    #expect(architecture.graph.folds.count == 1)
  }

  @Test func parallelCopiesAreKeptOnce() throws {
    let architecture = try formulas("concat { conv(1x1, 4) } times n", before: "param n = 8")
    #expect(architecture.output == "4·n×32×32")
    #expect(times(architecture) == ["1….conv n", "concat 1"])
  }

  // MARK: The shipped specifications

  /// Wherever the conditions of a closed form hold, it is the network at those values.
  @Test(arguments: Fixture.catalog)
  func closedFormsAreTheNetworksWhereTheirConditionsHold(_ fixture: Fixture) throws {
    var random = SeededGenerator(seed: 7)
    let specification = try Specification(fixture.source)
    for network in specification.networks.prefix(4) {
      let formulas = try specification.elaborate(network.name.text, as: Expr.self)
      try expectAgreement(
        of: formulas, with: try specification.elaborate(network.name.text, as: Int.self), at: formulas.binding)
      var tried = 0
      for _ in 0..<12 where tried < 2 {
        var options = ElaborationOptions()
        var binding = formulas.binding
        for setting in formulas.settings {
          guard let number = setting.value.number?.constant else { continue }
          let value = try number * Rational(random.count(1...3))
          options.settings[setting.parameter.name] = .number(Expr(value))
          binding[setting.parameter.symbol] = value
        }
        guard try formulas.conditions.allSatisfy({ try $0.holds(at: binding) }),
          let numbers = try? specification.elaborate(network.name.text, options: options, as: Int.self)
        else { continue }
        try expectAgreement(of: formulas, with: numbers, at: binding)
        tried += 1
      }
    }
  }
}
