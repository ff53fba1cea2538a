import ArchRuntime

/// Calibrations kept in the user's cache folder, one line each: ISA, threads, peak, bandwidth, and the rates of each
/// family of kernels as NAME=RATE/…
enum MachineCache {
  /// The kept calibration, or a new one that is kept from now on.
  static func calibration(_ kernels: Kernels, threads: Int) -> Calibration {
    let kept = load()
    if let found = kept.first(where: { $0.instructionSet == kernels.instructionSet && $0.threads == threads }) {
      return found
    }
    var progress = Progress("measuring this machine once", of: CalibrationNetworks.steps, isLong: true)
    progress.show(0)
    let measured = CalibrationNetworks(kernels).measure(threads: threads, telling: &progress)
    progress.clear()
    store([measured])
    return measured
  }

  /// Replaces what is kept of the same instruction set and number of threads. A cache that cannot be written is none.
  static func store(_ calibrations: [Calibration]) {
    let others = load().filter { old in
      !calibrations.contains { $0.instructionSet == old.instructionSet && $0.threads == old.threads }
    }
    CacheFolder.replace(file, with: text(others + calibrations))
  }

  private static func load() -> [Calibration] {
    CacheFolder.read(file).map { calibrations(in: $0) } ?? []
  }

  /// The lines of a cache file.
  static func text(_ calibrations: [Calibration]) -> String {
    calibrations.map { calibration in
      let rates = StepWork.Family.allCases.compactMap { family in
        calibration.rates[family].map { " \(family.rawValue)=" + $0.values.map { "\($0)" }.joined(separator: "/") }
      }
      return "\(calibration.instructionSet.rawValue) \(calibration.threads) \(Int(calibration.peak)) "
        + "\(Int(calibration.bandwidth))" + rates.joined() + "\n"
    }.joined()
  }

  /// What any machine has, with room: from a number a second to some billions of billions.
  private static let believable = 1.0...1e18

  /// What the lines of a cache file say; a line that is not understood, or that no machine could have given, is none.
  static func calibrations(in bytes: [UInt8]) -> [Calibration] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count >= 4, let set = InstructionSet(rawValue: String(words[0])), let threads = Int(words[1]),
        (1...1024).contains(threads), let peak = Double(words[2]), let bandwidth = Double(words[3]),
        believable.contains(peak), believable.contains(bandwidth)
      else { return nil }
      var calibration = Calibration(instructionSet: set, threads: threads, peak: peak, bandwidth: bandwidth)
      for word in words.dropFirst(4) {
        let parts = word.split(separator: "=")
        guard parts.count == 2, let family = StepWork.Family(rawValue: String(parts[0])),
          let rates = KernelRates(values: parts[1].split(separator: "/").compactMap { Double($0) })
        else { return nil }
        calibration.rates[family] = rates
      }
      return calibration
    }
  }

  private static let file = "machine"
}
