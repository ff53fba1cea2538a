import ArchAlgebra
import ArchCost
import ArchIR
import Testing

/// What each operator without multiply-adds counts, in numbers small enough to tell by hand.
@Suite struct OperatorCostTests {
  struct Case: CustomTestStringConvertible {
    var op: Op<Int>
    var inputs: [[Int]]
    var counts: [Quantity: Int]
    /// Scales and shifts, and running statistics.
    var normalization = 0
    var buffers = 0
    var read: Int
    var written: Int

    init(
      _ op: Op<Int>, _ inputs: [Int]..., counts: [Quantity: Int], normalization: Int = 0, buffers: Int = 0, read: Int,
      written: Int
    ) {
      (self.op, self.inputs, self.counts) = (op, inputs, counts)
      (self.normalization, self.buffers, self.read, self.written) = (normalization, buffers, read, written)
    }

    var testDescription: String { "\(op) of \(inputs)" }
  }

  /// Two images of 6 channels, 4 × 5: 240 elements.
  static let image = [2, 6, 4, 5]
  static let none = Padding(before: [0, 0], after: [0, 0])

  static let cases: [Case] = [
    Case(
      .normalization(Normalization()), image,
      counts: [.batchNormElements: 240, .batchNormChannels: 6, .batchNormScales: 6, .normalizationParameterUses: 24],
      normalization: 12, buffers: 12, read: 240, written: 240),
    Case(
      .normalization(Normalization(hasScale: false)), image,
      counts: [.batchNormElements: 240, .batchNormChannels: 6, .normalizationParameterUses: 12], normalization: 6,
      buffers: 12,
      read: 240, written: 240),
    Case(
      .normalization(Normalization(hasShift: false)), image,
      counts: [.batchNormElements: 240, .batchNormChannels: 6, .batchNormScales: 6, .normalizationParameterUses: 12],
      normalization: 6, buffers: 12, read: 240, written: 240),
    Case(
      .normalization(Normalization(hasScale: false, hasShift: false)), image,
      counts: [.batchNormElements: 240, .plainBatchNormElements: 240, .batchNormChannels: 6], buffers: 12, read: 240,
      written: 240),
    Case(
      .normalization(Normalization(kind: .group, groups: 3)), image,
      counts: [.groupNormElements: 240, .normalizationParameterUses: 24], normalization: 12, read: 240, written: 240),
    Case(
      .normalization(Normalization(kind: .layer)), image,
      counts: [.groupNormElements: 240, .normalizationParameterUses: 24], normalization: 12, read: 240, written: 240),
    Case(.scale, image, counts: [.scaled: 240], normalization: 6, read: 240, written: 240),
    Case(.activation(.relu), image, counts: [.relu: 240], read: 240, written: 240),
    Case(.activation(.relu6), image, counts: [.relu6: 240], read: 240, written: 240),
    Case(.activation(.leakyRelu(slope: .one)), image, counts: [.leakyRelu: 240], read: 240, written: 240),
    Case(.activation(.sigmoid), image, counts: [.sigmoid: 240], read: 240, written: 240),
    Case(.activation(.hardSigmoid), image, counts: [.hardSigmoid: 240], read: 240, written: 240),
    Case(.activation(.silu), image, counts: [.silu: 240], read: 240, written: 240),
    Case(.activation(.hardSwish), image, counts: [.hardSwish: 240], read: 240, written: 240),
    Case(.activation(.tanh), image, counts: [.tanh: 240], read: 240, written: 240),
    Case(.activation(.gelu), image, counts: [.gelu: 240], read: 240, written: 240),
    Case(.activation(.softmax), image, counts: [.softmax: 240, .softmaxRows: 40], read: 240, written: 240),
    Case(.activation(.softmax), [2, 10], counts: [.softmax: 20, .softmaxRows: 2], read: 20, written: 20),
    Case(.activation(.identity), image, counts: [:], read: 0, written: 0),
    Case(.dropout(.one), image, counts: [:], read: 0, written: 0),
    Case(.flatten, image, counts: [:], read: 0, written: 0),
    Case(
      .pool(Pool(kind: .max, kernel: [2, 3], stride: [2, 1], padding: none)), image,
      counts: [.maxPoolInput: 240, .maxPoolOutput: 72, .maxPoolWindow: 432], read: 240, written: 72),
    Case(
      .pool(Pool(kind: .average, kernel: [2, 3], stride: [2, 1], padding: none)), image,
      counts: [.averagePoolInput: 240, .averagePoolOutput: 72, .averagePoolWindow: 432], read: 240, written: 72),
    Case(
      .adaptivePool(AdaptivePool(kind: .average, output: [1, 1])), image,
      counts: [.adaptiveAveragePoolInput: 240, .adaptiveAveragePoolOutput: 12, .adaptiveAveragePoolWindow: 240],
      read: 240,
      written: 12),
    // ⌊4 / 3⌋ · ⌊5 / 2⌋ = 2 elements a window.
    Case(
      .adaptivePool(AdaptivePool(kind: .average, output: [3, 2])), image,
      counts: [.adaptiveAveragePoolInput: 240, .adaptiveAveragePoolOutput: 72, .adaptiveAveragePoolWindow: 144],
      read: 240,
      written: 72),
    Case(
      .adaptivePool(AdaptivePool(kind: .max, output: [3, 2])), image,
      counts: [.adaptiveMaxPoolInput: 240, .adaptiveMaxPoolOutput: 72], read: 240, written: 72),
    Case(.add, image, image, image, counts: [.additions: 480], read: 720, written: 240),
    Case(.add, image, counts: [:], read: 240, written: 240),
    Case(.multiply, image, [2, 6, 1, 1], counts: [.multiplications: 240], read: 252, written: 240),
    Case(.concatenation, image, [2, 1, 4, 5], counts: [:], read: 280, written: 280),
    Case(.permutation(.shuffle(groups: 3)), image, counts: [:], read: 240, written: 240),
    Case(.slice(Slice(start: 1, count: 2)), image, counts: [:], read: 240, written: 80),
    Case(.padding(Padding(before: [1, 0], after: [0, 1])), image, counts: [:], read: 240, written: 360),
    Case(
      .localResponseNormalization(.init(size: 5)), image, counts: [.lrnElements: 240, .lrnWindow: 1200], read: 240,
      written: 240),
    Case(.upsample(Upsample(scale: [2, 3])), image, counts: [.nearestUpsample: 1440], read: 240, written: 1440),
    Case(
      .upsample(Upsample(scale: [2, 3], mode: .bilinear)), image, counts: [.bilinearUpsample: 1440], read: 240,
      written: 1440),
    Case(
      .tensor(.resize(Resize(output: Shape([2, 6, 6, 5]), mode: .cubic))), image, counts: [.bicubicUpsample: 360],
      read: 240,
      written: 360),
    Case(
      .tensor(.elementwise(.maximum)), image, image, [1, 1, 1, 1], counts: [.elementwise: 480], read: 481, written: 240),
    Case(.tensor(.elementwise(.exponential)), image, counts: [.elementwise: 240], read: 240, written: 240),
    Case(.tensor(.elementwise(.convert)), image, counts: [:], read: 240, written: 240),
    Case(
      .tensor(.reduction(Reduction(.sum, axes: [1], keepsAxes: false))), image, counts: [.reducedElements: 240],
      read: 240,
      written: 40),
    Case(.tensor(.softmax(axis: 3)), image, counts: [.softmax: 240, .softmaxRows: 48], read: 240, written: 240),
    Case(
      .tensor(.layerNormalization(LayerNormalization(axis: 2))), image,
      counts: [.groupNormElements: 240, .normalizationParameterUses: 80], normalization: 40, read: 240, written: 240),
    Case(
      .tensor(.layerNormalization(LayerNormalization(axis: 3, hasScale: true, hasShift: false))), image,
      counts: [.groupNormElements: 240, .normalizationParameterUses: 10], normalization: 5, read: 240, written: 240),
    Case(
      .tensor(.layerNormalization(LayerNormalization(axis: 3, hasScale: false, hasShift: false))), image,
      counts: [.groupNormElements: 240], read: 240, written: 240),
    Case(
      .tensor(.einsum(Einsum(operands: [Array("nchw")], result: Array("nw")))), image, counts: [.reducedElements: 240],
      read: 240, written: 10),
    Case(.tensor(.transpose([0, 3, 1, 2])), image, counts: [:], read: 240, written: 240),
    Case(.tensor(.reshape(Shape([240]))), image, counts: [:], read: 0, written: 0),
  ]

  /// Each of 2 · 6 · 4 · 7 results is a sum of 5 products.
  @Test func matrixProducts() throws {
    let einsum = Einsum(operands: [Array("nhij"), Array("nhjk")], result: Array("nhik"))
    for op in [Op<Int>.tensor(.matmul), .tensor(.einsum(einsum))] {
      let cost = try cost(op, of: [Shape(Self.image), Shape([1, 6, 5, 7])])
      #expect(cost.tally[.matrixMACs] == 2 * 6 * 4 * 7 * 5)
      #expect(try cost.macs == 2 * 6 * 4 * 7 * 5)
      #expect(try CountingConvention.flops.count(cost) == 2 * 2 * 6 * 4 * 7 * 5)
    }
  }

  /// The cost of an operator alone, which is that of its network: inputs cost nothing.
  private func cost(_ op: Op<Int>, of inputs: [Shape<Int>]) throws -> Cost<Int> {
    var graph = Graph<Int>(name: "one")
    for (index, shape) in inputs.enumerated() {
      graph.nodes.append(Node(name: "input\(index)", op: .input, inputs: [], output: shape))
    }
    let output = try op.outputShape(of: inputs)
    graph.nodes.append(Node(name: "op", op: op, inputs: Array(inputs.indices), output: output))
    let analysis = try Analysis(graph)
    #expect(analysis.total == analysis.costs.last)
    return analysis.total
  }

  /// A matrix that meets each of a stack of them: the first operand's rank does not tell where the stack's extents are.
  @Test func matrixProductsOfOtherRanks() throws {
    for shapes in [[Shape([4, 5]), Shape([2, 6, 5, 7])], [Shape([2, 6, 4, 5]), Shape([5, 7])]] {
      #expect(try cost(.tensor(.matmul), of: shapes).tally[.matrixMACs] == 2 * 6 * 4 * 7 * 5)
    }
  }

  /// Slopes for each channel are weights; the function counts once for each element.
  @Test func learnedSlopes() throws {
    let cost = try cost(.tensor(.parametricRelu(slopes: 6)), of: [Shape(Self.image)])
    #expect(cost.parameters.weights == 6 && cost.tally[.leakyRelu] == 240)
  }

  /// Constants are read by whoever takes them, and nothing writes them.
  @Test func constants() throws {
    for isLearned in [false, true] {
      let stored = StoredTensor(shape: Shape(Self.image), isLearned: isLearned)
      let cost = try cost(.tensor(.stored(stored)), of: [])
      #expect(cost.parameters.weights == (isLearned ? 240 : 0) && cost.outputElements == 0 && cost.inputElements == 0)
    }
  }

  @Test(arguments: cases) func counts(_ one: Case) throws {
    let cost = try cost(one.op, of: one.inputs.map { Shape($0) })
    for quantity in Quantity.allCases {
      #expect(cost.tally[quantity] == one.counts[quantity, default: 0], "\(quantity)")
    }
    #expect(cost.parameters.normalization == one.normalization && cost.parameters.buffers == one.buffers)
    #expect(cost.parameters.weights == 0 && cost.parameters.biases == 0)
    #expect(try cost.macs == one.counts[.matrixMACs, default: 0])
    #expect(cost.inputElements == one.read && cost.outputElements == one.written)
    #expect(try cost.trafficElements == one.read + one.written + one.normalization + one.buffers)
  }

  /// Every quantity is counted by an operator here or by a convolution, a linear layer or a matrix product.
  @Test func everyQuantityIsCounted() {
    let layers: Set<Quantity> = [.convolutionMACs, .convolutionBias, .linearMACs, .linearBias, .matrixMACs]
    #expect(Self.cases.reduce(into: layers) { $0.formUnion($1.counts.keys) } == Set(Quantity.allCases))
  }
}
