import ArchAlgebra
import ArchIR

/// What a rule is given: the shapes that go in and the one that comes out.
struct LayerShapes<D: Dimension> {
  var inputs: [Shape<D>]
  /// How many parallel copies each input stands for; empty for one each.
  var copies: [D]
  var output: Shape<D>

  var input: Shape<D> { inputs[0] }

  /// How many tensors are read, copies counted.
  func operands() throws -> D { copies.isEmpty ? D(inputs.count) : try sum(copies) }
}

extension Op {
  /// The cost of one application of the operator.
  ///
  /// - Throws: ``ArithmeticError`` where a count leaves the range of integers.
  func cost(_ shapes: LayerShapes<D>) throws -> Cost<D> {
    var cost = Cost<D>()
    guard self != .input, !isView, !isConstant else { return cost }
    for (index, shape) in shapes.inputs.enumerated() {
      let elements = try shape.elements()
      // The shape of concatenated copies has all their channels already.
      let copies = shapes.copies.isEmpty || self == .concatenation ? D(1) : shapes.copies[index]
      cost.inputElements = try cost.inputElements + elements * copies
    }
    cost.outputElements = try shapes.output.elements()
    switch self {
    case .convolution(let convolution): try convolution.count(shapes, into: &cost)
    case .linear(let linear): try linear.count(shapes, into: &cost)
    case .normalization(let normalization): try normalization.count(shapes, into: &cost)
    case .activation(let activation): try activation.count(shapes.output, into: &cost)
    case .pool(let pool): try pool.count(shapes, into: &cost)
    case .adaptivePool(let pool): try pool.count(shapes, into: &cost)
    case .add: try cost.tally.add(try cost.outputElements * (try shapes.operands() - D(1)), of: .additions)
    case .multiply: try cost.tally.add(try cost.outputElements * (try shapes.operands() - D(1)), of: .multiplications)
    case .localResponseNormalization(let normalization): try normalization.count(shapes, into: &cost)
    case .upsample(let upsample):
      try cost.tally.add(cost.outputElements, of: upsample.mode == .nearest ? .nearestUpsample : .bilinearUpsample)
    case .scale:
      cost.parameters.normalization = shapes.input.channels
      try cost.tally.add(cost.outputElements, of: .scaled)
    case .constantScale: try cost.tally.add(cost.outputElements, of: .multiplications)
    case .tensor(let op): try op.count(shapes, into: &cost)
    case .input, .concatenation, .permutation, .slice, .padding, .channelPadding, .flatten, .dropout:
      break  // they move, they do not count
    }
    return cost
  }
}
