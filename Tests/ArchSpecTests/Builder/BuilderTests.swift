import ArchAlgebra
import ArchIR
import Testing

@testable import ArchSpec

/// The Swift spelling builds the tree that the text is read into.
@Suite struct BuilderTests {
  /// Specs/resnext.arch, of its networks those that are also written in Swift.
  private func shipped() throws -> SpecSyntax {
    let fixture = try #require(Fixture.catalog.first { $0.name == "resnext.arch" })
    var file = try parse(fixture.source)
    file.items.removeAll { item in
      guard case .network(let network) = item.kind else { return false }
      return !["resnext50", "resnext101", "resnext_block"].contains(network.name.text)
    }
    return file
  }

  @Test func bothSpellingsOfResNeXtAreTheSameTree() throws {
    let (text, swift) = (try shipped().withoutComments(), try resnext())
    #expect((swift == text) == true, "\(firstDifference(between: text, and: swift) ?? "")")
  }

  @Test func bothSpellingsOfResNeXtAreTheSameGraph() throws {
    let (text, swift) = (try Specification(try shipped()), try Specification(try resnext()))
    #expect(try swift.elaborate("resnext50", as: Int.self).graph == text.elaborate("resnext50", as: Int.self).graph)
    #expect(try swift.elaborate("resnext50", as: Expr.self).graph == text.elaborate("resnext50", as: Expr.self).graph)
  }

  @Test func everyConstructHasASpelling() throws {
    let (input, conv, relu, slice) = (Layers.input, Layers.conv, Layers.relu, Layers.slice)
    let round = Callee("round")
    let isWide = true
    let swift = try SpecSyntax {
      Let("half", "1/2")
      Let("choice", .choice("half" < 1, then: -"half", else: ("half" as SpecExpr).power(2)))
      Block("b", "unit", "n = 3") {
        Let("w", .input * 2)
        conv(3, "w") --> Let("v", .input) --> Callee("unit")("v", groups: 2)
        Merge(.concat, "left") { relu }.branch(times: "n", as: "i") { slice("i", 1) }
        Merge(.multiply) {}.branch { relu }
        When(!("n" == 3) && "w" >= 4) { relu }.elseWhen("n" > 4 || "w" <= 3) { relu }.otherwise { relu }
        Repeat("n", as: "i") { conv(1, "i" + 1) }
        For("k", "s", in: [.tuple(3, 1), .tuple(5, 2)]) { conv("k", 8, stride: "s") }
        For("i", in: "1..3") { relu }
        if isWide { relu }
      }
      Network("n") {
        Param("alpha", 0.5, in: [0.5, 1], "of this network")
        Let("w", round("alpha" * 4).value)
        input(3, 32)
        Callee("b")(relu.reference, n: "w" - 1)
        Head("aux") { conv(1, 3) }
        Claim(
          "macs", .atMost, "4.2G", named: "bound", within: "1%", when: "alpha" != 3, under: "an assumption",
          because: "so", verdict: "true")
        Sweep("alpha", solving: "beta", keeping: "weights", maximizing: ("G", "alpha" * 2), against: ("m", "C"))
      }.documented("All of it.", "On two lines.")
    }
    let text = """
      let half = 1/2
      let choice = if half < 1 then -half else half^2
      block b(unit, n = 3) {
        let w = in*2
        conv(3, w) -> let v = in -> unit(v, groups: 2)
        concat left { relu } { slice(i, 1) } times n as i
        multiply {} { relu }
        when not (n == 3) and w >= 4 { relu } else when n > 4 or w <= 3 { relu } else { relu }
        repeat n as i { conv(1, i + 1) }
        for (k, s) in [(3, 1), (5, 2)] { conv(k, 8, stride: s) }
        for i in 1..3 { relu }
        relu
      }
      /// All of it.
      /// On two lines.
      network n {
        param alpha = 0.5 in {0.5, 1} /// of this network
        let w = round(alpha*4)
        input(3, 32)
        b(relu, n: w - 1)
        output aux { conv(1, 3) }
        claim bound: macs <= 4.2G within 1% when alpha != 3 under "an assumption" because "so" verdict true
        sweep alpha solving beta keeping weights maximizing G = alpha*2 against m solving C
      }
      """
    let read = try parse(Source(name: "text", text: text))
    #expect((swift == read) == true, "\(firstDifference(between: read, and: swift) ?? "")")
  }

  @Test func commentsAndLayoutDoNotCount() throws {
    let a = try parse(Source(name: "a", text: "// why\nblock a {\n\n  relu // so\n  // end\n}\n// end\n"))
    let b = try parse(Source(name: "b", text: "block a { relu }"))
    #expect((a != b) == true)
    #expect((a.withoutComments() == b.withoutComments()) == true)
    let documented = try parse(Source(name: "c", text: "/// documentation\nblock a { relu }"))
    #expect((documented.withoutComments() != b) == true)
  }

  // MARK: Errors

  static let mistakes: [(String, @Sendable () throws -> SpecSyntax)] = [
    ("an unfinished expression", { try SpecSyntax { Let("x", "2*") } }),
    ("a reserved word", { try SpecSyntax { Block("repeat") { Layers.relu } } }),
    ("a name with blanks", { try SpecSyntax { Let("two words", 3) } }),
    ("a quote in a text", { try SpecSyntax { About.title("the \"best\" network") } }),
    ("a text of two lines", { try SpecSyntax { About.title("two\nlines") } }),
    ("documentation of two lines", { try SpecSyntax { Let("x", 3).documented("one\ntwo") } }),
    ("a set that is none", { try SpecSyntax { Param("C", 3, in: "from one to ten") } }),
    ("a comment within a name", { try SpecSyntax { Let("x // y", 3) } }),
    ("nothing", { try SpecSyntax {} }),
    ("a tuple of one", { try SpecSyntax { Let("x", .tuple(3)) } }),
  ]

  @Test(arguments: mistakes.indices)
  func mistakesAreFound(_ index: Int) {
    #expect(throws: Diagnostic.self, "\(Self.mistakes[index].0)") { _ = try Self.mistakes[index].1() }
  }

  @Test func laterErrorsHavePlacesInThePrintedText() throws {
    let specification = try Specification(
      try SpecSyntax("swift") {
        Network("n") {
          Layers.input(3, 8, 8)
          Layers.conv("3x3", 8, groups: 2)
        }
      })
    let error = #expect(throws: Diagnostic.self) { try specification.elaborate("n", as: Int.self) }
    #expect(
      error?.description == """
        error: groups must divide the input channels
         --> swift:3:24
        3 |   conv(3x3, 8, groups: 2)
          |                        ^ 2 does not divide 3
        note: the input is 3×8×8, from here
         --> swift:2:3
        """)
  }
}
