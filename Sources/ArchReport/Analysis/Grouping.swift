import ArchAlgebra
import ArchCost
import ArchIR

/// A part of a network with its cost: a stage, a block, a layer, or all operators of a type.
public struct Part<D: Dimension>: Sendable {
  /// Dotted; the last component is what it is called within its parent.
  public var name: String
  /// The name of the operator; `nil` for what has several.
  public var op: String?
  /// What it costs, all copies of a repetition together, siblings apart.
  public var cost: Cost<D>
  /// The shape that comes out; `nil` for what has no single output.
  public var output: Shape<D>?
  /// The node of the graph, if it is a layer.
  public var node: Int?
  /// The parts within, in the order in which they run.
  public var children: [Part]
  /// How many equal siblings in a row it stands for.
  public var copies = 1

  /// What it is called within its parent.
  public var shortName: String { String(name.split(separator: ".").last ?? Substring(name)) }
}

extension Analysis {
  /// The network as a tree of its scopes, with the layers as leaves.
  public func tree() throws -> [Part<D>] {
    var members = [[Member]](repeating: [], count: graph.scopes.count)
    for (index, scope) in graph.scopes.enumerated().dropFirst() {
      members[scope.parent!].append(.scope(index))
    }
    for index in graph.layers where !graph.nodes[index].op.isView {
      members[graph.nodes[index].scope].append(.node(index))
    }
    // Scopes were opened before their nodes were made: order siblings by the first node within.
    let first = firstNodes()
    return try parts(of: 0, members: members, first: first)
  }

  private enum Member {
    case scope(Int)
    case node(Int)
  }

  private func firstNodes() -> [Int] {
    var first = [Int](repeating: .max, count: graph.scopes.count)
    for (index, node) in graph.nodes.enumerated() {
      var scope: Int? = node.scope
      while let current = scope, first[current] == .max {
        first[current] = index
        scope = graph.scopes[current].parent
      }
    }
    return first
  }

  private func parts(of scope: Int, members: [[Member]], first: [Int]) throws -> [Part<D>] {
    let ordered = members[scope].sorted { position($0, first) < position($1, first) }
    return try ordered.compactMap { member in
      switch member {
      case .node(let index):
        let node = graph.nodes[index]
        return Part(
          name: node.name, op: node.op.name, cost: try cost(of: [index]), output: node.output, node: index,
          children: [])
      case .scope(let index):
        let children = try parts(of: index, members: members, first: first)
        guard let last = children.last else { return nil }
        var cost = Cost<D>()
        for child in children { try cost.add(child.cost) }
        return Part(
          name: graph.scopes[index].name, op: nil, cost: cost, output: last.output, node: nil, children: children)
      }
    }
  }

  private func position(_ member: Member, _ first: [Int]) -> Int {
    switch member {
    case .node(let index): index
    case .scope(let index): first[index]
    }
  }

  /// All layers, in order.
  public func layerParts() throws -> [Part<D>] {
    try graph.layers.filter { !graph.nodes[$0].op.isView }.map { index in
      let node = graph.nodes[index]
      return Part(
        name: node.name, op: node.op.name, cost: try cost(of: [index]), output: node.output, node: index, children: [])
    }
  }

  /// The operators by type: convolutions by kernel and grouping, the others by name; the costliest first.
  public func typeParts() throws -> [Part<D>] {
    var order: [String] = []
    var sums: [String: Part<D>] = [:]
    for index in graph.layers where !graph.nodes[index].op.isView {
      let type = graph.nodes[index].op.type(input: graph.nodes[index].inputs.first.map { graph.nodes[$0].output })
      if sums[type] == nil {
        order.append(type)
        sums[type] = Part(
          name: type, op: graph.nodes[index].op.name, cost: Cost(), output: nil, node: nil, children: [], copies: 0)
      }
      try sums[type]!.cost.add(try cost(of: [index]))
      sums[type]!.copies += 1
    }
    return order.map { sums[$0]! }
  }
}

extension Op {
  /// The operator's type as tables of papers name it: `conv 3×3`, `conv 3×3 depthwise`, `linear`.
  public func type(input: Shape<D>?) -> String {
    guard case .convolution(let convolution) = self else { return name }
    let kernel = convolution.kernel.map(\.description).joined(separator: "×")
    if convolution.groups == D(1) { return "\(name) \(kernel)" }
    return "\(name) \(kernel) " + (convolution.groups == input?.channels ? "depthwise" : "grouped")
  }
}

extension Array where Element == Part<Int> {
  /// Equal siblings that follow one another, and have numbers instead of labels, become one part with a range for a name.
  func collapsed() -> [Part<Int>] {
    var result: [Part<Int>] = []
    var first: Part<Int>?
    for part in self {
      if let last = result.last, last.children.count > 0, last.isEqual(part), let first, first.isNumbered,
        part.isNumbered
      {
        result[result.count - 1].copies += 1
        result[result.count - 1].name = "\(first.name)–\(part.shortName)"
      } else {
        result.append(part)
        first = part
      }
    }
    return result
  }
}

extension Part<Int> {
  fileprivate var isNumbered: Bool { Int(shortName) != nil }

  fileprivate func isEqual(_ other: Part<Int>) -> Bool {
    output == other.output && children.count == other.children.count && cost.parameters == other.cost.parameters
      && cost.tally == other.cost.tally
  }
}
