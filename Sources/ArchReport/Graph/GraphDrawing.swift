import ArchAlgebra
import ArchIR

/// A network's graph as other programs draw it: boxes in nested frames, and arrows.
///
/// Stages, blocks and branches are frames. Where `depth` is given, what lies deeper is one box per scope.
public struct GraphDrawing: Sendable {
  /// A box: an operator, or a scope that is shown as one.
  struct Box {
    var lines: [String]
    var kind: Kind
    /// The frame that it stands in.
    var frame: Int
  }

  /// What a box is coloured by.
  enum Kind: CaseIterable { case input, weights, pool, pointwise, merge, scope }

  let graph: Graph<Int>
  /// By the node or, for scopes shown as one, the first node within: in the order in which they run.
  private(set) var boxes: [(id: Int, box: Box)] = []
  private(set) var edges: [(from: Int, to: Int)] = []
  private let idOfBox: [Int]
  /// The scopes that are frames, each with its boxes and inner frames.
  private(set) var frames: [Int: (boxes: [Int], frames: [Int])] = [:]

  /// - Parameter depth: the level of the scopes that are boxes, as the depth of a table; `nil` draws every operator.
  public init(_ graph: Graph<Int>, depth: Int? = nil) {
    self.graph = graph
    let closed = Self.closedScopes(graph, depth: depth)
    var idOfScope: [Int: Int] = [:]
    var idOfNode: [Int] = []
    var positions: [Int: Int] = [:]
    for (index, node) in graph.nodes.enumerated() {
      let scope = closed[node.scope]
      let id = scope.map { idOfScope[$0] ?? index } ?? index
      idOfNode.append(id)
      if let scope, idOfScope[scope] == nil { idOfScope[scope] = id }
      if let position = positions[id] {
        boxes[position].box.lines[1] = node.output.description
      } else {
        positions[id] = boxes.count
        boxes.append((id, scope.map { Self.box(scope: $0, of: graph, node) } ?? Self.box(node)))
      }
    }
    var known: Set<[Int]> = []
    for (index, node) in graph.nodes.enumerated() {
      for input in node.inputs {
        let edge = (from: idOfNode[input], to: idOfNode[index])
        if edge.from != edge.to, known.insert([edge.from, edge.to]).inserted { edges.append(edge) }
      }
    }
    idOfBox = idOfNode
    nest()
  }

  /// The box that a node is drawn in.
  func box(ofNode node: Int) -> Int { idOfBox[node] }

  /// For each scope the scope whose box it is part of, if it is not a frame itself.
  private static func closedScopes(_ graph: Graph<Int>, depth: Int?) -> [Int?] {
    var levels: [Int] = []
    var closed: [Int?] = []
    for (index, scope) in graph.scopes.enumerated() {
      guard let parent = scope.parent else {
        levels.append(0)
        closed.append(nil)
        continue
      }
      levels.append(levels[parent] + 1)
      closed.append(closed[parent] ?? (depth.map { levels[index] >= $0 } == true ? index : nil))
    }
    return closed
  }

  /// Frames by the order in which their first boxes run.
  private mutating func nest() {
    frames[0] = ([], [])
    for (id, box) in boxes {
      var scope = box.frame
      if frames[scope] == nil { frames[scope] = ([], []) }
      frames[scope]!.boxes.append(id)
      while let parent = graph.scopes[scope].parent {
        if frames[parent] == nil { frames[parent] = ([], []) }
        if !frames[parent]!.frames.contains(scope) { frames[parent]!.frames.append(scope) }
        scope = parent
      }
    }
  }

  private static func box(_ node: Node<Int>) -> Box {
    let window = node.op.windowText
    return Box(
      lines: [node.op.name + (window.isEmpty ? "" : " " + window), node.output.description], kind: kind(node.op),
      frame: node.scope)
  }

  private static func box(scope: Int, of graph: Graph<Int>, _ node: Node<Int>) -> Box {
    Box(
      lines: [shortName(graph.scopes[scope].name), node.output.description], kind: .scope,
      frame: graph.scopes[scope].parent ?? 0)
  }

  private static func kind(_ op: Op<Int>) -> Kind {
    switch op {
    case .input: .input
    case .convolution, .linear: .weights
    case .pool, .adaptivePool, .upsample: .pool
    case .add, .multiply, .concatenation: .merge
    default: .pointwise
    }
  }

  static func shortName(_ name: String) -> String { String(name.split(separator: ".").last ?? Substring(name)) }
}
