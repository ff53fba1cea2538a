import ArchRuntime
import Microkernels
import Testing

@Suite("Transposed convolution") struct TransposedConvolutionTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var shape: ConvolutionShape
    var height: Int
    var width: Int
    var outputPadding = 0
    var testDescription: String {
      "\(shape.inputChannels)→\(shape.outputChannels) k\(shape.kernelHeight) s\(shape.strideHeight) "
        + "p\(shape.padding.top) d\(shape.dilationHeight) g\(shape.groups) +\(outputPadding) @\(height)x\(width)"
    }
  }

  static let cases: [Case] = [
    (2, 2, 0, 1, 0), (3, 2, 1, 1, 1), (4, 2, 1, 1, 0), (3, 1, 1, 1, 0), (5, 3, 2, 2, 0), (2, 3, 0, 1, 0),
  ]
  .flatMap { kernel, stride, padding, dilation, outputPadding in
    [(5, 20, 1), (32, 16, 1), (32, 64, 2)].map { input, output, groups in
      Case(
        shape: ConvolutionShape(
          inputChannels: input, outputChannels: output, kernel: kernel, stride: stride, padding: padding,
          dilation: dilation, groups: groups),
        height: 4, width: 5, outputPadding: outputPadding)
    }
  }

  @Test("exact on whole numbers", arguments: cases, InstructionSet.here)
  func matchesReference(_ test: Case, _ isa: InstructionSet) {
    let kernels = Kernels(isa)
    let shape = test.shape
    let x = Numbers.tensor(
      Numbers.small, 1, images: 2, channels: shape.inputChannels, height: test.height, width: test.width)
    let weights = Numbers.small(
      shape.inputChannels * shape.outputChannelsPerGroup * shape.kernelHeight * shape.kernelWidth, 2)
    let bias = Numbers.small(shape.outputChannels, 3)
    let padding = shape.padding
    var count = 0
    let expected = x.transposeConvolved(
      weights: weights, outputChannels: shape.outputChannels, groups: shape.groups, kernelHeight: shape.kernelHeight,
      kernelWidth: shape.kernelWidth, strideHeight: shape.strideHeight, strideWidth: shape.strideWidth,
      dilationHeight: shape.dilationHeight, dilationWidth: shape.dilationWidth,
      padding: (padding.top, padding.left, padding.bottom, padding.right),
      outputPadding: (test.outputPadding, test.outputPadding), multiplyAdds: &count
    ).scaled(by: [Float](repeating: 1, count: bias.count), shift: bias)
    #expect(count == x.values.count * shape.outputChannelsPerGroup * shape.kernelHeight * shape.kernelWidth)

    let layer = TransposedConvolution(shape, weights: weights, bias: bias, kernels: kernels)
    #expect(layer.outputHeight(test.height, outputPadding: test.outputPadding) == expected.height)
    #expect(layer.outputWidth(test.width, outputPadding: test.outputPadding) == expected.width)
    let halo = TransposedConvolution.halo(
      shape, height: test.height, width: test.width, outputHeight: expected.height, outputWidth: expected.width)
    let input = GuardedTensor(x, lanes: kernels.lanes, halo: halo)
    let output = GuardedTensor(
      images: 2, channels: shape.outputChannels, height: expected.height, width: expected.width, lanes: kernels.lanes)
    layer.run(input.view, to: output.view, on: ThreadPool(threads: 1))
    #expect(output.values == expected)
    #expect(input.guardsAreIntact && output.guardsAreIntact)
  }
}
