import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// How an analysis is laid out.
public struct AnalysisLayout: Sendable {
  public enum Grouping: String, Sendable, CaseIterable { case layer, block, stage, type }

  public var grouping: Grouping = .block
  /// How many levels of the tree are shown.
  public var depth: Int?
  public var convention: CountingConvention = .macs
  public var bytesPerElement = 4
  public var showsClosedForms = false

  public init() {}
}

/// The report about one network for people, beside another one if it is to be compared.
public struct AnalysisDocument {
  let study: Study
  let reference: Study?
  let forms: ClosedForms?
  let layout: AnalysisLayout

  public init(_ study: Study, reference: Study?, forms: ClosedForms?, layout: AnalysisLayout) {
    self.study = study
    self.reference = reference
    self.forms = forms
    self.layout = layout
  }

  public func document() throws -> Document {
    var document = Document()
    document.blocks.append(.heading(study.graph.name + (study.title.isEmpty ? "" : " · " + study.title)))
    document.blocks.append(.facts(header))
    document.blocks.append(.table(try table()))
    document.blocks.append(.facts(try totals()))
    if let forms, layout.showsClosedForms { try FormulaDocument(forms, layout).append(to: &document) }
    OmissionDocument(study.subject).append(to: &document)
    return document
  }

  private var convention: CountingConvention { layout.convention }

  private var header: [Document.Fact] {
    var facts: [Document.Fact] = []
    if !study.source.isEmpty { facts.append(.init("source", study.source)) }
    if let variant = study.subject.metadata.variant { facts.append(.init("variant", variant)) }
    if !study.settingTexts.isEmpty { 
      let settings = study.settingTexts.map { String($0.map { $0 == " " ? "\u{A0}" : $0 }) }
      facts.append(.init("settings", settings.joined(separator: " · ")))
     }
    let inputs = study.graph.inputs.map { study.graph.nodes[$0].output }
    let batch = inputs.first?.extents.first.map { "batch \($0)" } ?? "no inputs"
    facts.append(.init("input", inputs.map(\.description).joined(separator: ", ") + ", " + batch))
    facts.append(.init("convention", "\(convention.name): \(convention.summary)"))
    return facts
  }

  // MARK: The table

  private func table() throws -> Table {
    switch layout.grouping {
    case .layer: return try layerTable()
    case .type: return try typeTable()
    case .stage: return try treeTable(depth: layout.depth ?? 1)
    case .block: return try treeTable(depth: layout.depth ?? 2)
    }
  }

  private func columns(_ first: String, _ more: [Table.Column]) -> [Table.Column] {
    [Table.Column(first)] + more
  }

  private func treeTable(depth: Int) throws -> Table {
    var table = Table(
      columns("stage", [
        .init("output", rank: 1), .init("params", .number), .init(convention.unit.shortUnit, .number), .init("share", .number),
        .init("", .bar, rank: 3),
      ]))
    let total = try convention.count(study.total)
    var others: [String: Cost<Int>] = [:]
    if let reference {
      table.columns.append(.init("vs \(reference.graph.name)", .number, rank: 1))
      for part in try reference.analysis.tree() { others[part.name] = part.cost }
    }
    table.columns += [
      .init("activations", .number, rank: 4), .init("exact params", .number, rank: 5),
      .init("exact \(convention.unit.shortUnit)", .number, rank: 5),
    ]
    func append(_ parts: [Part<Int>], level: Int) throws {
      for part in parts.collapsed() {
        let cost = try part.scaledCost()
        let count = try convention.count(cost)
        let share = total == 0 ? 0 : Double(count) / Double(total)
        let parameters = try convention.parameters(cost)
        let name = part.shortName + (part.copies > 1 ? " ×\(part.copies)" : "")
        var cells: [Table.Cell] = [
          .text(name), .text(part.output?.description ?? ""), .count(parameters), .count(count), .share(share), .bar(share),
        ]
        if reference != nil {
          let other = try level == 0 ? others[part.name].map { try convention.count($0) } : nil
          cells.append(other.flatMap { $0 == 0 ? nil : .difference(Double(count - $0) / Double($0)) } ?? .empty)
        }
        cells += [.count(cost.outputElements), .exact(parameters), .exact(count)]
        let isStage = level == 0 && !part.children.isEmpty
        table.rows.append(.init(cells, emphasis: isStage ? .strong : .none, level: level))
        if level + 1 < depth, part.copies == 1 || part.children.contains(where: { !$0.children.isEmpty }) {
          let inner = part.children
          if inner.contains(where: { !$0.children.isEmpty }) || depth > 2 { try append(inner, level: level + 1) }
        }
      }
    }
    try append(try study.analysis.tree(), level: 0)
    try appendTotals(to: &table)
    return table
  }

  private func appendTotals(to table: inout Table) throws {
    let parameters = try convention.parameters(study.total)
    let count = try convention.count(study.total)
    func row(_ name: String, _ parameters: Int, _ count: Int, _ activations: Int, _ last: Table.Cell) -> [Table.Cell] {
      [.text(name), .empty, .count(parameters), .count(count), .empty, .empty]
        + (reference == nil ? [] : [last]) + [.count(activations), .exact(parameters), .exact(count)]
    }
    var total = row(
      reference == nil ? "total" : study.graph.name, parameters, count, study.total.outputElements, .empty)
    total[4] = .share(1)
    guard let reference else { return table.rows.append(.init(total, emphasis: .strong, hasRuleBefore: true)) }
    let otherParameters = try convention.parameters(reference.total)
    let otherCount = try convention.count(reference.total)
    if otherCount != 0 { total[6] = .difference(Double(count - otherCount) / Double(otherCount)) }
    table.rows.append(.init(total, emphasis: .strong, hasRuleBefore: true))
    table.rows.append(
      .init(row(reference.graph.name, otherParameters, otherCount, reference.total.outputElements, .empty)))
    let activations = study.total.outputElements - reference.total.outputElements
    var difference = row("difference", parameters - otherParameters, count - otherCount, activations, .empty)
    difference[1] = .text(
      otherParameters == 0
        ? "" : NumberText.difference(Double(parameters - otherParameters) / Double(otherParameters)) + " params")
    table.rows.append(.init(difference, emphasis: .faint))
  }

  private func layerTable() throws -> Table {
    var table = Table(
      columns("layer", [
        .init("op"), .init("kernel", rank: 4), .init("output", rank: 1), .init("params", .number),
        .init(convention.unit.shortUnit, .number), .init("share", .number, rank: 2), .init("", .bar, rank: 6),
        .init("field", .number, rank: 5), .init("traffic", .number, rank: 5), .init("FLOPs/byte", .number, rank: 5),
        .init("exact params", .number, rank: 7), .init("exact \(convention.unit.shortUnit)", .number, rank: 7),
      ]))
    let total = try convention.count(study.total)
    for part in try study.analysis.layerParts() {
      let node = study.graph.nodes[part.node!]
      let count = try convention.count(part.cost)
      let share = total == 0 ? 0 : Double(count) / Double(total)
      let parameters = try convention.parameters(part.cost)
      let field = study.fields[part.node!].map { $0.isGlobal ? "all" : $0.size.first.map(String.init) ?? "" } ?? ""
      let bytes = try part.cost.trafficElements.multiplied(by: layout.bytesPerElement)
      let flops = try CountingConvention.flops.count(part.cost)
      table.rows.append(
        .init([
          .text(part.name), .text(part.op ?? ""), .text(node.op.windowText), .text(node.output.description),
          .count(parameters), .count(count), .share(share), .bar(share), .text(field),
          .text(NumberText.bytes(bytes)), .text(bytes == 0 ? "" : NumberText.fixed(Double(flops) / Double(bytes), 1)),
          .exact(parameters), .exact(count),
        ]))
    }
    let parameters = try convention.parameters(study.total)
    table.rows.append(
      .init(
        [
          .text("total"), .empty, .empty, .empty, .count(parameters), .count(total), .share(1), .empty, .empty,
          .text(NumberText.bytes(try study.total.trafficElements.multiplied(by: layout.bytesPerElement))), .empty,
          .exact(parameters), .exact(total),
        ], emphasis: .strong, hasRuleBefore: true))
    return table
  }

  private func typeTable() throws -> Table {
    var table = Table(
      columns("type", [
        .init("layers", .number), .init("params", .number), .init("share", .number), .init(convention.unit.shortUnit, .number),
        .init("share", .number), .init("", .bar, rank: 3), .init("exact params", .number, rank: 5),
        .init("exact \(convention.unit.shortUnit)", .number, rank: 5),
      ]))
    let total = try convention.count(study.total)
    let totalParameters = try convention.parameters(study.total)
    let parts = try study.analysis.typeParts().map { (part: $0, count: try convention.count($0.cost)) }
    for (part, count) in parts.sorted(by: { $0.count > $1.count }) {
      let parameters = try convention.parameters(part.cost)
      let share = total == 0 ? 0 : Double(count) / Double(total)
      table.rows.append(
        .init([
          .text(part.name), .exact(part.copies), .count(parameters),
          .share(totalParameters == 0 ? 0 : Double(parameters) / Double(totalParameters)), .count(count), .share(share),
          .bar(share), .exact(parameters), .exact(count),
        ]))
    }
    table.rows.append(
      .init(
        [
          .text("total"), .exact(study.analysis.layerCount), .count(totalParameters), .share(1), .count(total), .share(1),
          .empty, .exact(totalParameters), .exact(total),
        ], emphasis: .strong, hasRuleBefore: true))
    return table
  }

  // MARK: Totals

  private func totals() throws -> [Document.Fact] {
    let cost = study.total
    let parameters = cost.parameters
    var facts: [Document.Fact] = [
      .init(
        "parameters", NumberText.exact(try parameters.trainable),
        aside:
          "\(NumberText.exact(parameters.weights)) weights, \(NumberText.exact(parameters.biases)) biases, "
          + "\(NumberText.exact(parameters.normalization)) normalisation; \(NumberText.exact(parameters.buffers)) buffers besides"),
      .init("MACs", NumberText.exact(try cost.macs), aside: "one per multiply-add of convolution and linear layers"),
      .init(
        "FLOPs", NumberText.exact(try CountingConvention.flops.count(cost)),
        aside: "two per multiply-add, and \(NumberText.exact(try CountingConvention.elementwise.count(cost))) element-wise operations"),
    ]
    if !["macs", "flops"].contains(convention.name) {
      facts.append(.init(convention.name, NumberText.exact(try convention.count(cost)), aside: "\(convention.unit): \(convention.summary)"))
    }
    let peak = try study.memory.peak.multiplied(by: layout.bytesPerElement)
    let traffic = try cost.trafficElements.multiplied(by: layout.bytesPerElement)
    let flops = try CountingConvention.flops.count(cost)
    facts.append(
      .init(
        "activations", NumberText.exact(cost.outputElements),
        aside: "elements; at most \(NumberText.bytes(peak)) at once, at \(study.graph.nodes[study.memory.peakNode].name)"))
    facts.append(
      .init(
        "traffic", NumberText.bytes(traffic),
        aside: "of float32 if nothing stays in a cache: \(NumberText.fixed(Double(flops) / Double(max(1, traffic)), 1)) FLOPs a byte"
          .replacing("float32", with: layout.bytesPerElement == 4 ? "float32" : "\(layout.bytesPerElement)-byte numbers")))
    let depth = study.depths[study.outputNode]
    let field = study.lastField.map { field in
      ", receptive field \(field.size.map(String.init).joined(separator: "×")) at stride "
        + "\(field.stride.map(String.init).joined(separator: "×")) before the head"
    }
    facts.append(.init("depth", "\(depth)", aside: "layers with weights" + (field ?? "")))
    return facts
  }
}

extension Part<Int> {
  /// The cost of all copies.
  func scaledCost() throws -> Cost<Int> {
    var sum = Cost<Int>()
    try sum.add(cost, times: copies)
    return sum
  }
}

extension String {
  /// `GFLOPS (multiply-adds)` → `GFLOPS`: what fits above a column.
  var shortUnit: String { String(prefix { $0 != " " }) }

  fileprivate func replacing(_ word: String, with other: String) -> String {
    word == other ? self : split(separator: " ").map { $0 == word ? other : String($0) }.joined(separator: " ")
  }
}

extension Analysis {
  var layerCount: Int { graph.layers.filter { !graph.nodes[$0].op.isView }.count }
}

extension Op {
  /// Kernel, stride and groups as they are said: `3×3 s2 g32`.
  var windowText: String {
    func text(_ kernel: [D], _ stride: [D]) -> String {
      let strides = stride.allSatisfy { $0 == D(1) } ? "" : " s" + (stride.first.map(\.description) ?? "")
      return kernel.map(\.description).joined(separator: "×") + strides
    }
    switch self {
    case .convolution(let c): return text(c.kernel, c.stride) + (c.groups == D(1) ? "" : " g\(c.groups)")
    case .pool(let p): return text(p.kernel, p.stride)
    default: return ""
    }
  }
}
