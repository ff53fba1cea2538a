import ArchAlgebra
import ArchIR

/// How much of the input one output position sees, and how far apart neighbouring outputs look.
///
/// Araujo, Norris, Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019, equations 2–3:
/// a window of reach k at input distance j widens the field by (k − 1)·j and multiplies the distance by its stride. Behind
/// an enlargement it is what the position sees that sees most, if windows may begin anywhere.
public struct ReceptiveField<D: Dimension>: Sendable, Hashable {
  /// Extent along each spatial axis, in input elements.
  public var size: [D]
  /// Distance between neighbouring positions along each spatial axis, in input elements; `nil` where it is no integer, as
  /// behind an enlargement of the input itself.
  public var stride: [D]?
  /// Whether every position sees everything, as after a global pool.
  public var isGlobal = false
}

extension Graph {
  /// The receptive field of each node; `nil` where it is not told by the axes alone.
  public func receptiveFields() throws -> [ReceptiveField<D>?] {
    try sights().map { sight in
      guard let sight else { return nil }
      let stride = try sight.axes.compactMap { try $0.stride }
      return ReceptiveField(
        size: try sight.axes.map { try $0.field }, stride: stride.count == sight.axes.count ? stride : nil,
        isGlobal: sight.isGlobal)
    }
  }

  private func sights() throws -> [Sight<D>?] {
    var sights: [Sight<D>?] = []
    var pending = folds.filter { $0.arrangement == .chain }.sorted { $0.nodes.upperBound < $1.nodes.upperBound }[...]
    for (index, node) in nodes.enumerated() {
      sights.append(try sight(of: node, from: sights))
      while let fold = pending.first, fold.nodes.upperBound == index + 1 {
        pending.removeFirst()
        // Every copy widens the field by as much as the first one.
        guard let before = sights[fold.input], let after = sights[fold.output] else { continue }
        sights[fold.output] = try after.combined(with: before) { try $0.repeated(fold.count, from: $1) }
      }
    }
    return sights
  }

  private func sight(of node: Node<D>, from sights: [Sight<D>?]) throws -> Sight<D>? {
    guard let first = node.inputs.first else {
      return Sight(axes: Array(repeating: ReceptiveAxis(), count: max(0, node.output.rank - 2)))
    }
    guard var result = sights[first] else { return nil }
    for other in node.inputs.dropFirst() {
      guard let other = sights[other], let joined = try result.combined(with: other, by: { try $0.joined(with: $1) })
      else { return nil }
      result = joined
    }
    switch node.op {
    case .convolution(let c):
      try result.forEach(c.kernel.count) { axis, index in
        if c.isTransposed {
          try axis.enlarge(by: c.stride[index], kernel: c.kernel[index], dilation: c.dilation[index])
        } else {
          try axis.widen(kernel: c.kernel[index], dilation: c.dilation[index], stride: c.stride[index])
        }
      }
    case .pool(let p):
      try result.forEach(p.kernel.count) { axis, index in
        try axis.widen(kernel: p.kernel[index], dilation: p.dilation[index], stride: p.stride[index])
      }
    case .upsample(let u):
      var isKnown = true
      try result.forEach(u.scale.count) { axis, index in
        isKnown = try axis.enlarge(by: u.scale[index], isLinear: u.mode == .bilinear) && isKnown
      }
      guard isKnown else { return nil }
    case .adaptivePool, .flatten, .linear: result.isGlobal = true
    case .tensor(.elementwise), .tensor(.parametricRelu), .tensor(.softmax): break
    case .tensor: return nil  // what it mixes is not told by its axes alone
    default: break
    }
    return result
  }

  /// The greatest number of layers with weights (convolutions and linear layers) on a path from an input to each node.
  public func depths() throws -> [D] {
    var depths: [D] = []
    var pending = folds.filter { $0.arrangement == .chain }.sorted { $0.nodes.upperBound < $1.nodes.upperBound }[...]
    for (index, node) in nodes.enumerated() {
      var depth = D(0)
      for input in node.inputs { depth = try D.maximum(depth, depths[input]) }
      switch node.op {
      case .convolution, .linear, .tensor(.recurrent): depth = try depth + D(1)
      default: break
      }
      depths.append(depth)
      while let fold = pending.first, fold.nodes.upperBound == index + 1 {
        pending.removeFirst()
        let (before, after) = (depths[fold.input], depths[fold.output])
        depths[fold.output] = try before + (after - before) * fold.count
      }
    }
    return depths
  }
}

/// What one position sees.
private struct Sight<D: Dimension> {
  var axes: [ReceptiveAxis<D>]
  var isGlobal = false

  mutating func forEach(_ count: Int, _ body: (inout ReceptiveAxis<D>, Int) throws -> Void) throws {
    for index in 0..<min(count, axes.count) { try body(&axes[index], index) }
  }

  /// Axis by axis; `nil` where there are not as many, or one cannot be.
  func combined(
    with other: Self, by body: (ReceptiveAxis<D>, ReceptiveAxis<D>) throws -> ReceptiveAxis<D>?
  ) throws -> Self? {
    guard axes.count == other.axes.count else { return nil }
    let combined = try zip(axes, other.axes).compactMap { try body($0, $1) }
    guard combined.count == axes.count else { return nil }
    return Sight(axes: combined, isGlobal: isGlobal || other.isGlobal)
  }
}
