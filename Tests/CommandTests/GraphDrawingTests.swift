import ArchAlgebra
import ArchIR
import ArchReport
import ArchSpec
import Specs
import Testing

/// `archcalc show NETWORK --graph`: every operator is a box, every tensor that is read an arrow, and no name escapes its quotes.
@Suite struct GraphDrawingTests {
  private func graph(_ network: String, in text: String) throws -> Graph<Int> {
    try Study(Specification(Source(name: "t.arch", text: text)), network: network).graph
  }

  private func count(_ lines: [Substring], _ isWanted: (Substring) -> Bool) -> Int { lines.filter(isWanted).count }

  @Test(
    "Every node of the zoo's first networks is drawn once, with every tensor that it reads",
    arguments: Catalog.files.map(\.name))
  func isWhole(file: String) throws {
    let bytes = Catalog.files.first { $0.name == file }!.bytes
    let specification = try Specification(Source(name: file, bytes: bytes))
    guard let network = specification.networks.first else { return }  // claims alone
    let graph = try Study(specification, network: network.name.text).graph
    let lines = GraphDrawing(graph).dot().split(separator: "\n")
    let arrows = Set(graph.nodes.indices.flatMap { node in graph.nodes[node].inputs.map { [$0, node] } }).count
    let outputs = graph.outputs.count > 1 ? graph.outputs.count : 0
    #expect(count(lines) { $0.contains("fillcolor=") } == graph.nodes.count)
    #expect(count(lines) { $0.contains(" -> ") } == arrows + outputs)
    #expect(count(lines) { $0.hasSuffix("{") } == count(lines) { $0.trimmed == "}" })
    let mermaid = GraphDrawing(graph).mermaid().split(separator: "\n")
    #expect(count(mermaid) { $0.contains(" --> ") } == arrows + outputs)
    #expect(count(mermaid) { $0.trimmed.hasPrefix("subgraph") } == count(mermaid) { $0.trimmed == "end" })
  }

  @Test("At a depth, what lies deeper is one box with the shape that leaves it") func depth() throws {
    let specification = try Specification(
      Source(name: "resnet.arch", bytes: Catalog.files.first { $0.name == "resnet.arch" }!.bytes))
    let study = try Study(specification, network: "resnet50")
    let drawing = GraphDrawing(study.graph, depth: 1).dot()
    // Input, conv1 … conv5, head in a chain.
    #expect(drawing.split(separator: "\n").filter { $0.contains("fillcolor=") }.count == 7)
    #expect(drawing.split(separator: "\n").filter { $0.contains(" -> ") }.count == 6)
    #expect(drawing.contains(##"label="conv5\n2048×7×7""##))
    #expect(!drawing.contains("subgraph"))
  }

  @Test("The format may stand after the network or before it, or be left out") func formats() throws {
    let dot = try Archcalc.run("show", "resnet18", "--graph").output
    #expect(dot.hasPrefix("digraph"))
    #expect(try Archcalc.run("show", "--graph", "resnet18").output == dot)
    #expect(try Archcalc.run("show", "--graph", "dot", "resnet18").output == dot)
    #expect(try Archcalc.run("show", "resnet18", "--graph", "mermaid").output.hasPrefix("flowchart"))
    let wrong = try Archcalc.run("show", "resnet18", "--graph", "svg")
    #expect(wrong.status == 2 && wrong.errors.contains("dot, mermaid"))
  }

  @Test("Names cannot leave their quotes") func hostileNames() throws {
    var graph = try graph("n", in: "network n {\n  input(3, 8, 8)\n  conv(3x3, 4)\n}\n")
    graph.name = ##"a"] x [b\"##
    graph.scopes.append(Scope(name: ##"</script>"]--> evil\"##, parent: 0))
    graph.nodes[1].scope = 1
    let dot = GraphDrawing(graph).dot()
    #expect(dot.hasPrefix(##"digraph "a\"] x [b\\" {"##))
    #expect(dot.contains(##"label="</script>\"]--> evil\\""##))
    let mermaid = GraphDrawing(graph).mermaid()
    #expect(mermaid.contains(##"s1["#60;/script#62;#34;#93;--#62; evil#92;"]"##))
  }
}

extension Substring {
  fileprivate var trimmed: Substring { drop { $0 == " " } }
}
