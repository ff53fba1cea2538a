import ArchAlgebra
import ArchIR
import Testing

@testable import ArchSpec

/// Every operator with every argument: what it is in the graph, and the shape that it makes of 16×32×32.
@Suite struct OperatorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var line: String
    var op: Op<Int>
    var output: String
    var testDescription: String { line }

    init(_ line: String, _ op: Op<Int>, _ output: String) {
      self.line = line
      self.op = op
      self.output = output
    }
  }

  private static func sides(_ top: Int, _ left: Int, _ bottom: Int, _ right: Int) -> Padding<Int> {
    Padding(before: [top, left], after: [bottom, right])
  }

  private static func conv(
    _ out: Int, _ kernel: [Int], stride: [Int] = [1, 1], padding: Padding<Int> = sides(1, 1, 1, 1),
    dilation: [Int] = [1, 1], groups: Int = 1, bias: Bool = false, transposed: Bool = false, outputPadding: [Int] = []
  ) -> Op<Int> {
    .convolution(
      Convolution(
        outputChannels: out, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups,
        hasBias: bias, isTransposed: transposed, outputPadding: outputPadding))
  }

  private static func pool(
    _ kind: PoolKind, _ kernel: [Int], stride: [Int], padding: Padding<Int>, dilation: [Int] = [1, 1],
    ceil: Bool = false,
    countsPadding: Bool = true
  ) -> Op<Int> {
    .pool(
      Pool(
        kind: kind, kernel: kernel, stride: stride, padding: padding, dilation: dilation, roundsUp: ceil,
        countsPadding: countsPadding))
  }

  static let convolutions = [
    Case("conv(3x3, 8)", conv(8, [3, 3]), "8×32×32"),
    Case("conv(3, 8)", conv(8, [3, 3]), "8×32×32"),
    Case("conv(kernel: (3, 5), out: 8)", conv(8, [3, 5], padding: sides(1, 2, 1, 2)), "8×32×32"),
    Case("conv(7x7, 64, stride: 2)", conv(64, [7, 7], stride: [2, 2], padding: sides(3, 3, 3, 3)), "64×16×16"),
    Case("conv(7x7, 64, 2)", conv(64, [7, 7], stride: [2, 2], padding: sides(3, 3, 3, 3)), "64×16×16"),
    Case("conv(3x3, 8, stride: (2, 1))", conv(8, [3, 3], stride: [2, 1]), "8×16×32"),
    Case("conv(3x3, 8, dilation: 2)", conv(8, [3, 3], padding: sides(2, 2, 2, 2), dilation: [2, 2]), "8×32×32"),
    Case("conv(4x4, 8, stride: 4)", conv(8, [4, 4], stride: [4, 4], padding: sides(0, 0, 0, 0)), "8×8×8"),
    Case("conv(1x7, 8)", conv(8, [1, 7], padding: sides(0, 3, 0, 3)), "8×32×32"),
    Case("conv(3x3, 8, groups: 4)", conv(8, [3, 3], groups: 4), "8×32×32"),
    Case("conv(3x3, in, groups: in)", conv(16, [3, 3], groups: 16), "16×32×32"),
    Case("conv(3x3, 8, bias: true)", conv(8, [3, 3], bias: true), "8×32×32"),
  ]

  static let paddings = [
    Case("conv(3x3, 8, padding: half)", conv(8, [3, 3]), "8×32×32"),
    Case("conv(3x3, 8, padding: valid)", conv(8, [3, 3], padding: sides(0, 0, 0, 0)), "8×30×30"),
    Case("conv(3x3, 8, padding: 2)", conv(8, [3, 3], padding: sides(2, 2, 2, 2)), "8×34×34"),
    Case("conv(3x3, 8, padding: (0, 1))", conv(8, [3, 3], padding: sides(0, 1, 0, 1)), "8×30×32"),
    Case("conv(3x3, 8, padding: (0, 1, 2, 3))", conv(8, [3, 3], padding: sides(0, 1, 2, 3)), "8×32×34"),
    Case(
      "conv(3x3, 8, stride: 2, padding: same)", conv(8, [3, 3], stride: [2, 2], padding: sides(0, 0, 1, 1)), "8×16×16"),
    Case("conv(2x2, 8, padding: same)", conv(8, [2, 2], padding: sides(0, 0, 1, 1)), "8×32×32"),
    Case("conv(5x5, 8, padding: \"same\")", conv(8, [5, 5], padding: sides(2, 2, 2, 2)), "8×32×32"),
    Case(
      "conv(1x1, 8, stride: 2, padding: same)", conv(8, [1, 1], stride: [2, 2], padding: sides(0, 0, 0, 0)), "8×16×16"),
  ]

  static let transposed = [
    Case(
      "convtranspose(2x2, 8, stride: 2)",
      conv(8, [2, 2], stride: [2, 2], padding: sides(0, 0, 0, 0), transposed: true),
      "8×64×64"),
    Case(
      "convtranspose(3x3, 8, stride: 2, padding: 1, outputpadding: 1, groups: 2, bias: true)",
      conv(8, [3, 3], stride: [2, 2], groups: 2, bias: true, transposed: true, outputPadding: [1, 1]), "8×64×64"),
    Case(
      "convtranspose(3x3, 8, padding: half, dilation: 2)",
      conv(8, [3, 3], padding: sides(2, 2, 2, 2), dilation: [2, 2], transposed: true), "8×32×32"),
  ]

  static let pools = [
    Case("maxpool(2x2)", pool(.max, [2, 2], stride: [2, 2], padding: sides(0, 0, 0, 0)), "16×16×16"),
    Case("maxpool(3x3, stride: 2)", pool(.max, [3, 3], stride: [2, 2], padding: sides(1, 1, 1, 1)), "16×16×16"),
    Case(
      "maxpool(3x3, stride: 2, padding: 0)", pool(.max, [3, 3], stride: [2, 2], padding: sides(0, 0, 0, 0)), "16×15×15"),
    Case(
      "maxpool(3x3, stride: 2, padding: 0, ceil: true)",
      pool(.max, [3, 3], stride: [2, 2], padding: sides(0, 0, 0, 0), ceil: true), "16×16×16"),
    Case(
      "maxpool(2x2, stride: 1, dilation: 2)",
      pool(.max, [2, 2], stride: [1, 1], padding: sides(0, 0, 0, 0), dilation: [2, 2]),
      "16×30×30"),
    Case(
      "avgpool(3x3, stride: 1, countpadding: false)",
      pool(.average, [3, 3], stride: [1, 1], padding: sides(1, 1, 1, 1), countsPadding: false), "16×32×32"),
    Case("avgpool(global)", .adaptivePool(AdaptivePool(kind: .average, output: [1, 1])), "16×1×1"),
    Case("maxpool(global)", .adaptivePool(AdaptivePool(kind: .max, output: [1, 1])), "16×1×1"),
    Case("adaptiveavgpool(7)", .adaptivePool(AdaptivePool(kind: .average, output: [7, 7])), "16×7×7"),
    Case("adaptivemaxpool((6, 3))", .adaptivePool(AdaptivePool(kind: .max, output: [6, 3])), "16×6×3"),
  ]

  static let channels = [
    Case("shuffle(4)", .permutation(.shuffle(groups: 4)), "16×32×32"),
    Case(
      "permute([1, 0, 3, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])",
      .permutation(.explicit([1, 0, 3, 2] + Array(4...15))), "16×32×32"),
    Case("slice(4, 3)", .slice(Slice(start: 4, count: 3)), "3×32×32"),
    Case("split(4, 3)", .slice(Slice(start: 12, count: 4)), "4×32×32"),
    Case("pad(1)", .padding(sides(1, 1, 1, 1)), "16×34×34"),
    Case("pad((0, 0, 1, 1))", .padding(sides(0, 0, 1, 1)), "16×33×33"),
    Case("padchannels(8, 4)", .channelPadding(ChannelPadding(before: 8, after: 4)), "28×32×32"),
    Case("scaleby(0.1)", .constantScale(try! Rational(1, 10)), "16×32×32"),
    Case("flatten", .flatten, "16384"),
    Case("dropout", .dropout(try! Rational(1, 2)), "16×32×32"),
    Case("dropout(0.2)", .dropout(try! Rational(1, 5)), "16×32×32"),
    Case("lrn", .localResponseNormalization(LocalResponseNormalization(size: 5)), "16×32×32"),
    Case("lrn(size: 3)", .localResponseNormalization(LocalResponseNormalization(size: 3)), "16×32×32"),
    Case("upsample(2)", .upsample(Upsample(scale: [2, 2])), "16×64×64"),
    Case("upsample((2, 3), mode: bilinear)", .upsample(Upsample(scale: [2, 3], mode: .bilinear)), "16×64×96"),
    Case("scale", .scale, "16×32×32"),
  ]

  static let pointwise =
    [
      Case("bn", .normalization(Normalization()), "16×32×32"),
      Case("bn(scale: false)", .normalization(Normalization(hasScale: false)), "16×32×32"),
      Case("layernorm(shift: false)", .normalization(Normalization(kind: .layer, hasShift: false)), "16×32×32"),
      Case("groupnorm(4)", .normalization(Normalization(kind: .group, groups: 4)), "16×32×32"),
      Case("leakyrelu", .activation(.leakyRelu(slope: try! Rational(1, 100))), "16×32×32"),
      Case("leakyrelu(0.1)", .activation(.leakyRelu(slope: try! Rational(1, 10))), "16×32×32"),
    ]
    + [
      ("relu", Activation.relu), ("relu6", .relu6), ("sigmoid", .sigmoid), ("hardsigmoid", .hardSigmoid),
      ("silu", .silu),
      ("swish", .silu), ("hardswish", .hardSwish), ("tanh", .tanh), ("gelu", .gelu), ("softmax", .softmax),
    ].map { Case($0.0, .activation($0.1), "16×32×32") }

  static let all = convolutions + paddings + transposed + pools + channels + pointwise

  @Test(arguments: all)
  func hasItsAttributesAndShape(_ one: Case) throws {
    let architecture = try built(one.line)
    #expect(architecture.ops == [one.op])
    #expect(architecture.output == one.output)
    let formulas = try specification(one.line).elaborate("n", as: Expr.self)
    #expect(try formulas.ops.map { try $0.map { try Int($0) } } == [one.op])
  }

  /// Written from the graph it is the same again, and every argument of its row has a value.
  @Test(arguments: all)
  func isSpelled(_ one: Case) throws {
    let graph = try built(one.line).graph
    let text = format(try SpecSyntax(of: graph, named: "again"))
    let again = try Specification(Source(name: "again", text: text)).elaborate("again", as: Int.self)
    #expect(again.ops == [one.op], "\(text)")
    let step = try #require(Spelling.step(one.op, input: graph.nodes[0].output))
    guard case .call(let name) = step.head, step.arguments.map(\.value) != [.word("global")] else { return }
    #expect(step.arguments.map(\.name) == Operators.byName[name]?.arguments.map(\.name))
  }

  @Test func everyOperatorIsTested() {
    let tested = Set(Self.all.map { $0.line.prefix { $0 != "(" }.description })
    #expect(Operators.names.subtracting(tested) == ["input", "linear", "identity", "from"])
  }

  @Test func linearFlattensWhatHasNoExtent() throws {
    let head = try built("avgpool(global) -> linear(10) -> relu -> linear(out: 5, bias: false)")
    #expect(head.names == ["input", "avgpool", "flatten", "linear1", "relu", "linear2"])
    #expect(head.ops[2] == .linear(Linear(outputFeatures: 10)))
    #expect(head.ops[4] == .linear(Linear(outputFeatures: 5, hasBias: false)))
    #expect(try built("linear(3)", input: "input(7)").ops == [.linear(Linear(outputFeatures: 3))])
  }

  @Test(arguments: [
    ("input(3, 8, 6)", "3×8×6"), ("input(3, 8)", "3×8×8"), ("input(3, height: 5, width: 7)", "3×5×7"),
    ("input(5)", "5"),
  ])
  func inputs(_ input: String, _ shape: String) throws {
    #expect(try built("identity", input: input).output == shape)
  }

  @Test func identityAddsNothing() throws {
    #expect(try built("identity -> identity").names == ["input"])
  }
}
