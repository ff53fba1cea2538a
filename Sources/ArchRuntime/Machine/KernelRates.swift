/// How the time of a family of kernels follows from its work: multiples of the ports' cycles, of the time to read the
/// weights from memory, of that to read and write activations from and to memory where a cache keeps them and where
/// none does; and seconds at the beginning and the end.
public struct KernelRates: Hashable, Sendable {
  public var cycles: Double
  public var weights: Double
  public var near: Double
  public var far: Double
  public var start: Double

  public init(cycles: Double, weights: Double, near: Double, far: Double, start: Double) {
    self.cycles = cycles
    self.weights = weights
    self.near = near
    self.far = far
    self.start = start
  }

  /// `nil` where there are not five numbers, all finite and none negative.
  public init?(values: [Double]) {
    guard values.count == 5, values.allSatisfy({ $0.isFinite && $0 >= 0 }) else { return nil }
    self.init(inOrder: values)
  }

  private init(inOrder values: [Double]) {
    self.init(cycles: values[0], weights: values[1], near: values[2], far: values[3], start: values[4])
  }

  public var values: [Double] { [cycles, weights, near, far, start] }

  /// Where a machine's own were not measured. Rounded from fits of the fastest of many runs of each step on one
  /// machine, at 27 GB/s; `grouped` (eight layers), `gather` and `pass` were set by hand. Winograd's cycles have the
  /// weights in them.
  public static func usual(_ family: StepWork.Family) -> KernelRates {
    switch family {
    case .dense: KernelRates(cycles: 1.01, weights: 0.70, near: 0.16, far: 0.22, start: 9e-6)
    case .winograd: KernelRates(cycles: 0.86, weights: 0, near: 2.4, far: 3.7, start: 13e-6)
    case .grouped: KernelRates(cycles: 1.1, weights: 0, near: 0.9, far: 0.9, start: 4e-6)
    case .depthwise: KernelRates(cycles: 1.1, weights: 0, near: 0.24, far: 1.0, start: 1e-6)
    case .separable: KernelRates(cycles: 1.0, weights: 0.70, near: 0.24, far: 0.6, start: 9e-6)
    case .window: KernelRates(cycles: 0.75, weights: 0, near: 0.87, far: 1.0, start: 2e-6)
    case .stream: KernelRates(cycles: 0, weights: 1.85, near: 0, far: 0, start: 7e-6)
    case .gather: KernelRates(cycles: 1, weights: 0, near: 0.3, far: 1.4, start: 1e-6)
    case .pass: KernelRates(cycles: 1, weights: 0, near: 0.3, far: 1.4, start: 1e-6)
    }
  }

  /// The rates, none negative, whose times have the least errors relative to measured ones.
  ///
  /// Errors count by their size and not its square, so that a step that was disturbed moves little: least squares,
  /// repeated with weights that are the reciprocals of the last errors. What the steps do not tell apart stays near
  /// `usual`; a rate that is zero there stays so.
  init(fitting steps: [(unitTimes: [Double], seconds: Double)], near usual: KernelRates) {
    let expected = usual.values
    // In parts of what is expected: of the rates, and of the time for each.
    let rows = steps.map { step in zip(step.unitTimes, expected).map { $0 * $1 / step.seconds } }
    var rates = expected.map { _ in 1.0 }
    func error(_ row: [Double]) -> Double { zip(row, rates).reduce(-1) { $0 + $1.0 * $1.1 } }
    for _ in 0..<Self.rounds {
      let weights = rows.map { 1 / max(abs(error($0)), Self.smallError) }
      for _ in 0..<Self.sweeps {
        for index in rates.indices where expected[index] > 0 {
          var slope = Self.doubt * (rates[index] - 1)
          var curvature = Self.doubt
          for (row, weight) in zip(rows, weights) {
            slope += weight * row[index] * error(row)
            curvature += weight * row[index] * row[index]
          }
          rates[index] = max(0, rates[index] - slope / curvature)
        }
      }
    }
    self.init(inOrder: zip(rates, expected).map { $0 * $1 })
  }

  private static let rounds = 8
  private static let sweeps = 200
  /// Errors below this count by their square.
  private static let smallError = 0.05
  /// How much a rate twice the usual one counts, beside a step that is off by a twentieth: one.
  private static let doubt = 0.05
}
