import ArchIR
import ArchSpec

/// Which layers are meant: `"conv 1x1"`, `"conv grouped @conv4.*"`; all words must fit.
struct LayerSelector {
  private let words: [String]
  private let place: Place

  init(_ text: String, at place: Place) {
    words = text.split(separator: " ").map(String.init)
    self.place = place
  }

  /// The nodes that fit, in the graph's order.
  ///
  /// - Throws: ``Diagnostic`` for a word that means nothing.
  func nodes(of graph: Graph<Int>) throws -> [Int] {
    let tests = try words.map { try test($0, graph) }
    return graph.layers.filter { index in tests.allSatisfy { $0(graph.nodes[index]) } }
  }

  private typealias Test = (Node<Int>) -> Bool

  private func test(_ word: String, _ graph: Graph<Int>) throws -> Test {
    func convolution(_ test: @escaping (Convolution<Int>, Int) -> Bool) -> Test {
      { node in
        guard case .convolution(let convolution) = node.op else { return false }
        return test(convolution, graph.nodes[node.inputs[0]].output.channels)
      }
    }
    if word.hasPrefix("@") { return { Self.matches($0.name, String(word.dropFirst())) } }
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
    guard Operators.names.contains(word) || ["add", "multiply", "concat"].contains(word) else {
      let known =
        Operators.names.sorted() + [
          "add", "multiply", "concat", "weighted", "grouped", "dense", "depthwise", "strided", "biased", "global",
        ]
      throw Diagnostic(
        "no layer is called '\(word)'", at: place,
        help: suggestion(for: word, among: known).map { "did you mean '\($0)'?" }
          ?? "names of layers begin with @, as @conv1")
    }
    return { $0.op.name == word }
  }

  /// Whether a name is the pattern or begins with it and a dot; `*` stands for anything within a level.
  private static func matches(_ name: String, _ pattern: String) -> Bool {
    glob(Array(name.utf8)[...], Array(pattern.utf8)[...])
  }

  private static func glob(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty || name.first == UInt8(ascii: ".") }
    if first == UInt8(ascii: "*") {
      let level = name.firstIndex(of: UInt8(ascii: ".")) ?? name.endIndex
      return (name.startIndex...level).contains { glob(name[$0...], pattern.dropFirst()) }
    }
    return name.first == first && glob(name.dropFirst(), pattern.dropFirst())
  }
}
