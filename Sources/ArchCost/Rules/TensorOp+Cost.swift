import ArchAlgebra
import ArchIR

extension TensorOp {
  func count(_ shapes: LayerShapes<D>, into cost: inout Cost<D>) throws {
    switch self {
    case .stored(let tensor):
      if tensor.isLearned { cost.parameters.weights = try tensor.parameters ?? tensor.shape.elements() }
      cost.outputElements = D(0)  // whoever reads it counts the reading
    case .matmul:
      let inner = shapes.input.extents[shapes.input.rank - 1]
      try cost.tally.add(try cost.outputElements * inner, of: .matrixMACs)
    case .einsum(let einsum):
      // Every combination of indices is one product of all operands; of one operand it is only added up.
      let extents = try einsum.extents(of: shapes.inputs)
      let places = try product(extents.keys.sorted().map { extents[$0]! })
      if shapes.inputs.count > 1 {
        try cost.tally.add(try places * D(shapes.inputs.count - 1), of: .matrixMACs)
      } else {
        try cost.tally.add(places, of: .reducedElements)
      }
    case .elementwise(let function):
      guard function != .convert else { return }
      try cost.tally.add(try cost.outputElements * D(max(1, shapes.inputs.count - 1)), of: .elementwise)
    case .parametricRelu(let slopes):
      cost.parameters.weights = slopes
      try cost.tally.add(cost.outputElements, of: .leakyRelu)
    case .softmax(let axis):
      try cost.tally.add(cost.outputElements, of: .softmax)
      var rows = shapes.output
      rows.extents[axis] = D(1)
      try cost.tally.add(try rows.elements(), of: .softmaxRows)
    case .layerNormalization(let normalization):
      let factors = try product(shapes.input.extents.dropFirst(normalization.axis))
      let learned = D((normalization.hasScale ? 1 : 0) + (normalization.hasShift ? 1 : 0))
      cost.parameters.normalization = try factors * learned
      try cost.tally.add(try cost.parameters.normalization * shapes.input.extents[0], of: .normalizationParameterUses)
      try cost.tally.add(cost.outputElements, of: .groupNormElements)
    case .reduction: try cost.tally.add(cost.inputElements, of: .reducedElements)
    case .resize(let resize):
      let quantity: Quantity =
        switch resize.mode {
        case .nearest: .nearestUpsample
        case .linear: .bilinearUpsample
        case .cubic: .bicubicUpsample
        }
      try cost.tally.add(cost.outputElements, of: quantity)
    case .recurrent(let recurrent): try recurrent.count(shapes, into: &cost)
    case .reshape, .transpose, .concatenation, .section, .rearrangement: break  // they move, they do not count
    case .opaque: break  // not known; whoever reports totals says so
    }
  }
}

extension Recurrent {
  /// For each gate a matrix for the features and one for the state, and two biases, as cuDNN, PyTorch and ONNX have
  /// them. The functions of the gates and the update of the state count 1 (RNN), 8 (GRU) and 9 (LSTM) for each number
  /// of the state.
  func count(_ shapes: LayerShapes<D>, into cost: inout Cost<D>) throws {
    let features = shapes.input.extents[2]
    let rows = try D(directions * kind.gates) * hidden
    cost.parameters.weights = try rows * (features + hidden)
    let steps = try shapes.input.extents[0] * shapes.input.extents[1]
    try cost.tally.add(try cost.parameters.weights * steps, of: .linearMACs)
    if hasBias {
      cost.parameters.biases = try rows * D(2)
      try cost.tally.add(try rows * steps, of: .linearBias)
    }
    if hasPeepholes { cost.parameters.weights = try cost.parameters.weights + D(3 * directions) * hidden }
    let functions =
      switch kind {
      case .plain: 1
      case .gru: 8
      case .lstm: 9
      }
    try cost.tally.add(try cost.outputElements * D(functions), of: .elementwise)
  }
}
