extension GraphDrawing {
  /// The drawing in Graphviz' language.
  public func dot() -> String {
    var lines = [
      "digraph \(Self.quoted(graph.name)) {",
      "  graph [rankdir=TB, fontname=\"Helvetica\", fontsize=11, color=\"#9aa5b1\", style=rounded]",
      "  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=10, color=\"#52606d\"]",
      "  edge [color=\"#52606d\", arrowsize=0.6]",
    ]
    let boxOf = Dictionary(uniqueKeysWithValues: boxes.map { ($0.id, $0.box) })
    func append(frame scope: Int, indent: String) {
      guard let frame = frames[scope] else { return }
      for id in frame.boxes {
        let box = boxOf[id]!
        let label = box.lines.map(Self.escaped).joined(separator: "\\n")
        lines.append("\(indent)n\(id) [label=\"\(label)\", fillcolor=\"\(box.kind.color)\"]")
      }
      for inner in frame.frames {
        lines.append("\(indent)subgraph cluster_\(inner) {")
        lines.append("\(indent)  label=\(Self.quoted(Self.shortName(graph.scopes[inner].name)))")
        append(frame: inner, indent: indent + "  ")
        lines.append("\(indent)}")
      }
    }
    append(frame: 0, indent: "  ")
    lines += edges.map { "  n\($0.from) -> n\($0.to)" }
    for (number, output) in graph.outputs.enumerated() where graph.outputs.count > 1 {
      lines.append("  output\(number) [label=\(Self.quoted(output.name)), shape=plaintext, style=\"\"]")
      lines.append("  n\(box(ofNode: output.node)) -> output\(number)")
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

  private static func escaped(_ text: String) -> String {
    String(
      text.flatMap { character -> [Character] in
        switch character {
        case "\"", "\\": ["\\", character]
        case "\n", "\r", "\t": [" "]
        default: [character]
        }
      })
  }
}

extension GraphDrawing.Kind {
  /// Light enough for black text; distinct in print too.
  var color: String {
    switch self {
    case .input: "#e4e7eb"
    case .weights: "#bae3ff"
    case .pool: "#c6f7e2"
    case .pointwise: "#f7f7f7"
    case .merge: "#ffe3b3"
    case .scope: "#dad2ff"
    }
  }
}
