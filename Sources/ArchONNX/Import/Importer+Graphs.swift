import ArchAlgebra
import ArchIR

// Running through graphs, subgraphs and functions.

extension Importer {
  /// Imports all nodes of a graph into the current frame.
  mutating func run(_ source: SourceGraph) throws {
    for tensor in source.initializers {
      try define(tensor.name, .constant(Constant(tensor)), by: tensor.name)
    }
    for output in source.outputs { frames[frames.count - 1].uses[output.name, default: 0] += 1 }
    try run(source.nodes)
  }

  /// Imports nodes in an order in which each comes after those that it reads.
  mutating func run(_ nodes: [SourceNode]) throws {
    for node in nodes {
      for input in node.inputs { frames[frames.count - 1].uses[input, default: 0] += 1 }
      // A tensor that a subgraph reads is not the business of one node alone.
      if !node.graphs.isEmpty {
        for name in outerNames(of: node) { frames[frames.count - 1].uses[name, default: 0] += 2 }
      }
    }
    for index in try order(nodes) { try run(nodes[index]) }
  }

  /// Kahn's algorithm, in the file's order wherever that is one already.
  private func order(_ nodes: [SourceNode]) throws -> [Int] {
    var makers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for output in node.outputs where !output.isEmpty {
        if makers.updateValue(index, forKey: output) != nil {
          throw ModelError("two nodes make '\(output)'", offset: node.offset, node: node.name)
        }
      }
    }
    var isSorted = true
    var readers = [[Int]](repeating: [], count: nodes.count)
    var waiting = [Int](repeating: 0, count: nodes.count)
    for (index, node) in nodes.enumerated() {
      let reads = node.graphs.isEmpty ? node.inputs : node.inputs + outerNames(of: node)
      for input in reads {
        guard let maker = makers[input] else { continue }
        if maker >= index { isSorted = false }
        readers[maker].append(index)
        waiting[index] += 1
      }
    }
    if isSorted { return Array(nodes.indices) }
    var ready = nodes.indices.filter { waiting[$0] == 0 }
    var next = 0
    while next < ready.count {
      for reader in readers[ready[next]] {
        waiting[reader] -= 1
        if waiting[reader] == 0 { ready.append(reader) }
      }
      next += 1
    }
    guard ready.count == nodes.count else {
      let stuck = nodes.indices.first { waiting[$0] > 0 }!
      throw ModelError("the graph has a cycle", offset: nodes[stuck].offset, node: nodes[stuck].name)
    }
    return ready
  }

  /// The names that a node's subgraphs read, their own among them: more than enough for an order.
  private func outerNames(of node: SourceNode) -> [String] {
    var names: [String] = []
    for attribute in node.attributes.values where attribute.has(.graph) {
      if let graph: Message<GraphField> = try? attribute.message(.graph) { collectNames(graph, into: &names) }
    }
    return names
  }

  private func collectNames(_ graph: Message<GraphField>, into names: inout [String]) {
    for output: Message<ValueInfoField> in (try? graph.messages(.output)) ?? [] {
      if let name = try? output.text(.name) { names.append(name) }
    }
    for node: Message<NodeField> in (try? graph.messages(.node)) ?? [] {
      names += (try? node.texts(.input)) ?? []
      for attribute: Message<AttributeField> in (try? node.messages(.attribute)) ?? [] where attribute.has(.graph) {
        if let inner: Message<GraphField> = try? attribute.message(.graph) { collectNames(inner, into: &names) }
      }
    }
  }

  mutating func run(_ node: SourceNode) throws {
    if frames.count > 1 {
      written += 1
      guard written <= ModelLimits.written else {
        throw ModelError(
          "functions and graphs within the graph have more than \(ModelLimits.written) nodes", node: node.name)
      }
    }
    for input in node.inputs where !input.isEmpty && lookUp(input) == nil {
      throw ModelError("there is no tensor '\(input)'", offset: node.offset, node: node.name)
    }
    let count = graph.nodes.count
    do {
      if try fold(node) { return }
      if try evaluate(node) { return }
      try lower(node)
      noteLosses(of: node, since: count)
    } catch let error as NotCounted {
      try omit(node, error.reason, since: count)
    } catch let error as ShapeError {
      try omit(node, "\(error)", since: count)
    } catch let error as ArithmeticError {
      try omit(node, "\(error)", since: count)
    }
  }

  /// What is computed of stored tensors alone is computed once, not in each run: only its shape is of interest.
  private mutating func evaluate(_ node: SourceNode) throws -> Bool {
    guard !isEvaluating, node.graphs.isEmpty, !node.inputs.isEmpty, file.functions["\(node.domain).\(node.op)"] == nil
    else { return false }
    var inputs: [Constant] = []
    for name in node.inputs where !name.isEmpty {
      guard case .constant(let constant)? = lookUp(name) else { return false }
      inputs.append(constant)
    }
    let count = graph.nodes.count
    isEvaluating = true
    frames.append(newFrame())
    frames[frames.count - 1].declared = frames[frames.count - 2].declared
    defer {
      isEvaluating = false
      graph.nodes.removeSubrange(count...)
      origins.removeSubrange(count...)
    }
    var results: [String: Value] = [:]
    do {
      defer { results = frames.removeLast().values }
      try lower(node)
    }
    for (name, value) in results {
      guard case .node(let index) = value else {
        try define(name, value, by: node.name, at: node.offset)
        continue
      }
      var constant = Constant(type: .float, shape: graph.nodes[index].output.extents, elements: nil)
      ownership.derive(&constant, from: inputs, piece: Folding.isPiece(node) ? name : nil)
      try define(name, .constant(constant), by: node.name, at: node.offset)
    }
    return true
  }

  private mutating func lower(_ node: SourceNode) throws {
    if let function = file.functions["\(node.domain).\(node.op)"] { return try call(function, node) }
    for input in node.inputs where !input.isEmpty {
      if case .missing(let reason)? = lookUp(input) {
        // The first node that is not understood is named; those after it only follow.
        throw NotCounted(reason.hasPrefix("it reads") ? reason : "it reads '\(input)', whose shape is not known")
      }
    }
    guard let lowering = LoweringTable.lowering(node) else {
      throw NotCounted("the operator \(node.fullName) is not known")
    }
    try lowering(&self, node)
  }

  /// The node is listed as not counted; what it makes has the shape that the file declares, if it does.
  private mutating func omit(_ node: SourceNode, _ reason: String, since count: Int) throws {
    omissions.append(Omission(name: node.name, op: node.fullName, reason: reason))
    var inputs: [Int] = []
    for name in node.inputs {
      if let value = lookUp(name), case .node(let index) = value { inputs.append(index) }
    }
    for output in node.outputs where !output.isEmpty {
      if lookUp(output) != nil { continue }
      guard let shape = declaredShape(output) else {
        try define(output, .missing(reason), by: node.name)
        continue
      }
      let op = Op<Expr>.tensor(.opaque(OpaqueOperator(name: node.op, output: Shape(shape))))
      try define(output, .node(try emit(op, inputs, for: node)), by: node.name)
    }
  }

  // MARK: Functions and subgraphs

  /// Writes a function of the model out in the place of the node that calls it.
  private mutating func call(_ function: SourceFunction, _ node: SourceNode) throws {
    guard frames.count <= ModelLimits.depth else {
      throw ModelError("functions are nested more than \(ModelLimits.depth) deep", node: node.name)
    }
    var frame = newFrame()
    frame.seesOuter = false
    frame.prefix = frames[frames.count - 1].prefix + node.name + "."
    for (index, name) in function.inputs.enumerated() where node.hasInput(index) {
      frame.values[name] = lookUp(node.inputs[index])
    }
    for output in function.outputs { frame.uses[output] = 1 }
    frames.append(frame)
    try run(try function.nodes(for: node))
    let results = function.outputs.map { lookUp($0) }
    frames.removeLast()
    for (name, value) in zip(node.outputs, results) {
      try define(name, value ?? .missing("the function \(node.op) does not make it"), by: node.name)
    }
  }

  /// Imports a subgraph once.
  ///
  /// - Parameter arguments: what its inputs stand for.
  /// - Returns: its outputs.
  mutating func runSubgraph(_ attribute: String, of node: SourceNode, arguments: [Value]) throws -> [Value] {
    guard let message = try node.graph(attribute) else { throw NotCounted("it has no graph '\(attribute)'") }
    guard frames.count <= ModelLimits.depth else {
      throw ModelError("graphs are nested more than \(ModelLimits.depth) deep", node: node.name)
    }
    let source = try SourceGraph(message, folder: file.folder)
    var frame = newFrame()
    frame.declared = source.declared
    frame.prefix = frames[frames.count - 1].prefix + node.name + "."
    for (index, input) in source.inputs.enumerated() {
      frame.values[input.name] = index < arguments.count ? arguments[index] : .missing("'\(input.name)' is not given")
    }
    frames.append(frame)
    defer { frames.removeLast() }
    try run(source)
    return source.outputs.map { lookUp($0.name) ?? .missing("'\($0.name)' is not made") }
  }
}
