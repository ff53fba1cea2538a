import ArchAlgebra
import ArchCost
import ArchIR

extension AnalysisDocument {
  /// Stages, and the blocks within them as deep as is asked for; equal siblings in a row are one row.
  func treeTable(depth: Int) throws -> Table {
    var table = Table(
      [.init("stage"), .init("copies", .number, for: .programs), .init("output", rank: 1), .init("params", .number)]
        + Self.kindColumns
        + [unitColumn, .init("share", .number), .init("", .bar, rank: 3)])
    let total = try convention.count(study.total)
    var others: [String: Cost<Int>] = [:]
    if let reference {
      table.columns.append(.init("vs \(reference.graph.name)", .number, rank: 1))
      for part in try reference.analysis.tree() { others[part.name] = part.cost }
    }
    table.columns += [.init("activations", .number, rank: 4), .exact("params", rank: 5), .exact(unit, rank: 5)]
    func append(_ parts: [Part<Int>], level: Int, times: Int, path: String) throws {
      for part in parts.collapsed() {
        let copies = try part.copies.multiplied(by: times)
        let cost = try part.cost.scaled(by: copies)
        let count = try convention.count(cost)
        let share = total == 0 ? 0 : Double(count) / Double(total)
        let parameters = try convention.parameters(cost)
        let ownPath = path + part.shortName
        var cells: [Table.Cell] = [
          .text(part.shortName + (copies > 1 ? " ×\(copies)" : "")), .exact(copies),
          .text(part.output?.description ?? ""), .count(parameters),
        ]
        cells += Self.kinds(cost.parameters) + [.count(count), .share(share), .bar(share)]
        if reference != nil {
          cells.append(level == 0 ? try Self.difference(count, others[part.name], convention) : .empty)
        }
        cells += [.count(cost.outputElements), .exact(parameters), .exact(count)]
        let isStage = level == 0 && !part.children.isEmpty
        table.rows.append(.init(cells, emphasis: isStage ? .strong : .none, level: level, path: ownPath))
        let hasBlocks = part.children.contains { !$0.children.isEmpty }
        if level + 1 < depth, hasBlocks || depth > 2 {
          try append(part.children, level: level + 1, times: copies, path: ownPath + ".")
        }
      }
    }
    try append(try study.analysis.tree(), level: 0, times: 1, path: "")
    try appendTotals(to: &table)
    return table
  }

  private func appendTotals(to table: inout Table) throws {
    let parameters = try convention.parameters(study.total)
    let count = try convention.count(study.total)
    func row(
      _ name: String, _ parameters: Int, _ kinds: [Table.Cell], _ count: Int, _ activations: Int
    ) -> [Table.Cell] {
      [.text(name), .empty, .empty, .count(parameters)] + kinds + [.count(count), .empty, .empty]
        + (reference == nil ? [] : [.empty]) + [.count(activations), .exact(parameters), .exact(count)]
    }
    var total = row(
      reference == nil ? "total" : study.graph.name, parameters, Self.kinds(study.total.parameters), count,
      study.total.outputElements)
    let share = 5 + Self.kindColumns.count
    total[share] = .share(1)
    guard let reference else {
      return table.rows.append(.init(total, emphasis: .strong, hasRuleBefore: true, path: "total"))
    }
    total[share + 2] = try Self.difference(count, reference.total, convention)
    table.rows.append(.init(total, emphasis: .strong, hasRuleBefore: true, path: "total"))
    let otherParameters = try convention.parameters(reference.total)
    let otherCount = try convention.count(reference.total)
    let other = row(
      reference.graph.name, otherParameters, Self.kinds(reference.total.parameters), otherCount,
      reference.total.outputElements)
    table.rows.append(.init(other, isBeside: true))
    let noKinds = Self.kindColumns.map { _ in Table.Cell.empty }
    var difference = row(
      "difference", parameters - otherParameters, noKinds, count - otherCount,
      study.total.outputElements - reference.total.outputElements)
    if otherParameters != 0 {
      difference[2] = .text(
        NumberText.difference(Double(parameters - otherParameters) / Double(otherParameters)) + " params")
    }
    table.rows.append(.init(difference, emphasis: .faint, isBeside: true))
  }

  /// How far a count is from that of a cost in another network; empty where there is none.
  static func difference(_ count: Int, _ other: Cost<Int>?, _ convention: CountingConvention) throws -> Table.Cell {
    guard let other = try other.map({ try convention.count($0) }), other != 0 else { return .empty }
    return .difference(Double(count - other) / Double(other))
  }

  /// The kinds of parameters, for programs.
  static var kindColumns: [Table.Column] {
    ["weights", "biases", "normalization", "buffers"].map { .init($0, .number, for: .programs) }
  }

  static func kinds(_ parameters: ParameterCount<Int>) -> [Table.Cell] {
    [parameters.weights, parameters.biases, parameters.normalization, parameters.buffers].map { .exact($0) }
  }
}

extension Cost<Int> {
  /// The cost of so many copies.
  func scaled(by copies: Int) throws -> Cost {
    var sum = Cost()
    try sum.add(self, times: copies)
    return sum
  }
}
