import ArchAlgebra
import ArchIR

extension LoweringTable {
  static let movement: [String: Lowering] = [
    "Reshape": { importer, node in
      let input = try importer.shape(node, 0)
      let target = try importer.elements(node, 1) ?? (try node.integers("shape") ?? []).map { Expr($0) }
      try importer.reshape(
        node, try ReshapeTarget.resolve(target, of: input.extents, keepsZeros: node.integer("allowzero") == 1))
    },
    "Flatten": { importer, node in
      let input = try importer.shape(node, 0)
      let axis = try FlattenAxis.resolve(node.integer("axis") ?? 1, rank: input.rank)
      if axis == 1, input.rank > 1 {
        return try importer.conclude(.flatten, [try importer.operand(node, 0)], for: node)
      }
      try importer.reshape(node, [try product(input.extents[..<axis]), try product(input.extents[axis...])])
    },
    "Squeeze": { importer, node in
      let input = try importer.shape(node, 0)
      let axes = try (importer.integers(node, 1) ?? node.integers("axes"))?.map {
        try importer.axis($0, rank: input.rank)
      }
      try importer.reshape(
        node,
        input.extents.enumerated().filter { axis, extent in !(axes?.contains(axis) ?? (extent == Expr(1))) }.map(
          \.element))
    },
    "Unsqueeze": { importer, node in
      let input = try importer.shape(node, 0)
      let axes = try importer.integers(node, 1) ?? node.integers("axes") ?? []
      let rank = input.rank + axes.count
      guard rank <= ModelLimits.rank else { throw NotCounted("it gives a tensor of rank \(rank)") }
      let places = Set(try axes.map { try importer.axis($0, rank: rank) })
      guard places.count == axes.count else { throw NotCounted("it names an axis twice") }
      var rest = input.extents[...]
      try importer.reshape(node, (0..<rank).map { places.contains($0) ? Expr(1) : rest.removeFirst() })
    },
    "Transpose": { importer, node in
      let rank = try importer.shape(node, 0).rank
      let order = try node.integers("perm") ?? Array((0..<rank).reversed())
      if try importer.layerNormalization(node, order) { return }
      try importer.conclude(.tensor(.transpose(order)), [try importer.operand(node, 0)], for: node)
    },
    "Concat": { importer, node in
      let rank = try importer.shape(node, 0).rank
      let axis = try importer.axis(node.integer("axis") ?? 1, rank: rank)
      let inputs = try node.inputs.indices.map { try importer.operand(node, $0) }
      try importer.conclude(axis == 1 ? .concatenation : .tensor(.concatenation(axis: axis)), inputs, for: node)
    },
    "QLinearConcat": { importer, node in
      let inputs = try stride(from: 2, to: node.inputs.count, by: 3).map { try importer.operand(node, $0) }
      guard let first = inputs.first else { throw NotCounted("it has no inputs") }
      let axis = try importer.axis(node.integer("axis") ?? 1, rank: importer.graph.nodes[first].output.rank)
      try importer.conclude(axis == 1 ? .concatenation : .tensor(.concatenation(axis: axis)), inputs, for: node)
    },
    "Pad": { try $0.pad($1) },
    "Expand": { importer, node in
      let input = try importer.shape(node, 0)
      guard let target = try importer.elements(node, 1) else { throw NotCounted("it has no shape") }
      let rank = max(input.rank, target.count)
      let own = Array(repeating: Expr(1), count: rank - input.rank) + input.extents
      let wanted = Array(repeating: Expr(1), count: rank - target.count) + target
      let output = zip(own, wanted).map { $0 == Expr(1) ? $1 : $0 }
      try importer.rearrange(node, .expand, output)
    },
    "Tile": { importer, node in
      let input = try importer.shape(node, 0)
      guard let repeats = try importer.elements(node, 1), repeats.count == input.rank else {
        throw NotCounted("its repeats are not for its input")
      }
      try importer.rearrange(node, .tile, try zip(input.extents, repeats).map { try $0 * $1 })
    },
    "Gather": { importer, node in
      let (data, indices) = (try importer.shape(node, 0), try importer.shape(node, 1))
      guard data.rank > 0 else { throw NotCounted("its data has no axes") }
      let axis = try importer.axis(node.integer("axis") ?? 0, rank: data.rank)
      if axis == 1, let channels = try importer.channels(node, of: data, indices) {
        return try importer.conclude(channels, [try importer.operand(node, 0)], for: node)
      }
      try importer.rearrange(
        node, .gather, Array(data.extents[..<axis]) + indices.extents + Array(data.extents[(axis + 1)...]),
        inputs: [0, 1])
    },
    "GatherElements": { importer, node in
      try importer.rearrange(node, .gather, try importer.shape(node, 1).extents, inputs: [0, 1])
    },
    "GatherND": { importer, node in
      let (data, indices) = (try importer.shape(node, 0), try importer.shape(node, 1))
      let batch = node.integer("batch_dims") ?? 0
      guard let last = indices.extents.last?.integerConstant, batch >= 0, last >= 0, batch <= data.rank,
        last <= data.rank - batch
      else {
        throw NotCounted("its indices do not fit its data")
      }
      try importer.rearrange(
        node, .gather, Array(indices.extents.dropLast()) + Array(data.extents[(batch + last)...]), inputs: [0, 1])
    },
    "ScatterND": { try $0.rearrange($1, .scatter, try $0.shape($1, 0).extents, inputs: [0, 1, 2]) },
    "ScatterElements": { try $0.rearrange($1, .scatter, try $0.shape($1, 0).extents, inputs: [0, 1, 2]) },
    "Scatter": { try $0.rearrange($1, .scatter, try $0.shape($1, 0).extents, inputs: [0, 1, 2]) },
    "ReverseSequence": { try $0.rearrange($1, .reverse, try $0.shape($1, 0).extents) },
    "Trilu": { try $0.rearrange($1, .diagonal, try $0.shape($1, 0).extents) },
    "EyeLike": { try $0.rearrange($1, .diagonal, try $0.shape($1, 0).extents) },
    "DepthToSpace": { importer, node in
      let input = try importer.shape(node, 0)
      let block = Expr(node.integer("blocksize") ?? 0)
      guard input.rank == 4, !block.isZero else { throw NotCounted("its input is no image") }
      try importer.rearrange(
        node, .depthToSpace,
        [
          input.batch, try input.channels.exactlyDivided(by: block * block), try input.extents[2] * block,
          try input.extents[3] * block,
        ])
    },
    "SpaceToDepth": { importer, node in
      let input = try importer.shape(node, 0)
      let block = Expr(node.integer("blocksize") ?? 0)
      guard input.rank == 4, !block.isZero else { throw NotCounted("its input is no image") }
      try importer.rearrange(
        node, .spaceToDepth,
        [
          input.batch, try input.channels * block * block, try input.extents[2].exactlyDivided(by: block),
          try input.extents[3].exactlyDivided(by: block),
        ])
    },
    "TopK": { importer, node in
      var output = try importer.shape(node, 0)
      let axis = try importer.axis(node.integer("axis") ?? -1, rank: output.rank)
      guard output.rank > 0, let count = try importer.elements(node, 1)?.first ?? node.integer("k").map({ Expr($0) })
      else {
        throw NotCounted("it does not say how many")
      }
      output.extents[axis] = count
      let source = try importer.operand(node, 0)
      for place in node.outputs.indices.prefix(2) where !node.outputs[place].isEmpty {
        try importer.conclude(
          .tensor(.rearrangement(Rearrangement(.sort, output: output))), [source], for: node, output: place)
      }
    },
    "OneHot": { importer, node in
      let indices = try importer.shape(node, 0)
      guard let depth = try importer.elements(node, 1)?.first else { throw NotCounted("its depth is not known") }
      var extents = indices.extents
      extents.insert(depth, at: try importer.axis(node.integer("axis") ?? -1, rank: indices.rank + 1))
      try importer.rearrange(node, .scatter, extents)
    },
    "Slice": { try $0.slice($1) },
    "Split": { try $0.split($1) },
    "Resize": { try $0.resize($1) }, "Upsample": { try $0.resize($1) },
    "GridSample": { importer, node in
      let (input, grid) = (try importer.shape(node, 0), try importer.shape(node, 1))
      guard input.rank > 2, grid.rank == input.rank else { throw NotCounted("its grid is not for its input") }
      try importer.rearrange(
        node, .gather, Array(input.extents.prefix(2)) + grid.extents.dropFirst().dropLast(), inputs: [0, 1])
    },
  ]
}

extension Importer {
  fileprivate mutating func reshape(_ node: SourceNode, _ extents: [Expr]) throws {
    let source = try operand(node, 0)
    let simplified = try extents.map { try $0.simplified(assuming: known) }
    let input = graph.nodes[source].output
    // What has a name among layers is that layer: exporters write both in pieces.
    if simplified.count == 2, input.rank > 2, simplified[0] == input.batch {
      return try conclude(.flatten, [source], for: node)
    }
    if try shuffle(node, source, Shape(simplified)) { return }
    if try groupNormalization(node, source, Shape(simplified)) { return }
    try conclude(.tensor(.reshape(Shape(simplified))), [source], for: node)
  }

  fileprivate mutating func rearrange(
    _ node: SourceNode, _ kind: RearrangementKind, _ output: [Expr], inputs: [Int] = [0]
  ) throws {
    guard output.count <= ModelLimits.rank else { throw NotCounted("it gives a tensor of rank \(output.count)") }
    for extent in output {
      if let order = try extent.ordered(against: Expr(0)), order < 0 {
        throw NotCounted("it gives an extent of \(extent)")
      }
    }
    try conclude(
      .tensor(.rearrangement(Rearrangement(kind, output: Shape(output)))), try inputs.map { try operand(node, $0) },
      for: node)
  }

  /// What a gathering of some channels is, where the graph can say it: all in another order, or a run of them.
  fileprivate func channels(_ node: SourceNode, of data: Shape<Expr>, _ indices: Shape<Expr>) throws -> Op<Expr>? {
    guard indices.rank == 1, let count = data.channels.integerConstant,
      case .constant(let constant) = try input(node, 1), let elements = try elements(of: constant)
    else { return nil }
    let order = elements.compactMap(\.integerConstant).map { $0 < 0 ? $0 &+ count : $0 }
    guard let first = order.first, order.count == elements.count, order.allSatisfy((0..<count).contains) else {
      return nil
    }
    if order == Array(first..<first + order.count) {
      return .slice(Slice(start: Expr(first), count: Expr(order.count)))
    }
    return order.count == count && Set(order).count == count ? .permutation(.explicit(order)) : nil
  }

  /// Around the image, zeros: a padding. Anything else only has its shape.
  fileprivate mutating func pad(_ node: SourceNode) throws {
    let input = try shape(node, 0)
    guard
      let pads = try elements(node, 1) ?? (try node.integers("pads") ?? node.integers("paddings"))?.map({ Expr($0) })
    else {
      throw NotCounted("its padding is not told")
    }
    var axes = Array(0..<input.rank)
    if let named = try integers(node, 3) { axes = try named.map { try axis($0, rank: input.rank) } }
    guard pads.count == 2 * axes.count else { throw NotCounted("it has \(pads.count) pads for \(axes.count) axes") }
    var padding = Padding(
      before: Array(repeating: Expr(0), count: input.rank), after: Array(repeating: Expr(0), count: input.rank))
    for (place, axis) in axes.enumerated() {
      padding.before[axis] = pads[place]
      padding.after[axis] = pads[axes.count + place]
    }
    if padding.sides.allSatisfy(\.isZero) { return try define(node, try self.input(node, 0)) }
    let isImage = input.rank > 2 && [0, 1].allSatisfy { padding.before[$0].isZero && padding.after[$0].isZero }
    let isZero = (node.text("mode") ?? "constant") == "constant" && node.float("value") ?? 0 == 0 && padsWithZero(node)
    let isChannels =
      input.rank > 1
      && input.extents.indices.allSatisfy {
        $0 == 1 || padding.before[$0].isZero && padding.after[$0].isZero
      }
    if isChannels, isZero, !isNegative(padding.before[1]), !isNegative(padding.after[1]) {
      let op = ChannelPadding(before: padding.before[1], after: padding.after[1])
      return try conclude(.channelPadding(op), [try operand(node, 0)], for: node)
    }
    if isImage, isZero {
      let spatial = Padding(before: Array(padding.before.dropFirst(2)), after: Array(padding.after.dropFirst(2)))
      return try conclude(.padding(spatial), [try operand(node, 0)], for: node)
    }
    try rearrange(
      node, .pad, try input.extents.indices.map { try input.extents[$0] + padding.before[$0] + padding.after[$0] })
  }

  private func isNegative(_ extent: Expr) -> Bool { extent.constant.map { $0 < .zero } ?? true }

  private func padsWithZero(_ node: SourceNode) -> Bool {
    guard node.hasInput(2) else { return true }
    guard let value = try? elements(node, 2)?.first else { return false }
    return value.isZero
  }
}
