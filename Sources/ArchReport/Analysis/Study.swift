import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// A network at given settings, analysed: what every report about it is made from.
public struct Study: Sendable {
  public let architecture: Architecture<Int>
  public let analysis: Analysis<Int>
  public let memory: ActivationMemory<Int>
  public let fields: [ReceptiveField<Int>?]
  /// Layers with weights on the longest path to each node.
  public let depths: [Int]

  /// - Throws: ``Diagnostic`` where the specification cannot be followed or a count leaves the range of integers,
  ///   ``SettingError`` for a value that a parameter cannot take.
  public init(_ specification: Specification, network: String, options: ElaborationOptions = .init()) throws {
    architecture = try specification.elaborate(network, options: options)
    let graph = architecture.graph
    do {
      analysis = try Analysis(graph)
      memory = try ActivationMemory(graph)!  // parallel copies are kept once in closed forms only
      fields = try graph.receptiveFields()
      depths = try graph.depths()
    } catch let error as AnalysisError {
      throw Diagnostic("\(error)", at: architecture.places[error.node])
    } catch let error as ArithmeticError {
      throw Diagnostic("the network is too large to be counted: \(error)", at: .none)
    }
  }

  public var graph: Graph<Int> { architecture.graph }
  public var total: Cost<Int> { analysis.total }

  /// The node whose tensor is the network's first output.
  public var outputNode: Int { graph.outputs[0].node }

  /// A title of the network: the specification's, with the network's own documentation.
  public var title: String {
    let documented = architecture.documentation.first.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
    return documented ?? architecture.metadata.title ?? ""
  }

  public var source: String {
    [architecture.metadata.paper, architecture.metadata.identifier].compactMap { $0 }.joined(separator: ", ")
  }

  /// The settings in words: `cardinality C = 32`.
  public var settingTexts: [String] {
    architecture.settings.map { setting in
      let symbol = setting.parameter.symbol.name
      let name = symbol == setting.parameter.name ? symbol : "\(setting.parameter.name) \(symbol)"
      return "\(name) = \(setting.value)"
    }
  }

  /// The greatest finite receptive field: that of the last layer that does not see everything.
  public var lastField: ReceptiveField<Int>? { fields.last { $0?.isGlobal == false && $0?.size.isEmpty == false } ?? nil }
}

/// The closed forms of a network's cost in its numeric parameters.
public struct ClosedForms: Sendable {
  public let architecture: Architecture<Expr>
  public let analysis: Analysis<Expr>

  public init(_ specification: Specification, network: String, options: ElaborationOptions = .init()) throws {
    architecture = try specification.elaborate(network, options: options)
    do { analysis = try Analysis(architecture.graph) } catch let error as AnalysisError {
      throw Diagnostic("\(error)", at: architecture.places[error.node])
    }
  }
}
