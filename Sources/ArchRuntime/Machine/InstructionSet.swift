/// The instruction sets that kernels exist for, from the one that every CPU has to the widest.
public enum InstructionSet: String, CaseIterable, Comparable, Sendable {
  case baseline
  case avx2
  case avx512

  public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .baseline: 0
    case .avx2: 1
    case .avx512: 2
    }
  }

  /// Whether this CPU and its operating system can run it.
  public var isAvailable: Bool {
    switch self {
    case .baseline: true
    case .avx2: CPUFeatures.current.hasAVX2
    case .avx512: CPUFeatures.current.hasAVX512
    }
  }

  /// The widest that this machine can run.
  public static let best = allCases.last { $0.isAvailable } ?? .baseline
}
