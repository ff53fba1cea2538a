import ArchAlgebra
import ArchIR

extension Normalization {
  func count(_ shapes: LayerShapes<D>, into cost: inout Cost<D>) throws {
    let channels = shapes.input.channels
    let learned = D((hasScale ? 1 : 0) + (hasShift ? 1 : 0))
    cost.parameters.normalization = try channels * learned
    try cost.tally.add(try cost.parameters.normalization * shapes.input.batch, of: .normalizationParameterUses)
    switch kind {
    case .batch:
      cost.parameters.buffers = try channels * D(2)
      try cost.tally.add(cost.outputElements, of: .batchNormElements)
      if !hasScale, !hasShift { try cost.tally.add(cost.outputElements, of: .plainBatchNormElements) }
      try cost.tally.add(channels, of: .batchNormChannels)
      if hasScale { try cost.tally.add(channels, of: .batchNormScales) }
    case .layer, .group: try cost.tally.add(cost.outputElements, of: .groupNormElements)
    }
  }
}

extension LocalResponseNormalization {
  func count(_ shapes: LayerShapes<D>, into cost: inout Cost<D>) throws {
    try cost.tally.add(cost.outputElements, of: .lrnElements)
    try cost.tally.add(try cost.outputElements * size, of: .lrnWindow)
  }
}
