import ArchAlgebra
import ArchIR

/// Gives nodes and scopes their dotted names once all of them are known.
///
/// What has a label is called by it; an operator without one by its kind, a block without one by its number among
/// its siblings. What would share a name is numbered: `conv1`, `conv2`.
struct Naming {
  private enum Child {
    case node(Int, base: String)
    case scope(Int, label: String?)

    var base: String? {
      switch self {
      case .node(_, let base): base
      case .scope(_, let label): label
      }
    }
  }

  private var children: [[Child]] = [[]]
  private var nodeCount = 0

  mutating func addScope(label: String?, to parent: Int) {
    children[parent].append(.scope(children.count, label: label))
    children.append([])
  }

  mutating func addNode(base: String, to scope: Int) {
    children[scope].append(.node(nodeCount, base: base))
    nodeCount += 1
  }

  func assign<D: Dimension>(to graph: inout Graph<D>) {
    for (scope, members) in children.enumerated() { assign(members, in: scope, to: &graph) }
  }

  private func assign<D: Dimension>(_ members: [Child], in scope: Int, to graph: inout Graph<D>) {
    let prefix = graph.scopes[scope].name.isEmpty ? "" : graph.scopes[scope].name + "."
    var totals: [String: Int] = [:]
    for case (let base?) in members.map(\.base) { totals[base, default: 0] += 1 }
    var counters: [String: Int] = [:]
    var anonymous = 1
    var taken: Set<String> = []

    func unique(_ base: String) -> String {
      counters[base, default: 0] += 1
      var name = totals[base] == 1 ? base : base + String(counters[base]!)
      while !taken.insert(name).inserted { name += "_" }
      return name
    }
    for member in members {
      switch member {
      case .node(let index, let base): graph.nodes[index].name = prefix + unique(base)
      case .scope(let index, let label?): graph.scopes[index].name = prefix + unique(label)
      case .scope(let index, nil):
        // A scope that stands for several copies is called by the numbers of all of them.
        var name = String(anonymous)
        if graph.scopes[index].copies != D(1) {
          let count = graph.scopes[index].copies.expr.integerConstant
          name += "…" + (count.map { String(anonymous + $0 - 1) } ?? "")
          anonymous += count ?? 1
        } else {
          anonymous += 1
        }
        graph.scopes[index].name = prefix + name
      }
    }
  }
}
