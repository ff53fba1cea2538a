import ArchAlgebra
import ArchCost

extension AnalysisDocument {
  /// How parameters, operations and memory traffic are made up of stages, blocks, layers or types.
  ///
  /// - Throws: ``ArithmeticError`` where a count leaves the range of integers.
  public func shares() throws -> ShareChart {
    var parts: [(name: String, cost: Cost<Int>)] = []
    func append(_ siblings: [Part<Int>], levels: Int, times: Int, path: String) throws {
      for part in siblings.collapsed() {
        let copies = try part.copies.multiplied(by: times)
        let name = path + part.shortName
        if levels > 1, part.children.contains(where: { !$0.children.isEmpty }) {
          try append(part.children, levels: levels - 1, times: copies, path: name + ".")
        } else {
          parts.append((name + (copies > 1 ? " ×\(copies)" : ""), try part.cost.scaled(by: copies)))
        }
      }
    }
    switch layout.grouping {
    case .layer: parts = try study.analysis.layerParts().map { ($0.name, $0.cost) }
    case .type: parts = try study.analysis.typeParts().map { ($0.name, $0.cost) }
    case .stage: try append(try study.analysis.tree(), levels: layout.depth ?? 1, times: 1, path: "")
    case .block: try append(try study.analysis.tree(), levels: layout.depth ?? 2, times: 1, path: "")
    }
    func figures(_ cost: Cost<Int>) throws -> [Int] {
      [
        try convention.parameters(cost), try convention.count(cost),
        try cost.trafficElements.multiplied(by: layout.bytesPerElement),
      ]
    }
    let totals = try figures(study.total)
    func share(_ value: Int, _ total: Int) -> Double { total == 0 ? 0 : Double(value) / Double(total) }
    return ShareChart(
      title: study.graph.name + " by " + layout.grouping.rawValue,
      totals: [
        "\(NumberText.scaled(totals[0])) params", "\(NumberText.scaled(totals[1])) \(unit) (\(convention.name))",
        "\(NumberText.bytes(totals[2])) moved",
      ],
      parts: try parts.map { part in
        .init(name: part.name, shares: zip(try figures(part.cost), totals).map(share))
      })
  }
}
