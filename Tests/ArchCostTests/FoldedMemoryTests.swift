import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec
import Testing
import TestSupport

/// Where one copy stands for several, the peak is told only if all copies hold the same.
@Suite struct FoldedMemoryTests {
  private func peaks(_ body: String) throws -> (symbolic: Expr?, numeric: Int) {
    let text = "param n = 3 \n param R = 8 \n network one {\n input(4, R, R) \n \(body) \n}\n"
    let specification = try Specification(Source(name: "one.arch", text: text))
    let symbolic: Architecture<Expr> = try specification.elaborate("one")
    let numeric: Architecture<Int> = try specification.elaborate("one")
    #expect(symbolic.graph.folds.count == 1)
    return (try ActivationMemory(symbolic.graph)?.peak, try ActivationMemory(numeric.graph)!.peak)
  }

  @Test(arguments: [
    "repeat n { conv(3x3, 4) }", "relu -> repeat n { conv(3x3, 8) -> relu -> conv(3x3, 4) } -> relu",
    "repeat n { add { conv(3x3, 4) -> bn } shortcut {} }",
    "repeat n { relu -> dropout } -> conv(3x3, 4)",
  ]) func copiesThatHoldTheSame(body: String) throws {
    let (symbolic, numeric) = try peaks(body)
    #expect(try symbolic?.evaluated([Symbol("R"): 8, Symbol("n"): 3]) == Rational(numeric))
  }

  @Test(arguments: [
    "add { repeat n { conv(3x3, 4) } } shortcut {}",
    "stem: relu \n repeat n { conv(3x3, 4) } \n relu -> concat {} { from(stem) }",
    "stem: conv(1x1, 9) -> conv(1x1, 4) \n relu -> repeat n { add {} { from(stem) } -> conv(3x3, 4) -> conv(1x1, 4) }",
    "concat { relu } times n",
  ]) func copiesThatHoldMore(body: String) throws {
    #expect(try peaks(body).symbolic == nil)
  }
}
