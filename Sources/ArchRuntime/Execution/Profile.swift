/// How long runs of a plan took, step by step.
public struct Profile: Sendable {
  /// [run][step], in seconds.
  public let steps: [[Double]]
  /// The whole of each run, in seconds.
  public let runs: [Double]
  /// What the last run gave, for each output of the graph.
  public let outputs: [[Float]]

  /// Runs the plan `warmups` times unmeasured and `repeats` times measured.
  public init(_ executor: Executor, inputs: [[Float]], warmups: Int = 1, repeats: Int, progress: ((Int) -> Void)? = nil)
  {
    let clock = ContinuousClock()
    var steps: [[Double]] = []
    var runs: [Double] = []
    var outputs: [[Float]] = []
    for run in 0..<(warmups + repeats) {
      var times: [Double] = []
      times.reserveCapacity(executor.plan.steps.count)
      outputs = []  // not twice
      let start = clock.now
      var last = start
      outputs = executor.run(inputs) { _ in
        let now = clock.now
        times.append((now - last).seconds)
        last = now
      }
      let total = (clock.now - start).seconds
      if run >= warmups {
        steps.append(times)
        runs.append(total)
      }
      progress?(run + 1)
    }
    self.steps = steps
    self.runs = runs
    self.outputs = outputs
  }

  /// The median over the runs of each step.
  public var stepMedians: [Double] {
    guard let first = steps.first else { return [] }
    return first.indices.map { step in steps.map { $0[step] }.median }
  }
}

extension Duration {
  public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

extension Array where Element == Double {
  /// 0 for an empty array.
  public var median: Double { quantile(0.5) }

  /// Between the order statistics, linearly.
  public func quantile(_ share: Double) -> Double {
    guard !isEmpty else { return 0 }
    let sorted = self.sorted()
    let place = share * Double(count - 1)
    let low = Int(place)
    let high = Swift.min(low + 1, count - 1)
    return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
  }
}
