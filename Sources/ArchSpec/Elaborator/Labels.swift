/// The labels of a network, by the levels that have them: what `from` goes on from.
///
/// A label within a branch without a name or a case of `when` belongs to the level around it. It is found after the end of its
/// body too, unless the level has another of that name; what one copy of a loop has labelled is forgotten at its end.
struct Labels {
  struct Target {
    var node: Int
    /// The level that the label names, where it names one.
    var scope: Int?
    /// Whether it stands in a body that has ended.
    fileprivate(set) var isInner = false
    /// Whether several such bodies have one.
    fileprivate(set) var isAmbiguous = false

    init(node: Int, scope: Int?) { (self.node, self.scope) = (node, scope) }
  }

  private struct Change {
    var name: String
    var scope: Int
    var before: Target?
  }

  private var targets: [Int: [String: Target]] = [:]
  private var changes: [Change] = []

  subscript(name: String, in scope: Int) -> Target? { targets[scope]?[name] }

  /// The labels of a level; without one, of all.
  func names(in scope: Int?) -> [String] {
    scope.map { Array((targets[$0] ?? [:]).keys) } ?? targets.values.flatMap(\.keys)
  }

  mutating func set(_ name: String, in scope: Int, to target: Target) {
    let before = targets[scope, default: [:]].updateValue(target, forKey: name)
    changes.append(Change(name: name, scope: scope, before: before))
  }

  var changeCount: Int { changes.count }

  /// Forgets the labels since `start`.
  mutating func endCopy(since start: Int) {
    for change in changes[start...].reversed() { targets[change.scope]![change.name] = change.before }
    changes.removeSubrange(start...)
  }

  /// Keeps those labels since `start` of which there is only one; what a body hid is seen again.
  mutating func endBody(in scope: Int, since start: Int) {
    guard changes.count > start else { return }
    var seen: Set<String> = []
    var kept: [Change] = []
    for change in changes[start...] where change.scope == scope && seen.insert(change.name).inserted {
      if var outer = change.before {
        outer.isAmbiguous = outer.isInner
        targets[scope]![change.name] = outer
      } else {
        targets[scope]![change.name]!.isInner = true
      }
      kept.append(change)
    }
    changes.replaceSubrange(start..., with: kept)
  }
}
