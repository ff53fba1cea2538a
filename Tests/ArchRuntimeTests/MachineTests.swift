@testable import ArchRuntime
import Testing

@Suite("Machine") struct MachineTests {
  @Test("the C library and the system's processor list agree")
  func features() {
    guard let library = CPUFeatures.fromCLibrary(), let list = CPUFeatures.fromProcessorList() else { return }
    #expect(library.hasAVX2 == list.hasAVX2)
    #expect(library.hasAVX512 == list.hasAVX512)
  }

  @Test("there is always a baseline, and the best is available")
  func instructionSets() {
    #expect(InstructionSet.baseline.isAvailable)
    #expect(InstructionSet.best.isAvailable)
  }

  @Test("buffers start at a cache line and as zeros", arguments: [0, 1, 17, 2_000_000])
  func buffers(_ count: Int) {
    let buffer = AlignedBuffer(count: count)
    #expect(Int(bitPattern: buffer.pointer) % 64 == 0)
    #expect((0..<count).allSatisfy { buffer.pointer[$0] == 0 })
  }

  @Test("a row is cut into tiles that differ by at most one pixel", arguments: 1...60)
  func rowSplit(_ pixels: Int) {
    for maximum in 1...14 {
      let split = RowSplit(pixels: pixels, atMost: maximum)
      #expect(split.longTiles * split.longPixels + split.shortTiles * split.shortPixels == pixels)
      #expect(split.longPixels <= maximum)
      #expect(split.shortTiles == 0 || split.shortPixels > 0)
    }
  }
}
