import ArchAlgebra
import ArchIR
import ArchSpec

/// What reports say of a network besides what its graph costs: where it comes from, how it is set, what is not counted.
///
/// A specification says all of it; a model from a file says little, and has omissions instead.
public struct Subject: Sendable {
  /// Title, paper, variant, the network to compare with.
  public var metadata = Metadata()
  /// The lines of the network's own documentation comment.
  public var documentation: [String] = []
  /// The value of each parameter; of closed forms, its symbol.
  public var settings: [Setting] = []
  /// What the closed forms are true under.
  public var conditions: [Condition] = []
  /// What is known of the symbols of the closed forms.
  public var assumptions = Assumptions()
  /// The sweeps that are declared for it.
  public var sweeps: [SweepSyntax] = []
  /// Where each node is written; empty where nodes are not written one by one.
  public var places: [Place] = []
  /// What is not in the totals; `nil` where nothing can be missing.
  public var omissions: [Omission]?
  /// How parts of it were understood that can be understood otherwise.
  public var remarks: [String] = []

  /// A parameter and its value.
  public typealias Setting = Architecture<Int>.Setting

  public init() {}

  /// What an elaborated specification says.
  public init<D: Dimension>(_ architecture: Architecture<D>) {
    metadata = architecture.metadata
    documentation = architecture.documentation
    settings = architecture.settings.map { Setting(parameter: $0.parameter, value: $0.value) }
    conditions = architecture.conditions
    assumptions = architecture.assumptions
    sweeps = architecture.sweeps
    places = architecture.places
  }

  /// Whether all of the network is counted.
  public var isComplete: Bool { omissions?.isEmpty ?? true }

  /// The values of the numeric parameters by symbol.
  public var binding: [Symbol: Rational] {
    var binding: [Symbol: Rational] = [:]
    for setting in settings {
      if let number = setting.value.number?.constant { binding[setting.parameter.symbol] = number }
    }
    return binding
  }

  /// Where a node is written; `.none` where that is not known.
  public func place(of node: Int) -> Place { places.indices.contains(node) ? places[node] : .none }
}
