import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// The networks that claims mention, each elaborated and counted once for each setting.
public final class Workbench {
  public typealias LookUp = (Name, Specification) throws -> (Specification, String)

  private let rules: any CountingRules
  private let lookUp: LookUp
  private var parameters: [String: [Parameter]] = [:]
  private var numbers: [String: Measured] = [:]
  private var forms: [String: MeasuredForms] = [:]

  /// - Parameter lookUp: finds the network that a claim of a specification names.
  public init(rules: any CountingRules = StandardRules(), lookUp: @escaping LookUp) {
    self.rules = rules
    self.lookUp = lookUp
  }

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

  func measured(_ specification: Specification, _ network: String, _ settings: [String: Value]) throws -> Measured {
    let key = Self.key(specification, network, settings)
    if let known = numbers[key] { return known }
    let options = Self.options(settings)
    let architecture: Architecture<Int> = try specification.elaborate(network, options: options)
    let measured = try Measured(architecture, counted: rules.counted(architecture.graph))
    numbers[key] = measured
    return measured
  }

  func measuredForms(_ specification: Specification, _ network: String, _ settings: [String: Value]) throws
    -> MeasuredForms
  {
    let key = Self.key(specification, network, settings)
    if let known = forms[key] { return known }
    let options = Self.options(settings)
    let architecture: Architecture<Expr> = try specification.elaborate(network, options: options)
    let measured = MeasuredForms(
      architecture: architecture, total: try Analysis(rules.counted(architecture.graph)).total)
    forms[key] = measured
    return measured
  }

  /// Claims are checked before they are judged, and not anew for each setting that one of them asks for.
  private static func options(_ settings: [String: Value]) -> ElaborationOptions {
    var options = ElaborationOptions()
    options.settings = settings
    options.checksStatements = false
    return options
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
