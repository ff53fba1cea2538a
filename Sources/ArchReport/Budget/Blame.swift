import ArchAlgebra
import ArchCost
import ArchSpec

/// The part of a network that has most of a cost.
public struct Blame: Sendable {
  /// A stage, or a layer where the network has no stages.
  public var part: String
  public var amount: Int
  /// Of the whole.
  public var share: Double
  /// The costliest layer within it.
  public var layer: String
  public var layerAmount: Int
  /// Where the layer is written.
  public var place: Place

  /// - Returns: `nil` where nothing can be named: a network without cost, or a figure that no part has more of.
  init?(_ figure: CostFigure, in study: Study, _ layout: AnalysisLayout) throws {
    if figure == .peakMemory {
      let node = study.graph.nodes[study.memory.peakNode]
      amount = try figure.value(of: study, layout)
      (part, share, layer, layerAmount) = (node.name, 1, node.name, amount)
      place = study.subject.place(of: study.memory.peakNode)
      return
    }
    func costliest(_ parts: [Part<Int>]) throws -> (part: Part<Int>, amount: Int)? {
      var best: (part: Part<Int>, amount: Int)?
      for part in parts {
        guard let amount = try figure.value(of: part.cost, layout) else { return nil }
        if amount > best?.amount ?? 0 { best = (part, amount) }
      }
      return best
    }
    guard let whole = try figure.value(of: study.total, layout), whole > 0 else { return nil }
    guard let (part, amount) = try costliest(try study.analysis.tree()) else { return nil }
    var (leaf, leafAmount) = (part, amount)
    while let (next, nextAmount) = try costliest(leaf.children) { (leaf, leafAmount) = (next, nextAmount) }
    self.part = part.name
    self.amount = amount
    share = Double(amount) / Double(whole)
    layer = leaf.name
    layerAmount = leafAmount
    place = leaf.node.map { study.subject.place(of: $0) } ?? .none
  }

  /// `conv4 has 1.931 G of it (45.6 %), 115.6 M in conv4.1.conv2`
  func text(_ figure: CostFigure) -> String {
    if figure == .peakMemory { return "the most is held while \(layer) runs" }
    let whole = "\(part) has \(figure.text(amount)) of it (\(NumberText.percent(share)))"
    return layer == part ? whole : whole + ", \(figure.text(layerAmount)) in \(layer)"
  }
}
