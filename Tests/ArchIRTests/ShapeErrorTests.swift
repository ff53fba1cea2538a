import ArchAlgebra
import ArchIR
import Testing

/// Each way in which an operator does not fit what it is given, and the attribute that is blamed.
@Suite struct ShapeErrorTests {
  struct Case: CustomTestStringConvertible {
    var op: Op<Int>
    var inputs: [[Int]]
    var culprit: ShapeError.Culprit
    /// What the message must tell, so that each rule has its own.
    var message: String

    init(_ op: Op<Int>, _ inputs: [Int]..., blames culprit: ShapeError.Culprit, _ message: String) {
      (self.op, self.inputs, self.culprit, self.message) = (op, inputs, culprit, message)
    }

    var testDescription: String { "\(op.name) of \(inputs): \(message)" }
  }

  static func convolution(_ change: (inout Convolution<Int>) -> Void) -> Op<Int> {
    var convolution = Convolution<Int>(
      outputChannels: 4, kernel: [3, 3], stride: [1, 1], padding: Padding(before: [0, 0], after: [0, 0]),
      dilation: [1, 1])
    change(&convolution)
    return .convolution(convolution)
  }

  static func pool(_ change: (inout Pool<Int>) -> Void) -> Op<Int> {
    var pool = Pool<Int>(
      kind: .max, kernel: [3, 3], stride: [1, 1], padding: Padding(before: [0, 0], after: [0, 0]))
    change(&pool)
    return .pool(pool)
  }

  static func einsum(_ operands: String, _ result: String) -> Op<Int> {
    .tensor(.einsum(Einsum(operands: operands.split(separator: ",").map { Array($0) }, result: Array(result))))
  }

  static let image = [1, 6, 5, 5]

  static let cases: [Case] = [
    Case(.input, blames: .input, "an input has no operands"),
    Case(.tensor(.parametricRelu(slopes: 6)), [6], blames: .input, "there is no axis 1"),
    Case(.tensor(.layerNormalization(LayerNormalization(axis: 4))), image, blames: .input, "there is no axis 4"),
    Case(.add, blames: .input, "takes another number of inputs"),
    Case(.activation(.softmax), [6], blames: .input, "softmax needs a batch and channels"),
    Case(.tensor(.concatenation(axis: 4)), image, image, blames: .input, "there is no axis 4"),
    Case(convolution { $0.padding.before = [0] }, image, blames: .padding, "padding needs 2 numbers"),
    Case(convolution { $0.padding.after = [0, 0, 0] }, image, blames: .padding, "padding needs 2 numbers"),
    Case(convolution { $0.stride = [1] }, image, blames: .stride, "stride needs 2 numbers"),
    Case(.activation(.relu), image, image, blames: .input, "takes another number of inputs"),
    Case(
      .channelPadding(ChannelPadding(before: -1, after: 1)), image, blames: .padding, "the number of channels before"),
    Case(
      .channelPadding(ChannelPadding(before: 1, after: -1)), image, blames: .padding, "the number of channels after"),
    Case(convolution { _ in }, [1, 6], blames: .input, "a convolution needs 2 spatial extents"),
    Case(convolution { $0.isTransposed = true }, [1, 6], blames: .input, "a transposed convolution needs 2"),
    Case(convolution { $0.outputChannels = 0 }, image, blames: .outputChannels, "the number of output channels"),
    Case(convolution { $0.groups = 4 }, image, blames: .groups, "groups must divide the input channels"),
    Case(convolution { $0.groups = 3 }, image, blames: .groups, "groups must divide the output channels"),
    Case(convolution { $0.groups = 0 }, image, blames: .groups, "the number of groups"),
    Case(convolution { $0.groups = -1 }, image, blames: .groups, "the number of groups"),
    Case(convolution { $0.kernel = [6, 3] }, image, blames: .kernel, "larger than its padded input"),
    Case(convolution { $0.kernel = [3, 6] }, image, blames: .kernel, "larger than its padded input"),
    Case(convolution { $0.dilation = [3, 3] }, image, blames: .kernel, "larger than its padded input"),
    Case(convolution { $0.kernel = [0, 3] }, image, blames: .kernel, "the kernel must be at least 1"),
    Case(convolution { $0.stride = [1, 0] }, image, blames: .stride, "the stride must be at least 1"),
    Case(convolution { $0.dilation = [0, 1] }, image, blames: .dilation, "the dilation must be at least 1"),
    Case(convolution { $0.padding.before = [-1, 0] }, image, blames: .padding, "the padding must not be negative"),
    Case(convolution { $0.padding.after = [0, -1] }, image, blames: .padding, "the padding must not be negative"),
    Case(convolution { $0.outputPadding = [-1, 0] }, image, blames: .outputPadding, "the output padding"),
    Case(
      convolution { ($0.isTransposed, $0.outputPadding) = (true, [1, 1]) }, image, blames: .outputPadding,
      "the output padding must be less than the stride or the dilation"),
    Case(
      convolution { ($0.isTransposed, $0.padding) = (true, Padding(before: [4, 0], after: [3, 0])) }, image,
      blames: .padding, "what the padding leaves of the output"),
    Case(pool { _ in }, [1, 6], blames: .input, "a pool needs 2 spatial extents"),
    Case(pool { $0.kernel = [9, 9] }, image, blames: .kernel, "larger than its padded input"),
    Case(
      pool { $0.padding.before = [0, 3] }, image, blames: .padding, "must be less than its window reaches over"),
    Case(
      pool { ($0.kernel, $0.dilation, $0.padding.after) = ([2, 2], [2, 1], [3, 0]) }, image, blames: .padding,
      "must be less than its window reaches over"),
    Case(pool { $0.stride = [0, 1] }, image, blames: .stride, "the stride must be at least 1"),
    Case(.adaptivePool(AdaptivePool(kind: .max, output: [1, 0])), image, blames: .output, "the output of the pool"),
    Case(.adaptivePool(AdaptivePool(kind: .max, output: [1, 1])), [1, 6], blames: .input, "an adaptive pool needs 2"),
    Case(.linear(Linear(outputFeatures: 0)), [1, 6], blames: .outputChannels, "the number of output features"),
    Case(.linear(Linear(outputFeatures: 5)), [], blames: .input, "linear needs features"),
    Case(.flatten, [6], blames: .input, "flatten needs a batch and channels"),
    Case(.tensor(.matmul), [2, 3, 4], [2, 5, 6], blames: .input, "the inner extents of a matrix product"),
    Case(.tensor(.matmul), [2, 3, 4], [3, 4, 6], blames: .input, "different shapes"),
    Case(.tensor(.matmul), [3], [3, 4], blames: .input, "a matrix product needs matrices"),
    Case(.tensor(.matmul), [2, 3], [3], blames: .input, "a matrix product needs matrices"),
    Case(.tensor(.matmul), [2, 3], blames: .input, "takes another number of inputs"),
    Case(.tensor(.reduction(Reduction(.sum, axes: [0, 4], keepsAxes: true))), image, blames: .input, "no axis 4"),
    Case(.tensor(.section(Section(axis: 4, start: 0, count: 1))), image, blames: .input, "there is no axis 4"),
    Case(.tensor(.section(Section(axis: 2, start: 5, count: 1))), image, blames: .count, "must lie within its axis"),
    Case(.tensor(.section(Section(axis: 2, start: -1, count: 3))), image, blames: .start, "the first element"),
    Case(.tensor(.section(Section(axis: 2, start: 0, count: -1))), image, blames: .count, "the number of elements"),
    Case(
      .tensor(.section(Section(axis: 2, start: 0, count: 4, step: 2))), image, blames: .count,
      "must lie within its axis"),
    Case(
      .tensor(.section(Section(axis: 2, start: 2, count: 4, step: -1))), image, blames: .count,
      "must lie within its axis"),
    Case(.tensor(.resize(Resize(output: Shape([1, 6, 7]), mode: .nearest))), image, blames: .output, "keeps the rank"),
    Case(
      .tensor(.resize(Resize(output: Shape([1, 6, 7, 0]), mode: .nearest))), image, blames: .output,
      "the output of a resize"),
    Case(einsum("ij,jk", "ik"), [2, 3], blames: .input, "an einsum takes 2 operands"),
    Case(einsum("ij,jk", "ik"), [2, 3], [4, 5], blames: .input, "have different extents"),
    Case(einsum("ij,jk", "ik"), [2, 3, 1], [3, 5], blames: .input, "names every axis"),
    Case(einsum("ij", "iz"), [2, 3], blames: .output, "has its operands' letters"),
    Case(.tensor(.reshape(Shape([7, 5]))), [6, 6], blames: .output, "a reshape keeps all elements"),
    Case(.tensor(.transpose([0, 0, 1, 2])), image, blames: .order, "names every axis once"),
    Case(.tensor(.softmax(axis: 4)), image, blames: .input, "there is no axis 4"),
    Case(.tensor(.concatenation(axis: 2)), image, [1, 5, 5, 5], blames: .input, "different shapes"),
    Case(.tensor(.section(Section(axis: 2, start: 3, count: 3))), image, blames: .count, "must lie within its axis"),
    Case(.tensor(.recurrent(Recurrent(kind: .lstm, hidden: 8))), image, blames: .input, "needs a sequence"),
    Case(.tensor(.elementwise(.select)), image, image, blames: .input, "takes another number of inputs"),
    Case(
      .normalization(Normalization(kind: .group, groups: 4)), image, blames: .groups, "groups must divide the channels"),
    Case(.localResponseNormalization(.init(size: 0)), image, blames: .size, "the window of the normalization"),
    Case(.add, image, [1, 6, 5, 4], blames: .input, "the branches of add have different shapes"),
    Case(.add, image, [1, 6], blames: .input, "the branches of add have different shapes"),
    Case(.multiply, image, [1, 3, 1, 1], blames: .input, "the branches of multiply have different shapes"),
    Case(.concatenation, image, [1, 6, 5, 4], blames: .input, "the branches of concat have different shapes"),
    Case(.concatenation, image, [1, 6], blames: .input, "the branches of concat have different shapes"),
    Case(.concatenation, image, [2, 6, 5, 5], blames: .input, "the branches of concat have different shapes"),
    Case(
      .permutation(.shuffle(groups: 4)), image, blames: .groups, "groups must divide the channels that are shuffled"),
    Case(.permutation(.shuffle(groups: 0)), image, blames: .groups, "the number of groups"),
    Case(.permutation(.explicit([0, 1])), image, blames: .order, "must name every channel"),
    Case(.permutation(.explicit([0, 1, 2, 3, 4, 4])), image, blames: .order, "must name every channel once"),
    Case(.slice(Slice(start: -1, count: 2)), image, blames: .start, "the first channel of a slice"),
    Case(.slice(Slice(start: 0, count: 0)), image, blames: .count, "the number of channels of a slice"),
    Case(.slice(Slice(start: 4, count: 3)), image, blames: .count, "a slice must lie within the channels"),
    Case(.padding(Padding(before: [1], after: [1])), image, blames: .input, "padding needs 1 spatial extents"),
    Case(.padding(Padding(before: [-3, 0], after: [-2, 0])), image, blames: .padding, "what is left after padding"),
    Case(.upsample(Upsample(scale: [0, 1])), image, blames: .scale, "the scale must be at least 1"),
    Case(.upsample(Upsample(scale: [2, 2])), [1, 6], blames: .input, "an upsampling needs 2 spatial extents"),
  ]

  @Test(arguments: cases) func isRefused(_ one: Case) {
    for description in ["numbers", "closed forms"] {
      let error = #expect(throws: ShapeError.self, "\(description)") {
        if description == "numbers" {
          _ = try one.op.outputShape(of: one.inputs.map { Shape($0) })
        } else {
          _ = try one.op.map { Expr($0) }.outputShape(of: one.inputs.map { Shape($0.map { Expr($0) }) })
        }
      }
      #expect(error?.culprit == one.culprit)
      #expect(error?.message.contains(one.message) == true, "\(error?.message ?? "")")
    }
  }

  @Test func aVectorIsCalledOne() throws {
    for (input, says) in [([1, 6], "the input is a vector of 6"), ([1, 6, 5], "the input is 6×5")] {
      let error = #expect(throws: ShapeError.self) {
        try Op<Int>.upsample(Upsample(scale: [2, 2])).outputShape(of: [Shape(input)])
      }
      #expect(error?.cause == says)
    }
  }

  @Test func everyCulpritIsBlamedOnce() {
    let all: Set<ShapeError.Culprit> = [
      .input, .kernel, .stride, .padding, .dilation, .groups, .outputChannels, .output, .start, .count, .order, .scale,
      .size, .outputPadding,
    ]
    #expect(Set(Self.cases.map(\.culprit)) == all)
  }

  /// What depends on the values of symbols is taken to hold; what does not is refused in closed forms too.
  @Test func closedFormsRefuseWhatNoValueMakesRight() throws {
    let width = Expr.symbol("C")
    let image = Shape<Expr>([1, width, 8, 8])
    #expect(try Op<Expr>.permutation(.shuffle(groups: 4)).outputShape(of: [image]) == image)
    #expect(throws: ShapeError.self) {
      try Op<Expr>.slice(Slice(start: 1, count: width)).outputShape(of: [image])
    }
    #expect(throws: ShapeError.self) { try Op<Expr>.add.outputShape(of: [image, Shape([1, width + 1, 8, 8])]) }
    #expect(throws: ShapeError.self) {
      try Op<Expr>.permutation(.shuffle(groups: 2)).outputShape(of: [Shape([1, 2 * width + 1, 8, 8])])
    }
    // Sections that may end within their axis, whose step may not lead before it, and that may be empty.
    let count = Expr.symbol("K")
    func taken(from start: Expr, _ count: Expr, step: Int = 1) throws -> Expr {
      let section = Section(axis: 1, start: start, count: count, step: step)
      return try Op<Expr>.tensor(.section(section)).outputShape(of: [image]).extents[1]
    }
    #expect(try taken(from: 0, count) == count && taken(from: 0, 3) == 3)
    #expect(try taken(from: width - 1, 3, step: -1) == 3)
    #expect(try taken(from: width - count + 5, count) == count)
    #expect(throws: ShapeError.self) { try taken(from: width - 1, 2) }
  }

  @Test func sizesBeyondIntegersAreArithmeticErrors() {
    let huge = Int.max / 2
    #expect(throws: ArithmeticError.self) { try Op.flatten.outputShape(of: [Shape([1, huge, 2, 3])]) }
    #expect(throws: ArithmeticError.self) {
      try Op.concatenation.outputShape(of: [Shape([1, huge]), Shape([1, huge + 9])])
    }
    #expect(throws: ArithmeticError.self) {
      try Op.upsample(Upsample(scale: [3, 3])).outputShape(of: [Shape([1, 1, huge, 2])])
    }
  }
}
