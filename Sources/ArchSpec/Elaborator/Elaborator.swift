import ArchAlgebra
import ArchIR

/// Follows a specification from a network's first line to its last and writes down the graph that it makes.
///
/// The same code makes graphs of numbers and graphs of closed forms. What must be decided (is this branch taken?)
/// is decided symbolically where that is possible; where it is not, it is decided as the given values of the
/// parameters decide it, and the decision is recorded as a condition of the closed form.
struct Elaborator<D: Dimension>: EvaluationContext {
  let specification: Specification
  let network: NetworkSyntax
  let options: ElaborationOptions

  var graph: Graph<D>
  var places: [Place] = []
  /// The node whose tensor the next step takes.
  var current: Int?
  var scope = 0
  var naming = Naming()
  var labels: [Int: [String: LabelTarget]] = [:]

  /// Parameters and constants of the file and the network.
  var globals: [String: Value] = [:]
  /// Arguments and local constants of the block that is being followed.
  var locals: [String: Value] = [:]
  var calls: [Name] = []
  private var steps = 0
  /// How many bodies are being run within one another.
  var depth = 0
  /// Constants of the file and the network that nothing has asked for yet.
  private var constants: [String: ConstantSyntax] = [:]
  /// Constants whose values are being computed, each for the one before it.
  private var unfinished: [Name] = []

  private var binding: [Symbol: Rational] = [:]
  var inputOverride = InputOverride()
  var assumptions = Assumptions()
  var conditions: [Condition] = []

  struct LabelTarget {
    var node: Int
    var scope: Int?
  }

  init(specification: Specification, network: NetworkSyntax, options: ElaborationOptions) {
    self.specification = specification
    self.network = network
    self.options = options
    graph = Graph(name: network.name.text)
  }

  var isSymbolic: Bool { D.self == Expr.self }

  // MARK: The whole network

  mutating func run() throws -> Architecture<D> {
    let settings = try bindParameters()
    let late = try bindConstants()
    try assume()
    if let family = network.family { try call(family, isTransparent: true) }
    for member in network.members {
      switch member {
      case .line(let line): try run(line)
      case .item(let item):
        guard case .constant(let constant) = item.kind, late.contains(constant.name.text) else { continue }
        globals[constant.name.text] = try evaluate(constant.value)
      }
    }
    guard let current else {
      throw Diagnostic(
        "network '\(network.name.text)' has no input", at: network.name.place, help: "begin with input(3, 224, 224)")
    }
    graph.outputs.insert(Output(name: "output", node: current), at: 0)
    naming.assign(to: &graph)
    var architecture = Architecture(
      graph: graph, places: places, settings: settings, conditions: conditions, assumptions: assumptions, metadata: Metadata(),
      documentation: specification.documentation[network.name.text] ?? [], claims: [], sweeps: [])
    try describe(&architecture)
    if options.input != nil { try inputOverride.remove(from: &architecture, given: options.settings) }
    return architecture
  }

  private mutating func bindParameters() throws -> [Architecture<D>.Setting] {
    let parameters = try specification.parameters(of: network)
    for name in options.settings.keys where !parameters.contains(where: { $0.name == name }) {
      let near = suggestion(for: name, among: parameters.map(\.name)).map { "; did you mean \($0)?" } ?? ""
      throw SettingError(
        parameter: name, value: options.settings[name]!.description,
        reason: "\(network.name.text) has no such parameter\(near)")
    }
    return try parameters.map { parameter in
      var value = parameter.defaultValue
      if let given = options.settings[parameter.name] {
        try parameter.check(given)
        value = given
      }
      var global = value
      if let number = value.number?.constant {
        binding[parameter.symbol] = number
        if isSymbolic {
          global = .number(Expr(parameter.symbol))
          try declare(parameter)
        }
      }
      globals[parameter.name] = global
      globals[parameter.symbol.name] = global
      return .init(parameter: parameter, value: value)
    }
  }

  private mutating func declare(_ parameter: Parameter) throws {
    if parameter.kind == .integer { assumptions.declareInteger(parameter.symbol) }
    switch parameter.range {
    case .between(let low, let high, _):
      if let low { assumptions.declare(parameter.symbol, atLeast: low) }
      if let high { assumptions.declare(parameter.symbol, atMost: high) }
    case .members(let members):
      let numbers = members.compactMap { $0.number?.constant }
      if let low = numbers.min() { assumptions.declare(parameter.symbol, atLeast: low) }
      if let high = numbers.max() { assumptions.declare(parameter.symbol, atMost: high) }
    }
  }

  /// Constants have their values whatever the order in which they stand; those of a network that depend on what
  /// comes in (`let width = in`) have them where they stand.
  ///
  /// - Returns: the names of the latter.
  private mutating func bindConstants() throws -> Set<String> {
    for constant in specification.constants { constants[constant.name.text] = constant }
    var late: Set<String> = []
    var early: [ConstantSyntax] = []
    for case .item(let item) in network.members {
      guard case .constant(let constant) = item.kind else { continue }
      var mentioned = ReferencedNames()
      mentioned.visit(constant.value)
      if mentioned.mentionsInput || !mentioned.names.isDisjoint(with: late) {
        late.insert(constant.name.text)
        constants[constant.name.text] = nil
      } else {
        early.append(constant)
        constants[constant.name.text] = constant
        late.remove(constant.name.text)
      }
    }
    for constant in early { _ = try value(ofConstant: constant) }
    return late
  }

  private mutating func value(ofConstant constant: ConstantSyntax) throws -> Value {
    if let known = globals[constant.name.text] { return known }
    if let first = unfinished.firstIndex(where: { $0.text == constant.name.text }) {
      let cycle = unfinished[first...].map(\.text) + [constant.name.text]
      throw Diagnostic(
        "the value of '\(constant.name.text)' depends on itself", at: constant.name.place,
        cause: cycle.joined(separator: " → "))
    }
    guard unfinished.count < Self.longestChain else {
      throw Diagnostic("constants that depend on one another in a chain of more than \(Self.longestChain)", at: constant.name.place)
    }
    unfinished.append(constant.name)
    let outer = (locals, current)
    (locals, current) = ([:], nil)
    defer {
      (locals, current) = outer
      unfinished.removeLast()
    }
    let outerUse = inputOverride.beginConstant()
    let value = try evaluate(constant.value)
    inputOverride.endConstant(constant.name.text, outerUse)
    globals[constant.name.text] = value
    return value
  }

  private static var longestChain: Int { 50 }

  /// Assumptions are used where they hold at the given values, and are then conditions of the result.
  private mutating func assume() throws {
    guard isSymbolic else { return }
    let use = inputOverride
    defer { inputOverride = use }
    var all = specification.assumptions
    for case .item(let item) in network.members {
      if case .assumption(let assumption) = item.kind { all.append(assumption) }
    }
    for assumption in all {
      var mentioned = ReferencedNames()
      mentioned.visit(assumption.dividend)
      guard mentioned.names.allSatisfy({ globals[$0] != nil }) else { continue }
      let divisor = try integer(assumption.divisor, "what is assumed to divide something")
      guard divisor > 0 else {
        throw Diagnostic(
          "only a positive integer can be assumed to divide something", at: assumption.divisor.place, cause: "this is \(divisor)")
      }
      let dividend = try number(assumption.dividend)
      let condition = Condition(left: Expr(divisor), relation: .divides, right: dividend)
      guard dividend.constant == nil, try exact(assumption.dividend.place, { try condition.holds(at: binding) }) else {
        continue
      }
      try exact(assumption.dividend.place) { try assumptions.declare(divisor, divides: dividend) }
      record(condition)
    }
  }

  private func describe(_ architecture: inout Architecture<D>) throws {
    architecture.metadata = try specification.metadata(of: network)
    for case .item(let item) in network.members {
      switch item.kind {
      case .claim(let claim): architecture.claims.append(claim)
      default: break
      }
    }
    architecture.sweeps = specification.sweeps(of: network)
  }

  // MARK: Evaluation

  mutating func lookUp(_ name: String) throws -> Value? {
    if let value = locals[name] { return value }
    if let value = globals[name] {
      if options.input != nil { inputOverride.use(name) }
      return value
    }
    if let constant = constants[name] {
      let value = try value(ofConstant: constant)
      if options.input != nil { inputOverride.use(name) }
      return value
    }
    if let block = specification.blocks[name] { return .block(block) }
    if Self.words.contains(name) || Operators.names.contains(name) { return .text(name) }
    return visibleLabel(name).map { .label(node: $0.node, scope: $0.scope) }
  }

  /// Words that arguments of operators may be. They mean themselves, as the names of operators do, so that a block
  /// can be handed an operator.
  private static var words: Set<String> { ["global", "half", "same", "valid", "nearest", "bilinear"] }

  var knownNames: [String] {
    Array(locals.keys) + Array(globals.keys) + Array(constants.keys) + Array(specification.blocks.keys)
      + specification.parameters.map(\.name.text)
  }

  mutating func input(_ member: Name?, at place: Place) throws -> Expr {
    if let constant = unfinished.last {
      throw Diagnostic(
        "'in' means nothing in a constant of the file", at: place, cause: "there is no layer yet that takes something",
        help: "let \(constant.text) = … within a block or after the input of a network may use 'in'")
    }
    let shape = try currentShape(for: "'in'", at: place)
    switch member?.text {
    case nil, "channels": return shape.channels.expr
    case "height" where shape.rank == 4: return shape.extents[2].expr
    case "width" where shape.rank == 4: return shape.extents[3].expr
    default:
      throw Diagnostic(
        "'in' has no '\(member?.text ?? "")' here", at: place, cause: "what comes in is \(shape)",
        help: "in.channels, and of an image in.height and in.width")
    }
  }

  mutating func decide(_ left: Expr, _ relation: Condition.Relation, _ right: Expr) throws -> Bool {
    if let order = try left.ordered(against: right) { return relation.holds(order) }
    if let order = try left.ordered(against: right, assuming: assumptions) { return relation.holds(order) }
    // What is known not to be strict decides the relations that include equality.
    if assumptions.isNonNegative(try left - right), relation == .atLeast || relation == .less { return relation == .atLeast }
    if assumptions.isNonNegative(try right - left), relation == .atMost || relation == .greater { return relation == .atMost }
    let (a, b) = (try left.evaluated(binding), try right.evaluated(binding))
    let holds = relation.holds(a < b ? -1 : a == b ? 0 : 1)
    record(Condition(left: left, relation: holds ? relation : relation.negated, right: right))
    return holds
  }

  mutating func record(_ condition: Condition) {
    if !conditions.contains(condition) { conditions.append(condition) }
  }

  /// The value of an expression at the given parameters, for what must be a number even in a closed form.
  func concrete(_ expr: Expr) throws -> Rational { try expr.evaluated(binding) }

  mutating func settle(_ expression: Expr) throws -> Rational? {
    if let constant = expression.constant { return constant }
    let value = try expression.evaluated(binding)
    record(Condition(left: expression, relation: .equal, right: Expr(value)))
    return value
  }

  // MARK: State

  mutating func spend(_ count: Int, at place: Place) throws {
    steps += count
    guard steps <= ElaborationLimits.steps else {
      throw Diagnostic(
        "the network takes too long to build", at: place, cause: "more than \(ElaborationLimits.steps) steps were taken here",
        help: "look for repetitions within repetitions, and for blocks that call themselves more than once")
    }
  }

  func currentShape(for what: String, at place: Place) throws -> Shape<D> {
    guard let current else {
      throw Diagnostic("\(what) comes before the network's input", at: place, help: "begin with input(3, 224, 224)")
    }
    return graph.nodes[current].output
  }

  mutating func withScope(_ label: Name?, _ body: (inout Self) throws -> Void) throws {
    let outer = scope
    scope = graph.scopes.count
    graph.scopes.append(Scope(name: "", parent: outer))
    naming.addScope(label: label?.text, to: outer)
    defer { scope = outer }
    try body(&self)
  }
}
