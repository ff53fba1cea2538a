import ArchAlgebra
import ArchIR

extension Convolution {
  /// A convolution has C_in/g · k · C_out weights, and for each output element C_in/g · k multiply-adds. A transposed
  /// one has as many weights; each of its input elements meets C_out/g · k of them.
  func count(_ shapes: LayerShapes<D>, into cost: inout Cost<D>) throws {
    let window = try product(kernel)
    let channels = shapes.input.channels
    let connections = try (channels * outputChannels).exactlyDivided(by: groups)
    cost.parameters.weights = try connections * window
    let positions = try shapes.input.batch * (try product((isTransposed ? shapes.input : shapes.output).spatial))
    try cost.tally.add(try cost.parameters.weights * positions, of: .convolutionMACs)
    if hasBias {
      cost.parameters.biases = outputChannels
      try cost.tally.add(cost.outputElements, of: .convolutionBias)
    }
  }
}

extension Linear {
  func count(_ shapes: LayerShapes<D>, into cost: inout Cost<D>) throws {
    let features = shapes.input.extents[shapes.input.rank - 1]
    cost.parameters.weights = try features * outputFeatures
    try cost.tally.add(try cost.outputElements * features, of: .linearMACs)
    if hasBias {
      cost.parameters.biases = outputFeatures
      try cost.tally.add(cost.outputElements, of: .linearBias)
    }
  }
}
