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

  @Test(
    "blocks hold each value at its place and zeros after the last channel; unblocking is the inverse",
    arguments: InstructionSet.here, [1, 3, 4, 16, 37])
  func layout(_ isa: InstructionSet, _ channels: Int) {
    let lanes = Kernels(isa).lanes
    let halos = [Halo.none, Halo(top: 1, left: 2, bottom: 0, right: 1)]
    for ((height, width), halo) in [(3, 4), (2, 7), (1, 1), (3, 133), (12, 23)].flatMap({ size in
      halos.map { (size, $0) }
    }) {
      let x = Numbers.tensor(Numbers.normal, 1, images: 2, channels: channels, height: height, width: width)
      let tensor = BlockedTensor(images: 2, channels: channels, height: height, width: width, lanes: lanes, halo: halo)
      let view = tensor.view
      for pool in [nil, ThreadPool(threads: 3)] {
        for block in 0..<view.blocks {
          for y in 0..<height { view.row(image: 1, block: block, row: y).update(repeating: 7, count: width * lanes) }
        }
        x.values.withUnsafeBufferPointer { view.fill(fromPlanar: $0.baseAddress!, on: pool) }
        var isInPlace = true
        for (image, channel, y) in (0..<2).flatMap({ i in
          (0..<view.blocks * lanes).flatMap { c in (0..<height).map { (i, c, $0) } }
        }) {
          let row = view.row(image: image, block: channel / lanes, row: y) + channel % lanes
          for column in 0..<width {
            let place = ((image * channels + channel) * height + y) * width + column
            isInPlace = isInPlace && row[column * lanes] == (channel < channels ? x.values[place] : 0)
          }
        }
        #expect(isInPlace)
        var back = [Float](repeating: 7, count: x.values.count + 1)
        back.withUnsafeMutableBufferPointer { view.write(toPlanar: $0.baseAddress!, on: pool) }
        #expect(back == x.values + [7])
      }
    }
  }
}
