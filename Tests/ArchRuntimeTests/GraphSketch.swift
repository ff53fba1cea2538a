import ArchIR
import Testing

/// A graph written down node by node, with the shapes that inference gives.
struct GraphSketch {
  var graph = Graph<Int>(name: "sketch")

  mutating func input(_ extents: Int...) -> Int {
    graph.nodes.append(Node(name: "input\(graph.nodes.count)", op: .input, inputs: [], output: Shape(extents)))
    return graph.nodes.count - 1
  }

  mutating func stored(_ extents: Int...) -> Int {
    let shape = Shape(extents)
    graph.nodes.append(
      Node(
        name: "stored\(graph.nodes.count)", op: .tensor(.stored(StoredTensor(shape: shape, isLearned: true))),
        inputs: [], output: shape))
    return graph.nodes.count - 1
  }

  mutating func add(_ op: Op<Int>, _ inputs: Int...) throws -> Int { try add(op, inputs) }

  mutating func add(_ op: Op<Int>, _ inputs: [Int]) throws -> Int {
    let output = try op.outputShape(of: inputs.map { graph.nodes[$0].output })
    graph.nodes.append(Node(name: "\(op.name)\(graph.nodes.count)", op: op, inputs: inputs, output: output))
    return graph.nodes.count - 1
  }

  /// The graph with these nodes as outputs, the last one if none is named.
  func finished(_ outputs: Int...) -> Graph<Int> {
    var graph = graph
    let nodes = outputs.isEmpty ? [graph.nodes.count - 1] : outputs
    graph.outputs = nodes.map { Output(name: graph.nodes[$0].name, node: $0) }
    return graph
  }
}

extension Op<Int> {
  static func conv(_ kernel: Int, _ channels: Int, stride: Int = 1, groups: Int = 1, bias: Bool = false) -> Op {
    .convolution(
      Convolution(
        outputChannels: channels, kernel: [kernel, kernel], stride: [stride, stride],
        padding: Padding(before: [kernel / 2, kernel / 2], after: [kernel / 2, kernel / 2]), dilation: [1, 1],
        groups: groups, hasBias: bias))
  }
}
