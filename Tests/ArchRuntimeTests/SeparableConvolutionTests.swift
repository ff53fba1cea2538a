import ArchRuntime
import Microkernels
import TestSupport
import Testing

@Suite("Depthwise convolution and the 1×1 convolution after it") struct SeparableConvolutionTests {
  /// Depthwise layers: some rows at a time and all at once, strided, dilated, with rows as long as what a thread keeps.
  static let cases: [(depthwise: ConvolutionCase, outputs: Int)] = [
    (ConvolutionCase(16, 16, kernel: 3, groups: 16, size: (7, 7)), 16),
    (ConvolutionCase(40, 40, kernel: 3, groups: 40, size: (61, 70), images: 2), 24),
    (ConvolutionCase(21, 21, kernel: 5, stride: 2, groups: 21, size: (129, 150)), 50),
    (ConvolutionCase(64, 64, kernel: 3, dilation: 2, groups: 64, size: (37, 90)), 33),
    (ConvolutionCase(33, 33, kernel: 3, groups: 33, size: (5, 1365)), 17),
  ]

  /// In one step, whatever rows the threads take, each sum is gathered as in two.
  @Test("the same bits as of two steps", arguments: cases, InstructionSet.here)
  func isTwoSteps(_ test: (depthwise: ConvolutionCase, outputs: Int), _ isa: InstructionSet) {
    let kernels = Kernels(isa)
    let (first, outputs) = (test.depthwise.shape, test.outputs)
    let channels = first.inputChannels
    let second = ConvolutionShape(inputChannels: channels, outputChannels: outputs)
    let depthwise = LanewiseConvolution(
      first, weights: Numbers.normal(channels * first.kernelHeight * first.kernelWidth, 1),
      bias: Numbers.normal(channels, 2), activation: .relu6, kernels: kernels)
    let (height, width) = (first.outputHeight(test.depthwise.height), first.outputWidth(test.depthwise.width))
    let pointwise = DirectConvolution(
      second, weights: Numbers.normal(outputs * channels, 3), bias: Numbers.normal(outputs, 4), activation: .relu,
      rowPixels: width, kernels: kernels)
    let layer = SeparableConvolution(depthwise: depthwise, pointwise: pointwise)
    #expect(layer.weightBytes == depthwise.weightBytes + pointwise.weightBytes)

    let images = test.depthwise.images
    func tensor(_ channels: Int, _ height: Int, _ width: Int, halo: Halo = .none, seed: Int? = nil) -> GuardedTensor {
      let tensor = GuardedTensor(
        images: images, channels: channels, height: height, width: width, lanes: kernels.lanes, halo: halo)
      let count = images * channels * height * width
      if let seed {
        Numbers.normal(count, seed).withUnsafeBufferPointer { tensor.view.fill(fromPlanar: $0.baseAddress!) }
      }
      return tensor
    }
    let input = tensor(
      channels, test.depthwise.height, test.depthwise.width,
      halo: first.halo(height: test.depthwise.height, width: test.depthwise.width), seed: 5)
    let between = tensor(channels, height, width)
    let residual = tensor(outputs, height, width, seed: 6)
    let expected = tensor(outputs, height, width)
    let pool = ThreadPool(threads: 1)
    depthwise.run(input.view, to: between.view, on: pool)
    pointwise.run(between.view, to: expected.view, adding: residual.view, on: pool)
    for threads in [1, 2, 3] {
      for halo in [Halo.none, Halo(top: 1, left: 2, bottom: 3, right: 1)] {
        let output = tensor(outputs, height, width, halo: halo)
        layer.run(input.view, to: output.view, adding: residual.view, on: ThreadPool(threads: threads))
        #expect(output.values.values == expected.values.values, "\(threads) threads, \(halo)")
        #expect(output.guardsAreIntact)
      }
    }
  }

  static let networks = [
    // With what is folded into both, an activation between them, and a sum after them.
    "conv(3x3, 40, groups: 40, bias: true) -> bn -> relu -> conv(1x1, 24) -> bn -> relu6",
    "add { conv(3x3, 40, groups: 40) -> silu -> conv(1x1, 40, bias: true) -> bn } shortcut {}\n relu",
    "conv(5x5, 40, groups: 40, stride: 1) -> scale -> conv(1x1, 128) -> conv(3x3, 128, groups: 128) -> conv(1x1, 20)",
    "conv(3x3, 40, groups: 40) -> conv(1x1, 12) -> shuffle(3) -> maxpool(2x2)",
    // A sum over a residual that is another tensor: the block of MobileNet v2.
    "conv(1x1, 24)\n add { conv(1x1, 96) -> relu6 -> conv(3x3, 96, groups: 96) -> relu6 -> conv(1x1, 24) -> bn } shortcut {}\n relu",
    // Of a slice, and into a concatenation.
    "slice(16, 24) -> conv(1x1, 56) -> concat { slice(0, 48) -> conv(3x3, 48, groups: 48) -> conv(1x1, 16) } { conv(1x1, 9) }",
    // With rows of one pixel, of one channel.
    "conv(1x1, 40, stride: 62) -> upsample(60) -> conv(3x3, 40, groups: 40) -> conv(1x1, 24)",
    "conv(1x1, 1) -> upsample(7) -> conv(3x3, 1) -> relu -> conv(1x1, 8)",
  ]

  @Test("networks make what the definition says", arguments: networks)
  func inNetworks(_ body: String) throws {
    let check = try NetworkCheck(text: "network n { input(40, 60, 62)\n relu\n \(body) }", batch: 2)
    for isa in InstructionSet.here {
      let plan = try check.expectSameTensors(isa, threads: 3)
      #expect(plan.steps.contains { $0.algorithm == "separable" }, "\(plan.steps.map(\.algorithm))")
    }
  }

  @Test(
    "two steps where one does not pay, or somebody else reads what is between them",
    arguments: [
      "conv(3x3, 40, groups: 40, stride: 4) -> conv(1x1, 24)",  // it stays in a cache anyway
      "conv(3x3, 40, groups: 40) -> conv(1x1, 160)",  // the 1×1 convolution is most of the time
      "conv(3x3, 40, groups: 40) -> conv(1x1, 24, stride: 2)", "conv(3x3, 40, groups: 40) -> conv(1x1, 24, groups: 2)",
      "conv(3x3, 40, groups: 40) -> concat { conv(1x1, 24) } shortcut {}",
      "conv(3x3, 80, groups: 40) -> conv(1x1, 24)", "add { conv(3x3, 40, groups: 40) } shortcut {}\n conv(1x1, 24)",
    ])
  func notSeparable(_ body: String) throws {
    let check = try NetworkCheck(text: "network n { input(40, 60, 62)\n relu\n \(body) }")
    for isa in InstructionSet.here {
      let plan = try check.expectSameTensors(isa)
      #expect(!plan.steps.contains { $0.algorithm == "separable" }, "\(plan.steps.map(\.algorithm))")
    }
  }
}
