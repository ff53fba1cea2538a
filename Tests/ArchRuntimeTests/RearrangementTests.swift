import ArchRuntime
import Microkernels
import Testing

@Suite("Rearrangements") struct RearrangementTests {
  private func gathered(_ sources: [Int], _ x: ReferenceTensor, _ isa: InstructionSet) -> ReferenceTensor {
    let kernels = Kernels(isa)
    let output = GuardedTensor(
      images: x.images, channels: sources.count, height: x.height, width: x.width, lanes: kernels.lanes)
    let input = GuardedTensor(x, lanes: kernels.lanes)
    ChannelGather(sources, kernels: kernels).run(input.view, to: output.view, on: ThreadPool(threads: 2))
    #expect(input.guardsAreIntact && output.guardsAreIntact)
    return output.values
  }

  @Test(
    "shuffle and its inverse are the identity", arguments: InstructionSet.here, [(48, 2), (48, 24), (12, 3), (20, 1)])
  func shuffle(_ isa: InstructionSet, _ form: (channels: Int, groups: Int)) {
    let x = Numbers.tensor(Numbers.small, 1, images: 2, channels: form.channels, height: 2, width: 3)
    let there = DenseKernel.shuffleOrder(channels: form.channels, groups: form.groups)
    let back = DenseKernel.shuffleOrder(channels: form.channels, groups: form.channels / form.groups)
    let shuffled = gathered(there, x, isa)
    #expect(shuffled == x.gathered(there))
    #expect(gathered(back, shuffled, isa) == x)
  }

  @Test("repeated channels, slices, whole blocks", arguments: InstructionSet.here)
  func gathers(_ isa: InstructionSet) {
    let lanes = Kernels(isa).lanes
    let x = Numbers.tensor(Numbers.small, 1, channels: 3 * lanes, height: 2, width: 5)
    for sources in [
      Array(3..<(2 * lanes + 1)), Array(lanes..<(2 * lanes)), (0..<(2 * lanes)).map { $0 / 2 },
      (0..<(3 * lanes)).map { $0 * 7 % (3 * lanes) },
    ] {
      #expect(gathered(sources, x, isa) == x.gathered(sources))
    }
  }

  @Test("padding and cropping move pixels", arguments: InstructionSet.here)
  func padding(_ isa: InstructionSet) {
    let kernels = Kernels(isa)
    let lanes = kernels.lanes
    let x = Numbers.tensor(Numbers.small, 1, channels: 5, height: 4, width: 6)
    let gather = ChannelGather(Array(0..<5), kernels: kernels)
    for (top, left, height, width) in [(1, 2, 7, 9), (-1, -2, 2, 3), (0, -1, 6, 4)] {
      let expected = x.padded(top: top, left: left, bottom: height - 4 - top, right: width - 6 - left)
      let output = GuardedTensor(ReferenceTensor(channels: 5, height: height, width: width), lanes: lanes)
      let input = GuardedTensor(x, lanes: lanes)
      gather.run(input.view, to: output.view, top: top, left: left, on: ThreadPool(threads: 1))
      #expect(output.values == expected)
      #expect(input.guardsAreIntact && output.guardsAreIntact)
    }
  }

  @Test("upsampling", arguments: InstructionSet.here, [(8, 10), (7, 13), (4, 5), (1, 1)])
  func upsampling(_ isa: InstructionSet, _ size: (height: Int, width: Int)) {
    let kernels = Kernels(isa)
    let x = Numbers.tensor(Numbers.normal, 1, images: 2, channels: 19, height: 4, width: 5)
    let input = GuardedTensor(x, lanes: kernels.lanes)
    let output = GuardedTensor(images: 2, channels: 19, height: size.height, width: size.width, lanes: kernels.lanes)
    let pool = ThreadPool(threads: 1)
    Upsample(.nearest, kernels: kernels).run(input.view, to: output.view, on: pool)
    #expect(output.values == x.upsampledNearest(height: size.height, width: size.width))
    for alignCorners in [false, true] {
      Upsample(.bilinear(alignCorners: alignCorners), kernels: kernels).run(input.view, to: output.view, on: pool)
      let expected = x.upsampledBilinear(height: size.height, width: size.width, alignCorners: alignCorners)
      expectClose(output.values, expected) { _ in 5e-6 }
    }
    #expect(input.guardsAreIntact && output.guardsAreIntact)
  }

  @Test("blocking and unblocking are inverses", arguments: InstructionSet.here, [1, 3, 16, 37])
  func layout(_ isa: InstructionSet, _ channels: Int) {
    let x = Numbers.tensor(Numbers.normal, 1, images: 2, channels: channels, height: 3, width: 4)
    let tensor = BlockedTensor(
      x.values, images: 2, channels: channels, height: 3, width: 4, lanes: Kernels(isa).lanes,
      halo: Halo(top: 1, left: 2, bottom: 0, right: 1))
    #expect(tensor.planar == x.values)
  }
}
