@testable import ArchRuntime
import Microkernels
import Testing

@Suite("Winograd convolution") struct WinogradConvolutionTests {
  static let cases: [ConvolutionCase] = [
    ConvolutionCase(1, 1, kernel: 3, size: (1, 1)),
    ConvolutionCase(16, 32, kernel: 3, size: (7, 7)),
    ConvolutionCase(33, 70, kernel: 3, size: (13, 9), images: 2),
    ConvolutionCase(17, 5, kernel: 3, padding: 0, size: (8, 21)),
    ConvolutionCase(20, 64, kernel: 3, size: (12, 12), images: 3),
    ConvolutionCase(8, 24, kernel: 3, size: (5, 30)) { $0.padding = Halo(top: 0, left: 2, bottom: 1, right: 0) },
  ]

  /// What the points and single precision allow, as ‖difference‖ / ‖reference‖.
  static let bounds = [2: 4e-7, 4: 2e-6, 6: 8e-6]

  @Test("agrees with the reference within the method's rounding", arguments: cases, InstructionSet.here)
  func matchesReference(_ test: ConvolutionCase, _ isa: InstructionSet) {
    for outputs in [2, 4, 6] {
      // Chunks that end inside a row, and both orders of the passes.
      for (chunk, isElementwise) in [(5, true), (7, false), (1000, true)] {
        let result = Self.run(test, outputs, chunk: chunk, isElementwise: isElementwise, isa, threads: 1)
        #expect(result.distance <= Self.bounds[outputs]!, "F(\(outputs), 3), \(chunk) tiles")
        #expect(result.guardsAreIntact)
      }
    }
  }

  @Test("F(2×2, 3×3) is exact on whole numbers", arguments: cases, InstructionSet.here)
  func isExact(_ test: ConvolutionCase, _ isa: InstructionSet) {
    let result = Self.run(test, 2, chunk: 6, isElementwise: false, isa, threads: 1, numbers: Numbers.small)
    #expect(result.distance == 0)
  }

  @Test("the same bits for any number of threads and any pieces", arguments: InstructionSet.here)
  func threads(_ isa: InstructionSet) {
    let test = ConvolutionCase(36, 50, kernel: 3, size: (17, 19), images: 2)
    for outputs in [2, 4, 6] {
      let one = Self.run(test, outputs, chunk: 1000, isElementwise: true, isa, threads: 1)
      // Of the few tiles of F(6), five threads share every step.
      for (chunk, isElementwise, threads) in [
        (1000, true, 3), (9, false, 2), (40, true, 4), (3, false, 1), (1000, true, 5), (1000, false, 5),
      ] {
        let other = Self.run(test, outputs, chunk: chunk, isElementwise: isElementwise, isa, threads: threads)
        #expect(other.values == one.values, "F(\(outputs), 3), \(chunk) tiles, \(threads) threads")
      }
    }
  }

  @Test("an activation that is more than bounds", arguments: InstructionSet.here)
  func activation(_ isa: InstructionSet) {
    let test = ConvolutionCase(5, 20, kernel: 3, size: (6, 7))
    let result = Self.run(test, 4, chunk: 3, isElementwise: true, isa, threads: 1, activation: .silu)
    #expect(result.distance <= 3e-6)
  }

  @Test("is chosen where it saves products, and not where its weights would take longer to read")
  func choice() {
    let kernels = Kernels(.best)
    func outputs(_ input: Int, _ output: Int, _ size: Int, _ change: (inout ConvolutionShape) -> Void = { _ in })
      -> Int?
    {
      var shape = ConvolutionShape(inputChannels: input, outputChannels: output, kernel: 3, padding: 1)
      change(&shape)
      return WinogradChoice.best(shape, images: 1, height: size, width: size, kernels: kernels)?.outputs
    }
    #expect(outputs(64, 64, 56) != nil)
    #expect(outputs(512, 512, 2) == nil)
    #expect(outputs(64, 64, 56) { $0.strideHeight = 2 } == nil)
    #expect(outputs(64, 64, 56) { $0.dilationWidth = 2 } == nil)
    #expect(outputs(64, 64, 56) { $0.groups = 2 } == nil)
    #expect(outputs(64, 64, 56) { $0.kernelWidth = 5 } == nil)
  }

  @Test("as many pieces for each thread, unless these are small or the weights are many")
  func pieces() {
    func sizes(_ channels: Int, tiles: (Int, Int), chunk: Int, threads: Int) -> [Int] {
      let shape = ConvolutionShape(inputChannels: channels, outputChannels: channels, kernel: 3, padding: 1)
      let whole = WinogradChoice(
        outputs: 4, tileRows: tiles.0, tileColumns: tiles.1, tilesInChunk: chunk, vectors: 1, isElementwise: true,
        cycles: 0)
      let divided = whole.divided(shape, images: 1, threads: threads)
      return [divided.tilesInChunk, divided.chunks(images: 1)]
    }
    #expect(sizes(32, tiles: (4, 4), chunk: 16, threads: 1) == [16, 1])
    #expect(sizes(32, tiles: (4, 4), chunk: 16, threads: 2) == [8, 2])
    #expect(sizes(32, tiles: (4, 4), chunk: 16, threads: 3) == [6, 3])
    #expect(sizes(32, tiles: (4, 4), chunk: 16, threads: 4) == [16, 1])
    #expect(sizes(32, tiles: (8, 8), chunk: 22, threads: 2) == [16, 4])
    #expect(sizes(32, tiles: (8, 8), chunk: 32, threads: 2) == [32, 2])
    #expect(sizes(32, tiles: (8, 8), chunk: 13, threads: 2) == [13, 5])
    #expect(sizes(128, tiles: (8, 8), chunk: 64, threads: 2) == [64, 1])
  }

  private static func run(
    _ test: ConvolutionCase, _ outputs: Int, chunk: Int, isElementwise: Bool, _ isa: InstructionSet, threads: Int,
    activation: Activation = .relu, numbers: (Int, Int) -> [Float] = Numbers.normal
  ) -> (values: [Float], distance: Double, guardsAreIntact: Bool) {
    let kernels = Kernels(isa)
    let shape = test.shape
    let (rows, columns) = (shape.outputHeight(test.height), shape.outputWidth(test.width))
    let choice = WinogradChoice(
      outputs: outputs, tileRows: (rows + outputs - 1) / outputs, tileColumns: (columns + outputs - 1) / outputs,
      tilesInChunk: chunk, vectors: min(2, kernels.maximumVectors), isElementwise: isElementwise, cycles: 0)
    let x = Numbers.tensor(
      numbers, 1, images: test.images, channels: shape.inputChannels, height: test.height, width: test.width)
    let other = Numbers.tensor(
      numbers, 4, images: test.images, channels: shape.outputChannels, height: rows, width: columns)
    let (weights, bias) = (numbers(test.weightCount, 2), numbers(shape.outputChannels, 3))
    var count = 0
    let ones = [Float](repeating: 1, count: bias.count)
    let expected = (test.reference(x, weights, multiplyAdds: &count).scaled(by: ones, shift: bias) + other)
      .activated(activation)
    let input = GuardedTensor(
      x, lanes: kernels.lanes, halo: choice.halo(shape, height: test.height, width: test.width))
    let output = GuardedTensor(
      images: test.images, channels: shape.outputChannels, height: rows, width: columns, lanes: kernels.lanes,
      halo: Halo(top: 1, left: 2, bottom: 1, right: 3))
    let residual = GuardedTensor(other, lanes: kernels.lanes)
    WinogradConvolution(
      shape, weights: weights, bias: bias, activation: activation, choice: choice, kernels: kernels
    ).run(input.view, to: output.view, adding: residual.view, on: ThreadPool(threads: threads))
    let values = output.values.values
    let difference = zip(values, expected.values).reduce(0.0) {
      $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
    }
    let norm = expected.values.reduce(0.0) { $0 + Double($1) * Double($1) }
    return (
      values, norm == 0 ? difference.squareRoot() : (difference / norm).squareRoot(),
      input.guardsAreIntact && output.guardsAreIntact && residual.guardsAreIntact
    )
  }
}
