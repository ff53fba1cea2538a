import ArchIR
import ArchSpec

/// Which layers are meant: `"conv 1x1"`, `"conv grouped @conv4.*"`; all words must fit.
struct LayerSelector {
  private let text: String
  private let place: Place

  init(_ text: String, at place: Place) {
    self.text = text
    self.place = place
  }

  /// The nodes that fit, in the graph's order.
  ///
  /// - Parameter specification: what the graph is made from.
  /// - Throws: ``Diagnostic`` for a word that no layer could fit, whatever the settings are.
  func nodes(of graph: Graph<Int>, in specification: Specification) throws -> [Int] {
    try LayerWords.check(text, of: specification.network(named: graph.name), in: specification, at: place)
    let tests = text.split(separator: " ").map { test(String($0), graph) }
    return graph.layers.filter { index in tests.allSatisfy { $0(graph.nodes[index]) } }
  }

  private typealias Test = (Node<Int>) -> Bool

  private func test(_ word: String, _ graph: Graph<Int>) -> Test {
    func convolution(_ test: @escaping (Convolution<Int>, Int) -> Bool) -> Test {
      { node in
        guard case .convolution(let convolution) = node.op else { return false }
        return test(convolution, graph.nodes[node.inputs[0]].output.channels)
      }
    }
    if word.hasPrefix("@") { return { LayerWords.fits($0.name, String(word.dropFirst())) } }
    switch word {
    case "weighted":
      return { node in
        switch node.op {
        case .convolution, .linear: true
        default: false
        }
      }
    case "grouped": return convolution { convolution, _ in convolution.groups > 1 }
    case "dense": return convolution { convolution, _ in convolution.groups == 1 }
    case "depthwise": return convolution { $0.groups == $1 && $1 > 1 }
    case "strided": return convolution { convolution, _ in convolution.stride.contains { $0 > 1 } }
    case "biased":
      return { node in
        switch node.op {
        case .convolution(let convolution): convolution.hasBias
        case .linear(let linear): linear.hasBias
        default: false
        }
      }
    case "global":
      return { node in if case .adaptivePool(let pool) = node.op { pool.output.allSatisfy { $0 == 1 } } else { false } }
    default: break
    }
    if let number = Int(word.dropFirst()) {
      if word.hasPrefix("g") { return convolution { convolution, _ in convolution.groups == number } }
      if word.hasPrefix("s") { return convolution { convolution, _ in convolution.stride.allSatisfy { $0 == number } } }
    }
    let extents = word.split(separator: "x").map { Int($0) }
    if extents.count == 2, let height = extents[0], let width = extents[1] {
      return { node in
        switch node.op {
        case .convolution(let convolution): convolution.kernel == [height, width]
        case .pool(let pool): pool.kernel == [height, width]
        default: false
        }
      }
    }
    return { $0.op.name == word }
  }
}
