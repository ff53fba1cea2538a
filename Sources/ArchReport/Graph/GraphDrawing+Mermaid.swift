extension GraphDrawing {
  /// How many arrows Mermaid draws unless a page allows more.
  private static let edgeLimit = 500

  /// The drawing as a Mermaid flowchart.
  public func mermaid() -> String {
    var lines = ["flowchart TD"]
    if edges.count > Self.edgeLimit {
      lines.append(
        "  %% \(edges.count) arrows: more than \(Self.edgeLimit) need a higher maxEdges in Mermaid, or --depth 1 here")
    }
    let boxOf = Dictionary(uniqueKeysWithValues: boxes.map { ($0.id, $0.box) })
    func append(frame scope: Int, indent: String) {
      guard let frame = frames[scope] else { return }
      for id in frame.boxes {
        let box = boxOf[id]!
        lines.append("\(indent)n\(id)[\"\(box.lines.map(Self.escaped).joined(separator: "<br/>"))\"]:::\(box.kind)")
      }
      for inner in frame.frames {
        lines.append("\(indent)subgraph s\(inner)[\"\(Self.escaped(Self.shortName(graph.scopes[inner].name)))\"]")
        append(frame: inner, indent: indent + "  ")
        lines.append("\(indent)end")
      }
    }
    append(frame: 0, indent: "  ")
    lines += edges.map { "  n\($0.from) --> n\($0.to)" }
    for (number, output) in graph.outputs.enumerated() where graph.outputs.count > 1 {
      lines.append("  n\(box(ofNode: output.node)) --> output\(number)([\"\(Self.escaped(output.name))\"])")
    }
    lines += Kind.allCases.map { "  classDef \($0) fill:\($0.color),stroke:#52606d,color:#1f2933" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Everything but plain characters as Mermaid's numbered entities.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "0"..."9", "A"..."Z", "a"..."z", " ", "_", "-", ".", ",", "/", "×": String(scalar)
      default: "#\(scalar.value);"
      }
    }.joined()
  }
}
