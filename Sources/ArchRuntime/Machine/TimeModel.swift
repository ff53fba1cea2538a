/// What a step asks of the machine, as far as its time is concerned.
public struct StepWork: Hashable, Sendable {
  /// Kernels whose time follows from their work in the same way.
  public enum Family: Sendable {
    /// Register tiles of pixels × output channels.
    case dense
    /// Minimal filtering: transforms, and products by dense tiles.
    case winograd
    /// Groups inside a vector.
    case grouped
    case depthwise
    /// Windows that are not multiplied.
    case window
    /// A matrix that meets one vector.
    case stream
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

/// Predicts how long steps take on a machine that is known by the two lines of its roofline.
///
/// Each family of kernels takes so many times the cycles of its ports, and waits for so large a part of its weights and
/// its activations. The constants are of one machine; what is measured of a machine is its peak and its bandwidth.
public struct TimeModel: Sendable {
  public let calibration: Calibration
  private let cyclesPerSecond: Double

  public init(_ calibration: Calibration) {
    self.calibration = calibration
    // The peak is two multiply-adds of vectors a cycle on every core.
    cyclesPerSecond = calibration.peak / Double(4 * Kernels(calibration.instructionSet).lanes)
  }

  /// Of a family: multiples of the ports' cycles, of the time to read the weights from memory, of that to read and
  /// write activations from and to memory where a cache keeps them and where none does; and seconds at the beginning
  /// and the end.
  private struct Constants {
    var cycles: Double
    var weights: Double
    var near: Double
    var far: Double
    var start: Double
  }

  /// Rounded from fits of the fastest of many runs of each step, at 27 GB/s; `grouped` (eight layers) and `pass` were
  /// set by hand. Winograd's cycles have the weights in them.
  private static func constants(_ family: StepWork.Family) -> Constants {
    switch family {
    case .dense: Constants(cycles: 1.01, weights: 0.70, near: 0.16, far: 0.22, start: 9e-6)
    case .winograd: Constants(cycles: 0.86, weights: 0, near: 2.4, far: 3.7, start: 13e-6)
    case .grouped: Constants(cycles: 1.8, weights: 0, near: 1.0, far: 1.2, start: 20e-6)
    case .depthwise: Constants(cycles: 1.1, weights: 0, near: 0.24, far: 1.0, start: 1e-6)
    case .window: Constants(cycles: 0.75, weights: 0, near: 0.87, far: 1.0, start: 2e-6)
    case .stream: Constants(cycles: 0, weights: 1.85, near: 0, far: 0, start: 7e-6)
    case .pass: Constants(cycles: 1, weights: 0, near: 0.3, far: 1.4, start: 1e-6)
    }
  }

  /// Activations that a second-level cache of two megabytes keeps for the next step.
  private static let keptBytes = 1.5e6

  public func time(_ work: StepWork) -> PredictedTime {
    let constants = Self.constants(work.family)
    let bytes = Double(work.activationBytes)
    // Beyond what the cache keeps it soon keeps nothing: what was written first has gone when it is read.
    let far = min(bytes, 2 * max(0, bytes - Self.keptBytes))
    return PredictedTime(
      arithmetic: constants.cycles * work.cycles / cyclesPerSecond,
      weights: constants.weights * Double(work.weightBytes) / calibration.bandwidth,
      activations: (constants.near * (bytes - far) + constants.far * far) / calibration.bandwidth + constants.start)
  }

  /// Every step of a plan.
  public func times(_ plan: ExecutionPlan) -> [PredictedTime] { plan.steps.map { time($0.work) } }
}
