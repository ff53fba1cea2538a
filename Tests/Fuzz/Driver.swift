#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What is fuzzed: the value of ARCHCALC_FUZZ says which.
enum Target: String, CaseIterable {
  case spec, claims, report, npy, budget, machine, command, model

  static let chosen: Target = {
    let name = getenv("ARCHCALC_FUZZ").map { String(cString: $0) } ?? ""
    guard let target = Target(rawValue: name) else {
      fatalError("ARCHCALC_FUZZ is one of \(allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return target
  }()

  /// Whether inputs are text that is worth changing by tokens and lines.
  var isText: Bool {
    switch self {
    case .npy, .model: false
    default: true
    }
  }

  func run(_ bytes: [UInt8]) {
    switch self {
    case .spec: fuzzSpecification(bytes)
    case .claims: fuzzClaims(bytes)
    case .report: fuzzReport(bytes)
    case .npy: fuzzArray(bytes)
    case .budget: fuzzBudget(bytes)
    case .machine: fuzzCalibrations(bytes)
    case .command: fuzzCommandLine(bytes)
    case .model: fuzzModel(bytes)
    }
  }
}

/// Does something that may be refused with errors of these types, and no others.
func expecting(_ refusals: any Error.Type..., body: () throws -> Void) {
  do {
    try body()
  } catch {
    guard refusals.contains(where: { $0 == type(of: error) }) else { fatalError("another error: \(error)") }
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let start = processorTime()
  Target.chosen.run(Array(UnsafeBufferPointer(start: data, count: count)))
  let seconds = processorTime() - start
  // Inputs may take a second; with the sanitizer and the counters it is several. Not the time of the clock: the machine may be busy.
  precondition(seconds < 20, "took \(seconds) s of the processor")
  return 0
}

private func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

@_silgen_name("LLVMFuzzerMutate")
private func libFuzzerMutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ most: Int) -> Int

/// Half of the time bytes are changed as libFuzzer does it, half of the time tokens and lines.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ most: Int, _ seed: CUnsignedInt) -> Int {
  guard Target.chosen.isText, seed % 4 != 0 else { return libFuzzerMutate(data, size, most) }
  var mutator = TokenMutator(Array(UnsafeBufferPointer(start: data, count: size)), seed: UInt64(seed))
  let result = mutator.mutated().prefix(most)
  for (index, byte) in result.enumerated() { data[index] = byte }
  return result.count
}
