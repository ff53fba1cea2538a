import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// A network at given settings, analysed: what every report about it is made from.
public struct Study: Sendable {
  /// Where the network comes from and how it is set.
  public let subject: Subject
  /// Its graph with the cost of every layer.
  public let analysis: Analysis<Int>
  /// The activations that are held at once, in elements.
  public let memory: ActivationMemory<Int>
  /// What each node sees of the input; `nil` where it is no image.
  public let fields: [ReceptiveField<Int>?]
  /// Layers with weights on the longest path to each node.
  public let depths: [Int]

  /// - Throws: ``Diagnostic`` where the specification cannot be followed or a count leaves the range of integers,
  ///   ``SettingError`` for a value that a parameter cannot take.
  public init(_ specification: Specification, network: String, options: ElaborationOptions = .init()) throws {
    let architecture: Architecture<Int> = try specification.elaborate(network, options: options)
    try self.init(architecture.graph, Subject(architecture))
  }

  /// - Throws: ``Diagnostic`` where a count leaves the range of integers.
  public init(_ graph: Graph<Int>, _ subject: Subject) throws {
    self.subject = subject
    do {
      analysis = try Analysis(graph)
      memory = try ActivationMemory(graph)!  // parallel copies are kept once in closed forms only
      fields = try graph.receptiveFields()
      depths = try graph.depths()
    } catch let error as AnalysisError {
      throw Diagnostic("\(error)", at: subject.place(of: error.node))
    } catch let error as ArithmeticError {
      throw Diagnostic("the network is too large to be counted: \(error)", at: .none)
    }
  }

  /// The network with every extent a number.
  public var graph: Graph<Int> { analysis.graph }
  /// What the whole network costs.
  public var total: Cost<Int> { analysis.total }

  /// The node whose tensor is the network's first output.
  public var outputNode: Int { graph.outputs[0].node }

  /// A title of the network: the specification's, with the network's own documentation.
  public var title: String {
    let documented = subject.documentation.first.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
    return documented ?? subject.metadata.title ?? ""
  }

  /// The paper and its identifier; empty where neither is known.
  public var source: String {
    [subject.metadata.paper, subject.metadata.identifier].compactMap { $0 }.joined(separator: ", ")
  }

  /// The settings in words: `cardinality C = 32`.
  public var settingTexts: [String] {
    subject.settings.map { setting in
      let symbol = setting.parameter.symbol.name
      let name = symbol == setting.parameter.name ? symbol : "\(setting.parameter.name) \(symbol)"
      return "\(name) = \(setting.value)"
    }
  }

  /// Layers with weights on the longest path to an output.
  public var depth: Int { graph.outputs.map { depths[$0.node] }.max() ?? 0 }

  /// The greatest receptive field on the way to an output of what does not see everything.
  public var widestField: ReceptiveField<Int>? {
    var isNeeded = [Bool](repeating: false, count: graph.nodes.count)
    for output in graph.outputs { isNeeded[output.node] = true }
    for index in graph.nodes.indices.reversed() where isNeeded[index] {
      for input in graph.nodes[index].inputs { isNeeded[input] = true }
    }
    let finite = fields.indices.compactMap { index -> ReceptiveField<Int>? in
      guard isNeeded[index], let field = fields[index], !field.isGlobal, !field.size.isEmpty else { return nil }
      return field
    }
    // Of equally wide ones the last, whose stride is that of the tensor before the head.
    return finite.reduce(nil) { widest, field in
      guard let widest, field.size.lexicographicallyPrecedes(widest.size) else { return field }
      return widest
    }
  }
}
