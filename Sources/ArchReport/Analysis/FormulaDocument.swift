import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// Closed forms for people: the totals, and part by part where that is asked.
public struct FormulaDocument {
  private let forms: ClosedForms
  private let layout: AnalysisLayout

  init(_ forms: ClosedForms, _ layout: AnalysisLayout) {
    self.forms = forms
    self.layout = layout
  }

  /// The closed forms alone, of a network whose numbers are not known.
  public static func document(_ forms: ClosedForms, _ layout: AnalysisLayout) throws -> Document {
    var document = Document()
    let title = forms.subject.metadata.title ?? ""
    document.blocks.append(.heading(forms.analysis.graph.name + (title.isEmpty ? "" : " · " + title)))
    try FormulaDocument(forms, layout).append(to: &document)
    OmissionDocument(forms.subject).append(to: &document)
    return document
  }

  func append(to document: inout Document) throws {
    let total = forms.analysis.total
    let convention = layout.convention
    document.blocks.append(.heading("Closed forms"))
    var facts: [Document.Fact] = []
    let symbols = forms.subject.settings.filter { $0.value.number != nil }
    if !symbols.isEmpty {
      facts.append(
        .init(
          "with",
          symbols.map { setting in
            let (symbol, name) = (setting.parameter.symbol.name, setting.parameter.name)
            return symbol == name ? name : "\(symbol) \(name)"
          }.joined(separator: ", ")))
    }
    if !forms.subject.conditions.isEmpty {
      facts.append(.init("where", forms.subject.conditions.map(\.description).joined(separator: ", ")))
    }
    facts.append(.init("params", text(try total.parameters.trainable)))
    facts.append(.init("weights", text(total.parameters.weights)))
    facts.append(.init(convention.unit, text(try convention.count(total))))
    document.blocks.append(.facts(facts))
    if layout.grouping != .block || layout.depth != nil {
      document.blocks.append(.table(try table()))
    }
  }

  /// Factored where a factor is common, and written out besides.
  private func text(_ expr: Expr) -> String {
    let (plain, factored) = (expr.description, expr.factoredDescription)
    return plain == factored ? plain : "\(factored) = \(plain)"
  }

  private func table() throws -> Table {
    var table = Table([
      .init(layout.grouping == .block ? "stage" : layout.grouping.rawValue), .init("times", rank: 2),
      .init("output", rank: 1), .init("weights", rank: 1), .init(layout.convention.unit),
    ])
    let parts =
      switch layout.grouping {
      case .layer: try forms.analysis.layerParts()
      case .type: try forms.analysis.typeParts()
      case .stage, .block: try forms.analysis.tree()
      }
    for part in parts {
      let times = part.node.map { forms.analysis.graph.nodes[$0].times } ?? Expr(1)
      table.rows.append(
        .init([
          .text(part.name), .text(times == Expr(1) ? "" : times.description), .text(part.output?.description ?? ""),
          .text(part.cost.parameters.weights.factoredDescription),
          .text(try layout.convention.count(part.cost).factoredDescription),
        ]))
    }
    table.removeEmptyColumns()
    return table
  }
}
