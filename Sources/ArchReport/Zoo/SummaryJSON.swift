import ArchAlgebra
import ArchCost
import ArchIR

/// The report about one network that is kept beside the specifications: schema `archcalc.summary/1`.
///
/// As ``AnalysisJSON``, but with repeated blocks once, and with every convention's count: small enough to be committed,
/// and a change of a specification is a few lines of difference.
public struct SummaryJSON {
  public static let schema = "archcalc.summary/1"
  /// What it has of an analysis, and what it says otherwise.
  private static let left: Set = ["reference", "layers"]

  private let study: Study
  private let forms: ClosedForms
  private let layout: AnalysisLayout
  private let version: String

  public init(_ study: Study, forms: ClosedForms, layout: AnalysisLayout, version: String) {
    self.study = study
    self.forms = forms
    self.layout = layout
    self.version = version
  }

  /// - Throws: ``ArithmeticError`` where a closed form has no value at the settings.
  public func json() throws -> JSON {
    let analysis = try AnalysisJSON(study, reference: nil, forms: .success(forms), layout: layout, version: version)
      .json()
    var members = (analysis.members ?? []).filter { !Self.left.contains($0.0) }
    members[0].1 = .string(Self.schema)
    members.append(("counts", .object(try CountingConvention.all.map { ($0.name, try counts($0)) })))
    members.append(("stages", .array(try study.analysis.tree().map(stage))))
    members.append(("layers", .array(try forms.analysis.graph.layers.map(layer))))
    return .object(members)
  }

  private func counts(_ convention: CountingConvention) throws -> JSON {
    .object([
      ("unit", .string(convention.unit)), ("count", .integer(try convention.count(study.total))),
      ("params", .integer(try convention.parameters(study.total))),
    ])
  }

  private func stage(_ part: Part<Int>) throws -> JSON {
    .object([
      ("name", .string(part.name)), ("params", .integer(try part.cost.parameters.trainable)),
      ("macs", .integer(try part.cost.macs)), ("activation_elements", .integer(part.cost.outputElements)),
    ])
  }

  /// A layer of the folded graph: how often it runs, and what one run costs.
  private func layer(_ index: Int) throws -> JSON {
    let node = forms.analysis.graph.nodes[index]
    let cost = forms.analysis.costs[index]
    return .object([
      ("name", .string(node.name)), ("type", .string(node.op.type(input: node.inputs.first.map(shape)))),
      ("times", .integer(try value(node.times))),
      ("output", .array(try node.output.extents.map { .integer(try value($0)) })),
      ("params", .integer(try value(cost.parameters.trainable))), ("macs", .integer(try value(cost.macs))),
    ])
  }

  private func shape(_ node: Int) -> Shape<Expr> { forms.analysis.graph.nodes[node].output }

  private func value(_ expr: Expr) throws -> Int {
    let value = try expr.evaluated(study.subject.binding)
    guard let integer = value.integer else { throw ArithmeticError.notAnInteger("\(expr)") }
    return integer
  }
}
