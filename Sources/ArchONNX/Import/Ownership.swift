import ArchAlgebra
import ArchIR

/// Whose the parameters are: each number of a stored tensor counts once, for the first node that has it, also where nodes
/// read pieces of the tensor, or what was computed of several.
struct Ownership {
  private var owners: [StoredPart: (node: Int, count: Int)] = [:]
  private var parts: [Int: [StoredPart]] = [:]
  /// How many numbers of a tensor nodes have, by the tensors' positions.
  private var owned: [Int: Int] = [:]
  /// What tensors are computed of: parts, and earlier mixtures.
  private var mixtures: [(parts: [StoredPart], mixtures: [Int])] = []
  private var ownedMixtures: Set<Int> = []
  private var mixturesOfNodes: [Int: [Int]] = [:]

  /// What is computed of learned tensors has their parameters; its numbers are others. It bears the name of the largest.
  ///
  /// - Parameter name: what it is called, if it is only some of the elements.
  mutating func derive(_ constant: inout Constant, from inputs: [Constant], piece name: String?) {
    let learned = inputs.filter(\.isLearned)
    guard var largest = learned.first else { return }
    for other in learned.dropFirst() where other.part!.count > largest.part!.count { largest = other }
    (constant.source, constant.piece) = (largest.source, largest.piece)
    (constant.isSource, constant.isMade) = (false, largest.isMade)
    let others = learned.compactMap(\.part).filter { $0 != largest.part }
    let mixed = learned.compactMap(\.mixture)
    if !others.isEmpty || mixed.count > 1 {
      constant.mixture = mixtures.count
      mixtures.append((others, mixed))
    } else {
      constant.mixture = mixed.first
    }
    if let name, let count = try? product(constant.shape).integerConstant, count < largest.part!.count {
      constant.piece = StoredPart.Piece(name: name, count: count)
    }
  }

  /// The node that has the parameters of a stored tensor; `nil` if none has them yet.
  func owner(of part: StoredPart) -> Int? { owners[part]?.node }

  func owner(of constant: Constant) -> Int? { constant.part.flatMap { owner(of: $0) } }

  func parts(of node: Int) -> [StoredPart] { parts[node] ?? [] }

  /// - Returns: how many numbers the node has now that none had before it.
  @discardableResult
  mutating func claim(_ part: StoredPart, for node: Int) -> Int {
    guard owners[part] == nil else { return 0 }
    let count = min(part.count, part.total - owned[part.position, default: 0])
    owners[part] = (node, count)
    parts[node, default: []].append(part)
    owned[part.position, default: 0] += count
    return count
  }

  /// The same for all that a tensor is made of.
  mutating func claimAll(of constant: Constant, for node: Int) throws -> Expr {
    var count = Expr(constant.part.map { claim($0, for: node) } ?? 0)
    var pending = constant.mixture.map { [$0] } ?? []
    while let index = pending.popLast() {
      guard ownedMixtures.insert(index).inserted else { continue }
      mixturesOfNodes[node, default: []].append(index)
      for part in mixtures[index].parts { count = try count + Expr(claim(part, for: node)) }
      pending += mixtures[index].mixtures
    }
    return count
  }

  /// Takes all back from nodes.
  mutating func release(_ nodes: Range<Int>) {
    for node in nodes {
      for part in parts.removeValue(forKey: node) ?? [] {
        owned[part.position]! -= owners.removeValue(forKey: part)!.count
      }
      ownedMixtures.subtract(mixturesOfNodes.removeValue(forKey: node) ?? [])
    }
  }
}

/// A stored tensor or a piece of it.
struct StoredPart: Hashable, Sendable {
  struct Piece: Hashable, Sendable {
    var name: String
    var count: Int
  }

  /// Where the tensor lies, which is unique in the file: names are within a graph only.
  let position: Int
  /// The elements of the tensor.
  let total: Int
  let piece: Piece?

  init(_ source: TensorReference, piece: Piece?) {
    position = source.message.range.lowerBound
    total = source.count
    self.piece = piece
  }

  var count: Int { piece?.count ?? total }
}
