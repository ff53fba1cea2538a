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

  var convention: CountingConvention { layout.convention }

  /// What fits above a column.
  var unit: String { convention.unit }

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
}
