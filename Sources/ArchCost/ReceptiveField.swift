import ArchAlgebra
import ArchIR

/// How much of the input one output position sees, and how far apart neighbouring outputs look.
///
/// Araujo, Norris, Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019, equations 2–3:
/// a window of reach k at input distance j widens the field by (k − 1)·j and multiplies the distance by its stride.
public struct ReceptiveField<D: Dimension>: Sendable, Hashable {
  /// Extent along each spatial axis, in input elements.
  public var size: [D]
  /// Distance between neighbouring positions along each spatial axis, in input elements.
  public var stride: [D]
  /// Whether every position sees everything, as after a global pool.
  public var isGlobal = false
}

extension Graph {
  /// The receptive field of each node; `nil` where the distance is no integer or the tensor is no image.
  public func receptiveFields() throws -> [ReceptiveField<D>?] {
    var fields: [ReceptiveField<D>?] = []
    var pending = folds.filter { $0.arrangement == .chain }.sorted { $0.nodes.upperBound < $1.nodes.upperBound }[...]
    for (index, node) in nodes.enumerated() {
      fields.append(try field(of: node, from: fields))
      while let fold = pending.first, fold.nodes.upperBound == index + 1 {
        pending.removeFirst()
        // Every copy widens the field by as much as the first one.
        guard let before = fields[fold.input], var after = fields[fold.output] else { continue }
        for axis in after.size.indices {
          after.size[axis] = try before.size[axis] + (after.size[axis] - before.size[axis]) * fold.count
        }
        fields[fold.output] = after
      }
    }
    return fields
  }

  private func field(of node: Node<D>, from fields: [ReceptiveField<D>?]) throws -> ReceptiveField<D>? {
    let one = Array(repeating: D(1), count: max(0, node.output.rank - 2))
    guard let first = node.inputs.first else { return ReceptiveField(size: one, stride: one) }
    guard var result = fields[first] else { return nil }
    for other in node.inputs.dropFirst() {
      guard let field = fields[other] else { return nil }
      result.isGlobal = result.isGlobal || field.isGlobal
      guard field.size.count == result.size.count else { return nil }
      for axis in result.size.indices {
        result.size[axis] = try D.maximum(result.size[axis], field.size[axis])
        result.stride[axis] = try D.maximum(result.stride[axis], field.stride[axis])
      }
    }
    switch node.op {
    case .convolution(let c) where !c.isTransposed: try widen(&result, c.kernel, c.stride, c.dilation)
    case .convolution(let c):
      guard try narrow(&result, c.stride) else { return nil }
      try widen(&result, c.kernel, one, c.dilation)
    case .pool(let p): try widen(&result, p.kernel, p.stride, p.dilation)
    case .upsample(let u): guard try narrow(&result, u.scale) else { return nil }
    case .adaptivePool, .flatten, .linear: result.isGlobal = true
    case .tensor(.elementwise), .tensor(.parametricRelu), .tensor(.softmax): break
    case .tensor: return nil  // what it mixes is not told by its axes alone
    default: break
    }
    return result
  }

  private func widen(_ field: inout ReceptiveField<D>, _ kernel: [D], _ stride: [D], _ dilation: [D]) throws {
    for axis in kernel.indices where axis < field.size.count {
      field.size[axis] = try field.size[axis] + (kernel[axis] - D(1)) * dilation[axis] * field.stride[axis]
      field.stride[axis] = try field.stride[axis] * stride[axis]
    }
  }

  private func narrow(_ field: inout ReceptiveField<D>, _ scale: [D]) throws -> Bool {
    for axis in scale.indices where axis < field.stride.count {
      guard try field.stride[axis].isMultiple(of: scale[axis]) == true else { return false }
      field.stride[axis] = try field.stride[axis].exactlyDivided(by: scale[axis])
    }
    return true
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
