import ArchAlgebra
import ArchIR

/// Dotted names for nodes, and the scopes that they stand in.
///
/// A name comes, best first, from the tensor that the operator takes its weights from (`layer1.0.conv1.weight`), from the
/// modules that the exporter has noted, or from the node's own name, which exporters write as a path.
struct NodeNames {
  private var weights: [Int: String] = [:]
  private var sources: [Int: (name: String, namespace: String?)] = [:]
  /// Those that stand for several nodes of the file.
  private var layers: Set<Int> = []

  mutating func note(_ index: Int, _ node: SourceNode) { sources[index] = (node.name, node.namespace) }

  /// The node stands for several of the file, of which the given one is the last.
  mutating func noteLayer(_ index: Int, _ last: SourceNode) {
    note(index, last)
    layers.insert(index)
  }

  mutating func note(_ index: Int, weight: String) { weights[index] = weight }

  func weight(_ index: Int) -> String? { weights[index] }

  mutating func forget(_ index: Int) {
    (weights[index], sources[index]) = (nil, nil)
    layers.remove(index)
  }

  /// Names all nodes and opens their scopes.
  func finish(_ graph: inout Graph<Expr>) {
    var scopes: [String: Int] = ["": 0]
    var taken: [String: Int] = [:]
    for index in graph.nodes.indices {
      let path = path(index, graph.nodes[index])
      graph.nodes[index].scope = scope(path.dropLast(), &scopes, &graph)
      let name = path.joined(separator: ".")
      let count = (taken[name] ?? 0) + 1
      taken[name] = count
      var unique = count == 1 ? name : "\(name)_\(count)"
      // The suffix can make another node's name.
      while count > 1, taken[unique] != nil { unique += "_" }
      if count > 1 { taken[unique] = 1 }
      graph.nodes[index].name = unique
    }
  }

  private func scope(_ path: ArraySlice<String>, _ scopes: inout [String: Int], _ graph: inout Graph<Expr>) -> Int {
    let name = path.joined(separator: ".")
    if let known = scopes[name] { return known }
    let parent = scope(path.dropLast(), &scopes, &graph)
    scopes[name] = graph.scopes.count
    graph.scopes.append(Scope(name: name, parent: parent))
    return graph.scopes.count - 1
  }

  private func path(_ index: Int, _ node: Node<Expr>) -> [String] {
    if let weight = weights[index], weight.contains("."), !weight.contains(":"), !weight.contains("/") {
      let parts = weight.split(separator: ".").map(String.init)
      if parts.count > 1, Self.isName(parts[0]) { return Self.limited(Array(parts.dropLast())) }
    }
    guard let source = sources[index] else { return Self.limited([node.name.replacingDots()]) }
    if let namespace = source.namespace, let modules = Self.modules(namespace) {
      return Self.limited(modules + [node.op.name])
    }
    let parts = Self.modules(source.name.split(separator: "/").map(String.init))
    // What stands last in an exporter's path is the operator.
    if parts.count > 1 {
      let own = layers.contains(index) ? node.op.name : Self.lowercased(parts.last!)
      return Self.limited(Array(parts.dropLast()) + [own])
    }
    return Self.limited([source.name.replacingDots()])
  }

  private static func isName(_ text: String) -> Bool { text.first.map { $0.isLetter || $0 == "_" } ?? false }

  /// `: Network/layer1: Sequential/layer1.0: Block/layer1.0.conv1: Conv2d/conv2d: aten…` to `layer1`, `0`, `conv1`.
  private static func modules(_ namespace: String) -> [String]? {
    let parts = namespace.split(separator: "/").map { part in
      String(part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)[0])
    }
    guard parts.count > 1 else { return nil }
    // The last part is the operator.
    return modules(parts.dropLast().filter { !$0.isEmpty })
  }

  /// Each part names its module in full or from its parent on: what it shares with its parent is left out.
  private static func modules(_ parts: [String]) -> [String] {
    var result: [String] = []
    var full = ""
    for part in parts where !part.isEmpty {
      let own = !full.isEmpty && part.hasPrefix(full + ".") ? String(part.dropFirst(full.count + 1)) : part
      if part == full { continue }
      result += own.split(separator: ".").map(String.init)
      full = part
    }
    return result
  }

  /// `MaxPool_1` to `maxpool_1`.
  private static func lowercased(_ name: String) -> String { name.lowercased() }

  /// Names are shown and compared: a path of thousands of parts is a name of one.
  private static func limited(_ path: [String]) -> [String] {
    path.count <= 24 && !path.isEmpty ? path : [path.joined(separator: "_")]
  }
}

extension String {
  /// A name of one part.
  fileprivate func replacingDots() -> String { String(map { $0 == "." || $0 == "/" ? "_" : $0 }) }
}
