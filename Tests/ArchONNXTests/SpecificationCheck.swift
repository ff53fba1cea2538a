import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec
import Testing

/// Whether a graph that is printed as a specification, and read and elaborated again, is what it was.
enum SpecificationCheck {
  /// - Parameter keepsOrder: whether the layers must come in the same order, as where no branches are interleaved.
  /// - Returns: the text.
  @discardableResult
  static func roundTrip(_ graph: Graph<Int>, keepsOrder: Bool = true) throws -> String {
    let text = format(try SpecSyntax(of: graph, named: "recovered"))
    let syntax = try parse(Source(name: "recovered", text: text))
    #expect(format(syntax) == text, "the text is in the canonical layout")
    let specification = try Specification(syntax)
    let name = try #require(specification.networks.first?.name.text)
    let back: Graph<Int>
    do { back = try (specification.elaborate(name) as Architecture<Int>).graph } catch let error as Diagnostic {
      Issue.record("\(error)\n\(text)")
      throw error
    }
    let (before, after) = (try Analysis(graph).total, try Analysis(back).total)
    #expect(before.parameters == after.parameters, "\(text)")
    for quantity in Quantity.allCases {
      #expect(before.tally[quantity] == after.tally[quantity], "\(quantity) \(text)")
    }
    #expect(before.outputElements == after.outputElements)
    #expect(graph.nodes[graph.outputs[0].node].output == back.nodes[back.outputs[0].node].output)
    let shapes = { (graph: Graph<Int>) in graph.outputs.map { "\(graph.nodes[$0.node].output)" }.sorted() }
    #expect(Set(shapes(graph)).isSubset(of: shapes(back)))
    #expect(keepsOrder ? layers(graph) == layers(back) : layers(graph).sorted() == layers(back).sorted(), "\(text)")
    return text
  }

  private static func layers(_ graph: Graph<Int>) -> [String] {
    graph.nodes.map { "\(normalized($0.op)) \($0.output)" }
  }

  /// What a pool counts its padding for makes no difference where it has none, and to a maximum.
  static func normalized(_ op: Op<Int>) -> Op<Int> {
    guard case .pool(var pool) = op, pool.kind == .max || pool.padding.sides.allSatisfy({ $0 == 0 }) && !pool.roundsUp
    else { return op }
    pool.countsPadding = true
    return .pool(pool)
  }
}
