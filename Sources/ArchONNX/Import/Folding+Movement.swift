import ArchAlgebra
import ArchIR

extension Folding {
  static let movement: [String: Rule] = [
    "Identity": { [try $0.constant(0)] },
    "Dropout": { [try $0.constant(0)] },
    "DequantizeLinear": { call in
      var result = try call.constant(0)
      result.type = .float
      result.elements = nil
      return [result]
    },
    "Concat": { call in
      let parts = try call.inputs.indices.map { try call.constant($0) }
      let extents = try parts.map { part in
        guard let extents = part.extents, !extents.isEmpty, extents.count == parts[0].rank else {
          throw FoldingCall.NotFolded()
        }
        return extents
      }
      let axis = try call.axis(call.node.integer("axis") ?? 1, rank: parts[0].rank)
      var shape = extents[0]
      shape[axis] = extents.reduce(0) { $0 &+ $1[axis] }
      let (rows, count) = (shape[..<axis].reduce(1) { $0 &* $1 }, TensorReference.product(shape) ?? -1)
      try FoldingCall.check(count)
      // Row by row of the extents before the axis, each operand's piece after the other.
      var elements: [Expr] = []
      for row in 0..<rows {
        for (index, own) in extents.enumerated() {
          let values = try call.elements(index)
          guard values.count == (TensorReference.product(own) ?? -1), values.count % rows == 0 else {
            throw FoldingCall.NotFolded()
          }
          let piece = values.count / rows
          elements += values[(row * piece)..<((row + 1) * piece)]
        }
      }
      guard elements.count == count else { throw FoldingCall.NotFolded() }
      return [Constant(type: parts[0].type, shape: shape.map { Expr($0) }, elements: elements)]
    },
    "Gather": { call in
      let (data, indices) = (try call.constant(0), try call.constant(1))
      guard let extents = data.extents, !extents.isEmpty else { throw FoldingCall.NotFolded() }
      let axis = try call.axis(call.node.integer("axis") ?? 0, rank: extents.count)
      var places = extents.map { Array(0..<$0) }
      places[axis] = try call.integers(1).map { try call.axis($0, rank: extents[axis]) }
      guard extents[axis] > 0 || places[axis].isEmpty else { throw FoldingCall.NotFolded() }
      let shape = Array(data.shape[..<axis]) + indices.shape + Array(data.shape[(axis + 1)...])
      return [Constant(type: data.type, shape: shape, elements: try picked(try call.elements(0), extents, places))]
    },
    "Slice": { call in
      let data = try call.constant(0)
      guard let extents = data.extents,
        let starts = call.has(1) ? try call.integers(1) : try call.node.integers("starts"),
        let ends = call.has(2) ? try call.integers(2) : try call.node.integers("ends"), starts.count == ends.count
      else { throw FoldingCall.NotFolded() }
      let axes = try call.axes(input: 3) ?? Array(starts.indices)
      let steps = call.has(4) ? try call.integers(4) : starts.map { _ in 1 }
      guard axes.count == starts.count, steps.count == starts.count, !extents.isEmpty else {
        throw FoldingCall.NotFolded()
      }
      var places = extents.map { Array(0..<$0) }
      for (index, named) in axes.enumerated() {
        let (axis, step) = (try call.axis(named, rank: extents.count), steps[index])
        guard step != 0, step != Int.min else { throw FoldingCall.NotFolded() }
        let range = SliceRange(start: starts[index], end: ends[index], step: step, extent: extents[axis])
        places[axis] = (0..<range.count).map { range.start + $0 * step }
      }
      return [
        Constant(
          type: data.type, shape: places.map { Expr($0.count) },
          elements: try picked(try call.elements(0), extents, places))
      ]
    },
    "Unsqueeze": { call in
      let data = try call.constant(0)
      let axes = try call.axes(input: 1) ?? []
      let rank = data.rank + axes.count
      let places = Set(try axes.map { try call.axis($0, rank: rank) })
      guard places.count == axes.count, rank <= ModelLimits.rank else { throw FoldingCall.NotFolded() }
      var rest = data.shape[...]
      let shape = (0..<rank).map { places.contains($0) ? Expr(1) : rest.removeFirst() }
      return [call.moved(data, shape: shape, elements: data.elements, keepsOrder: true)]
    },
    "Squeeze": { call in
      let data = try call.constant(0)
      let axes = try call.axes(input: 1).map { try $0.map { try call.axis($0, rank: data.rank) } }
      let shape = data.shape.enumerated().filter { axis, extent in !(axes?.contains(axis) ?? (extent == Expr(1))) }.map(
        \.element)
      return [call.moved(data, shape: shape, elements: data.elements, keepsOrder: true)]
    },
    "Reshape": { call in
      let data = try call.constant(0)
      let shape = try ReshapeTarget.resolve(
        try call.elements(1), of: data.shape, keepsZeros: call.node.integer("allowzero") == 1)
      return [call.moved(data, shape: shape, elements: data.elements, keepsOrder: true)]
    },
    "Flatten": { call in
      let data = try call.constant(0)
      let axis = try FlattenAxis.resolve(call.node.integer("axis") ?? 1, rank: data.rank)
      let shape = [try product(data.shape[..<axis]), try product(data.shape[axis...])]
      return [call.moved(data, shape: shape, elements: data.elements, keepsOrder: true)]
    },
    "Transpose": { call in
      let data = try call.constant(0)
      let order = try call.node.integers("perm") ?? Array((0..<data.rank).reversed())
      guard order.sorted() == Array(0..<data.rank) else { throw FoldingCall.NotFolded() }
      return [
        call.moved(
          data, shape: order.map { data.shape[$0] }, elements: try transposed(data, order), keepsOrder: data.rank < 2)
      ]
    },
    "Expand": { call in
      let data = try call.constant(0)
      let target = try call.elements(1)
      let rank = max(target.count, data.rank)
      let own = Array(repeating: Expr(1), count: rank - data.rank) + data.shape
      let wanted = Array(repeating: Expr(1), count: rank - target.count) + target
      let shape = zip(own, wanted).map { $0 == Expr(1) ? $1 : $0 }
      return [Constant(type: data.type, shape: shape, elements: try stretched(data, to: shape))]
    },
    "Tile": { call in
      let data = try call.constant(0)
      let repeats = try call.integers(1)
      guard data.rank == 1, repeats.count == 1, repeats[0] >= 0, let elements = data.elements else {
        throw FoldingCall.NotFolded()
      }
      let (count, overflow) = elements.count.multipliedReportingOverflow(by: repeats[0])
      try FoldingCall.check(overflow ? -1 : count)
      return [
        Constant(
          type: data.type, shape: [Expr(count)], elements: (0..<repeats[0]).flatMap { _ in elements })
      ]
    },
    "Split": { call in
      let data = try call.constant(0)
      guard data.rank == 1 else { throw FoldingCall.NotFolded() }
      let elements = try call.elements(0)
      let count = call.node.outputs.count
      guard count > 0 else { throw FoldingCall.NotFolded() }
      let parts = try call.axes(input: 1, attribute: "split") ?? SplitParts.equal(elements.count, into: count)
      guard parts.allSatisfy({ $0 >= 0 && $0 <= elements.count }), parts.reduce(0, { $0 &+ $1 }) == elements.count
      else {
        throw FoldingCall.NotFolded()
      }
      var start = 0
      return parts.map { part in
        defer { start += part }
        return Constant(type: data.type, shape: [Expr(part)], elements: Array(elements[start..<(start + part)]))
      }
    },
  ]

  /// The elements at the given places of each axis, in order.
  private static func picked(_ elements: [Expr], _ extents: [Int], _ places: [[Int]]) throws -> [Expr] {
    try FoldingCall.check(TensorReference.product(places.map(\.count)) ?? -1)
    guard elements.count == TensorReference.product(extents) else { throw FoldingCall.NotFolded() }
    var offsets = [0]
    var stride = elements.count
    for (extent, chosen) in zip(extents, places) {
      stride = extent == 0 ? 0 : stride / extent
      offsets = offsets.flatMap { offset in chosen.map { offset + $0 * stride } }
    }
    return offsets.map { elements[$0] }
  }

  private static func transposed(_ data: Constant, _ order: [Int]) throws -> [Expr]? {
    guard let elements = data.elements, let extents = data.extents, elements.count == TensorReference.product(extents)
    else { return nil }
    var strides = extents
    var stride = 1
    for axis in extents.indices.reversed() {
      strides[axis] = stride
      stride *= extents[axis]
    }
    var offsets = [0]
    for axis in order {
      offsets = offsets.flatMap { offset in (0..<extents[axis]).map { offset + $0 * strides[axis] } }
    }
    return offsets.map { elements[$0] }
  }

  /// The elements stretched to a shape; `nil` where there are too many or the shape is open.
  private static func stretched(_ data: Constant, to shape: [Expr]) throws -> [Expr]? {
    let numbers = shape.compactMap(\.integerConstant)
    guard let elements = data.elements, let extents = data.extents, numbers.count == shape.count,
      let count = TensorReference.product(numbers), (0...ModelLimits.knownElements).contains(count)
    else { return nil }
    guard zip(numbers.suffix(extents.count), extents).allSatisfy({ $0 == $1 || $1 == 1 }) else {
      throw FoldingCall.NotFolded()
    }
    return spread(elements, extents, numbers)
  }
}

/// Where a slice begins and how many elements it has, by NumPy's rules.
struct SliceRange {
  var start: Int
  var count: Int

  init(start: Int, end: Int, step: Int, extent: Int) {
    func clamped(_ index: Int, _ range: ClosedRange<Int>) -> Int {
      min(max(index < 0 ? index &+ extent : index, range.lowerBound), range.upperBound)
    }
    if step > 0 {
      self.start = clamped(start, 0...extent)
      let last = clamped(end, 0...extent)
      count = last > self.start ? (last - self.start - 1) / step + 1 : 0
    } else {
      self.start = clamped(start, -1...(extent - 1))
      let last = end < -extent ? -1 : clamped(end, -1...(extent - 1))
      count = self.start > last ? (self.start - last - 1) / -step + 1 : 0
    }
  }
}

enum SplitParts {
  /// Equal parts, the last one smaller if need be: opset 18.
  static func equal(_ extent: Int, into count: Int) -> [Int] {
    let size = (extent - 1) / count + 1
    return (0..<count).map { max(0, min(size, extent - $0 * size)) }
  }
}

enum FlattenAxis {
  /// Where the second extent begins: 0 … rank, or from the end.
  static func resolve(_ axis: Int, rank: Int) throws -> Int {
    let result = axis < 0 ? axis &+ rank : axis
    guard (0...rank).contains(result) else { throw NotCounted("there is no axis \(axis) in a tensor of rank \(rank)") }
    return result
  }
}

enum ReshapeTarget {
  /// The shape that a reshape gives: 0 copies an extent, −1 takes what is left.
  ///
  /// - Throws: ``NotCounted`` where that makes no shape.
  static func resolve(_ target: [Expr], of shape: [Expr], keepsZeros: Bool) throws -> [Expr] {
    guard target.count <= ModelLimits.rank else {
      throw NotCounted("the shape has more than \(ModelLimits.rank) extents")
    }
    var result: [Expr] = []
    var open: Int?
    for (axis, extent) in target.enumerated() {
      switch extent.integerConstant {
      case 0? where !keepsZeros:
        guard axis < shape.count else {
          throw NotCounted("the shape copies extent \(axis) of a tensor of rank \(shape.count)")
        }
        result.append(shape[axis])
      case .some(-1):
        guard open == nil else { throw NotCounted("two extents of the shape are left open") }
        open = axis
        result.append(Expr(1))
      case let value? where value < 0: throw NotCounted("the shape has an extent of \(value)")
      default: result.append(extent)
      }
    }
    guard let open else { return result }
    let (all, rest) = (try product(shape), try product(result))
    guard !rest.isZero else { throw NotCounted("what is left of a shape without elements is not told") }
    result[open] = try all.exactlyDivided(by: rest)
    if let constant = result[open].constant, !constant.isInteger {
      throw NotCounted("\(all) elements do not fill the shape \(target.map(\.description).joined(separator: "×"))")
    }
    return result
  }
}
