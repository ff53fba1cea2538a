import ArchAlgebra
import ArchIR
import Microkernels

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension ReferenceExecutor {
  /// An operator with numbered axes; nil for one that has no reference.
  func runOnArrays(
    _ node: Node<Int>, _ inputs: [ReferenceArray], _ numbers: LayerWeights, _ count: inout Int
  ) -> ReferenceArray? {
    let output = node.output.extents
    switch node.op {
    case .add: return .elementwise(inputs) { $0.reduce(0, +) }
    case .multiply: return .elementwise(inputs) { $0.reduce(1, *) }
    case .constantScale(let factor): return .elementwise(inputs) { $0[0] * factor.doubleValue }
    case .activation(let activation):
      guard let function = Microkernels.Activation(activation) else { return inputs[0].softmax(axis: 1) }
      return .elementwise(inputs) { function.value($0[0]) }
    case .concatenation: return .concatenated(inputs, axis: 1)
    case .slice(let slice): return inputs[0].section(axis: 1, start: slice.start, count: slice.count, step: 1)
    case .flatten, .dropout: return ReferenceArray(output, inputs[0].values)
    case .linear(let linear):
      let matrix = ReferenceArray([linear.outputFeatures, inputs[0].extents.last!], numbers.weights).transposed([1, 0])
      let product = ReferenceArray.product(inputs[0].asMatrix, matrix, multiplyAdds: &count)
      let sum =
        numbers.bias.isEmpty
        ? product : .elementwise([product, ReferenceArray([numbers.bias.count], numbers.bias)]) { $0[0] + $0[1] }
      return ReferenceArray(output, sum.values)
    case .tensor(let op): return run(op, inputs, output, numbers, &count)
    default: return nil
    }
  }

  private func run(
    _ op: TensorOp<Int>, _ inputs: [ReferenceArray], _ output: [Int], _ numbers: LayerWeights, _ count: inout Int
  ) -> ReferenceArray? {
    switch op {
    case .stored: return ReferenceArray(output, numbers.weights)
    case .matmul: return .product(inputs[0], inputs[1], multiplyAdds: &count)
    case .einsum(let einsum): return .einsum(inputs, einsum.operands, result: einsum.result, multiplyAdds: &count)
    case .elementwise(let function):
      guard let value = function.reference else { return nil }
      return .elementwise(inputs, value)
    case .parametricRelu: return inputs[0].parametricRelu(numbers.weights)
    case .softmax(let axis): return inputs[0].softmax(axis: axis)
    case .layerNormalization(let normalization):
      return inputs[0].layerNormalized(
        axis: normalization.axis, scale: numbers.scale, shift: numbers.shift, isCentred: normalization.isCentred,
        epsilon: Double(numbers.epsilon))
    case .reduction(let reduction):
      guard let value = reduction.function.reference else { return nil }
      return inputs[0].reduced(reduction.axes, keepsAxes: reduction.keepsAxes, value)
    case .reshape: return ReferenceArray(output, inputs[0].values)
    case .transpose(let order): return inputs[0].transposed(order)
    case .concatenation(let axis): return .concatenated(inputs, axis: axis)
    case .section(let section):
      return inputs[0].section(axis: section.axis, start: section.start, count: section.count, step: section.step)
    case .rearrangement(let rearrangement):
      switch rearrangement.kind {
      case .expand: return inputs[0].expanded(to: output)
      case .tile: return inputs[0].tiled(to: output)
      case .depthToSpace: return inputs[0].pixelShuffled(to: output)
      default: return nil
      }
    case .resize, .recurrent, .opaque: return nil
    }
  }
}

extension ReferenceArray {
  /// All vectors along the last axis as the rows of one matrix.
  fileprivate var asMatrix: ReferenceArray {
    let columns = extents.last ?? 1
    return ReferenceArray([columns == 0 ? 0 : values.count / columns, columns], values)
  }
}

extension Elementwise {
  /// What the name means, in double; nil where it does not say.
  fileprivate var reference: (([Double]) -> Double)? {
    switch self {
    case .subtract: { $0[0] - $0[1] }
    case .divide: { $0[0] / $0[1] }
    case .power: { pow($0[0], $0[1]) }
    case .minimum: { $0.min()! }
    case .maximum: { $0.max()! }
    case .mean: { $0.reduce(0, +) / Double($0.count) }
    case .negate: { -$0[0] }
    case .absolute: { abs($0[0]) }
    case .sign: { $0[0] == 0 ? 0 : $0[0] > 0 ? 1 : -1 }
    case .exponential: { exp($0[0]) }
    case .logarithm: { log($0[0]) }
    case .squareRoot: { $0[0].squareRoot() }
    case .reciprocal: { 1 / $0[0] }
    case .errorFunction: { erf($0[0]) }
    case .floor: { $0[0].rounded(.down) }
    case .ceiling: { $0[0].rounded(.up) }
    case .round: { $0[0].rounded(.toNearestOrEven) }
    case .select: { $0[0] != 0 ? $0[1] : $0[2] }
    case .elu, .celu: { $0[0] > 0 ? $0[0] : exp($0[0]) - 1 }
    case .selu: { 1.0507009873554805 * ($0[0] > 0 ? $0[0] : 1.6732632423543772 * (exp($0[0]) - 1)) }
    case .softplus: { log(1 + exp($0[0])) }
    case .softsign: { $0[0] / (1 + abs($0[0])) }
    case .mish: { $0[0] * tanh(log(1 + exp($0[0]))) }
    case .convert: { $0[0] }
    case .modulo, .trigonometric, .compare, .and, .or, .not, .clip, .thresholded, .quantize, .dequantize: nil
    }
  }
}

extension Reduction.Function {
  fileprivate var reference: (([Double]) -> Double)? {
    switch self {
    case .mean: { $0.reduce(0, +) / Double($0.count) }
    case .sum: { $0.reduce(0, +) }
    case .maximum: { $0.max()! }
    case .minimum: { $0.min()! }
    case .product: { $0.reduce(1, *) }
    case .l1: { $0.reduce(0) { $0 + abs($1) } }
    case .l2: { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    case .sumOfSquares: { $0.reduce(0) { $0 + $1 * $1 } }
    case .logarithmOfSum: { log($0.reduce(0, +)) }
    case .logarithmOfExponentials: { log($0.reduce(0) { $0 + exp($1) }) }
    case .argument, .cumulative: nil
    }
  }
}
