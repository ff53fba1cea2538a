import ArchAlgebra
import ArchIR
import ArchSpec
import Testing

/// A network for tests: an input of 16×32×32 and the lines of `body`.
func specification(_ body: String, before: String = "", input: String = "input(16, 32, 32)") throws -> Specification {
  try Specification(Source(name: "test", text: "\(before)\nnetwork n {\n\(input)\n\(body)\n}\n"))
}

/// The network `n` as numbers; its closed forms must say the same.
func built(_ body: String, before: String = "", input: String = "input(16, 32, 32)") throws -> Architecture<Int> {
  let specification = try specification(body, before: before, input: input)
  let numbers = try specification.elaborate("n", as: Int.self)
  #expect(numbers.graph.violations() == [])
  try expectAgreement(of: try specification.elaborate("n", as: Expr.self), with: numbers, at: numbers.binding)
  return numbers
}

/// Whether the closed forms, at given values, are those numbers: all layers of a kind make as many elements, from
/// as many, and the outputs are the same.
func expectAgreement(
  of formulas: Architecture<Expr>, with numbers: Architecture<Int>, at values: [Symbol: Rational],
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let bound = try formulas.graph.bound(to: values)
  #expect(try bound.elements() == numbers.graph.elements(), sourceLocation: sourceLocation)
  #expect(
    bound.outputs.map { bound.nodes[$0.node].output }
      == numbers.graph.outputs.map { numbers.graph.nodes[$0.node].output },
    sourceLocation: sourceLocation)
}

extension Graph<Int> {
  /// How many elements the layers of each kind take and make.
  fileprivate func elements() throws -> [String: Int] {
    var totals: [String: Int] = [:]
    for node in nodes {
      totals[node.op.name, default: 0] += node.times * (try node.output.elements())
      for shape in try operandShapes(of: node) where node.op != .concatenation {
        totals[node.op.name + " from", default: 0] += node.times * (try shape.elements())
      }
    }
    // A sum of copies that is kept once has one operand for all of them.
    totals["add from"] = nil
    totals["multiply from"] = nil
    return totals
  }
}

extension Architecture {
  var names: [String] { graph.nodes.map(\.name) }
  /// The shapes of all layers.
  var shapes: [String] { graph.layers.map { graph.nodes[$0].output.description } }
  var output: String { graph.nodes[graph.outputs[0].node].output.description }
  var ops: [Op<D>] { graph.layers.map { graph.nodes[$0].op } }
  var conditionTexts: [String] { conditions.map(\.description) }
}
