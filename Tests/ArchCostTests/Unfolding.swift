import ArchIR

extension Graph where D == Int {
  /// The graph with every copy that its folds stand for written out: what a fold means.
  ///
  /// Copies of a chain each take what the one before gives; parallel copies all take the same, and what joins them
  /// reads each by itself.
  func unfolded() throws -> Graph<Int> {
    var unfolding = Unfolding(graph: self)
    let end = try unfolding.run(nodes.indices, within: nil, [:])
    var result = unfolding.result
    result.outputs = outputs.map { Output(name: $0.name, node: end[$0.node]![0]) }
    return result
  }
}

private struct Unfolding {
  let graph: Graph<Int>
  var result: Graph<Int>

  init(graph: Graph<Int>) {
    self.graph = graph
    result = Graph(name: graph.name)
  }

  /// The nodes that stand for each old node: several for parallel copies.
  typealias Places = [Int: [Int]]

  /// Writes out some nodes; folds within `outer` only, each before those inside it.
  mutating func run(_ range: Range<Int>, within outer: Int?, _ start: Places) throws -> Places {
    var places = start
    var index = range.lowerBound
    while index < range.upperBound {
      // The largest fold that begins here; of two over the same nodes the later one was made around the earlier.
      let beginning = graph.folds.indices.filter {
        graph.folds[$0].nodes.lowerBound == index && graph.folds[$0].nodes.upperBound <= range.upperBound
          && (outer == nil || $0 < outer!)
      }
      guard let fold = beginning.max(by: { (graph.folds[$0].nodes.count, $0) < (graph.folds[$1].nodes.count, $1) })
      else {
        append(index, &places)
        index += 1
        continue
      }
      places = try run(fold, places)
      index = graph.folds[fold].nodes.upperBound
    }
    return places
  }

  private mutating func run(_ index: Int, _ start: Places) throws -> Places {
    let fold = graph.folds[index]
    var places = start
    var ends: [Int] = []
    for _ in 0..<fold.count {
      var inner = start
      if fold.arrangement == .chain, let last = ends.last { inner[fold.input] = [last] }
      inner = try run(fold.nodes, within: index, inner)
      ends += inner[fold.output]!
      for node in fold.nodes { places[node] = inner[node] }
    }
    if fold.arrangement == .parallel {
      places[fold.output] = ends
    } else {
      places[fold.output] = ends.last.map { [$0] } ?? start[fold.input]
    }
    return places
  }

  private mutating func append(_ index: Int, _ places: inout Places) {
    var node = graph.nodes[index]
    // Copies of a branch in which nothing happens are the same tensor over and over.
    node.inputs = node.inputs.indices.flatMap { operand in
      let copies = places[node.inputs[operand]]!
      return copies.count > 1 || node.copies.isEmpty ? copies : Array(repeating: copies[0], count: node.copies[operand])
    }
    node.times = 1
    node.copies = []
    node.scope = 0
    node.name = "\(result.nodes.count)"
    places[index] = [result.nodes.count]
    result.nodes.append(node)
  }
}
