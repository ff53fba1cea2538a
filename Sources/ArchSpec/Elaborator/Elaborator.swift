import ArchAlgebra
import ArchIR

/// Follows a specification from a network's first line to its last and writes down the graph that it makes.
///
/// The same code makes graphs of numbers and graphs of closed forms. What must be decided (is this branch taken?)
/// is decided symbolically where that is possible; where it is not, it is decided as the given values of the
/// parameters decide it, and the decision is recorded as a condition of the closed form.
struct Elaborator<D: Dimension> {
  let specification: Specification
  let network: NetworkSyntax
  let options: ElaborationOptions

  var graph: Graph<D>
  var places: [Place] = []
  /// The node whose tensor the next step takes.
  var current: Int?
  var scope = 0
  var naming = Naming()
  var labels = Labels()
  /// The first of the scopes of the block that is being followed: those before it are of its callers.
  var firstOwnScope = 0
  /// Inputs without a label after which the chain goes on, and what it was before them.
  var inputsBetween: [(input: Int, before: Int)] = []

  /// Parameters and constants of the file and the network.
  var globals: [String: Value] = [:]
  /// Arguments and local constants of the block that is being followed.
  var locals: [String: Value] = [:]
  var calls: [Name] = []
  private(set) var steps = 0
  /// How many bodies are being run within one another.
  var depth = 0
  /// Constants of the file and the network that nothing has asked for yet.
  var constants: [String: ConstantSyntax] = [:]
  /// Constants whose values are being computed, each for the one before it.
  var unfinished: [Name] = []

  var binding: [Symbol: Rational] = [:]
  var inputOverride = InputOverride()
  var assumptions = Assumptions()
  /// What the closed forms rest on, in the order in which it was decided.
  private(set) var conditions: [Condition] = []
  private var known: Set<Condition> = []
  /// What each divisor among them divides.
  private var dividends: [Expr: [Expr]] = [:]
  /// How many expressions are being evaluated within one another, through the constants that they mention.
  var nesting = 0
  /// The nodes that were gone on from by a label, while the body of a repetition is being run.
  var readByLabel: Set<Int> = []

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
    try assume(late: late)
    if let family = network.family {
      try call(family, isTransparent: true)
      try checkLabels(after: family)
    }
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
    try checkInputs()
    try checkNumberedCopies()
    naming.assign(to: &graph)
    var architecture = Architecture(
      graph: graph, places: places, settings: settings, conditions: conditions, assumptions: assumptions,
      metadata: Metadata(),
      documentation: specification.documentation[network.name.text] ?? [], claims: [], sweeps: [])
    try describe(&architecture)
    if options.input != nil { try inputOverride.remove(from: &architecture, given: options.settings) }
    return architecture
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

  /// A network's lines have no labels that the block it is made from has too: `from` would mean either.
  private func checkLabels(after family: CallSyntax) throws {
    if let label = network.lines.flatMap(\.ownNames).first(where: {
      labels[$0.text, in: 0].map { !$0.isInner } ?? false
    }) {
      throw Diagnostic("there is a label '\(label.text)' already", at: label.place)
        .noting("within the block that the network is made from", at: family.place)
    }
  }

  /// What stands before an input is used by something, or the input is a further one that needs a label.
  private func checkInputs() throws {
    guard !inputsBetween.isEmpty else { return }
    let used = Set(graph.nodes.flatMap(\.inputs) + graph.outputs.map(\.node))
    guard let lost = inputsBetween.first(where: { !used.contains($0.before) }) else { return }
    throw Diagnostic(
      "what stands before this input leads nowhere", at: places[lost.input],
      help: "a further input has a label, by which the chain can go on from it: side: input(…), then from(side)"
    ).noting("this was the last layer before it", at: places[lost.before])
  }

  // MARK: State

  /// Remembers what the closed forms rest on, unless that follows from what is remembered.
  mutating func record(_ condition: Condition) {
    if condition.relation == .divides {
      // What divides 64 divides 128 too; a few are enough to look at.
      for dividend in dividends[condition.left, default: []].prefix(8) {
        if let multiple = try? condition.right / dividend, assumptions.isInteger(multiple) { return }
      }
      dividends[condition.left, default: []].append(condition.right)
    }
    if known.insert(condition).inserted { conditions.append(condition) }
  }

  /// Takes back what was remembered with a symbol in it.
  mutating func withdrawConditions(on symbol: Symbol) -> [Condition] {
    let withdrawn = conditions.filter { $0.mentions(symbol) }
    conditions.removeAll { $0.mentions(symbol) }
    known.subtract(withdrawn)
    for condition in withdrawn { dividends[condition.left]?.removeAll { $0 == condition.right } }
    return withdrawn
  }

  mutating func spend(_ count: Int, at place: Place) throws {
    steps += count
    guard steps <= ElaborationLimits.steps else {
      throw Diagnostic(
        "the network takes too long to build", at: place,
        cause: "more than \(ElaborationLimits.steps) steps were taken here",
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
