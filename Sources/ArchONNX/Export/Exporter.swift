import ArchAlgebra
import ArchIR

/// Writes the nodes of a graph as nodes of ONNX, named as in the graph.
struct Exporter {
  let graph: Graph<Int>
  let weights: (any ExportWeights)?
  /// The file that stands for numbers that are left out, and the bytes that it must have.
  private let zeros: String
  private(set) var zeroBytes = 0
  private var nodes = MessageWriter<GraphField>()
  private var initializers = MessageWriter<GraphField>()
  /// The name of each node's tensor.
  private var tensors: [String] = []
  private var constants: Set<String> = []
  private(set) var current = 0

  init(graph: Graph<Int>, weights: (any ExportWeights)?, zeros: String) {
    self.graph = graph
    self.weights = weights
    self.zeros = zeros
  }

  mutating func run() throws {
    nodes.text(.name, graph.name.isEmpty ? "network" : graph.name)
    for (index, node) in graph.nodes.enumerated() {
      current = index
      if node.op == .input {
        tensors.append(node.name)
        continue
      }
      tensors.append(node.op.isView && !isFlatten(node.op) ? tensors[node.inputs[0]] : node.name)
      if tensors[index] == node.name { try export(node) }
    }
  }

  private func isFlatten(_ op: Op<Int>) -> Bool {
    switch op {
    case .flatten, .tensor(.reshape): true
    default: false
    }
  }

  /// The graph: nodes, then tensors, then what goes in and comes out.
  func message() -> MessageWriter<GraphField> {
    var result = nodes
    result.append(initializers)
    for index in graph.inputs { result.message(.input, valueInfo(graph.nodes[index].name, graph.nodes[index].output)) }
    var named: Set<String> = []
    for output in graph.outputs where named.insert(tensors[output.node]).inserted {
      result.message(.output, valueInfo(tensors[output.node], graph.nodes[output.node].output))
    }
    return result
  }

  private func valueInfo(_ name: String, _ shape: Shape<Int>) -> MessageWriter<ValueInfoField> {
    var info = MessageWriter<ValueInfoField>()
    info.text(.name, name)
    info.message(.type, TypeField.self) { type in
      type.message(.tensor, TensorTypeField.self) { tensor in
        tensor.integer(.elementType, ElementType.float.rawValue)
        tensor.message(.shape, ShapeField.self) { message in
          for extent in shape.extents {
            message.message(.dimension, DimensionField.self) { $0.integer(.value, extent) }
          }
        }
      }
    }
    return info
  }

  // MARK: What spellings are written with

  var node: Node<Int> { graph.nodes[current] }
  var inputs: [String] { node.inputs.map { tensors[$0] } }
  var input: Shape<Int> { graph.nodes[node.inputs[0]].output }

  /// Adds a node whose tensor has the given name; the last one of a spelling has the name of the graph's node.
  mutating func add(
    _ op: String, _ inputs: [String], to output: String? = nil, integers: [(String, Int)] = [],
    lists: [(String, [Int])] = [],
    floats: [(String, Float)] = [], texts: [(String, String)] = []
  ) {
    let output = output ?? node.name
    nodes.message(.node, NodeField.self) { message in
      for input in inputs { message.text(.input, input) }
      message.text(.output, output)
      message.text(.name, output)
      message.text(.operatorType, op)
      func attribute(_ name: String, type: Int, _ value: (inout MessageWriter<AttributeField>) -> Void) {
        message.message(.attribute, AttributeField.self) {
          $0.text(.name, name)
          value(&$0)
          $0.integer(.type, type)
        }
      }
      for (name, value) in integers { attribute(name, type: 2) { $0.integer(.integer, value) } }
      for (name, values) in lists { attribute(name, type: 7) { $0.integers(.integers, values) } }
      for (name, value) in floats { attribute(name, type: 1) { $0.float(.float, value) } }
      for (name, text) in texts { attribute(name, type: 3) { $0.text(.bytes, text) } }
    }
  }

  /// A name for a tensor on the way to the node's own.
  func step(_ name: String) -> String { "\(node.name)/\(name)" }

  /// A tensor of the network: its name.
  mutating func tensor(_ role: TensorRole, _ extents: [Int]) -> String {
    let (index, graph) = (node.parametersOf ?? current, graph)
    let name = "\(graph.nodes[index].name).\(role.exportName)"
    guard constants.insert(name).inserted else { return name }
    guard let weights else {
      omit(name, extents)
      return name
    }
    initializers.message(.initializer, TensorField.self) { message in
      message.integers(.dims, extents)
      message.integer(.dataType, ElementType.float.rawValue)
      message.text(.name, name)
      message.floats(.rawData, count: extents.reduce(1, *)) { weights.numbers(ofNode: index, role, in: graph) }
    }
    return name
  }

  /// A tensor whose numbers are left out: it refers to zeros in another file, as many as the largest tensor has.
  private mutating func omit(_ name: String, _ extents: [Int]) {
    let byteCount = 4 * extents.reduce(1, *)
    zeroBytes = max(zeroBytes, byteCount)
    let location = zeros
    initializers.message(.initializer, TensorField.self) { message in
      message.integers(.dims, extents)
      message.integer(.dataType, ElementType.float.rawValue)
      message.text(.name, name)
      for (key, value) in [("location", location), ("offset", "0"), ("length", "\(byteCount)")] {
        message.message(.externalData, EntryField.self) {
          $0.text(.key, key)
          $0.text(.value, value)
        }
      }
      message.integer(.dataLocation, 1)
    }
  }

  /// A constant of the computation: its name.
  mutating func constant(_ name: String, floats: [Float], extents: [Int]? = nil) -> String {
    let full = step(name)
    initializers.message(.initializer, TensorField.self) { message in
      message.integers(.dims, extents ?? [floats.count])
      message.integer(.dataType, ElementType.float.rawValue)
      message.text(.name, full)
      message.floats(.rawData, count: floats.count) { floats }
    }
    return full
  }

  /// A factor that is not learned stands as a node of its own, so that nobody counts it among the parameters.
  mutating func filled(_ name: String, with value: Float, count: Int) -> String {
    let full = step(name)
    nodes.message(.node, NodeField.self) { message in
      message.text(.output, full)
      message.text(.name, full)
      message.text(.operatorType, "Constant")
      message.message(.attribute, AttributeField.self) { attribute in
        attribute.text(.name, "value")
        attribute.integer(.type, 4)
        attribute.message(.tensor, TensorField.self) { tensor in
          tensor.integer(.dims, count)
          tensor.integer(.dataType, ElementType.float.rawValue)
          tensor.floats(.rawData, count: count) { Array(repeating: value, count: count) }
        }
      }
    }
    return full
  }

  mutating func constant(_ name: String, integers: [Int]) -> String {
    let full = step(name)
    initializers.message(.initializer, TensorField.self) { message in
      message.integers(.dims, [integers.count])
      message.integer(.dataType, ElementType.int64.rawValue)
      message.text(.name, full)
      message.data(.rawData, integers.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } })
    }
    return full
  }
}

extension TensorRole {
  /// As PyTorch names them.
  fileprivate var exportName: String {
    switch self {
    case .scale: "weight"
    case .shift: "bias"
    case .mean: "running_mean"
    case .variance: "running_var"
    default: rawValue
    }
  }
}
