import ArchAlgebra
import ArchCost
import ArchIR
import Testing
import TestSupport

/// How layers add up to networks.
@Suite struct AnalysisTests {
  @Test(arguments: Zoo.names) func layersAddUpToTheTotal(network: String) throws {
    let analysis = try Analysis(Zoo.elaborate(network, as: Int.self).graph)
    var sum = Cost<Int>()
    for cost in analysis.costs { try sum.add(cost) }
    try expectEqual(sum, analysis.total, network)
    try expectEqual(analysis.cost(of: analysis.graph.layers), analysis.total, network)
    // Any division of the layers gives parts that add up.
    let (even, odd) = (analysis.graph.layers.filter { $0 % 2 == 0 }, analysis.graph.layers.filter { $0 % 2 == 1 })
    var parts = try analysis.cost(of: even)
    try parts.add(analysis.cost(of: odd))
    try expectEqual(parts, analysis.total, network)
  }

  /// Work grows with the batch and parameters do not.
  @Test(arguments: ["resnet18", "resnext50", "mobilenet", "sumfusion_block"]) func aBatch(network: String) throws {
    let one = try Analysis(Zoo.elaborate(network, as: Int.self).graph).total
    let three = try Analysis(Zoo.elaborate(network, batch: 3, as: Int.self).graph).total
    #expect(one.parameters == three.parameters)
    let perModel: Set<Quantity> = [.batchNormChannels, .batchNormScales]
    for quantity in Quantity.allCases {
      #expect(three.tally[quantity] == (perModel.contains(quantity) ? 1 : 3) * one.tally[quantity], "\(quantity)")
    }
    #expect(three.inputElements == 3 * one.inputElements && three.outputElements == 3 * one.outputElements)
  }

  @Test func aCountBeyondIntegersNamesItsLayer() throws {
    let text = "network one {\n input(3000000, 100000, 100000) \n conv(3x3, 3000000) \n}"
    let error = #expect(throws: AnalysisError.self) {
      try Analysis(Zoo.elaborate(text: text, "one", as: Int.self).graph)
    }
    #expect(error?.name == "conv")
    #expect(error?.node == 1)
  }

  /// The closed form of a ResNeXt block, equation 4 of the paper, as a polynomial identity.
  @Test func theClosedFormOfAResNeXtBlock() throws {
    let weights = try Analysis(Zoo.elaborate("resnext_block", as: Expr.self).graph).total.parameters.weights
    let (c, d) = (Expr.symbol("C"), Expr.symbol("d"))
    #expect(try weights == c * d * (2 * 256 + 9 * d))
  }

  /// T = G · (M · S + L) with G = L · M and S = 9, and the regular convolution's S · C².
  @Test func theClosedFormsOfInterleavedGroups() throws {
    let (l, m, c) = (Expr.symbol("L"), Expr.symbol("M"), Expr.symbol("C"))
    #expect(try Analysis(Zoo.elaborate("igc").graph).total.parameters.weights == l * m * (9 * m + l))
    #expect(try Analysis(Zoo.elaborate("regular_block").graph).total.parameters.weights == 9 * c * c)
    #expect(try Analysis(Zoo.elaborate("sumfusion_block").graph).total.parameters.weights == 9 * l * m * m)
    #expect(try Analysis(Zoo.elaborate("xception_block").graph).total.parameters.weights == l * (9 + l))
  }
}
