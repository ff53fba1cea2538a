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
  /// Children of a scope that stand for copies with numbers, and their folds.
  private var numbered: [Int: [Numbered]] = [:]

  private struct Numbered {
    var children: Range<Int>
    var fold: Int
  }

  mutating func addScope(label: String?, to parent: Int) {
    children[parent].append(.scope(children.count, label: label))
    children.append([])
  }

  mutating func addNode(base: String, to scope: Int) {
    children[scope].append(.node(nodeCount, base: base))
    nodeCount += 1
  }

  func childCount(of scope: Int) -> Int { children[scope].count }

  /// Lets the children of a scope from one on stand for the numbered copies of a fold.
  ///
  /// In their names stands `{1+2@0}` for 1 and twice the number of the copy in fold 0, and in those of what comes after
  /// them `{3+2:0}` for 3 and twice the copies that there are; a leading `?` asks for nothing where it is the only one.
  mutating func number(childrenOf scope: Int, from first: Int, fold: Int) {
    numbered[scope, default: []].append(Numbered(children: first..<children[scope].count, fold: fold))
  }

  /// Whether that can be said of all names.
  var canNumber: Bool {
    numbered.allSatisfy { scope, all in
      let bases = Set(children[scope].compactMap(\.base))
      return all.allSatisfy { one in
        one.children.allSatisfy { position in
          guard all.filter({ $0.children.contains(position) }).count == 1 else { return false }
          guard let base = children[scope][position].base else { return true }
          // A label might be called as one of the copies.
          return bases.allSatisfy {
            $0 == base || !$0.hasPrefix(base) || !$0.dropFirst(base.count).allSatisfy(\.isNumber)
          }
        }
      }
    }
  }

  func assign<D: Dimension>(to graph: inout Graph<D>) {
    for (scope, members) in children.enumerated() { assign(members, in: scope, to: &graph) }
  }

  /// The number of a child among those that are called alike, of which some before it stand for numbered copies; `nil`
  /// where none does.
  ///
  /// - Parameter weights: how many numbers each child takes.
  private func pattern(_ position: Int, in scope: Int, weights: [Int], plus offset: Int = 0) -> String? {
    guard let numbered = numbered[scope] else { return nil }
    let base = children[scope][position].base
    func weight(_ positions: Range<Int>) -> Int {
      positions.reduce(0) { $0 + (children[scope][$1].base == base ? weights[$1] : 0) }
    }
    let groups = numbered.filter { weight($0.children) > 0 }
    guard !groups.isEmpty else { return nil }
    var first = 1 + weight(0..<position) + offset
    var terms = ""
    for group in groups where group.children.lowerBound <= position {
      let isOwn = group.children.contains(position)
      terms += "+\(weight(group.children))\(isOwn ? "@" : ":")\(group.fold)"
      if !isOwn { first -= weight(group.children) }
    }
    let isOnly = groups.count == 1 && weight(0..<weights.count) == weight(groups[0].children)
    return "{\(base != nil && isOnly ? "?" : "")\(first)\(terms)}"
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
    let weights = members.map { member -> Int in
      guard case .scope(let index, nil) = member else { return 1 }
      return graph.scopes[index].copies.expr.integerConstant ?? 1
    }
    for (position, member) in members.enumerated() {
      if let pattern = pattern(position, in: scope, weights: weights) {
        switch member {
        case .node(let index, let base): graph.nodes[index].name = prefix + base + pattern
        case .scope(let index, let label?): graph.scopes[index].name = prefix + label + pattern
        case .scope(let index, nil):
          let copies = graph.scopes[index].copies
          let last = self.pattern(position, in: scope, weights: weights, plus: weights[position] - 1)!
          graph.scopes[index].name =
            prefix + pattern + (copies == D(1) ? "" : "…" + (copies.expr.integerConstant == nil ? "" : last))
        }
        continue
      }
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
