import ArchRuntime
import Microkernels
import Synchronization
import Testing

@Suite("Thread pool") struct ThreadPoolTests {
  @Test("every item is done once", arguments: [1, 2, 3, 8, 64])
  func everyItemOnce(_ threads: Int) {
    let pool = ThreadPool(threads: threads)
    for count in [0, 1, 2, 7, 100, 1000] {
      let done = (0..<count).map { _ in Counter() }
      pool.forEach(count) { item, worker in
        precondition((0..<threads).contains(worker))
        done[item].value.add(1, ordering: .relaxed)
      }
      #expect(done.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
    }
  }

  @Test("loops follow one another without waiting for a wake-up", arguments: [2, 3, 8])
  func manyLoops(_ threads: Int) {
    let pool = ThreadPool(threads: threads)
    let total = Counter()
    for _ in 0..<5000 { pool.forEach(threads) { _, _ in total.value.add(1, ordering: .relaxed) } }
    #expect(total.value.load(ordering: .relaxed) == 5000 * threads)
  }

  @Test("pools come and go")
  func lifetime() {
    for threads in 1...32 { ThreadPool(threads: threads % 5 + 1).forEach(threads) { _, _ in } }
  }

  @Test("results are the same bits for any number of threads", arguments: InstructionSet.here)
  func sameBits(_ isa: InstructionSet) {
    let kernels = Kernels(isa)
    let cases = [
      ConvolutionCase(24, 40, kernel: 3, size: (14, 15)), ConvolutionCase(64, 96, size: (14, 14)),
      ConvolutionCase(32, 32, kernel: 3, groups: 32, size: (20, 21)),
      ConvolutionCase(32, 32, kernel: 3, groups: 16, size: (20, 21)),
    ]
    for test in cases {
      let x = Numbers.tensor(
        Numbers.normal, 1, channels: test.shape.inputChannels, height: test.height, width: test.width)
      let weights = Numbers.normal(test.weightCount, 2)
      let input = GuardedTensor(
        x, lanes: kernels.lanes, halo: test.shape.halo(height: test.height, width: test.width))
      let results = [1, 2, 3, 8, 64].map { threads in
        let pool = ThreadPool(threads: threads)
        let output = GuardedTensor(
          channels: test.shape.outputChannels, height: test.height, width: test.width, lanes: kernels.lanes)
        if test.shape.groups > 1 {
          LanewiseConvolution(test.shape, weights: weights, activation: .tanh, kernels: kernels)
            .run(input.view, to: output.view, on: pool)
        } else {
          DirectConvolution(
            test.shape, weights: weights, activation: .tanh, rowPixels: test.width, kernels: kernels
          ).run(input.view, to: output.view, on: pool)
        }
        return output.values.values.map(\.bitPattern)
      }
      #expect(results.allSatisfy { $0 == results[0] })
      #expect(input.guardsAreIntact)
    }
  }

  private final class Counter: Sendable { let value = Atomic(0) }
}
