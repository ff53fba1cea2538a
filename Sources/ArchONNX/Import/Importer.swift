import ArchAlgebra
import ArchIR

extension ModelFile {
  /// The model's graph.
  ///
  /// Operators that are not known, and shapes that cannot be inferred, are omissions of the result, not errors.
  ///
  /// - Throws: ``ModelError`` where the file contradicts itself or asks for what ``ModelLimits`` forbid.
  public func imported(_ options: ImportOptions = .init()) throws -> ImportedModel {
    var importer = Importer(self, options)
    try importer.run()
    return importer.result()
  }
}

/// Builds the graph of a model, node by node, following constants through the shape arithmetic that exporters write.
struct Importer {
  let file: ModelFile
  let options: ImportOptions
  var graph: Graph<Expr>
  var symbols: [OpenExtent] = []
  var omissions: [Omission] = []
  var remarks: [String] = []
  var tensors: [Int: [TensorRole: TensorReference]] = [:]
  var details: [Int: NodeDetail] = [:]
  var origins: [String] = []
  /// The values of the graph, and of the subgraphs and functions within which the importer is.
  var frames: [Frame] = [Frame(id: 0)]
  private var frameCount = 1
  /// Extents are integers of at least one.
  var known = Assumptions()
  var names = NodeNames()
  var ownership = Ownership()
  /// The nodes that stand for stored tensors, by name and rank.
  var stored: [String: Int] = [:]
  /// The same in the order in which they were made.
  var storedOrder: [(key: String, node: Int)] = []
  /// What the tensor that a node makes is called, and in which frames.
  var tensorNames: [Int: [(frame: Int, name: String)]] = [:]
  /// The group normalisations whose factors and shifts may be the nodes that come.
  var unfinished: Set<Int> = []
  /// Values of open extents that were given by their place.
  var overrides: [String: Int] = [:]
  /// The nodes of functions and of graphs within the graph.
  var written = 0
  /// Whether what is emitted is looked at for its shape only, and taken away again.
  var isEvaluating = false

  /// Names and what they stand for; a subgraph sees those of the graph around it, a function only its own.
  struct Frame {
    /// No two frames have the same, also one after the other.
    let id: Int
    var values: [String: Value] = [:]
    var declared: [String: DeclaredShape] = [:]
    var uses: [String: Int] = [:]
    var seesOuter = true
    /// What stands before the names of nodes.
    var prefix = ""
  }

  init(_ file: ModelFile, _ options: ImportOptions) {
    self.file = file
    self.options = options
    graph = Graph(name: file.graph.name)
  }

  mutating func run() throws {
    frames[0].declared = file.graph.declared
    for (index, input) in file.graph.inputs.enumerated() { try addInput(input, index) }
    try run(file.graph)
    for output in file.graph.outputs {
      guard let value = lookUp(output.name), let node = try? operand(value) else { continue }
      graph.outputs.append(Output(name: output.name, node: node))
    }
    guard !graph.layers.isEmpty || !omissions.isEmpty else { throw ModelError("the model has no operators") }
    if graph.outputs.isEmpty, let last = graph.nodes.indices.last {
      graph.outputs = [Output(name: graph.nodes[last].name, node: last)]
    }
    names.finish(&graph)
    remarkOnFolding()
  }

  func result() -> ImportedModel {
    ImportedModel(
      graph: graph, symbols: symbols, omissions: omissions, remarks: remarks, tensors: tensors, details: details,
      origins: origins,
      producer: file.producer, opset: file.opset)
  }

  // MARK: Values

  func lookUp(_ name: String) -> Value? {
    for frame in frames.reversed() {
      if let value = frame.values[name] { return value }
      if !frame.seesOuter { return nil }
    }
    return nil
  }

  /// - Throws: ``ModelError`` for a name that stands for something already.
  mutating func define(_ name: String, _ value: Value, by node: String, at offset: Int? = nil) throws {
    guard !name.isEmpty else { return }
    guard frames[frames.count - 1].values.updateValue(value, forKey: name) == nil else {
      throw ModelError("two tensors are called '\(name)'", offset: offset, node: node)
    }
    if case .node(let index) = value, !isEvaluating {
      tensorNames[index, default: []].append((frames[frames.count - 1].id, name))
    }
  }

  /// Whether what a node makes is read once, and in the graph that is being read: by any of its names, of which all but
  /// the first are read out of another one.
  func isReadOnce(_ node: Int) -> Bool {
    let frame = frames[frames.count - 1]
    guard let names = tensorNames[node], names.allSatisfy({ $0.frame == frame.id }) else { return false }
    return names.reduce(0) { $0 + (frame.uses[$1.name] ?? 0) } == names.count
  }

  mutating func newFrame() -> Frame {
    frameCount += 1
    return Frame(id: frameCount - 1)
  }

  // MARK: Remarks

  /// Exporters fold normalisation into convolutions: the parameters are then fewer than those that were trained.
  private mutating func remarkOnFolding() {
    var withBias = 0
    for node in graph.nodes {
      if case .normalization(let normalization) = node.op, normalization.kind == .batch { return }
      if case .convolution(let convolution) = node.op, convolution.hasBias { withBias += 1 }
    }
    if withBias > 1 {
      remarks.append(
        "\(withBias) convolutions have a bias and no batch normalisation stands beside them: where the exporter has folded "
          + "it into them, scale and shift are one bias here")
    }
  }
}
