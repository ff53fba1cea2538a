import ArchIR
import ArchRuntime
import Testing

@Suite("Operators with numbered axes") struct ArrayOperatorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var op: TensorOp<Int>
    var shapes: [[Int]]

    init(_ name: String, _ op: TensorOp<Int>, _ shapes: [Int]...) {
      (testDescription, self.op, self.shapes) = (name, op, shapes)
    }
  }

  static let cases: [Case] = [
    Case("matrices", .matmul, [5, 7], [7, 9]),
    Case("stacks of matrices", .matmul, [2, 3, 5, 7], [2, 3, 7, 40]),
    Case("one matrix for all", .matmul, [2, 3, 5, 7], [7, 1]),
    Case("stretched in the middle", .matmul, [2, 1, 4, 6], [1, 3, 6, 5]),
    Case("attention scores", .einsum(einsum("bhid,bhjd->bhij")), [2, 3, 5, 8], [2, 3, 4, 8]),
    Case("outer product of three", .einsum(einsum("a,b,c->abc")), [3], [4], [5]),
    Case("trace", .einsum(einsum("aab->b")), [4, 4, 5]),
    Case("relative slopes", .parametricRelu(slopes: 6), [2, 6, 3, 5]),
    Case("one slope", .parametricRelu(slopes: 1), [2, 3, 4, 5, 3]),
    Case("softmax of the last axis", .softmax(axis: 3), [2, 3, 4, 37]),
    Case("softmax of an inner axis", .softmax(axis: 1), [3, 5, 2, 2, 2]),
    Case("layer normalisation", .layerNormalization(LayerNormalization(axis: 2)), [2, 5, 21]),
    Case("over two axes", .layerNormalization(LayerNormalization(axis: 1, hasShift: false)), [3, 4, 6]),
    Case("RMS", .layerNormalization(LayerNormalization(axis: 1, hasShift: false, isCentred: false)), [3, 24]),
    Case("mean of the image", .reduction(Reduction(.mean, axes: [2, 3], keepsAxes: true)), [2, 19, 5, 4]),
    Case("maximum between", .reduction(Reduction(.maximum, axes: [1], keepsAxes: false)), [2, 5, 7, 3]),
    Case("minimum of all", .reduction(Reduction(.minimum, axes: [0, 1, 2], keepsAxes: false)), [2, 5, 7]),
    Case("product", .reduction(Reduction(.product, axes: [2, 0], keepsAxes: true)), [2, 5, 3]),
    Case("L1", .reduction(Reduction(.l1, axes: [1], keepsAxes: true)), [4, 9]),
    Case("L2", .reduction(Reduction(.l2, axes: [1], keepsAxes: true)), [4, 9]),
    Case("squares", .reduction(Reduction(.sumOfSquares, axes: [0], keepsAxes: false)), [4, 9]),
    Case("log-sum-exp", .reduction(Reduction(.logarithmOfExponentials, axes: [1], keepsAxes: false)), [4, 9]),
    Case("transposition", .transpose([3, 0, 2, 1]), [2, 3, 4, 5]),
    Case("transposition of six axes", .transpose([0, 3, 1, 5, 2, 4]), [2, 3, 2, 3, 2, 4]),
    Case("reshape to fewer", .reshape(Shape([6, 20])), [2, 3, 4, 5]),
    Case("reshape to a vector", .reshape(Shape([120])), [2, 3, 4, 5]),
    Case("concatenation along the last axis", .concatenation(axis: 3), [2, 3, 4, 5], [2, 3, 4, 1], [2, 3, 4, 2]),
    Case("concatenation of batches", .concatenation(axis: 0), [2, 3], [1, 3]),
    Case("every other row", .section(Section(axis: 2, start: 1, count: 3, step: 2)), [2, 3, 7, 5]),
    Case("backwards", .section(Section(axis: 1, start: 4, count: 5, step: -1)), [2, 5, 3]),
    Case("enlargement", .resize(Resize(output: Shape([2, 3, 8, 15]), mode: .nearest)), [2, 3, 4, 5]),
    Case("interpolation", .resize(Resize(output: Shape([2, 3, 7, 9]), mode: .linear)), [2, 3, 4, 5]),
    Case("expansion", .rearrangement(Rearrangement(.expand, output: Shape([2, 3, 4]))), [3, 1]),
    Case("tiles", .rearrangement(Rearrangement(.tile, output: Shape([4, 3, 9]))), [2, 3, 3]),
    Case("pixel shuffle", .rearrangement(Rearrangement(.depthToSpace, output: Shape([2, 3, 8, 15]))), [2, 18, 4, 5]),
  ]

  static func einsum(_ text: String) -> Einsum {
    let parts = text.split(separator: ">")
    return Einsum(operands: parts[0].dropLast().split(separator: ",").map { Array($0) }, result: Array(parts[1]))
  }

  @Test("every tensor is the reference's, from arrays and from images", arguments: cases, InstructionSet.here)
  func operators(_ test: Case, _ isa: InstructionSet) throws {
    // Once on the inputs themselves; where they are images, once more on what a convolution has made.
    for isImage in [false, true] where !isImage || test.shapes.allSatisfy({ $0.count == 4 }) {
      var sketch = GraphSketch()
      var operands: [Int] = []
      for shape in test.shapes {
        sketch.graph.nodes.append(
          Node(name: "input\(operands.count)", op: .input, inputs: [], output: Shape(shape)))
        let input = sketch.graph.nodes.count - 1
        operands.append(isImage ? try sketch.add(.conv(1, shape[1]), input) : input)
      }
      let made = try sketch.add(.tensor(test.op), operands)
      if isImage, sketch.graph.nodes[made].output.rank == 4 { _ = try sketch.add(.conv(3, 5), made) }
      let check = try NetworkCheck(sketch.finished())
      try check.expectPredictedMultiplyAdds()
      try check.expectSameTensors(isa, threads: 3)
    }
  }

  @Test("functions of elements", arguments: Elementwise.allCases.filter { $0.arity == 1...1 })
  func functions(_ function: Elementwise) throws {
    var sketch = GraphSketch()
    var x = sketch.input(2, 5, 7, 3)
    if function == .logarithm || function == .squareRoot { x = try sketch.add(.tensor(.elementwise(.absolute)), x) }
    let made = try sketch.add(.tensor(.elementwise(function)), x)
    let graph = sketch.finished(made)
    let isKnown: Bool =
      switch function {
      case .trigonometric, .not, .clip, .thresholded, .quantize, .dequantize: false
      default: true
      }
    if isKnown {
      try NetworkCheck(graph).expectSameTensors(.best, threads: 2, within: 1e-6)
    } else {
      #expect(throws: PlanError.self) { try Planner.plan(graph, weights: GeneratedWeights()) }
    }
  }

  @Test(
    "operands are stretched",
    arguments: [Elementwise.subtract, .divide, .power, .minimum, .maximum, .mean, .select],
    [
      [[2, 5, 4, 3], [1, 5, 1, 1], [1, 1, 1, 3]], [[4, 1], [1, 6], [4, 6]], [[1, 7, 1], [2, 1, 5], [2, 7, 5]],
    ])
  func stretched(_ function: Elementwise, _ shapes: [[Int]]) throws {
    var sketch = GraphSketch()
    var operands: [Int] = []
    for shape in shapes.prefix(function.arity.upperBound) {
      sketch.graph.nodes.append(Node(name: "input\(operands.count)", op: .input, inputs: [], output: Shape(shape)))
      let x = sketch.graph.nodes.count - 1
      // A power of a negative number is none; zero and other numbers choose.
      operands.append(
        function == .power
          ? try sketch.add(.tensor(.elementwise(.absolute)), x)
          : function == .select && operands.isEmpty ? try sketch.add(.activation(.relu), x) : x)
    }
    let made = try sketch.add(.tensor(.elementwise(function)), operands)
    try NetworkCheck(sketch.finished(made)).expectSameTensors(.best, threads: 2, within: 1e-6)
  }

  @Test("sums and products with stored tensors, between convolutions", arguments: InstructionSet.here)
  func constants(_ isa: InstructionSet) throws {
    var sketch = GraphSketch()
    let x = sketch.input(2, 3, 6, 7)
    let (row, channel, number) = (sketch.stored(1, 1, 1, 7), sketch.stored(1, 20, 1, 1), sketch.stored(1, 1, 1, 1))
    var y = try sketch.add(.conv(3, 20), x)
    y = try sketch.add(.add, y, row)
    y = try sketch.add(.multiply, channel, y)
    y = try sketch.add(.activation(.relu), y)
    y = try sketch.add(.conv(3, 20), y)
    y = try sketch.add(.multiply, y, number, row)
    let image = sketch.stored(2, 20, 6, 7)
    y = try sketch.add(.concatenation, y, image)
    _ = try sketch.add(.conv(1, 4), y)
    try NetworkCheck(sketch.finished()).expectSameTensors(isa, threads: 2)
  }

  @Test("channels shuffled as exporters write it", arguments: InstructionSet.here)
  func shuffle(_ isa: InstructionSet) throws {
    var sketch = GraphSketch()
    let x = sketch.input(2, 12, 5, 6)
    var y = try sketch.add(.conv(1, 24), x)
    let before = y
    y = try sketch.add(.tensor(.reshape(Shape([2, 4, 6, 5, 6]))), y)
    y = try sketch.add(.tensor(.transpose([0, 2, 1, 3, 4])), y)
    y = try sketch.add(.tensor(.reshape(Shape([2, 24, 5, 6]))), y)
    let arrays = y
    let shuffled = try sketch.add(.permutation(.shuffle(groups: 4)), before)
    let graph = sketch.finished(arrays, shuffled)
    try NetworkCheck(graph).expectSameTensors(isa)
    let plan = try Planner.plan(graph, weights: GeneratedWeights(), kernels: Kernels(isa))
    let outputs = Executor(plan).run([Numbers.normal(2 * 12 * 5 * 6, 1)])
    #expect(outputs[0] == outputs[1])
  }

  @Test("a vision transformer's block", arguments: InstructionSet.here, [1, 3])
  func attention(_ isa: InstructionSet, _ batch: Int) throws {
    var sketch = GraphSketch()
    let x = sketch.input(batch, 3, 16, 16)
    let patches = try sketch.add(
      .conv(1, 24),
      try sketch.add(
        .pool(
          Pool(
            kind: .average, kernel: [4, 4], stride: [4, 4], padding: Padding(before: [0, 0], after: [0, 0]))), x))
    var tokens = try sketch.add(.tensor(.reshape(Shape([batch, 24, 16]))), patches)
    tokens = try sketch.add(.tensor(.transpose([0, 2, 1])), tokens)
    tokens = try sketch.add(.add, tokens, sketch.stored(1, 16, 24))
    func heads(_ sketch: inout GraphSketch, _ from: Int, _ order: [Int]) throws -> Int {
      let linear = try sketch.add(.linear(Linear(outputFeatures: 24)), from)
      let split = try sketch.add(.tensor(.reshape(Shape([batch, 16, 3, 8]))), linear)
      return try sketch.add(.tensor(.transpose(order)), split)
    }
    let normal = try sketch.add(.tensor(.layerNormalization(LayerNormalization(axis: 2))), tokens)
    let (q, k, v) = (
      try heads(&sketch, normal, [0, 2, 1, 3]), try heads(&sketch, normal, [0, 2, 3, 1]),
      try heads(&sketch, normal, [0, 2, 1, 3])
    )
    var scores = try sketch.add(.tensor(.matmul), q, k)
    scores = try sketch.add(.constantScale(1), scores)
    scores = try sketch.add(.tensor(.softmax(axis: 3)), scores)
    var mixed = try sketch.add(.tensor(.matmul), scores, v)
    mixed = try sketch.add(.tensor(.transpose([0, 2, 1, 3])), mixed)
    mixed = try sketch.add(.tensor(.reshape(Shape([batch, 16, 24]))), mixed)
    mixed = try sketch.add(.add, try sketch.add(.linear(Linear(outputFeatures: 24)), mixed), tokens)
    var hidden = try sketch.add(.linear(Linear(outputFeatures: 40)), mixed)
    hidden = try sketch.add(.activation(.gelu), hidden)
    hidden = try sketch.add(.linear(Linear(outputFeatures: 24, hasBias: false)), hidden)
    let sum = try sketch.add(.add, hidden, mixed)
    let mean = try sketch.add(.tensor(.reduction(Reduction(.mean, axes: [1], keepsAxes: false))), sum)
    _ = try sketch.add(.linear(Linear(outputFeatures: 10)), mean)
    let check = try NetworkCheck(sketch.finished())
    try check.expectPredictedMultiplyAdds()
    try check.expectSameTensors(isa, threads: 2)
  }

  @Test("what has no kernel says why, and at which node")
  func refusals() throws {
    var sketch = GraphSketch()
    let x = sketch.input(1, 4, 6, 6)
    let y = try sketch.add(.conv(1, 4), x)
    let unclear: [TensorOp<Int>] = [
      .elementwise(.clip), .elementwise(.compare), .reduction(Reduction(.argument, axes: [1], keepsAxes: true)),
      .rearrangement(Rearrangement(.gather, output: Shape([1, 4]))),
      .resize(Resize(output: Shape([1, 4, 12, 12]), mode: .cubic)),
      .resize(Resize(output: Shape([1, 8, 6, 6]), mode: .nearest)),
      .recurrent(Recurrent(kind: .gru, hidden: 4)), .opaque(OpaqueOperator(name: "Mystery", output: Shape([1, 4]))),
    ]
    for op in unclear {
      var one = sketch
      let output = (try? Op<Int>.tensor(op).outputShape(of: [Shape([1, 4, 6, 6])])) ?? Shape([1, 4])
      one.graph.nodes.append(Node(name: "unclear", op: .tensor(op), inputs: [y], output: output))
      let error = try #require(throws: PlanError.self) { try Planner.plan(one.finished(), weights: GeneratedWeights()) }
      #expect(error.node == 2)
      #expect(error.description.hasPrefix("unclear (\(op.name)) "), "\(error)")
    }
  }
}
