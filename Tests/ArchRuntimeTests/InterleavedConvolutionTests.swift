import Microkernels
import Testing

@testable import ArchRuntime

@Suite("Interleaved convolution") struct InterleavedConvolutionTests {
  @Test("each channel is made of those of its place in every partition", arguments: InstructionSet.here)
  func matchesItsDefinition(_ isa: InstructionSet) throws {
    let (channels, partitions, height, width) = (96, 3, 5, 7)
    let kernels = Kernels(isa)
    let weights = Numbers.small(channels * partitions, 1)
    let layer = try #require(
      InterleavedConvolution(channels: channels, partitions: partitions, weights: weights, kernels: kernels))
    let x = Numbers.tensor(Numbers.small, 2, images: 2, channels: channels, height: height, width: width)
    let other = Numbers.tensor(Numbers.small, 3, images: 2, channels: channels, height: height, width: width)
    let (each, pixels) = (channels / partitions, height * width)
    var expected = other.values
    for place in expected.indices {
      let (channel, pixel) = (place / pixels % channels, place % pixels)
      let image = place / pixels / channels * channels
      for partition in 0..<partitions {
        let met = (image + partition * each + channel % each) * pixels + pixel
        expected[place] += weights[channel * partitions + partition] * x.values[met]
      }
    }
    // Rows that touch, and rows with zeros between them.
    for halo in [Halo.none, Halo(top: 1, left: 2, bottom: 1, right: 3)] {
      let input = GuardedTensor(x, lanes: kernels.lanes)
      let output = GuardedTensor(
        images: 2, channels: channels, height: height, width: width, lanes: kernels.lanes, halo: halo)
      let residual = GuardedTensor(other, lanes: kernels.lanes)
      layer.run(input.view, to: output.view, adding: residual.view, on: ThreadPool(threads: 2))
      #expect(output.values.values == expected)
      #expect(input.guardsAreIntact && output.guardsAreIntact && residual.guardsAreIntact)
    }
  }

  @Test("there is none where partitions do not divide the channels, or lanes would meet other lanes")
  func refusals() {
    let kernels = Kernels(.baseline)
    func exists(_ channels: Int, _ partitions: Int) -> Bool {
      let weights = [Float](repeating: 1, count: max(0, channels * partitions))
      return InterleavedConvolution(channels: channels, partitions: partitions, weights: weights, kernels: kernels)
        != nil
    }
    #expect(exists(16, 2) && exists(16, 4))
    #expect(!exists(16, 3) && !exists(16, 8) && !exists(16, 1) && !exists(0, 2))
  }
}
