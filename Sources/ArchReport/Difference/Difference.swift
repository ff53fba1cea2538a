import ArchAlgebra
import ArchSpec

/// What changed between two versions of a network, block by block.
public struct Difference: Sendable {
  /// One change of several layers of a block alike.
  public struct Change: Sendable {
    public enum Kind: String, Sendable { case added, removed, changed }

    public var kind: Kind
    /// `groups 32 → 16`; the parts that came or went.
    public var text: String
    public var layers: [String]
    public var params = 0
    public var macs = 0
  }

  public struct Block: Sendable {
    public var name: String
    public var old = (params: 0, macs: 0)
    public var new = (params: 0, macs: 0)
    public var changes: [Change] = []

    var isChanged: Bool { !changes.isEmpty || old != new }
  }

  public let old: Snapshot
  public let new: Snapshot
  /// The blocks that changed, in the order of the new network; those that are gone come last.
  public private(set) var blocks: [Block] = []
  /// Changes of settings, the input and the convention.
  public private(set) var settings: [String] = []
  public private(set) var unchangedBlocks = 0

  /// - Parameter depth: how many components of a layer's name make its block.
  /// - Throws: ``ArithmeticError`` where a sum leaves the range of integers.
  public init(_ old: Snapshot, _ new: Snapshot, depth: Int = 1) throws {
    self.old = old
    self.new = new
    settings = Self.changed(old.parameters, new.parameters)
    if old.network != new.network { settings.insert("network \(old.network) → \(new.network)", at: 0) }
    if old.input != new.input { settings.append("input \(old.input) → \(new.input)") }
    if old.convention != new.convention {
      settings.append("convention \(old.convention) → \(new.convention), so that counts are not compared")
    }
    try compareBlocks(depth: depth)
  }

  /// The totals that both have and that mean the same in both.
  public var figures: [CostFigure] {
    CostFigure.allCases.filter { figure in
      old.totals[figure] != nil && new.totals[figure] != nil
        && !(figure == .count && (old.convention != new.convention || new.convention == "macs"))
    }
  }

  public func change(of figure: CostFigure) -> Int? {
    guard let old = old.totals[figure], let new = new.totals[figure] else { return nil }
    return new.subtractingReportingOverflow(old).partialValue
  }

  // MARK: Blocks

  private mutating func compareBlocks(depth: Int) throws {
    let (before, after) = (Self.indexed(old.layers), Self.indexed(new.layers))
    var builder = BlockBuilder(depth: depth)
    for (key, layer) in after {
      let block = builder.index(of: layer)
      try builder.add(layer, to: block, isNew: true)
      if let other = before[key] {
        try builder.compare(other, layer, block)
      } else {
        try builder.note(.added, layer, block)
      }
    }
    for (key, layer) in before {
      let block = builder.index(of: layer)
      try builder.add(layer, to: block, isNew: false)
      if after[key] == nil { try builder.note(.removed, layer, block) }
    }
    blocks = builder.blocks.filter(\.isChanged)
    unchangedBlocks = builder.blocks.count - blocks.count
  }

  /// A layer by its name, and which of those of that name it is.
  private struct Key: Hashable {
    var name: String
    var number: Int
  }

  private static func indexed(_ layers: [Snapshot.Layer]) -> OrderedLayers {
    var result = OrderedLayers()
    var counts: [String: Int] = [:]
    for layer in layers {
      result.append(Key(name: layer.name, number: counts[layer.name, default: 0]), layer)
      counts[layer.name, default: 0] += 1
    }
    return result
  }

  private struct OrderedLayers: Sequence {
    private var entries: [(Key, Snapshot.Layer)] = []
    private var index: [Key: Int] = [:]

    mutating func append(_ key: Key, _ layer: Snapshot.Layer) {
      index[key] = entries.count
      entries.append((key, layer))
    }

    subscript(key: Key) -> Snapshot.Layer? { index[key].map { entries[$0].1 } }
    func makeIterator() -> IndexingIterator<[(Key, Snapshot.Layer)]> { entries.makeIterator() }
  }

  /// `groups 32 → 16` for each name whose text differs.
  fileprivate static func changed(_ old: [(name: String, text: String)], _ new: [(name: String, text: String)])
    -> [String]
  {
    var texts: [String] = []
    for (name, text) in new {
      guard let before = old.first(where: { $0.name == name })?.text else {
        texts.append("\(name) \(text), new"); continue
      }
      if before != text { texts.append("\(name) \(before) → \(text)") }
    }
    for (name, text) in old where !new.contains(where: { $0.name == name }) { texts.append("\(name) \(text), gone") }
    return texts
  }
}

private struct BlockBuilder {
  let depth: Int
  var blocks: [Difference.Block] = []
  private var index: [String: Int] = [:]

  init(depth: Int) { self.depth = depth }

  mutating func index(of layer: Snapshot.Layer) -> Int {
    let name = layer.block(depth: depth)
    if let known = index[name] { return known }
    index[name] = blocks.count
    blocks.append(Difference.Block(name: name))
    return blocks.count - 1
  }

  mutating func add(_ layer: Snapshot.Layer, to block: Int, isNew: Bool) throws {
    if isNew {
      blocks[block].new = (
        try blocks[block].new.params.adding(layer.params), try blocks[block].new.macs.adding(layer.macs)
      )
    } else {
      blocks[block].old = (
        try blocks[block].old.params.adding(layer.params), try blocks[block].old.macs.adding(layer.macs)
      )
    }
  }

  mutating func compare(_ old: Snapshot.Layer, _ new: Snapshot.Layer, _ block: Int) throws {
    var texts = Difference.changed(old.attributes, new.attributes)
    if texts.isEmpty, old.params != new.params || old.macs != new.macs {
      texts = [old.input == new.input ? "cost" : "input \(old.input) → \(new.input)"]
    }
    guard !texts.isEmpty else { return }
    try note(
      .changed, texts.joined(separator: ", "), new.name, params: try new.params.subtracting(old.params),
      macs: try new.macs.subtracting(old.macs), block)
  }

  /// Layers that came or went: those of one part within the block together.
  mutating func note(_ kind: Difference.Change.Kind, _ layer: Snapshot.Layer, _ block: Int) throws {
    let sign = kind == .removed ? -1 : 1
    let part = layer.block(depth: depth + 1)
    try note(kind, part, layer.name, params: sign * layer.params, macs: sign * layer.macs, block)
  }

  private mutating func note(
    _ kind: Difference.Change.Kind, _ text: String, _ layer: String, params: Int, macs: Int, _ block: Int
  ) throws {
    let known = blocks[block].changes.firstIndex { $0.kind == kind && $0.text == text }
    if known == nil { blocks[block].changes.append(.init(kind: kind, text: text, layers: [])) }
    let change = known ?? blocks[block].changes.count - 1
    blocks[block].changes[change].layers.append(layer)
    blocks[block].changes[change].params = try blocks[block].changes[change].params.adding(params)
    blocks[block].changes[change].macs = try blocks[block].changes[change].macs.adding(macs)
  }
}
