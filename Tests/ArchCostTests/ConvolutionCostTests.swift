import ArchAlgebra
import ArchCost
import ArchIR
import Testing
import TestSupport

/// Convolutions against their multiply-adds counted one by one, and against one another.
@Suite struct ConvolutionCostTests {
  /// One operator on one input, analysed.
  static func cost(_ op: Op<Int>, of shapes: [Int]...) throws -> Cost<Int> {
    var graph = Graph<Int>(name: "one")
    for (index, shape) in shapes.enumerated() {
      graph.nodes.append(Node(name: "input\(index)", op: .input, inputs: [], output: Shape(shape)))
    }
    graph.nodes.append(
      Node(name: "op", op: op, inputs: Array(shapes.indices), output: try op.outputShape(of: shapes.map { Shape($0) })))
    return try Analysis(graph).costs[shapes.count]
  }

  struct Case {
    var input: [Int]
    var convolution: Convolution<Int>

    init(_ random: inout SeededGenerator) {
      func two(_ range: ClosedRange<Int>) -> [Int] { (0..<2).map { _ in .random(in: range, using: &random) } }
      let groups = random.pick([1, 1, 2, 3])
      input = [random.pick([1, 3]), groups * .random(in: 1...3, using: &random)] + two(4...9)
      convolution = Convolution(
        outputChannels: groups * .random(in: 1...3, using: &random), kernel: two(1...3), stride: two(1...3),
        padding: Padding(before: two(0...2), after: two(0...2)), dilation: two(1...2), groups: groups,
        hasBias: random.chance(50))
    }
  }

  /// The multiplications of the definition, padding included, and the different weights that they use.
  private func enumerate(_ c: Case, _ output: Shape<Int>) -> (macs: Int, weights: Int) {
    var macs = 0
    var weights: Set<[Int]> = []
    let (inner, outer) = (c.input[1] / c.convolution.groups, c.convolution.outputChannels / c.convolution.groups)
    for _ in 0..<c.input[0] {
      for o in 0..<c.convolution.outputChannels {
        for _ in 0..<output.extents[2] * output.extents[3] {
          for i in 0..<c.input[1] where i / inner == o / outer {
            for y in 0..<c.convolution.kernel[0] {
              for x in 0..<c.convolution.kernel[1] {
                macs += 1
                weights.insert([o, i, y, x])
              }
            }
          }
        }
      }
    }
    return (macs, weights.count)
  }

  @Test(arguments: 0..<4) func multipliesOneByOne(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<12 {
      let c = Case(&random)
      let output = try Op.convolution(c.convolution).outputShape(of: [Shape(c.input)])
      let cost = try Self.cost(.convolution(c.convolution), of: c.input)
      let counted = enumerate(c, output)
      #expect(cost.parameters.weights == counted.weights, "\(c)")
      #expect(cost.tally[.convolutionMACs] == counted.macs, "\(c)")
      #expect(try cost.macs == counted.macs)
      #expect(cost.parameters.biases == (c.convolution.hasBias ? c.convolution.outputChannels : 0))
      #expect(try cost.tally[.convolutionBias] == (c.convolution.hasBias ? output.elements() : 0))
      #expect(cost.parameters.normalization == 0 && cost.parameters.buffers == 0)
      #expect(try cost.inputElements == Shape(c.input).elements())
      #expect(try cost.outputElements == output.elements())
    }
  }

  /// Copies of a convolution, one a group, cost what the grouped convolution does.
  @Test func groupsAreConvolutionsOfTheirOwn() throws {
    var random = SeededGenerator(seed: 21)
    for _ in 0..<30 {
      let c = Case(&random)
      var one = c.convolution
      one.groups = 1
      one.outputChannels /= c.convolution.groups
      let part = try Self.cost(.convolution(one), of: [c.input[0], c.input[1] / c.convolution.groups] + c.input[2...])
      let whole = try Self.cost(.convolution(c.convolution), of: c.input)
      #expect(try whole.macs == c.convolution.groups * part.macs, "\(c)")
      #expect(whole.parameters.weights == c.convolution.groups * part.parameters.weights)
    }
  }

  @Test func aTransposeCostsWhatItTransposes() throws {
    var random = SeededGenerator(seed: 22)
    for _ in 0..<30 {
      let c = Case(&random)
      let output = try Op.convolution(c.convolution).outputShape(of: [Shape(c.input)])
      var transposed = c.convolution
      transposed.isTransposed = true
      transposed.outputChannels = c.input[1]
      let (mine, theirs) = (
        try Self.cost(.convolution(transposed), of: output.extents),
        try Self.cost(.convolution(c.convolution), of: c.input)
      )
      #expect(try mine.macs == theirs.macs, "\(c)")
      #expect(mine.parameters.weights == theirs.parameters.weights)
      #expect(mine.parameters.biases == (c.convolution.hasBias ? c.input[1] : 0))
      #expect(mine.tally[.convolutionBias] == (c.convolution.hasBias ? mine.outputElements : 0))
    }
  }

  /// A 1×1 convolution of a 1×1 image is a linear layer.
  @Test(arguments: [true, false]) func aLinearLayerIsAConvolution(hasBias: Bool) throws {
    let linear = try Self.cost(.linear(Linear(outputFeatures: 7, hasBias: hasBias)), of: [3, 5])
    let convolution = try Self.cost(
      .convolution(
        Convolution(
          outputChannels: 7, kernel: [1, 1], stride: [1, 1], padding: Padding(before: [0, 0], after: [0, 0]),
          dilation: [1, 1], hasBias: hasBias)), of: [3, 5, 1, 1])
    #expect(linear.parameters == convolution.parameters)
    #expect(linear.tally[.linearMACs] == 3 * 5 * 7)
    #expect(convolution.tally[.convolutionMACs] == 3 * 5 * 7)
    #expect(linear.tally[.linearBias] == convolution.tally[.convolutionBias])
  }
}
