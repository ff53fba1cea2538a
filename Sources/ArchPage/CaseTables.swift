import ArchAlgebra
import ArchCost
import ArchIR
import ArchReport
import ArchSpec

/// The cases of a network as tables of numbers. What cases have in common (nodes, scopes, conditions, expressions)
/// stands once, in pools, to which each case refers.
///
/// Keys are short where there is one for each node; `Template/model.js` reads them.
struct CaseTables {
  private var table = ExpressionTable()
  private var expressions: [JSON] = []
  private var nodes = JSONPool()
  private var scopes = JSONPool()
  private var conditions = JSONPool()
  private var cases: [JSON] = []
  var isEmpty: Bool { cases.isEmpty }
  /// Bytes of the cases and expressions.
  private var bytesApart = 0
  /// Bytes of all that is written.
  var bytes: Int { bytesApart + nodes.bytes + scopes.bytes + conditions.bytes }

  static let quantities = Quantity.allCases
  private static let quantityIndex = Dictionary(uniqueKeysWithValues: quantities.enumerated().map { ($1, $0) })

  /// - Parameter words: the values of what closed forms have no symbol for.
  /// - Throws: ``ArithmeticError`` where a sum leaves the range of integers.
  mutating func add(_ forms: ClosedForms, _ words: [(name: String, value: Value)]) throws {
    let graph = forms.analysis.graph
    var scopeIndices: [Int] = []
    for scope in graph.scopes {
      let parent = scope.parent.map { JSON.integer(scopeIndices[$0]) } ?? .null
      scopeIndices.append(scopes.index(of: .array([.string(scope.name), parent, .integer(expression(scope.copies))])))
    }
    let nodeIndices = graph.nodes.indices.map { index in
      nodes.index(of: node(index, of: forms, scope: scopeIndices[graph.nodes[index].scope]))
    }
    let conditionIndices = forms.subject.conditions.map { condition in
      conditions.index(
        of: .array([
          .integer(expression(condition.left)), .string(condition.relation.rawValue),
          .integer(expression(condition.right)), .string(condition.description),
        ]))
    }
    let folds: [JSON] = graph.folds.map { fold in
      let places = [fold.nodes.lowerBound, fold.nodes.upperBound, expression(fold.count), fold.input, fold.output]
      let number: [JSON] = fold.index.map { [.string($0.name)] } ?? []
      return .array(places.map { .integer($0) } + [.boolean(fold.arrangement == .parallel)] + number)
    }
    let entry = JSON.object([
      ("words", .object(words.map { ($0.name, .string(Control.text($0.value))) })),
      ("conditions", .array(conditionIndices.map { .integer($0) })), ("nodes", Self.runs(nodeIndices)),
      ("folds", .array(folds)), ("outputs", .array(graph.outputs.map { .integer($0.node) })),
      ("totals", try totals(forms.analysis.total)),
    ])
    cases.append(entry)
    bytesApart += entry.compactText().utf8.count
  }

  func json() -> [(String, JSON)] {
    [
      ("cases", .array(cases)), ("conditions", .array(conditions.entries)), ("scopes", .array(scopes.entries)),
      ("nodes", .array(nodes.entries)), ("atoms", .array(table.atoms.map(Self.json))),
      ("expressions", .array(expressions)),
    ]
  }

  /// Consecutive indices as first and count.
  private static func runs(_ indices: [Int]) -> JSON {
    var runs: [(first: Int, count: Int)] = []
    for index in indices {
      if let last = runs.last, last.first + last.count == index {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((index, 1))
      }
    }
    return .array(runs.flatMap { [.integer($0.first), .integer($0.count)] })
  }

  /// Where an expression stands.
  private mutating func expression(_ expr: Expr) -> Int {
    let index = table.index(of: expr)
    for terms in table.expressions[expressions.count...] {
      expressions.append(Self.json(terms))
      bytesApart += expressions.last!.compactText().utf8.count + 1
    }
    return index
  }

  // MARK: Nodes

  /// A node with its inputs as distances back, so that it is the same wherever it stands.
  private mutating func node(_ index: Int, of forms: ClosedForms, scope: Int) -> JSON {
    let graph = forms.analysis.graph
    let node = graph.nodes[index]
    let cost = forms.analysis.costs[index]
    var members: [(String, JSON)] = [
      ("n", .string(node.name)), ("o", .string(node.op.name)), ("s", .integer(scope)),
      ("i", .array(node.inputs.map { .integer(index - $0) })),
      ("d", .array(node.output.extents.map { .integer(expression($0)) })),
    ]
    let type = node.op.type(input: node.inputs.first.map { graph.nodes[$0].output })
    if type != node.op.name { members.append(("t", .string(type))) }
    if let window = window(node.op) { members.append(("w", window)) }
    if node.times != Expr(1) { members.append(("x", .integer(expression(node.times)))) }
    if node.op == .input || node.op.isConstant { members.append(("h", .integer(1))) }
    if node.op.isView { members.append(("v", .integer(1))) }
    if node.op.isStored { members.append(("k", .integer(1))) }
    let parameters = cost.parameters
    let counts = [parameters.weights, parameters.biases, parameters.normalization, parameters.buffers]
    if !counts.allSatisfy(\.isZero) { members.append(("p", .array(counts.map { .integer(expression($0)) }))) }
    if !cost.tally.entries.isEmpty {
      let counts = cost.tally.entries.flatMap { entry -> [JSON] in
        [.integer(Self.quantityIndex[entry.quantity]!), .integer(expression(entry.count))]
      }
      members.append(("q", .array(counts)))
    }
    let moved = [cost.inputElements, cost.outputElements]
    members.append(("e", .array(moved.map { .integer(expression($0)) })))
    return .object(members)
  }

  /// Kernel, stride and groups.
  private mutating func window(_ op: Op<Expr>) -> JSON? {
    func json(_ kernel: [Expr], _ stride: [Expr], _ groups: Expr) -> JSON {
      .array([
        .array(kernel.map { .integer(expression($0)) }), .array(stride.map { .integer(expression($0)) }),
        .integer(expression(groups)),
      ])
    }
    return switch op {
    case .convolution(let convolution): json(convolution.kernel, convolution.stride, convolution.groups)
    case .pool(let pool): json(pool.kernel, pool.stride, Expr(1))
    default: nil
    }
  }

  // MARK: Totals

  private mutating func totals(_ total: Cost<Expr>) throws -> JSON {
    let figures: [(String, Expr)] = [
      ("weights", total.parameters.weights), ("params", try total.parameters.trainable), ("macs", try total.macs),
      ("activations", total.outputElements),
    ]
    var members: [(String, JSON)] = figures.map { ($0.0, .integer(expression($0.1))) }
    members.append(
      ("count", .object(try CountingConvention.all.map { ($0.name, .integer(expression(try $0.count(total)))) })))
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
    .array(
      terms.map { term in
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
