import ArchRuntime
import TestSupport
import Testing

@Suite("Executor") struct ExecutorTests {
  /// Small networks that meet every operator and every way in which tensors share memory.
  static let specifications: [(name: String, text: String)] = [
    (
      "residual",
      """
      network n { input(3, 17, 19)
        conv(7x7, 32, stride: 2) -> bn -> relu -> maxpool(3x3, stride: 2)
        add { conv(1x1, 24) -> bn -> relu -> conv(3x3, 24, stride: 2) -> bn -> relu -> conv(1x1, 48) -> bn
        } shortcut { conv(1x1, 48, stride: 2) -> bn }
        relu
        add { conv(3x3, 48) -> bn } shortcut {}
        relu -> avgpool(global) -> linear(10) -> softmax }
      """
    ),
    (
      "dense connections",
      """
      network n { input(3, 12, 12)
        conv(3x3, 32)
        concat { bn -> relu -> conv(1x1, 64) -> bn -> relu -> conv(3x3, 16) } shortcut {}
        concat { bn -> relu -> conv(1x1, 64) -> bn -> relu -> conv(3x3, 16) } shortcut {}
        bn -> relu -> conv(1x1, 40) -> avgpool(2x2) -> flatten -> linear(7) }
      """
    ),
    (
      "branches",
      """
      network n { input(5, 9, 11)
        concat { conv(1x1, 16) -> relu } { conv(1x1, 24) -> conv(3x3, 20) } { conv(5x5, 32) } { maxpool(3x3, stride: 1) }
        conv(3x3, 13) -> leakyrelu -> lrn(5)
        maxpool(3x3, stride: 2, ceil: true) -> avgpool(3x3, stride: 1, countpadding: false) -> dropout
        adaptiveavgpool(3) -> upsample(2) -> upsample(2, mode: "bilinear") -> adaptivemaxpool(4) }
      """
    ),
    (
      "groups",
      """
      network n { input(48, 8, 9)
        conv(3x3, 48, groups: 24) -> shuffle(24) -> conv(1x1, 48, groups: 2) -> shuffle(2) -> bn -> relu
        conv(3x3, 48, groups: 12) -> silu -> conv(3x3, 48, groups: 6, stride: 2) -> hardswish
        conv(3x3, 48, groups: 3) -> gelu -> conv(3x3, 96, groups: 48) -> tanh -> conv(5x5, 96, groups: 96) -> relu6 }
      """
    ),
    (
      "gates",
      """
      network n { input(20, 7, 7)
        conv(3x3, 40, groups: 20) -> silu
        multiply { avgpool(global) -> conv(1x1, 10, bias: true) -> relu -> conv(1x1, 40, bias: true) -> sigmoid } shortcut {}
        multiply { avgpool(global) -> conv(1x1, 40) -> hardsigmoid } shortcut {}
        scale -> conv(1x1, 33) -> layernorm -> groupnorm(3) -> relu }
      """
    ),
    (
      "slices",
      """
      network n { input(64, 6, 6)
        concat { slice(0, 32) -> conv(3x3, 32) } { slice(32, 32) } { slice(5, 11) -> relu }
        pad(1) -> conv(3x3, 3, padding: 0) -> permute([2, 0, 1]) }
      """
    ),
    (
      "one channel, and a convolution added to its own input",
      """
      network n { input(1, 9, 9)
        conv(3x3, 1) -> relu -> conv(3x3, 20) -> maxpool(3x3, stride: 2)
        add { conv(3x3, 20) -> bn } shortcut {}
        relu
        add {} { maxpool(global) } }
      """
    ),
    (
      "enlargement",
      """
      network n { input(6, 5, 7)
        convtranspose(4x4, 24, stride: 2, padding: 1) -> bn -> relu
        convtranspose(3x3, 10, stride: 2, padding: 1, outputpadding: 1, bias: true) -> tanh
        flatten -> softmax }
      """
    ),
  ]

  @Test("every tensor is the reference's", arguments: specifications.map(\.name), InstructionSet.here)
  func tensors(_ name: String, _ isa: InstructionSet) throws {
    let text = Self.specifications.first { $0.name == name }!.text
    for batch in [1, 3] {
      let check = try NetworkCheck(text: text, batch: batch)
      try check.expectPredictedMultiplyAdds()
      try check.expectSameTensors(isa, threads: batch)
    }
  }

  @Test(
    "networks of the zoo, small",
    arguments: [
      ("resnext50", "resolution=32 classes=10"), ("resnet50", "resolution=32 classes=10"),
      ("mobilenet", "resolution=32 alpha=0.25"), ("igc", ""), ("igc_cifar", "resolution=8 layers=8"),
      ("sumfusion_block", "resolution=8"),
    ])
  func zoo(_ network: String, _ settings: String) throws {
    let check = try NetworkCheck(try Zoo.elaborate(network, settings).graph)
    try check.expectPredictedMultiplyAdds()
    for isa in InstructionSet.here { try check.expectSameTensors(isa, threads: 2) }
  }
}
