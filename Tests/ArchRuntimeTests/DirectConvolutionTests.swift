import ArchRuntime
import Microkernels
import Testing

@Suite("Direct convolution") struct DirectConvolutionTests {
  static let cases: [ConvolutionCase] = [
    ConvolutionCase(1, 1, size: (1, 1)),
    ConvolutionCase(3, 5, size: (2, 3)),
    ConvolutionCase(16, 32, size: (7, 7)),
    ConvolutionCase(33, 70, size: (5, 9)),
    ConvolutionCase(40, 64, size: (4, 4), images: 3),
    ConvolutionCase(40, 21, size: (1, 1), images: 5),
    ConvolutionCase(24, 48, stride: 2, size: (9, 7)),
    ConvolutionCase(17, 40, kernel: 3, size: (7, 7)),
    ConvolutionCase(32, 16, kernel: 3, stride: 2, size: (14, 15), images: 2),
    ConvolutionCase(20, 33, kernel: 3, dilation: 2, size: (9, 11)),
    ConvolutionCase(16, 24, kernel: 5, size: (6, 17)),
    ConvolutionCase(18, 16, kernel: 7, stride: 3, padding: 2, size: (12, 13)),
    ConvolutionCase(16, 20, kernel: 4, padding: 0, size: (4, 4), images: 2),
    ConvolutionCase(12, 16, kernel: 1, size: (5, 6)) {
      $0.kernelWidth = 7
      $0.padding = Halo(top: 0, left: 3, bottom: 0, right: 3)
    },
    ConvolutionCase(16, 16, kernel: 3, size: (8, 9)) {
      $0.padding = Halo(top: 0, left: 1, bottom: 2, right: 0)
      $0.strideWidth = 2
    },
    ConvolutionCase(64, 32, kernel: 3, groups: 2, size: (5, 6)),
    ConvolutionCase(96, 256, kernel: 3, groups: 2, size: (3, 3)),
    ConvolutionCase(48, 48, groups: 2, size: (4, 5)),
    ConvolutionCase(36, 36, kernel: 3, groups: 12, size: (4, 4)),
    ConvolutionCase(10, 30, kernel: 3, groups: 10, size: (4, 4)),
    ConvolutionCase(30, 10, kernel: 3, groups: 5, size: (4, 4)),
  ]

  @Test("exact on whole numbers, bounded on others", arguments: cases, InstructionSet.here)
  func matchesReference(_ test: ConvolutionCase, _ isa: InstructionSet) {
    let kernels = Kernels(isa)
    let pool = ThreadPool(threads: 1)
    for (numbers, isExact) in [(Numbers.small, true), (Numbers.normal, false)] {
      test.check(numbers, isExact: isExact, kernels: kernels) { input, output, residual, weights, bias in
        let pixels = test.shape.kernelHeight == 1 ? output.pixels : output.width
        DirectConvolution(
          test.shape, weights: weights, bias: bias, activation: .relu, rowPixels: pixels, kernels: kernels
        ).run(input, to: output, adding: residual, on: pool)
      }
    }
  }

  @Test("every width from one pixel to beyond two tiles", arguments: InstructionSet.here)
  func everyWidth(_ isa: InstructionSet) {
    let kernels = Kernels(isa)
    let pool = ThreadPool(threads: 1)
    for vectors in 1...kernels.maximumVectors {
      for width in 1...(2 * kernels.maximumPixels(vectors: vectors) + 1) {
        let test = ConvolutionCase(
          kernels.lanes + 1, vectors * kernels.lanes, kernel: 3, size: (2, width))
        test.check(Numbers.small, isExact: true, kernels: kernels) { input, output, residual, weights, bias in
          // The pixel count only chooses the tile: one that makes this width the best choice.
          DirectConvolution(
            test.shape, weights: weights, bias: bias, activation: .relu,
            rowPixels: kernels.maximumPixels(vectors: vectors), kernels: kernels
          ).run(input, to: output, adding: residual, on: pool)
        }
      }
    }
  }

  @Test("first layer on a planar image", arguments: InstructionSet.here, [(7, 2), (3, 1), (3, 2), (11, 4)])
  func planarImage(_ isa: InstructionSet, _ window: (kernel: Int, stride: Int)) {
    let kernels = Kernels(isa)
    let test = ConvolutionCase(3, 24, kernel: window.kernel, stride: window.stride, size: (19, 23), images: 2)
    let halo = test.shape.halo(height: 19, width: 23)
    test.check(Numbers.small, isExact: true, kernels: kernels) { input, output, residual, weights, bias in
      let values = Numbers.small(2 * 3 * 19 * 23, 1)
      let memory = AlignedBuffer(
        count: PlanarView.count(images: 2, channels: 3, height: 19, width: 23, halo: halo))
      let planar = PlanarView(memory: memory.pointer, images: 2, channels: 3, height: 19, width: 23, halo: halo)
      values.withUnsafeBufferPointer { planar.fill(from: $0.baseAddress!, on: ThreadPool(threads: 3)) }
      DirectConvolution(
        test.shape, weights: weights, bias: bias, activation: .relu, rowPixels: output.width, kernels: kernels
      ).run(planar, to: output, adding: residual, on: ThreadPool(threads: 1))
      withExtendedLifetime(memory) {}
    }
  }

  @Test("slices of channels are views", arguments: InstructionSet.here)
  func slices(_ isa: InstructionSet) {
    let kernels = Kernels(isa)
    let lanes = kernels.lanes
    let pool = ThreadPool(threads: 1)
    let wide = GuardedTensor(
      Numbers.tensor(Numbers.small, 1, channels: 3 * lanes, height: 3, width: 4), lanes: lanes)
    let target = GuardedTensor(
      ReferenceTensor(channels: 3 * lanes, height: 3, width: 4), lanes: lanes)
    let shape = ConvolutionShape(inputChannels: lanes, outputChannels: lanes)
    var identity = [Float](repeating: 0, count: lanes * lanes)
    for lane in 0..<lanes { identity[lane * lanes + lane] = 1 }
    DirectConvolution(shape, weights: identity, rowPixels: 12, kernels: kernels)
      .run(wide.view.slice(lanes..<(2 * lanes)), to: target.view.slice((2 * lanes)..<(3 * lanes)), on: pool)
    let moved = wide.values.gathered(Array(lanes..<(2 * lanes)))
    #expect(target.values.gathered(Array((2 * lanes)..<(3 * lanes))) == moved)
    #expect(target.values.gathered(Array(0..<(2 * lanes))).values.allSatisfy { $0 == 0 })
    #expect(wide.guardsAreIntact && target.guardsAreIntact)
  }

  /// One sum of n normal terms is off by about u·√(n/6) of itself with u = 2⁻²³: 3·10⁻⁶ here, and 2·10⁻⁷ where sums are
  /// put aside after 128 terms.
  @Test("long sums are as exact as short ones", arguments: InstructionSet.here, [1, 13])
  func longSums(_ isa: InstructionSet, _ width: Int) {
    let kernels = Kernels(isa)
    let test = ConvolutionCase(4096, 48, size: (1, width))
    let x = Numbers.tensor(Numbers.normal, 1, channels: 4096, height: 1, width: width)
    let other = Numbers.tensor(Numbers.normal, 4, channels: 48, height: 1, width: width)
    let weights = Numbers.normal(test.weightCount, 2)
    let input = GuardedTensor(x, lanes: kernels.lanes)
    // The output may stand where the residual does.
    let output = GuardedTensor(other, lanes: kernels.lanes)
    DirectConvolution(test.shape, weights: weights, rowPixels: width, kernels: kernels)
      .run(input.view, to: output.view, adding: output.view, on: ThreadPool(threads: 1))
    var (error, norm) = (0.0, 0.0)
    for channel in 0..<48 {
      for pixel in 0..<width {
        let exact = (0..<4096).reduce(Double(other.values[channel * width + pixel])) {
          $0 + Double(x.values[$1 * width + pixel]) * Double(weights[channel * 4096 + $1])
        }
        let difference = Double(output.values.values[channel * width + pixel]) - exact
        error += difference * difference
        norm += exact * exact
      }
    }
    #expect((error / norm).squareRoot() < 5e-7)
    #expect(input.guardsAreIntact && output.guardsAreIntact)
  }

  @Test("an activation that is more than bounds", arguments: InstructionSet.here)
  func activation(_ isa: InstructionSet) {
    let kernels = Kernels(isa)
    let test = ConvolutionCase(5, 20, kernel: 3, size: (6, 7))
    let x = Numbers.tensor(Numbers.normal, 1, channels: 5, height: 6, width: 7)
    let weights = Numbers.normal(test.weightCount, 2)
    var count = 0
    let expected = test.reference(x, weights, multiplyAdds: &count).activated(.silu)
    let input = GuardedTensor(x, lanes: kernels.lanes, halo: Halo(top: 1, left: 1, bottom: 1, right: 1))
    let output = GuardedTensor(channels: 20, height: 6, width: 7, lanes: kernels.lanes)
    DirectConvolution(test.shape, weights: weights, activation: .silu, rowPixels: 7, kernels: kernels)
      .run(input.view, to: output.view, on: ThreadPool(threads: 1))
    expectClose(output.values, expected) { 2e-5 * (1 + abs(expected.values[$0])) }
    #expect(input.guardsAreIntact && output.guardsAreIntact)
  }
}
