/// What a step asks of the machine, as far as its time is concerned.
public struct StepWork: Hashable, Sendable {
  /// Kernels whose time follows from their work in the same way.
  public enum Family: String, CaseIterable, Sendable {
    /// Register tiles of pixels × output channels.
    case dense
    /// Minimal filtering: transforms, and products by dense tiles.
    case winograd
    /// Groups inside a vector.
    case grouped
    case depthwise
    /// Depthwise, and multiplied some rows at a time.
    case separable
    /// Windows that are not multiplied.
    case window
    /// A matrix that meets one vector.
    case stream
    /// Activations that are put together lane by lane.
    case gather
    /// One pass over activations.
    case pass
  }

  public var family: Family
  /// Cycles that one core's ports need when everything lies in its first-level cache.
  public var cycles = 0.0
  /// Packed weights, in bytes.
  public var weightBytes = 0
  /// Activations that are read and written, in bytes, each once.
  public var activationBytes = 0

  public init(family: Family, cycles: Double = 0, weightBytes: Int = 0, activationBytes: Int = 0) {
    self.family = family
    self.cycles = cycles
    self.weightBytes = weightBytes
    self.activationBytes = activationBytes
  }
}

/// The seconds that a step is expected to take, by what they are spent on.
public struct PredictedTime: Hashable, Sendable {
  public var arithmetic: Double
  /// Weights on their way from memory, as far as the arithmetic does not hide it.
  public var weights: Double
  /// Activations on their way between caches, and the beginning and the end of the step.
  public var activations: Double

  public var seconds: Double { arithmetic + weights + activations }
}

/// Predicts how long steps take on a machine that is known by the two lines of its roofline and, where networks were
/// run for that, by the rates of each family of kernels.
///
/// Each family takes so many times the cycles of its ports, and waits for so large a part of its weights and its
/// activations.
public struct TimeModel: Sendable {
  public let calibration: Calibration
  private let cyclesPerSecond: Double

  public init(_ calibration: Calibration) {
    self.calibration = calibration
    // The peak is two multiply-adds of vectors a cycle on every core.
    cyclesPerSecond = calibration.peak / Double(4 * Kernels(calibration.instructionSet).lanes)
  }

  /// Activations that a second-level cache of two megabytes keeps for the next step.
  private static let keptBytes = 1.5e6

  /// Seconds for each rate of one, in the order of ``KernelRates/values``.
  private func unitTimes(_ work: StepWork) -> [Double] {
    let bytes = Double(work.activationBytes)
    // Beyond what the cache keeps it soon keeps nothing: what was written first has gone when it is read.
    let far = min(bytes, 2 * max(0, bytes - Self.keptBytes))
    return [
      work.cycles / cyclesPerSecond, Double(work.weightBytes) / calibration.bandwidth,
      (bytes - far) / calibration.bandwidth, far / calibration.bandwidth, 1,
    ]
  }

  public func time(_ work: StepWork) -> PredictedTime {
    let rates = calibration.rates[work.family] ?? .usual(work.family)
    let parts = zip(unitTimes(work), rates.values).map { $0 * $1 }
    return PredictedTime(arithmetic: parts[0], weights: parts[1], activations: parts[2] + parts[3] + parts[4])
  }

  /// Every step of a plan.
  public func times(_ plan: ExecutionPlan) -> [PredictedTime] { plan.steps.map { time($0.work) } }

  /// The rates with which steps that were run take the time that they took, for each family that is among them.
  public func rates(of steps: [(work: StepWork, seconds: Double)]) -> [StepWork.Family: KernelRates] {
    Dictionary(grouping: steps.filter { $0.seconds > 0 }, by: \.work.family).reduce(into: [:]) { rates, family in
      rates[family.key] = KernelRates(
        fitting: family.value.map { (unitTimes($0.work), $0.seconds) }, near: .usual(family.key))
    }
  }
}
