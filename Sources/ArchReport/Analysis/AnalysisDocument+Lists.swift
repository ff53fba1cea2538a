import ArchAlgebra
import ArchCost
import ArchIR

extension AnalysisDocument {
  /// Every layer in the order in which they run.
  func layerTable() throws -> Table {
    var table = Table(
      [.init("layer"), .init("op"), .init("kernel", rank: 4), .init("output", rank: 1), .init("params", .number)]
        + Self.kindColumns + [unitColumn, .init("share", .number, rank: 2), .init("", .bar, rank: 6)])
    var others: [String: Cost<Int>] = [:]
    if let reference {
      table.columns.append(.init("vs \(reference.graph.name)", .number, rank: 3))
      for part in try reference.analysis.layerParts() { others[part.name] = part.cost }
    }
    table.columns += [
      .init("field", .number, rank: 5), .init("activations", .number, rank: 6), .init("traffic", .number, rank: 5),
      .init("FLOPs/byte", .number, rank: 5), .exact("params", rank: 7), .exact(unit, rank: 7),
    ]
    let total = try convention.count(study.total)
    func cells(_ first: [Table.Cell], _ cost: Cost<Int>, _ field: String) throws -> [Table.Cell] {
      let count = try convention.count(cost)
      let share = total == 0 ? 0 : Double(count) / Double(total)
      let parameters = try convention.parameters(cost)
      let bytes = try cost.trafficElements.multiplied(by: layout.bytesPerElement)
      let flops = try CountingConvention.flops.count(cost)
      return first + [.count(parameters)] + Self.kinds(cost.parameters)
        + [.count(count), .share(share), .bar(share)]
        + (reference == nil ? [] : [try Self.difference(count, others[first[0].text(isExact: true)], convention)])
        + [
          .text(field), .count(cost.outputElements), .bytes(bytes),
          bytes == 0 ? .empty : .decimal(Double(flops) / Double(bytes), digits: 1), .exact(parameters), .exact(count),
        ]
    }
    for part in try study.analysis.layerParts() {
      let node = study.graph.nodes[part.node!]
      let first: [Table.Cell] = [
        .text(part.name), .text(part.op ?? ""), .text(node.op.windowText), .text(node.output.description),
      ]
      table.rows.append(.init(try cells(first, part.cost, study.fields[part.node!].map(\.text) ?? "")))
    }
    let last = try cells([.text("total"), .empty, .empty, .empty], study.total, "")
    table.rows.append(.init(last, emphasis: .strong, hasRuleBefore: true))
    if let reference { try append(reference, to: &table) }
    return table
  }

  /// The operators by type, the costliest first.
  func typeTable() throws -> Table {
    var table = Table(
      [
        .init("type"), .init("layers", .number), .init("params", .number),
        .init("share", .number, name: "params share"),
      ] + Self.kindColumns + [
        unitColumn, .init("share", .number, name: "\(unit) share"), .init("", .bar, rank: 3),
      ])
    var others: [String: Cost<Int>] = [:]
    if let reference {
      table.columns.append(.init("vs \(reference.graph.name)", .number, rank: 3))
      for part in try reference.analysis.typeParts() { others[part.name] = part.cost }
    }
    table.columns += [.exact("params", rank: 5), .exact(unit, rank: 5)]
    let total = try convention.count(study.total)
    let totalParameters = try convention.parameters(study.total)
    func cells(_ name: String, _ layers: Int, _ cost: Cost<Int>, _ other: Cost<Int>?) throws -> [Table.Cell] {
      let (count, parameters) = (try convention.count(cost), try convention.parameters(cost))
      let share = total == 0 ? 0 : Double(count) / Double(total)
      return [.text(name), .exact(layers), .count(parameters)]
        + [.share(totalParameters == 0 ? 0 : Double(parameters) / Double(totalParameters))]
        + Self.kinds(cost.parameters) + [.count(count), .share(share), .bar(share)]
        + (reference == nil ? [] : [try Self.difference(count, other, convention)])
        + [.exact(parameters), .exact(count)]
    }
    let parts = try study.analysis.typeParts().map { (part: $0, count: try convention.count($0.cost)) }
    for (part, _) in parts.sorted(by: { $0.count > $1.count }) {
      table.rows.append(.init(try cells(part.name, part.copies, part.cost, others[part.name])))
    }
    let last = try cells("total", study.analysis.layerCount, study.total, reference?.total)
    table.rows.append(.init(last, emphasis: .strong, hasRuleBefore: true))
    if let reference { try append(reference, to: &table) }
    return table
  }

  /// The totals of the network that is compared with, below those of this one.
  private func append(_ reference: Study, to table: inout Table) throws {
    let values: [String: Table.Cell] = [
      "params": .count(try convention.parameters(reference.total)), unit: .count(try convention.count(reference.total)),
      "layers": .exact(reference.analysis.layerCount), "activations": .count(reference.total.outputElements),
      "traffic": .bytes(try reference.total.trafficElements.multiplied(by: layout.bytesPerElement)),
      "exact params": .exact(try convention.parameters(reference.total)),
      "exact \(unit)": .exact(try convention.count(reference.total)),
    ]
    let kinds = zip(Self.kindColumns.map(\.name), Self.kinds(reference.total.parameters))
    let all = values.merging(kinds) { $1 }
    let cells = table.columns.enumerated().map { $0 == 0 ? .text(reference.graph.name) : all[$1.title] ?? .empty }
    table.rows.append(.init(cells, emphasis: .faint, isBeside: true))
  }
}

extension Analysis {
  var layerCount: Int { graph.layers.filter { !graph.nodes[$0].op.isView }.count }
}

extension ReceptiveField<Int> {
  /// `11`, or `11×3` where height and width differ.
  var text: String {
    if isGlobal { return "all" }
    return Set(size).count == 1 ? String(size[0]) : size.map(String.init).joined(separator: "×")
  }
}
