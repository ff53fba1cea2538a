import ArchRuntime
import Microkernels
import Testing

@Suite("Depthwise and narrow grouped convolution") struct LanewiseConvolutionTests {
  static let depthwise: [ConvolutionCase] = [
    ConvolutionCase(1, 1, kernel: 1, groups: 1, size: (1, 1)),
    ConvolutionCase(16, 16, kernel: 3, groups: 16, size: (7, 7)),
    ConvolutionCase(21, 21, kernel: 3, stride: 2, groups: 21, size: (9, 30), images: 2),
    ConvolutionCase(40, 40, kernel: 5, groups: 40, size: (6, 11)),
    ConvolutionCase(18, 18, kernel: 7, stride: 2, groups: 18, size: (14, 15)),
    ConvolutionCase(16, 16, kernel: 3, dilation: 3, groups: 16, size: (9, 8)),
  ]

  static let grouped: [ConvolutionCase] = [2, 4, 8].flatMap { width in
    [
      ConvolutionCase(width, width, kernel: 3, groups: 1, size: (3, 4)),
      ConvolutionCase(5 * width, 5 * width, kernel: 3, groups: 5, size: (8, 17)),
      ConvolutionCase(32, 32, kernel: 3, stride: 2, groups: 32 / width, size: (15, 14), images: 2),
      ConvolutionCase(16, 16, kernel: 5, dilation: 2, groups: 16 / width, size: (9, 9)),
      ConvolutionCase(48, 48, kernel: 1, groups: 48 / width, size: (3, 5)),
    ]
  }

  @Test("exact on whole numbers, bounded on others", arguments: depthwise + grouped, InstructionSet.here)
  func matchesReference(_ test: ConvolutionCase, _ isa: InstructionSet) {
    let kernels = Kernels(isa)
    guard LanewiseConvolution.supports(test.shape, lanes: kernels.lanes) else { return }
    let pool = ThreadPool(threads: 1)
    for (numbers, isExact) in [(Numbers.small, true), (Numbers.normal, false)] {
      test.check(numbers, isExact: isExact, kernels: kernels) { input, output, residual, weights, bias in
        LanewiseConvolution(test.shape, weights: weights, bias: bias, activation: .relu, kernels: kernels)
          .run(input, to: output, adding: residual, on: pool)
      }
    }
  }

  @Test("every width from one pixel to beyond two tiles", arguments: InstructionSet.here, [1, 2])
  func everyWidth(_ isa: InstructionSet, _ group: Int) {
    let kernels = Kernels(isa)
    for width in 1...(2 * kernels.maximumLanewisePixels + 1) {
      let channels = kernels.lanes + 2
      let test = ConvolutionCase(channels, channels, kernel: 3, groups: channels / group, size: (2, width))
      test.check(Numbers.small, isExact: true, kernels: kernels) { input, output, residual, weights, bias in
        LanewiseConvolution(test.shape, weights: weights, bias: bias, activation: .relu, kernels: kernels)
          .run(input, to: output, adding: residual, on: ThreadPool(threads: 1))
      }
    }
  }

  @Test("one group is a dense convolution", arguments: InstructionSet.here)
  func oneGroupIsDense(_ isa: InstructionSet) {
    let kernels = Kernels(isa)
    let test = ConvolutionCase(2, 2, kernel: 3, size: (6, 20))
    test.check(Numbers.small, isExact: true, kernels: kernels) { input, output, residual, weights, bias in
      let pool = ThreadPool(threads: 1)
      let other = GuardedTensor(channels: 2, height: 6, width: 20, lanes: kernels.lanes)
      LanewiseConvolution(test.shape, weights: weights, bias: bias, activation: .relu, kernels: kernels)
        .run(input, to: output, adding: residual, on: pool)
      DirectConvolution(test.shape, weights: weights, bias: bias, activation: .relu, rowPixels: 20, kernels: kernels)
        .run(input, to: other.view, adding: residual, on: pool)
      #expect(other.values.values == BlockedValues(output).values)
      #expect(other.guardsAreIntact)
    }
  }

  /// The values of a view whose memory somebody else guards.
  private struct BlockedValues {
    var values: [Float]
    init(_ view: BlockedView) {
      values = [Float](repeating: 0, count: view.images * view.channels * view.pixels)
      values.withUnsafeMutableBufferPointer { view.write(toPlanar: $0.baseAddress!) }
    }
  }
}
