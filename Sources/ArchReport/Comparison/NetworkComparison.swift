import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// Networks side by side: totals, stages by their names, and what the difference is as a formula.
public struct NetworkComparison: Sendable {
  public static let schema = "archcalc.compare/1"

  public let studies: [Study]
  /// The first network's formula taken from each other one's, where they share a parameter.
  private let formulas: [(network: String, figure: String, formula: Expr)]
  /// What the networks are called: by their names, and what is set otherwise where these are the same.
  private let labels: [String]
  private let layout: AnalysisLayout
  private let figures: [CostFigure] = [.params, .weights, .macs, .flops, .activations, .peakMemory, .depth]

  public init(_ studies: [Study], forms: [ClosedForms], layout: AnalysisLayout) throws {
    self.studies = studies
    self.layout = layout
    var formulas: [(String, String, Expr)] = []
    let labels = Self.labels(studies)
    self.labels = labels
    for (position, other) in forms.enumerated().dropFirst() {
      // Only where both have the same value is a symbol the same thing in both.
      let (here, there) = (forms[0].subject.binding, other.subject.binding)
      let shared = Self.symbols(forms[0]).intersection(Self.symbols(other)).filter { here[$0] == there[$0] }
      let (a, b) = (forms[0].analysis.total, other.analysis.total)
      for (name, first, second) in [
        ("params", try a.parameters.trainable, try b.parameters.trainable), ("MACs", try a.macs, try b.macs),
      ] where !first.symbols.union(second.symbols).isDisjoint(with: shared) {
        // What only one of the two has stands at its value.
        let (mine, theirs) = (try first.keeping(shared, of: forms[0]), try second.keeping(shared, of: other))
        formulas.append((labels[position], name, try theirs.subtracting(mine)))
      }
    }
    self.formulas = formulas
  }

  /// The numeric parameters of a network, by name and symbol, that its costs depend on.
  private static func symbols(_ forms: ClosedForms) -> Set<Symbol> {
    Set(forms.subject.settings.filter { $0.value.number != nil }.map(\.parameter.symbol))
  }

  private static func labels(_ studies: [Study]) -> [String] {
    studies.map { study in
      let namesakes = studies.filter { $0.graph.name == study.graph.name }
      let own = study.subject.settings.filter { setting in
        namesakes.contains { other in
          other.subject.settings.contains { $0.parameter.name == setting.parameter.name && $0.value != setting.value }
        }
      }
      return ([study.graph.name] + own.map { "\($0.parameter.name)=\($0.value)" }).joined(separator: " ")
    }
  }

  // MARK: Parts

  struct Stage {
    var name: String
    var costs: [Cost<Int>?]
  }

  /// The stages of all networks: in the first one's order, those of others after the stage that they follow there.
  func stages() throws -> [Stage] {
    var stages: [Stage] = []
    for (index, study) in studies.enumerated() {
      var last = -1
      for part in try study.analysis.tree() {
        if let known = stages.firstIndex(where: { $0.name == part.name }) {
          stages[known].costs[index] = part.cost
          last = known
        } else {
          var stage = Stage(name: part.name, costs: Array(repeating: nil, count: studies.count))
          stage.costs[index] = part.cost
          last += 1
          stages.insert(stage, at: min(last, stages.count))
        }
      }
    }
    return stages
  }

  // MARK: For people

  /// - Parameter areDifferencesApart: whether differences stand in tables of their own, below the values: side by side
  ///   those of three networks and more are too wide for a terminal.
  public func document(areDifferencesApart: Bool = false) throws -> Document {
    let parts: [Part] = areDifferencesApart ? [.values, .differences] : [.all]
    var document = Document()
    document.blocks.append(.heading(labels.joined(separator: " · ")))
    let settings = zip(labels, studies).map { label, study in
      Document.Fact(
        label,
        study.settingTexts.map { String($0.map { $0 == " " ? "\u{A0}" : $0 }) }.joined(separator: " · "))
    }
    document.blocks.append(.facts(settings))
    for part in parts {
      var totals = Table([.init(title("", part))] + columns(part))
      for figure in figures {
        let values = try studies.map { try figure.value(of: $0, layout) }
        totals.rows.append(
          .init(
            [.text(figure.title)]
              + cells(values, part) {
                figure.isBytes ? .bytes($0) : .count($0)
              } difference: {
                .change($0, inBytes: figure.isBytes)
              }))
      }
      document.blocks.append(.table(totals))
    }
    for (title, count) in [
      ("params", { (cost: Cost<Int>) in try cost.parameters.trainable }),
      ("MACs", { (cost: Cost<Int>) in try cost.macs }),
    ] {
      for part in parts {
        var table = Table([.init(self.title("\(title) by stage", part))] + columns(part))
        for stage in try stages() {
          let values = try stage.costs.map { try $0.map(count) }
          // Without the first network's or another one's there is nothing to take away.
          if part == .differences, values[0] == nil || values.dropFirst().allSatisfy({ $0 == nil }) { continue }
          table.rows.append(
            .init(
              [.text(stage.name)]
                + cells(values, part) {
                  .count($0)
                } difference: {
                  .change($0)
                }))
        }
        if !table.rows.isEmpty { document.blocks.append(.table(table)) }
      }
    }
    if !formulas.isEmpty {
      document.blocks.append(.heading("Differences as formulas"))
      document.blocks.append(
        .facts(
          formulas.map {
            .init("\($0.figure) of \($0.network)", $0.formula.isZero ? "the same" : $0.formula.factoredDescription)
          }))
    }
    return document
  }

  /// What of a comparison stands in a table.
  private enum Part { case all, values, differences }

  private func title(_ text: String, _ part: Part) -> String {
    part == .differences ? (text.isEmpty ? "" : text + ", ") + "less \(labels[0])" : text
  }

  private func columns(_ part: Part) -> [Table.Column] {
    var columns = part == .differences ? [] : [Table.Column(labels[0], .number)]
    for label in labels.dropFirst() {
      if part != .differences { columns.append(.init(label, .number)) }
      guard part != .values else { continue }
      columns += [
        .init(part == .all ? "difference" : label, .number, rank: 2, name: "\(label) difference"),
        .init("", .number, rank: 1, name: "\(label) ratio"),
      ]
    }
    return columns
  }

  private func cells(
    _ values: [Int?], _ part: Part, _ cell: (Int) -> Table.Cell, difference: (Int) -> Table.Cell
  ) -> [Table.Cell] {
    var cells = part == .differences ? [] : [values[0].map(cell) ?? .empty]
    for value in values.dropFirst() {
      if part != .differences { cells.append(value.map(cell) ?? .empty) }
      guard part != .values else { continue }
      if let value, let first = values[0] {
        cells += [difference(value - first), first == 0 ? .empty : .difference(Double(value - first) / Double(first))]
      } else {
        cells += [.empty, .empty]
      }
    }
    return cells
  }

  // MARK: For programs

  public func json(version: String) throws -> JSON {
    func object(_ cost: Cost<Int>?) throws -> JSON {
      guard let cost else { return .null }
      return .object([
        ("params", .integer(try cost.parameters.trainable)), ("weights", .integer(cost.parameters.weights)),
        ("macs", .integer(try cost.macs)), ("flops", .integer(try CountingConvention.flops.count(cost))),
      ])
    }
    let networks: [JSON] = try studies.map { study in
      .object([
        ("network", .string(study.graph.name)),
        ("parameters", .object(study.subject.settings.map { ($0.parameter.name, JSON.value($0.value)) })),
        ("totals", .object(try figures.map { ($0.rawValue, .integer(try $0.value(of: study, layout))) })),
      ])
    }
    let stages: [JSON] = try self.stages().map { stage in
      .object([("stage", .string(stage.name)), ("costs", .array(try stage.costs.map(object)))])
    }
    let differences: [JSON] = formulas.map {
      .object([
        ("network", .string($0.network)), ("figure", .string($0.figure.lowercased())),
        ("formula", .string($0.formula.description(style: .ascii))),
      ])
    }
    return .object([
      ("schema", .string(Self.schema)), ("version", .string(version)), ("networks", .array(networks)),
      ("stages", .array(stages)), ("differences", .array(differences)),
    ])
  }
}

extension Expr {
  /// The expression in some of its symbols, the others at the values that a network has.
  fileprivate func keeping(_ symbols: Set<Symbol>, of forms: ClosedForms) throws -> Expr {
    try substituting(forms.subject.binding.filter { !symbols.contains($0.key) }.mapValues { Expr($0) })
  }
}
