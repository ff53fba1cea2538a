import ArchAlgebra
import ArchCost
import ArchIR
import ArchReport
import ArchSpec

/// What the page holds of one network: its folded graph, the closed forms of every layer's cost as tables of numbers,
/// and what the program counts at the given settings, for the page to check itself against.
///
/// Keys are short where there is one for each node; `Template/model.js` reads them.
struct PageNetwork {
  private let study: Study
  private let forms: ClosedForms
  private let layout: AnalysisLayout
  private let lifetimes: TensorLifetimes?
  private var table = ExpressionTable()

  init(_ study: Study, _ forms: ClosedForms, _ layout: AnalysisLayout) {
    lifetimes = TensorLifetimes(forms.analysis.graph)
    self.study = study
    self.forms = forms
    self.layout = layout
  }

  static let quantities = Quantity.allCases
  private static let quantityIndex = Dictionary(uniqueKeysWithValues: quantities.enumerated().map { ($1, $0) })

  /// - Throws: ``ArithmeticError`` where a sum leaves the range of integers.
  mutating func json() throws -> JSON {
    let subject = study.subject
    let graph = forms.analysis.graph
    func text(_ text: String?) -> JSON { text.flatMap { $0.isEmpty ? nil : .string($0) } ?? .null }
    let batch = study.graph.inputs.first.map { JSON.integer(study.graph.nodes[$0].output.batch) } ?? .null
    let omissions: [JSON] = (subject.omissions ?? []).map {
      .array([.string($0.name), .string($0.op), .string($0.reason)])
    }
    let nodes = try graph.nodes.indices.map { try node($0) }
    let totals = try totals()
    let conditions: [JSON] = forms.subject.conditions.map { condition in
      .array([
        .integer(table.index(of: condition.left)), .string(condition.relation.rawValue),
        .integer(table.index(of: condition.right)), .string(condition.description),
      ])
    }
    let folds: [JSON] = graph.folds.map { fold in
      .array([.integer(fold.nodes.lowerBound), .integer(fold.nodes.upperBound), .integer(table.index(of: fold.count))])
    }
    let scopes: [JSON] = graph.scopes.map { scope in
      .array([.string(scope.name), scope.parent.map { .integer($0) } ?? .null, .integer(table.index(of: scope.copies))])
    }
    return .object([
      ("name", .string(study.graph.name)), ("title", text(study.title)), ("source", text(study.source)),
      ("variant", text(subject.metadata.variant)), ("bytes", .integer(layout.bytesPerElement)),
      ("convention", .string(layout.convention.name)), ("batch", batch),
      ("complete", .boolean(subject.isComplete)),
      ("omissions", .array(omissions)),
      ("settings", .array(subject.settings.map(setting))), ("conditions", .array(conditions)),
      ("scopes", .array(scopes)), ("folds", .array(folds)), ("nodes", .array(nodes)),
      ("outputs", .array(graph.outputs.map { .integer($0.node) })), ("totals", totals), ("expected", try expected()),
      ("atoms", .array(table.atoms.map(Self.json))), ("expressions", .array(table.expressions.map(Self.json))),
    ])
  }

  // MARK: Nodes

  private mutating func node(_ index: Int) throws -> JSON {
    let graph = forms.analysis.graph
    let node = graph.nodes[index]
    let cost = forms.analysis.costs[index]
    var members: [(String, JSON)] = [
      ("n", .string(node.name)), ("o", .string(node.op.name)), ("s", .integer(node.scope)),
      ("i", .array(node.inputs.map { .integer($0) })),
      ("d", .array(node.output.extents.map { .integer(table.index(of: $0)) })),
    ]
    let type = node.op.type(input: node.inputs.first.map { graph.nodes[$0].output })
    if type != node.op.name { members.append(("t", .string(type))) }
    if let window = window(node.op) { members.append(("w", window)) }
    if node.times != Expr(1) { members.append(("x", .integer(table.index(of: node.times)))) }
    if node.op == .input || node.op.isConstant { members.append(("h", .integer(1))) }
    if node.op.isView { members.append(("v", .integer(1))) }
    if node.op.isStored { members.append(("k", .integer(1))) }
    let parameters = cost.parameters
    let counts = [parameters.weights, parameters.biases, parameters.normalization, parameters.buffers]
    if !counts.allSatisfy(\.isZero) { members.append(("p", .array(counts.map { .integer(table.index(of: $0)) }))) }
    if !cost.tally.entries.isEmpty {
      let counts = cost.tally.entries.flatMap { entry -> [JSON] in
        [.integer(Self.quantityIndex[entry.quantity]!), .integer(table.index(of: entry.count))]
      }
      members.append(("q", .array(counts)))
    }
    let moved = [cost.inputElements, cost.outputElements]
    members.append(("e", .array(moved.map { .integer(table.index(of: $0)) })))
    if let lifetimes {
      members.append(("l", .array([.integer(lifetimes.owner[index]), .integer(lifetimes.lastUse[index])])))
    }
    return .object(members)
  }

  /// Kernel, stride and groups.
  private mutating func window(_ op: Op<Expr>) -> JSON? {
    func json(_ kernel: [Expr], _ stride: [Expr], _ groups: Expr) -> JSON {
      .array([
        .array(kernel.map { .integer(table.index(of: $0)) }), .array(stride.map { .integer(table.index(of: $0)) }),
        .integer(table.index(of: groups)),
      ])
    }
    return switch op {
    case .convolution(let convolution): json(convolution.kernel, convolution.stride, convolution.groups)
    case .pool(let pool): json(pool.kernel, pool.stride, Expr(1))
    default: nil
    }
  }

  // MARK: Totals

  private mutating func totals() throws -> JSON {
    let total = forms.analysis.total
    let figures: [(String, Expr)] = [
      ("weights", total.parameters.weights), ("params", try total.parameters.trainable), ("macs", try total.macs),
      ("activations", total.outputElements),
    ]
    var members: [(String, JSON)] = figures.map { ($0.0, .integer(table.index(of: $0.1))) }
    members.append(
      ("count", .object(try CountingConvention.all.map { ($0.name, .integer(table.index(of: try $0.count(total)))) })))
    return .object(members)
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

  // MARK: Settings

  private func setting(_ setting: Subject.Setting) -> JSON {
    let parameter = setting.parameter
    let isNumber = setting.value.number?.constant != nil
    var members: [(String, JSON)] = [
      ("name", .string(parameter.name)), ("symbol", .string(parameter.symbol.name)),
      ("doc", .string(parameter.documentation)),
      ("value", .string(setting.value.number?.constant?.description ?? Parameter.typed(setting.value))),
      ("kind", .string(isNumber ? (parameter.kind == .integer ? "integer" : "rational") : "fixed")),
    ]
    switch parameter.range {
    case .between(let low, let high, let step):
      members.append(("range", .array([low, high, step].map { $0.map { .string($0.description) } ?? .null })))
    case .members(let values):
      let texts = values.map { $0.number?.constant?.description ?? $0.description }
      members.append(("members", .array(texts.map { .string($0) })))
    }
    return .object(members)
  }

  // MARK: Tables

  private static func json(_ atom: ExpressionTable.Atom) -> JSON {
    switch atom {
    case .symbol(let symbol): .string(symbol.name)
    case .call(let name, let arguments): .array([.string(name)] + arguments.map { .integer($0) })
    }
  }

  /// Each term as `[numerator, denominator, atom, exponent, …]`.
  private static func json(_ terms: [ExpressionTable.Term]) -> JSON {
    .array(terms.map { term in
      .array(
        [number(term.coefficient.numerator), number(term.coefficient.denominator)]
          + term.factors.flatMap { [.integer($0.atom), .integer($0.exponent)] })
    })
  }

  /// Beyond 2⁵³ scripts would round an integer: there it is a text.
  private static func number(_ value: Int) -> JSON {
    value.magnitude < 1 << 53 ? .integer(value) : .string(String(value))
  }
}
