import ArchAlgebra
import ArchCost
import ArchIR
import ArchReport
import ArchSpec

/// What the page holds of one network: its folded graphs, the closed forms of every layer's cost as tables of numbers,
/// and what the program counts at the given settings, for the page to check itself against.
///
/// A network is a few cases, each with conditions and a graph of its own: see ``CaseTables``.
struct PageNetwork {
  private let study: Study
  private let command: String
  private let layout: AnalysisLayout
  private let controls: [Control]
  private var tables = CaseTables()

  /// Bytes that the cases beside the first may bring a network to: a page stays below 500 KB.
  static let room = 385_000

  /// - Throws: ``ArithmeticError`` where a sum leaves the range of integers.
  init(
    _ study: Study, _ forms: ClosedForms, _ layout: AnalysisLayout, command: String, limits: CaseSearch.Limits,
    build: @escaping CaseBuild
  ) throws {
    self.study = study
    self.layout = layout
    self.command = command
    controls = study.subject.settings.map(Control.init)
    var search = CaseSearch(forms, controls, limits, build: build)
    try search.run { found in
      var larger = tables
      try larger.add(found.forms, found.words)
      let hasRoom = larger.bytes <= Self.room || tables.isEmpty
      if hasRoom { tables = larger }
      return hasRoom
    }
  }

  func json() throws -> JSON {
    let subject = study.subject
    func text(_ text: String?) -> JSON { text.flatMap { $0.isEmpty ? nil : .string($0) } ?? .null }
    let batch = study.graph.inputs.first.map { JSON.integer(study.graph.nodes[$0].output.batch) } ?? .null
    let omissions: [JSON] = (subject.omissions ?? []).map {
      .array([.string($0.name), .string($0.op), .string($0.reason)])
    }
    return .object(
      [
        ("name", .string(study.graph.name)), ("command", .string(command)), ("title", text(study.title)),
        ("source", text(study.source)),
        ("variant", text(subject.metadata.variant)), ("bytes", .integer(layout.bytesPerElement)),
        ("convention", .string(layout.convention.name)), ("batch", batch),
        ("complete", .boolean(subject.isComplete)),
        ("omissions", .array(omissions)),
        ("settings", .array(controls.map { $0.json() })), ("expected", try expected()),
      ] + tables.json())
  }

  /// What the program counts, as texts, since scripts hold integers only to 2⁵³.
  private func expected() throws -> JSON {
    let total = study.total
    let figures: [(String, Int)] = [
      ("params", try total.parameters.trainable), ("macs", try total.macs),
      ("flops", try CountingConvention.flops.count(total)), ("activations", total.outputElements),
      ("traffic", try total.trafficElements), ("peak", study.memory.peak),
    ]
    var members: [(String, JSON)] = figures.map { ($0.0, .string(String($0.1))) }
    members.append(("peakNode", .string(study.graph.nodes[study.memory.peakNode].name)))
    return .object(members)
  }
}
