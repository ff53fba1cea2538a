/// What this machine can do at best, measured: the two lines of its roofline (Williams, Waterman and Patterson,
/// Communications of the ACM 52(4), 2009).
public struct Calibration: Hashable, Sendable {
  public var instructionSet: InstructionSet
  public var threads: Int
  /// Floating-point operations a second, a multiply-add counting two.
  public var peak: Double
  /// Bytes a second that a matrix-vector product reads from memory.
  public var bandwidth: Double
  /// Of the families of kernels that were measured in networks; the usual ones hold for the others.
  public var rates: [StepWork.Family: KernelRates] = [:]

  public init(instructionSet: InstructionSet, threads: Int, peak: Double, bandwidth: Double) {
    self.instructionSet = instructionSet
    self.threads = threads
    self.peak = peak
    self.bandwidth = bandwidth
  }

  /// Measures for about a second.
  public static func measure(_ kernels: Kernels, threads: Int) -> Calibration {
    let pool = ThreadPool(threads: threads)
    return Calibration(
      instructionSet: kernels.instructionSet, threads: threads, peak: peak(kernels, pool),
      bandwidth: bandwidth(kernels, pool))
  }

  public enum Bound: String, Sendable { case compute, memory }

  /// What limits work of so many operations on so many bytes.
  public func bound(operations: Int, bytes: Int) -> Bound {
    Double(operations) * bandwidth >= Double(bytes) * peak ? .compute : .memory
  }

  /// The seconds below which no kernel can do it.
  public func limit(operations: Int, bytes: Int) -> Double {
    max(Double(operations) / peak, Double(bytes) / bandwidth)
  }

  /// The best of tries, for a third of a second, of every thread doing multiply-adds between registers.
  private static func peak(_ kernels: Kernels, _ pool: ThreadPool) -> Double {
    let rounds = 400_000
    let operations = Double(kernels.multiplyAdds(rounds: 1) * rounds * pool.threads)
    let clock = ContinuousClock()
    let start = clock.now
    var best = Double.infinity
    while clock.now - start < .milliseconds(333) {
      best = min(
        best,
        clock.measure { pool.forEach(pool.threads) { _, _ in _ = kernels.multiplyAdds(rounds: rounds) } }.seconds)
    }
    return operations / best
  }

  /// The best of several matrix-vector products whose matrix (256 MB) is read from memory.
  private static func bandwidth(_ kernels: Kernels, _ pool: ThreadPool) -> Double {
    let size = 8192
    let shape = ConvolutionShape(inputChannels: size, outputChannels: size)
    let layer = DirectConvolution(zeros: shape, rowPixels: 1, kernels: kernels)
    let input = BlockedTensor(channels: size, height: 1, width: 1, lanes: kernels.lanes)
    let output = BlockedTensor(channels: size, height: 1, width: 1, lanes: kernels.lanes)
    let clock = ContinuousClock()
    let best = (0..<7).map { _ in
      clock.measure { layer.run(input.view, to: output.view, on: pool) }.seconds
    }.min()!
    withExtendedLifetime((input, output)) {}
    return Double(layer.weightBytes) / best
  }
}
