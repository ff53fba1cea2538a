import ArchAlgebra
import ArchIR

extension LoweringTable {
  static let control: [String: Lowering] = [
    "If": { try $0.branch($1) },
    "Loop": { try $0.loop($1) },
    "Scan": { try $0.scan($1) },
    // What random numbers and constants of unknown values have is a shape.
    "ConstantOfShape": { importer, node in
      guard let shape = try importer.elements(node, 0) else { throw NotCounted("its shape is not known") }
      try importer.define(node, .constant(Constant(type: .float, shape: shape, elements: nil)))
    },
    "RandomNormalLike": {
      try $0.define($1, .constant(Constant(type: .float, shape: try $0.shape($1, 0).extents, elements: nil)))
    },
    "RandomUniformLike": {
      try $0.define($1, .constant(Constant(type: .float, shape: try $0.shape($1, 0).extents, elements: nil)))
    },
  ]
}

extension Importer {
  /// A condition that is known decides; otherwise both branches are counted once, and the first gives the shapes.
  fileprivate mutating func branch(_ node: SourceNode) throws {
    var taken = ["then_branch", "else_branch"]
    if case .constant(let condition) = try input(node, 0),
      let value = try elements(of: condition)?.first?.integerConstant
    {
      taken = [value != 0 ? "then_branch" : "else_branch"]
    } else {
      remarks.append("\(node.name): which branch runs is not known; both are counted once")
    }
    var results: [[Value]] = []
    for attribute in taken { results.append(try runSubgraph(attribute, of: node, arguments: [])) }
    for index in node.outputs.indices {
      let candidates = results.compactMap { index < $0.count ? $0[index] : nil }
      let known = candidates.first { if case .missing = $0 { false } else { true } }
      try define(node, known ?? .missing("no branch tells its shape"), output: index)
    }
  }

  /// The body counts once: how often it runs is known when it runs.
  fileprivate mutating func loop(_ node: SourceNode) throws {
    let trips = (try? integers(node, 0))??.first
    remarks.append(
      "\(node.name): the body of the loop is counted once\(trips.map { ", it runs at most \($0) times" } ?? "")")
    let counter = Value.constant(Constant(type: .int64, shape: [], elements: nil))
    let condition = Value.constant(Constant(type: .boolean, shape: [], elements: nil))
    var arguments = [counter, condition]
    for index in node.inputs.indices.dropFirst(2) { arguments.append(try anyValue(node, index)) }
    let results = try runSubgraph("body", of: node, arguments: arguments)
    let carried = max(0, node.inputs.count - 2)
    for index in node.outputs.indices {
      guard index + 1 < results.count else {
        try define(node, .missing("the body does not make it"), output: index)
        continue
      }
      if index < carried {
        try define(node, results[index + 1], output: index)
      } else {
        try defineStacked(node, results[index + 1], trips: trips, output: index)
      }
    }
  }

  fileprivate mutating func scan(_ node: SourceNode) throws {
    let scanned = node.integer("num_scan_inputs") ?? 1
    guard (1...max(1, node.inputs.count)).contains(scanned), node.inputs.count >= scanned else {
      throw NotCounted("it has fewer inputs than it scans")
    }
    remarks.append("\(node.name): the body of the scan is counted once")
    let states = node.inputs.count - scanned
    var arguments: [Value] = []
    var trips: Int?
    for index in node.inputs.indices {
      let value = try anyValue(node, index)
      guard index >= states else {
        arguments.append(value)
        continue
      }
      let source = try operand(value)
      let extents = graph.nodes[source].output.extents
      guard let first = extents.first else { throw NotCounted("it scans a number") }
      trips = first.integerConstant
      arguments.append(
        .node(
          try emit(
            .tensor(.rearrangement(Rearrangement(.gather, output: Shape(Array(extents.dropFirst()))))), [source],
            for: node)))
    }
    let results = try runSubgraph("body", of: node, arguments: arguments)
    for index in node.outputs.indices {
      guard index < results.count else {
        try define(node, .missing("the body does not make it"), output: index)
        continue
      }
      if index < states {
        try define(node, results[index], output: index)
      } else {
        try defineStacked(node, results[index], trips: trips, output: index)
      }
    }
  }

  private func anyValue(_ node: SourceNode, _ index: Int) throws -> Value {
    node.hasInput(index) ? try input(node, index) : .missing("it is left out")
  }

  /// What every turn of a loop gives, one after another.
  private mutating func defineStacked(_ node: SourceNode, _ value: Value, trips: Int?, output: Int) throws {
    guard let trips, trips >= 0, trips < 1 << 31, case .node(let index) = value else {
      return try define(node, .missing("how often the loop runs is not known"), output: output)
    }
    let shape = Shape([Expr(trips)] + graph.nodes[index].output.extents)
    try conclude(.tensor(.rearrangement(Rearrangement(.tile, output: shape))), [index], for: node, output: output)
  }
}
