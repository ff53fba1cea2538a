import ArchRuntime
import Microkernels

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Times rows against the peak loop.
struct Bench {
  let kernels: Kernels
  let pool: ThreadPool
  let repeats: Int
  let isMarkdown: Bool
  private let bandwidth: Double

  init(kernels: Kernels, pool: ThreadPool, repeats: Int, isMarkdown: Bool) {
    self.kernels = kernels
    self.pool = pool
    self.repeats = repeats
    self.isMarkdown = isMarkdown
    bandwidth = Calibration.measure(kernels, threads: pool.threads).bandwidth
  }

  func printHeader() {
    let machine = "\(kernels.instructionSet.rawValue), \(pool.threads) thread(s), best of \(repeats)"
    if isMarkdown {
      print(machine + ", memory read at \(pad(bandwidth / 1e9, 0)) GB/s\n")
      print("| family | shape | GFLOP/s | of peak | of roofline | below 70 %, why |\n|---|---|---:|---:|---:|---|")
    } else {
      print(machine)
      print("family     shape                                  GFLOP/s   % of peak      µs     MB  % of roofline")
    }
  }

  func measure(_ row: Row) {
    let work = row.prepare(kernels, pool)
    work.run()
    var best = Double.infinity
    var share = 0.0
    var rate = 0.0
    var roofline = 0.0
    for _ in 0..<repeats {
      let peak = peakRate()
      let times = max(1, Int(0.004 / max(best == .infinity ? 0.004 : best, 1e-7)))
      let seconds = time { for _ in 0..<times { work.run() } } / Double(times)
      let after = peakRate()
      best = min(best, seconds)
      let here = Double(2 * work.multiplyAdds) / seconds
      let ratio = here / max(peak, after) / Double(pool.threads)
      if ratio > share { (share, rate) = (ratio, here) }
      let limit = max(
        work.saving * Double(2 * work.multiplyAdds) / max(peak, after) / Double(pool.threads),
        Double(work.bytes) / bandwidth)
      roofline = max(roofline, limit / seconds)
    }
    if isMarkdown {
      print(
        "| \(row.family) | \(row.name) | \(pad(rate / 1e9, 0)) | \(pad(share * 100, 0)) % | "
          + "\(pad(min(roofline, 1) * 100, 0)) % | \(roofline < 0.7 ? row.note : "") |")
      return
    }
    let name = row.name + String(repeating: " ", count: max(0, 36 - row.name.count))
    let family = row.family + String(repeating: " ", count: max(0, 10 - row.family.count))
    print(
      family, name, pad(rate / 1e9, 10), pad(share * 100, 10), pad(best * 1e6, 10), pad(Double(work.bytes) / 1e6, 7),
      pad(min(roofline, 1) * 100, 10))
  }

  /// Floating-point operations a second of one core.
  private func peakRate() -> Double {
    var operations = 0
    let seconds = time { operations = kernels.multiplyAdds(rounds: 20_000) }
    return Double(operations) / seconds
  }

  /// With one thread the time that it had the processor, so that others on the machine count less.
  private func time(_ body: () -> Void) -> Double {
    let clock = pool.threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC
    var start = timespec()
    var end = timespec()
    clock_gettime(clock, &start)
    body()
    clock_gettime(clock, &end)
    return Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) * 1e-9
  }

  private func pad(_ value: Double, _ width: Int) -> String {
    let tenths = Int((value * 10).rounded())
    let text = "\(tenths / 10).\(tenths % 10)"
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
