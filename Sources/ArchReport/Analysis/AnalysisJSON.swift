import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// The report about one network for programs: schema `archcalc.analysis/1`.
public struct AnalysisJSON {
  /// The name and version of the schema, which stands in `Reports/`.
  public static let schema = "archcalc.analysis/1"

  private let study: Study
  private let reference: Study?
  private let forms: Result<ClosedForms, ClosedForms.Absence>
  private let layout: AnalysisLayout
  private let version: String

  /// The report about a study, beside `reference` if it is compared.
  ///
  /// - Parameters:
  ///   - forms: the closed forms, or why there are none, which the report then says.
  ///   - version: of the program that writes it.
  public init(
    _ study: Study, reference: Study?, forms: Result<ClosedForms, ClosedForms.Absence>, layout: AnalysisLayout,
    version: String
  ) {
    self.study = study
    self.reference = reference
    self.forms = forms
    self.layout = layout
    self.version = version
  }

  /// The report, its keys in the order of the schema.
  ///
  /// - Throws: ``ArithmeticError`` where a count leaves the range of integers.
  public func json() throws -> JSON {
    let convention = layout.convention
    let metadata = study.subject.metadata
    var members: [(String, JSON)] = [
      ("schema", .string(Self.schema)),
      ("version", .string(version)),
      ("network", .string(study.graph.name)),
      ("title", metadata.title.map { .string($0) } ?? .null),
      ("paper", metadata.paper.map { .string($0) } ?? .null),
      ("identifier", metadata.identifier.map { .string($0) } ?? .null),
      ("variant", metadata.variant.map { .string($0) } ?? .null),
      ("parameters", .object(study.subject.settings.map { ($0.parameter.name, JSON.value($0.value)) })),
      ("input", study.graph.inputs.first.map { Self.json(study.graph.nodes[$0].output) } ?? .null),
      ("inputs", .array(study.graph.inputs.map { Self.json(study.graph.nodes[$0].output) })),
      ("outputs", .object(study.graph.outputs.map { ($0.name, Self.json(study.graph.nodes[$0.node].output)) })),
      ("convention", .string(convention.name)),
      ("convention_unit", .string(convention.unit)),
      ("complete", .boolean(study.subject.isComplete)),
      ("bytes_per_element", .integer(layout.bytesPerElement)),
      ("totals", try totals(study)),
    ]
    if let reference {
      members.append(
        ("reference", .object([("network", .string(reference.graph.name)), ("totals", try totals(reference))])))
    }
    if let omissions = study.subject.omissions {
      members.append(("uncounted", .array(omissions.map(Self.json))))
      members.append(("remarks", .array(study.subject.remarks.map { .string($0) })))
    }
    members.append(("symbolic", symbolic()))
    members.append(("layers", .array(try study.graph.layers.map(layer))))
    return .object(members)
  }

  private func totals(_ study: Study) throws -> JSON {
    let cost = study.total
    return .object([
      (
        "params",
        .object([
          ("trainable", .integer(try cost.parameters.trainable)), ("weights", .integer(cost.parameters.weights)),
          ("biases", .integer(cost.parameters.biases)), ("normalization", .integer(cost.parameters.normalization)),
          ("buffers", .integer(cost.parameters.buffers)),
        ])
      ),
      ("macs", .integer(try cost.macs)),
      ("flops", .integer(try CountingConvention.flops.count(cost))),
      ("elementwise", .integer(try CountingConvention.elementwise.count(cost))),
      ("activation_elements", .integer(cost.outputElements)),
      ("peak_activation_bytes", .integer(try study.memory.peak.multiplied(by: layout.bytesPerElement))),
      ("traffic_bytes", .integer(try cost.trafficElements.multiplied(by: layout.bytesPerElement))),
      ("intensity", try intensity(cost)),
      ("depth", .integer(study.depth)),
      ("count", .integer(try layout.convention.count(cost))),
      ("count_params", .integer(try layout.convention.parameters(cost))),
    ])
  }

  /// FLOPs for each byte that moves.
  private func intensity(_ cost: Cost<Int>) throws -> JSON {
    let bytes = try cost.trafficElements.multiplied(by: layout.bytesPerElement)
    guard bytes > 0 else { return .null }
    return .decimal(Double(try CountingConvention.flops.count(cost)) / Double(bytes), digits: 3)
  }

  private func symbolic() -> JSON {
    do { return try symbolic(forms.get()) } catch {
      let reason = (error as? ClosedForms.Absence)?.reason ?? "\(error)"
      return .object([
        ("params", .null), ("weights", .null), ("macs", .null), ("count", .null), ("symbols", .object([])),
        ("conditions", .array([])), ("reason", .string(reason)),
      ])
    }
  }

  private func symbolic(_ forms: ClosedForms) throws -> JSON {
    let cost = forms.analysis.total
    func text(_ expr: Expr) -> JSON { .string(expr.description(style: .ascii)) }
    return .object([
      ("params", text(try cost.parameters.trainable)), ("weights", text(cost.parameters.weights)),
      ("macs", text(try cost.macs)), ("count", text(try layout.convention.count(cost))),
      (
        "symbols",
        .object(
          forms.subject.settings.filter { $0.value.number != nil }.map {
            ($0.parameter.symbol.name, .string($0.parameter.name))
          })
      ),
      ("elasticities", try Scaling(forms).json),
      ("conditions", .array(forms.subject.conditions.map { .string($0.description(style: .ascii)) })),
    ])
  }

  private func layer(_ index: Int) throws -> JSON {
    let node = study.graph.nodes[index]
    let cost = study.analysis.costs[index]
    let field = study.fields[index]
    var members: [(String, JSON)] = [
      ("name", .string(node.name)), ("op", .string(node.op.name)),
      ("input", .array(node.inputs.map { Self.json(study.graph.nodes[$0].output) })),
      ("output", Self.json(node.output)),
    ]
    members += node.op.attributes
    members += [
      ("params", .integer(try cost.parameters.trainable)), ("weights", .integer(cost.parameters.weights)),
      ("biases", .integer(cost.parameters.biases)), ("normalization", .integer(cost.parameters.normalization)),
      ("buffers", .integer(cost.parameters.buffers)),
      ("macs", .integer(try cost.macs)),
      ("flops", .integer(try CountingConvention.flops.count(cost))),
      ("elementwise", .integer(try CountingConvention.elementwise.count(cost))),
      ("activation_elements", .integer(cost.outputElements)),
      ("activation_bytes", .integer(try cost.outputElements.multiplied(by: layout.bytesPerElement))),
      ("traffic_bytes", .integer(try cost.trafficElements.multiplied(by: layout.bytesPerElement))),
      ("intensity", try intensity(cost)),
      ("receptive_field", field.map { $0.isGlobal ? .string("all") : .integers($0.size) } ?? .null),
      ("input_stride", field.flatMap { $0.isGlobal ? nil : $0.stride }.map { .integers($0) } ?? .null),
      ("depth", .integer(study.depths[index])),
      ("count", .integer(try layout.convention.count(cost))),
    ]
    return .object(members)
  }

  private static func json(_ omission: Omission) -> JSON {
    .object([("node", .string(omission.name)), ("op", .string(omission.op)), ("reason", .string(omission.reason))])
  }

  private static func json(_ shape: Shape<Int>) -> JSON { .array(shape.extents.map { .integer($0) }) }
}
