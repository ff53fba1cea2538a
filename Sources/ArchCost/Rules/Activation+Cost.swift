import ArchAlgebra
import ArchIR

extension Activation {
  func count<D: Dimension>(_ shape: Shape<D>, into cost: inout Cost<D>) throws {
    guard let quantity else { return }
    try cost.tally.add(try shape.elements(), of: quantity)
    if self == .softmax {
      // A row runs over the channels: there is one for each image and position.
      try cost.tally.add(try shape.batch * product(shape.spatial), of: .softmaxRows)
    }
  }

  private var quantity: Quantity? {
    switch self {
    case .relu: .relu
    case .relu6: .relu6
    case .leakyRelu: .leakyRelu
    case .sigmoid: .sigmoid
    case .hardSigmoid: .hardSigmoid
    case .silu: .silu
    case .hardSwish: .hardSwish
    case .tanh: .tanh
    case .gelu: .gelu
    case .softmax: .softmax
    case .identity: nil
    }
  }
}
