import ArchAlgebra
import ArchIR
import Testing

/// Shapes of operators that slide no window.
@Suite struct ShapeTests {
  struct Case: CustomTestStringConvertible {
    var op: Op<Int>
    var inputs: [[Int]]
    var output: [Int]

    var testDescription: String { "\(op.name) of \(inputs) = \(output)" }
  }

  static let cases = [
    Case(op: .linear(Linear(outputFeatures: 10)), inputs: [[2, 7]], output: [2, 10]),
    Case(op: .normalization(Normalization()), inputs: [[2, 6, 5, 4]], output: [2, 6, 5, 4]),
    Case(op: .normalization(Normalization(kind: .group, groups: 3)), inputs: [[2, 6, 5, 4]], output: [2, 6, 5, 4]),
    Case(op: .activation(.relu), inputs: [[2, 6, 5, 4]], output: [2, 6, 5, 4]),
    Case(
      op: .adaptivePool(AdaptivePool(kind: .average, output: [1, 3])), inputs: [[2, 6, 5, 4]], output: [2, 6, 1, 3]),
    Case(op: .activation(.relu), inputs: [[]], output: []),
    Case(op: .tensor(.parametricRelu(slopes: 6)), inputs: [[2, 6]], output: [2, 6]),
    Case(op: .tensor(.parametricRelu(slopes: 1)), inputs: [[7]], output: [7]),
    Case(op: .activation(.softmax), inputs: [[2, 6]], output: [2, 6]),
    Case(op: .add, inputs: [[], []], output: []),
    Case(op: .add, inputs: [[2, 6, 5, 4], [2, 6, 5, 4]], output: [2, 6, 5, 4]),
    Case(op: .add, inputs: [[2, 6, 5, 4], [2, 6, 1, 1]], output: [2, 6, 5, 4]),
    Case(op: .multiply, inputs: [[2, 6, 1, 1], [2, 6, 5, 4]], output: [2, 6, 5, 4]),
    Case(op: .multiply, inputs: [[2, 1, 5, 1], [2, 6, 1, 4], [2, 1, 1, 1]], output: [2, 6, 5, 4]),
    Case(op: .concatenation, inputs: [[2, 6, 5, 4], [2, 1, 5, 4], [2, 3, 5, 4]], output: [2, 10, 5, 4]),
    Case(op: .concatenation, inputs: [[2, 6], [2, 4]], output: [2, 10]),
    Case(op: .permutation(.shuffle(groups: 3)), inputs: [[2, 6, 5, 4]], output: [2, 6, 5, 4]),
    Case(op: .permutation(.explicit([2, 0, 1])), inputs: [[2, 3, 5, 4]], output: [2, 3, 5, 4]),
    Case(op: .slice(Slice(start: 2, count: 4)), inputs: [[2, 6, 5, 4]], output: [2, 4, 5, 4]),
    Case(op: .padding(Padding(before: [1, 2], after: [3, 4])), inputs: [[2, 6, 5, 4]], output: [2, 6, 9, 10]),
    Case(op: .padding(Padding(before: [-1, 0], after: [0, -2])), inputs: [[2, 6, 5, 4]], output: [2, 6, 4, 2]),
    Case(op: .flatten, inputs: [[2, 6, 5, 4]], output: [2, 120]),
    Case(op: .dropout(.one), inputs: [[2, 6]], output: [2, 6]),
    Case(
      op: .localResponseNormalization(LocalResponseNormalization(size: 5)), inputs: [[2, 6, 5, 4]],
      output: [2, 6, 5, 4]),
    Case(op: .upsample(Upsample(scale: [2, 3])), inputs: [[2, 6, 5, 4]], output: [2, 6, 10, 12]),
    Case(op: .scale, inputs: [[2, 6, 5, 4]], output: [2, 6, 5, 4]),
    Case(op: .tensor(.matmul), inputs: [[4, 5], [5, 7]], output: [4, 7]),
    Case(op: .tensor(.matmul), inputs: [[2, 6, 4, 5], [5, 7]], output: [2, 6, 4, 7]),
    Case(op: .tensor(.matmul), inputs: [[4, 5], [2, 6, 5, 7]], output: [2, 6, 4, 7]),
    Case(op: .tensor(.matmul), inputs: [[6, 4, 5], [2, 1, 5, 7]], output: [2, 6, 4, 7]),
    Case(
      op: .tensor(.reduction(Reduction(.sum, axes: [1, 3], keepsAxes: true))), inputs: [[2, 6, 5, 4]],
      output: [2, 1, 5, 1]),
    Case(
      op: .tensor(.reduction(Reduction(.sum, axes: [1, 3], keepsAxes: false))), inputs: [[2, 6, 5, 4]], output: [2, 5]),
    Case(
      op: .tensor(.reduction(Reduction(.cumulative, axes: [1], keepsAxes: false))), inputs: [[2, 6]], output: [2, 6]),
    Case(op: .tensor(.section(Section(axis: 1, start: 2, count: 3))), inputs: [[2, 5, 4]], output: [2, 3, 4]),
    Case(op: .tensor(.section(Section(axis: 1, start: 0, count: 3, step: 2))), inputs: [[2, 5]], output: [2, 3]),
    Case(op: .tensor(.section(Section(axis: 1, start: 4, count: 5, step: -1))), inputs: [[2, 5]], output: [2, 5]),
    Case(op: .tensor(.section(Section(axis: 1, start: 5, count: 0))), inputs: [[2, 5]], output: [2, 0]),
    Case(op: .tensor(.section(Section(axis: 1, start: 4, count: 0, step: -1))), inputs: [[2, 5]], output: [2, 0]),
    Case(
      op: .tensor(.resize(Resize(output: Shape([2, 6, 1, 9]), mode: .cubic))), inputs: [[2, 6, 5, 4]],
      output: [2, 6, 1, 9]),
    Case(op: .tensor(.reshape(Shape([6, 10]))), inputs: [[2, 6, 5]], output: [6, 10]),
    Case(op: .tensor(.transpose([2, 0, 1])), inputs: [[2, 6, 5]], output: [5, 2, 6]),
    Case(op: .tensor(.concatenation(axis: 2)), inputs: [[2, 6, 5], [2, 6, 1], [2, 6, 3]], output: [2, 6, 9]),
    Case(op: .tensor(.elementwise(.select)), inputs: [[2, 1], [1, 6], [2, 6]], output: [2, 6]),
    Case(op: ShapeErrorTests.einsum("ij,jk", "ki"), inputs: [[2, 3], [3, 5]], output: [5, 2]),
    Case(op: ShapeErrorTests.einsum("ij,ij", "i"), inputs: [[2, 1], [2, 3]], output: [2]),
    Case(op: .tensor(.layerNormalization(LayerNormalization(axis: 2))), inputs: [[2, 6, 5]], output: [2, 6, 5]),
    Case(op: .tensor(.softmax(axis: 2)), inputs: [[2, 6, 5]], output: [2, 6, 5]),
  ]

  @Test(arguments: cases) func outputOf(_ one: Case) throws {
    #expect(try one.op.outputShape(of: one.inputs.map { Shape($0) }).extents == one.output)
    // The same rule over closed forms.
    let symbolic = one.op.map { Expr($0) }
    let shape = try symbolic.outputShape(of: one.inputs.map { Shape($0.map { Expr($0) }) })
    #expect(shape.extents == one.output.map { Expr($0) })
  }

  /// An extent of 1 fits one that is not known yet, on either side.
  @Test func onesAreStretchedToSymbols() throws {
    let wide = Shape<Expr>([1, .symbol("C"), 8])
    for inputs in [
      [wide, Shape([1, 1, 1])], [Shape([1, 1, 1]), wide], [Shape([1, 1, 8]), wide, Shape([1, 1, 1])],
    ] {
      #expect(try Op<Expr>.tensor(.elementwise(.maximum)).outputShape(of: inputs) == wide)
    }
  }

  @Test func aShapeReadsAsOneImage() {
    #expect(Shape([8, 64, 112, 96]).description == "64×112×96")
    #expect(Shape([8, 1000]).description == "1000")
  }
}
