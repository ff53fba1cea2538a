import ArchAlgebra
import ArchCost
import ArchIR
import ArchRuntime

/// A network that has been run: every step with what was predicted of it and what was measured.
public struct RunReport: Sendable {
  public struct Step: Sendable {
    public var name: String
    public var algorithm: String
    public var nodes: Int
    public var predictedShape: String
    public var executedShape: String
    public var shapesAgree: Bool
    public var macs: Int
    /// Activations and parameters, each once.
    public var bytes: Int
    public var seconds: Double
    /// What it was expected to take before it ran.
    public var predictedSeconds: Double
    /// Of the machine's peak.
    public var share: Double
    public var bound: Calibration.Bound
  }

  public let name: String
  public let steps: [Step]
  public let runs: [Double]
  public let weightBytes: Int
  public let arenaBytes: Int
  public let arenaLowerBound: Int
  public let residentBytes: Int?
  public let calibration: Calibration
  public let images: Int
  public var check: CheckResult?

  /// The comparison with the reference kernels.
  public struct CheckResult: Sendable {
    /// The input that was checked.
    public var input: String
    /// ‖difference‖ / ‖reference‖ of the worst step and of the outputs.
    public var worstStep: (name: String, distance: Double)
    public var output: Double
    public var countedMACs: Int
    public var predictedMACs: Int
    /// Layers whose counted multiply-adds are not the predicted ones.
    public var differingLayers: [String]
    public var bound: Double

    public init(
      input: String, worstStep: (name: String, distance: Double), output: Double, countedMACs: Int, predictedMACs: Int,
      differingLayers: [String], bound: Double
    ) {
      self.input = input
      self.worstStep = worstStep
      self.output = output
      self.countedMACs = countedMACs
      self.predictedMACs = predictedMACs
      self.differingLayers = differingLayers
      self.bound = bound
    }

    public var passes: Bool {
      differingLayers.isEmpty && countedMACs == predictedMACs && output <= bound && worstStep.distance <= bound
    }
  }

  public init(
    _ analysis: Analysis<Int>, plan: BatchPlan, profile: Profile, calibration: Calibration, residentBytes: Int?
  ) throws {
    let graph = analysis.graph
    let medians = profile.stepMedians
    let times = plan.times(by: TimeModel(calibration))
    steps = try plan.steps.enumerated().map { index, step in
      let cost = try analysis.cost(of: step.nodes)
      let first = analysis.costs[step.nodes[0]]
      let last = analysis.costs[step.result]
      let bytes = try 4 * (first.inputElements + last.outputElements + cost.parameters.total)
      let macs = try cost.macs
      let predicted = graph.nodes[step.result].output
      let executed = plan.executedShape(ofNode: step.result)
      return Step(
        name: step.name, algorithm: step.algorithm, nodes: step.nodes.count, predictedShape: predicted.description,
        executedShape: executed.description, shapesAgree: predicted == executed,
        macs: macs, bytes: bytes, seconds: medians[index],
        predictedSeconds: times[index].seconds,
        share: Double(2 * macs) / max(medians[index], 1e-12) / calibration.peak,
        bound: calibration.bound(operations: 2 * macs, bytes: bytes))
    }
    name = graph.name
    runs = profile.runs
    weightBytes = plan.weightBytes
    arenaBytes = plan.arenaBytes
    arenaLowerBound = plan.arenaLowerBound
    self.residentBytes = residentBytes
    self.calibration = calibration
    images = plan.images
  }

  public var macs: Int { steps.reduce(0) { $0 + $1.macs } }
  public var seconds: Double { runs.median }
  public var predictedSeconds: Double { steps.reduce(0) { $0 + $1.predictedSeconds } }

  /// The median of |predicted - measured| / measured over the steps that take more than a hundredth of the time.
  public var predictionError: Double {
    steps.filter { $0.seconds > 0.01 * seconds }.map { abs($0.predictedSeconds - $0.seconds) / $0.seconds }.median
  }
}
