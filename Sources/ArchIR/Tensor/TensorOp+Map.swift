import ArchAlgebra

extension TensorOp {
  /// The same operator over another dimension type.
  func map<T: Dimension>(_ f: (D) throws -> T) rethrows -> TensorOp<T> {
    switch self {
    case .stored(let tensor):
      .stored(
        StoredTensor<T>(
          shape: try tensor.shape.map(f), isLearned: tensor.isLearned, parameters: try tensor.parameters.map(f)))
    case .matmul: .matmul
    case .einsum(let einsum): .einsum(einsum)
    case .elementwise(let function): .elementwise(function)
    case .parametricRelu(let slopes): .parametricRelu(slopes: try f(slopes))
    case .softmax(let axis): .softmax(axis: axis)
    case .layerNormalization(let normalization): .layerNormalization(normalization)
    case .reduction(let reduction): .reduction(reduction)
    case .reshape(let shape): .reshape(try shape.map(f))
    case .transpose(let order): .transpose(order)
    case .concatenation(let axis): .concatenation(axis: axis)
    case .section(let s):
      .section(Section<T>(axis: s.axis, start: try f(s.start), count: try f(s.count), step: s.step))
    case .resize(let resize): .resize(Resize<T>(output: try resize.output.map(f), mode: resize.mode))
    case .rearrangement(let r): .rearrangement(Rearrangement<T>(r.kind, output: try r.output.map(f)))
    case .recurrent(let r):
      .recurrent(
        Recurrent<T>(
          kind: r.kind, hidden: try f(r.hidden), directions: r.directions, hasBias: r.hasBias,
          hasPeepholes: r.hasPeepholes, isBatchFirst: r.isBatchFirst))
    case .opaque(let op): .opaque(OpaqueOperator<T>(name: op.name, output: try op.output.map(f)))
    }
  }
}
