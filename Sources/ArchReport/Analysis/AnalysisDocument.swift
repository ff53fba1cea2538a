import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// How an analysis is laid out.
public struct AnalysisLayout: Sendable {
  /// What a row of the table is.
  public enum Grouping: String, Sendable, CaseIterable { case layer, block, stage, type }

  /// What the rows of the table are.
  public var grouping: Grouping = .block
  /// How many levels of the tree are shown.
  public var depth: Int?
  /// How operations and parameters are counted in the tables.
  public var convention: CountingConvention = .macs
  /// The bytes of one number, of activations and parameters alike.
  public var bytesPerElement = 4
  /// Whether the closed forms are shown besides.
  public var showsClosedForms = false

  public init() {}
}

/// The report about one network for people, beside another one if it is to be compared.
public struct AnalysisDocument {
  let study: Study
  let reference: Study?
  let forms: Result<ClosedForms, ClosedForms.Absence>?
  let layout: AnalysisLayout

  /// The report about a study.
  ///
  /// - Parameters:
  ///   - reference: the network that it is shown beside.
  ///   - forms: the closed forms, or why there are none, if they are asked for.
  public init(
    _ study: Study, reference: Study?, forms: Result<ClosedForms, ClosedForms.Absence>?, layout: AnalysisLayout
  ) {
    self.study = study
    self.reference = reference
    self.forms = forms
    self.layout = layout
  }

  /// The report: where the network comes from, the table, the totals, the closed forms, what is not counted.
  ///
  /// - Throws: ``ArithmeticError`` where a count leaves the range of integers.
  public func document() throws -> Document {
    var document = Document()
    document.blocks.append(.heading(study.graph.name + (study.title.isEmpty ? "" : " · " + study.title)))
    document.blocks.append(.facts(header))
    document.blocks.append(.table(try table()))
    document.blocks.append(.facts(try totals()))
    if case .success(let forms) = forms {
      let scaling = try Scaling(forms).facts()
      if !scaling.isEmpty { document.blocks.append(.facts(scaling)) }
    }
    if layout.showsClosedForms {
      switch forms {
      case .success(let forms): try FormulaDocument(forms, layout).append(to: &document)
      case .failure(let absence): document.blocks.append(.paragraph("No closed forms: \(absence.reason)."))
      case nil: break
      }
    }
    OmissionDocument(study.subject).append(to: &document)
    return document
  }

  var convention: CountingConvention { layout.convention }

  /// What fits above a column.
  var unit: String { convention.unit }

  /// The column of counts; programs are told the convention unless it is the usual one.
  var unitColumn: Table.Column {
    .init(unit, .number, name: convention.name == CountingConvention.macs.name ? nil : "\(unit) (\(convention.name))")
  }

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
