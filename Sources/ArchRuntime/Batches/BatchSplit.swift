import ArchAlgebra
import ArchIR

/// A network on a batch, cut in two: the layers that look at one image each, and those after them.
///
/// Convolutions meet the images of a batch one after the other anyway. Where all of a network's layers do so, what an
/// image makes stays in the caches from layer to layer, and threads that have an image each need not wait for one
/// another. A linear layer is better off with all images at once: its weights are read once.
struct BatchSplit: Sendable {
  /// Some nodes of the whole graph as a graph of their own.
  struct Part: Sendable {
    var graph: Graph<Int>
    /// For each node its number in the whole graph.
    var nodes: [Int]
    /// The other way round.
    var place: [Int: Int]

    var outputElements: [Int] { graph.outputs.map { graph.nodes[$0.node].output.extents.reduce(1, *) } }
  }

  let images: Int
  /// The layers that have an image to themselves, for one image. Its outputs are those that it has of the whole graph's,
  /// and what the rest reads.
  let own: Part
  /// What is left, for the whole batch; its first inputs are `handedOn`.
  let rest: Part?
  /// Positions among the own part's outputs.
  let handedOn: [Int]
  /// Where each output of the whole graph comes from: the part, and the position among its outputs.
  let outputs: [(isOwn: Bool, position: Int)]

  /// - Returns: nil for one image, and where too much would be handed on.
  init?(_ graph: Graph<Int>) {
    guard let first = graph.inputs.first, graph.nodes[first].output.rank > 2,
      case let images = graph.nodes[first].output.batch, images > 1
    else { return nil }
    self.images = images
    let isOwn = Self.ownNodes(graph, images)
    var crossing: Set<Int> = []
    for (index, node) in graph.nodes.enumerated() where !isOwn[index] {
      crossing.formUnion(node.inputs.filter { isOwn[$0] })
    }
    func elements(_ nodes: some Sequence<Int>) -> Int? {
      nodes.reduce(0) { sum, node in
        guard let sum, let count = try? graph.nodes[node].output.elements() else { return nil }
        let (result, overflow) = sum.addingReportingOverflow(count)
        return overflow ? nil : result
      }
    }
    // What is handed on is copied: no more than a little beside all that the images make.
    let layers = graph.layers.filter { isOwn[$0] && !graph.nodes[$0].op.isView }
    guard !layers.isEmpty, let made = elements(layers), let copied = elements(crossing), copied <= made / 4 else {
      return nil
    }

    let handed = crossing.sorted()
    let wanted = crossing.union(graph.outputs.map(\.node).filter { isOwn[$0] }).sorted()
    let position = Dictionary(uniqueKeysWithValues: wanted.enumerated().map { ($1, $0) })
    let names = wanted.map { Output(name: graph.nodes[$0].name, node: $0) }
    own = Self.part(of: graph, graph.nodes.indices.filter { isOwn[$0] }, outputs: names, images: 1)
    handedOn = handed.map { position[$0]! }
    let others = graph.nodes.indices.filter { !isOwn[$0] }
    let last = graph.outputs.filter { !isOwn[$0.node] }
    rest = others.isEmpty ? nil : Self.part(of: graph, others, inputs: handed, outputs: last)
    var next = 0
    outputs = graph.outputs.map { output in
      if let position = position[output.node] { return (true, position) }
      defer { next += 1 }
      return (false, next)
    }
  }

  private static func ownNodes(_ graph: Graph<Int>, _ images: Int) -> [Bool] {
    var isOwn = [Bool](repeating: false, count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() {
      isOwn[index] =
        node.output.rank > 2 && node.output.batch == images && node.op.keepsImagesApart
        && node.inputs.allSatisfy { isOwn[$0] }
    }
    return isOwn
  }

  /// - inputs: nodes that are inputs of the part.
  /// - outputs: by the whole graph's nodes, as all arguments.
  /// - images: of the part's tensors, if not those of the whole graph's.
  private static func part(
    of graph: Graph<Int>, _ nodes: [Int], inputs: [Int] = [], outputs: [Output], images: Int? = nil
  ) -> Part {
    var part = Part(graph: Graph(name: graph.name), nodes: inputs + nodes, place: [:])
    for (number, index) in part.nodes.enumerated() {
      let node = graph.nodes[index]
      let isInput = number < inputs.count
      var copy = Node(
        name: node.name, op: isInput ? .input : node.op, inputs: isInput ? [] : node.inputs.map { part.place[$0]! },
        output: node.output)
      if let images { copy.output.extents[0] = images }
      part.place[index] = number
      part.graph.nodes.append(copy)
    }
    part.graph.outputs = outputs.map { Output(name: $0.name, node: part.place[$0.node]!) }
    return part
  }
}

/// The numbers of a whole graph for a part of it.
struct PartialWeights: NetworkWeights {
  let whole: any NetworkWeights
  let graph: Graph<Int>
  let nodes: [Int]

  func weights(ofNode node: Int, in part: Graph<Int>) -> LayerWeights { whole.weights(ofNode: nodes[node], in: graph) }
}

extension Op where D == Int {
  /// Whether it makes each image of the same image of what it reads, and its weights are few beside the work on one image.
  fileprivate var keepsImagesApart: Bool {
    switch self {
    case .linear, .flatten, .tensor: false
    case .input, .convolution, .normalization, .activation, .pool, .adaptivePool, .add, .multiply, .concatenation,
      .permutation, .slice, .padding, .channelPadding, .dropout, .localResponseNormalization, .upsample, .scale,
      .constantScale:
      true
    }
  }
}
