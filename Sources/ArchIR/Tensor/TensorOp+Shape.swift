import ArchAlgebra

extension TensorOp {
  /// The shape of the output; see ``Op/outputShape(of:)``.
  func outputShape(of inputs: [Shape<D>]) throws -> Shape<D> {
    guard arity.contains(inputs.count) else {
      throw ShapeError("\(name) takes another number of inputs", .input, cause: "it has \(inputs.count)")
    }
    switch self {
    case .stored(let tensor): return tensor.shape
    case .matmul: return try matrixProduct(inputs[0], inputs[1])
    case .einsum(let einsum): return try einsum.outputShape(of: inputs)
    case .elementwise(let function): return try inputs.stretched(for: function.rawValue)
    case .parametricRelu(let slopes):
      if let order = try slopes.ordered(against: D(1)), order != 0 { try require(inputs[0], hasAxis: 1) }
      return inputs[0]
    case .softmax(let axis):
      try require(inputs[0], hasAxis: axis)
      return inputs[0]
    case .layerNormalization(let normalization):
      try require(inputs[0], hasAxis: normalization.axis)
      return inputs[0]
    case .reduction(let reduction): return try reduction.outputShape(of: inputs[0])
    case .reshape(let shape):
      let (before, after) = (try inputs[0].elements(), try shape.elements())
      if let order = try before.ordered(against: after), order != 0 {
        throw ShapeError("a reshape keeps all elements", .output, cause: "\(before) do not make \(shape)")
      }
      return shape
    case .transpose(let order):
      guard order.sorted() == Array(0..<inputs[0].rank) else {
        throw ShapeError("a transposition names every axis once", .order, cause: "\(order) of rank \(inputs[0].rank)")
      }
      return Shape(order.map { inputs[0].extents[$0] })
    case .concatenation(let axis): return try inputs.concatenated(along: axis, for: name)
    case .section(let section): return try section.outputShape(of: inputs[0])
    case .resize(let resize): return try resize.outputShape(of: inputs[0])
    case .rearrangement(let rearrangement): return rearrangement.output
    case .recurrent(let recurrent): return try recurrent.outputShape(of: inputs[0])
    case .opaque(let op): return op.output
    }
  }

  private var arity: ClosedRange<Int> {
    switch self {
    case .stored: 0...0
    case .matmul: 2...2
    case .elementwise(let function): function.arity
    case .einsum, .concatenation: 1...Int.max
    case .rearrangement: 1...Int.max
    case .opaque: 0...Int.max
    default: 1...1
    }
  }

  /// As NumPy's `matmul` for ranks of at least 2.
  private func matrixProduct(_ a: Shape<D>, _ b: Shape<D>) throws -> Shape<D> {
    guard a.rank >= 2, b.rank >= 2 else {
      throw ShapeError(
        "a matrix product needs matrices", .input, cause: "the operands have rank \(a.rank) and \(b.rank)")
    }
    let (inner, other) = (a.extents[a.rank - 1], b.extents[b.rank - 2])
    if let order = try inner.ordered(against: other), order != 0 {
      throw ShapeError(
        "the inner extents of a matrix product must be the same", .input, cause: "they are \(inner) and \(other)")
    }
    let rank = max(a.rank, b.rank) - 2
    let outer = try [a, b].map { shape in
      Shape(Array(repeating: D(1), count: rank - (shape.rank - 2)) + shape.extents.dropLast(2))
    }.stretched(for: name)
    return Shape(outer.extents + [a.extents[a.rank - 2], b.extents[b.rank - 1]])
  }
}

extension Reduction {
  func outputShape<D: Dimension>(of input: Shape<D>) throws -> Shape<D> {
    for axis in axes { try require(input, hasAxis: axis) }
    if function == .cumulative { return input }
    var extents: [D] = []
    for (axis, extent) in input.extents.enumerated() {
      if !axes.contains(axis) { extents.append(extent) } else if keepsAxes { extents.append(D(1)) }
    }
    return Shape(extents)
  }
}

extension Section {
  func outputShape(of input: Shape<D>) throws -> Shape<D> {
    try require(input, hasAxis: axis)
    try requireNotNegative(start, .start, "the first element of a section")
    try requireNotNegative(count, .count, "the number of elements of a section")
    let extent = input.extents[axis]
    let last = try start + (count - D(1)) * D(step)
    let isEmpty = try count.ordered(against: D(0)).map { $0 <= 0 } ?? true
    let isBefore = try last.ordered(against: D(0)).map { $0 < 0 } ?? false
    let isBehind = try last.ordered(against: extent).map { $0 >= 0 } ?? false
    if !isEmpty, isBefore || isBehind {
      throw ShapeError("a section must lie within its axis", .count, cause: "it ends at \(last) of \(extent)")
    }
    var result = input
    result.extents[axis] = count
    return result
  }
}

extension Resize {
  func outputShape(of input: Shape<D>) throws -> Shape<D> {
    guard input.rank == output.rank else {
      throw ShapeError("a resize keeps the rank", .output, cause: "\(input.rank) and \(output.rank)")
    }
    for extent in output.extents { try requirePositive(extent, .output, "the output of a resize") }
    return output
  }
}

func require<D: Dimension>(_ shape: Shape<D>, hasAxis axis: Int) throws {
  guard shape.extents.indices.contains(axis) else {
    throw ShapeError("there is no axis \(axis)", .input, cause: "the input has rank \(shape.rank)")
  }
}
