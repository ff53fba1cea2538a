import Microkernels
import Synchronization
import Testing

@testable import ArchRuntime

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

  @Test(
    "what is given to the next loop is done once by its end, with a loop of many items, of one, of none and without one",
    arguments: [1, 2, 3, 8])
  func errands(_ threads: Int) {
    let pool = ThreadPool(threads: threads)
    for (errands, items) in [(0, 5), (1, 5), (7, 5), (100, 5), (3, 1000), (9, 1), (9, 0)] {
      let done = (0..<errands).map { _ in Counter() }
      let made = (0..<items).map { _ in Counter() }
      pool.withNextLoop(errands) { done[$0].value.add(1, ordering: .relaxed) }
      pool.forEach(items) { item, _ in made[item].value.add(1, ordering: .relaxed) }
      #expect((done + made).allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
      pool.forEach(items) { _, _ in }
      pool.runErrands()
      #expect(done.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
    }
    let done = Counter()
    pool.withNextLoop(4) { _ in done.value.add(1, ordering: .relaxed) }
    pool.withNextLoop(3) { _ in done.value.add(10, ordering: .relaxed) }
    pool.runErrands()
    #expect(done.value.load(ordering: .relaxed) == 34)
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
