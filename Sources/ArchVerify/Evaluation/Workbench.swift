import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// What the claims of a file may ask for, so that no small file takes hours or all memory.
public enum ClaimLimits {
  /// A step is a name or an operation of an expression, at each point where it is computed.
  public static let steps = 20_000_000
  /// What takes as long: a step of building a network and counting it; multiply-adds, numbers that are kept, and weights
  /// of a network that is executed; nodes that are looked at.
  static let forBuilding = 20
  static let forNumber = 2
  static let forWeight = 1
  static let operationsInStep = 16
  static let nodesInStep = 2
  /// Nodes of networks that are kept for the claims that come, and what a network takes besides.
  static let keptNodes = 100_000
  static let nodesForNetwork = 16
}

/// The networks that claims mention, each elaborated and counted once for each setting.
public final class Workbench {
  public typealias LookUp = (Name, Specification) throws -> (Specification, String)

  private let rules: any CountingRules
  /// How many steps the claims of a file may take.
  let mostSteps: Int
  private let lookUp: LookUp
  private var parameters: [String: [Parameter]] = [:]
  private var numbers: [String: Measured] = [:]
  private var forms: [String: MeasuredForms] = [:]
  /// Nodes of the networks that are kept.
  private var nodes = 0
  /// The file whose claims are judged, and the steps that each file's have taken.
  private var file = ""
  private var spent: [String: Int] = [:]
  private var steps = 0

  /// - Parameters:
  ///   - mostSteps: how many steps the claims of a file may take: see ``ClaimLimits``.
  ///   - lookUp: finds the network that a claim of a specification names.
  public init(
    rules: any CountingRules = StandardRules(), mostSteps: Int = ClaimLimits.steps, lookUp: @escaping LookUp
  ) {
    self.rules = rules
    self.mostSteps = mostSteps
    self.lookUp = lookUp
  }

  // MARK: What claims may ask for

  /// From now on it is this file's claims that take steps.
  func judges(_ file: String) {
    guard file != self.file else { return }
    spent[self.file] = steps
    (self.file, steps) = (file, spent[file] ?? 0)
  }

  /// Takes steps for the claims of the file.
  ///
  /// - Throws: ``Diagnostic`` where they have become too many.
  func spend(_ count: Int, at place: @autoclosure () -> Place) throws {
    steps += min(count, mostSteps)
    guard steps > mostSteps else { return }
    throw Diagnostic(
      "the claims of this file take too long to judge", at: place(),
      cause: "this one and those before it take more than \(mostSteps) steps",
      help: "fewer values, smaller networks, or some of the claims in a file of their own")
  }

  // MARK: Networks

  func find(_ name: Name, from specification: Specification) throws -> (Specification, String) {
    try lookUp(name, specification)
  }

  func parameters(_ specification: Specification, _ network: String) -> [Parameter] {
    let key = Self.key(specification, network, [:])
    if let known = parameters[key] { return known }
    let found = ClaimScope(specification, owner: network).parameters
    parameters[key] = found
    return found
  }

  func measured(_ request: MeasureRequest) throws -> Measured {
    let (specification, network, settings) = (request.specification, request.network, request.settings)
    let key = Self.key(specification, network, settings)
    if let known = numbers[key] { return known }
    let architecture: Architecture<Int> = try elaborate(specification, network, settings, at: request.call.place)
    let measured = try Measured(architecture, counted: rules.counted(architecture.graph))
    keep(measured.graph.nodes.count)
    numbers[key] = measured
    return measured
  }

  func measuredForms(_ request: MeasureRequest, _ settings: [String: Value]) throws -> MeasuredForms {
    let (specification, network) = (request.specification, request.network)
    let key = Self.key(specification, network, settings)
    if let known = forms[key] { return known }
    let architecture: Architecture<Expr> = try elaborate(specification, network, settings, at: request.call.place)
    let measured = MeasuredForms(
      architecture: architecture, total: try Analysis(rules.counted(architecture.graph)).total)
    keep(architecture.graph.nodes.count)
    forms[key] = measured
    return measured
  }

  private func elaborate<D>(
    _ specification: Specification, _ network: String, _ settings: [String: Value], at place: Place
  ) throws -> Architecture<D> {
    var options = ElaborationOptions()
    options.settings = settings
    // Claims are checked before they are judged, and not anew for each setting that one of them asks for.
    options.checksStatements = false
    var taken = 0
    defer { steps += taken * ClaimLimits.forBuilding }
    try spend(0, at: place)
    return try specification.elaborate(network, options: options, steps: &taken)
  }

  /// Makes room for a network.
  private func keep(_ count: Int) {
    nodes += count + ClaimLimits.nodesForNetwork
    guard nodes > ClaimLimits.keptNodes else { return }
    numbers.removeAll()
    forms.removeAll()
    nodes = count + ClaimLimits.nodesForNetwork
  }

  private static func key(_ specification: Specification, _ network: String, _ settings: [String: Value]) -> String {
    let file = specification.syntax.items.first?.place.source?.name ?? ""
    return file + "/" + network + settings.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
  }
}

/// The closed forms of a network.
struct MeasuredForms {
  var architecture: Architecture<Expr>
  var total: Cost<Expr>
}

/// A network of numbers, counted.
struct Measured {
  let architecture: Architecture<Int>
  let analysis: Analysis<Int>
  let fields: [ReceptiveField<Int>?]

  init(_ architecture: Architecture<Int>, counted: Graph<Int>) throws {
    self.architecture = architecture
    analysis = try Analysis(counted)
    fields = try architecture.graph.receptiveFields()
  }

  var graph: Graph<Int> { architecture.graph }
}
