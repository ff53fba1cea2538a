import ArchAlgebra
import ArchIR

extension Pool {
  func count(_ shapes: LayerShapes<D>, into cost: inout Cost<D>) throws {
    let window = try cost.outputElements * (try product(kernel))
    switch kind {
    case .max:
      try cost.tally.add(cost.inputElements, of: .maxPoolInput)
      try cost.tally.add(cost.outputElements, of: .maxPoolOutput)
      try cost.tally.add(window, of: .maxPoolWindow)
    case .average:
      try cost.tally.add(cost.inputElements, of: .averagePoolInput)
      try cost.tally.add(cost.outputElements, of: .averagePoolOutput)
      try cost.tally.add(window, of: .averagePoolWindow)
    }
  }
}

extension AdaptivePool {
  func count(_ shapes: LayerShapes<D>, into cost: inout Cost<D>) throws {
    guard kind == .average else {
      try cost.tally.add(cost.inputElements, of: .adaptiveMaxPoolInput)
      return try cost.tally.add(cost.outputElements, of: .adaptiveMaxPoolOutput)
    }
    var window = D(1)
    for (extent, size) in zip(shapes.input.spatial, output) {
      window = try window * (try extent.floorDivided(by: size))
    }
    try cost.tally.add(cost.inputElements, of: .adaptiveAveragePoolInput)
    try cost.tally.add(cost.outputElements, of: .adaptiveAveragePoolOutput)
    try cost.tally.add(try cost.outputElements * window, of: .adaptiveAveragePoolWindow)
  }
}
