/// What runs a network, and says how long each step took.
public protocol NetworkRunner {
  /// Runs the network once.
  ///
  /// - inputs: for each input of the graph, its values as (images, channels, height, width).
  /// - seconds: of each step; of steps that several images take at a time, their share of the time.
  /// - Returns: the values of each output of the graph.
  func run(_ inputs: [[Float]], seconds: inout [Double]) -> [[Float]]
}

extension Executor: NetworkRunner {
  public func run(_ inputs: [[Float]], seconds: inout [Double]) -> [[Float]] {
    run(image: 0, of: inputs, images: 1, seconds: &seconds)
  }

  func run(image: Int, of inputs: [[Float]], images: Int, seconds: inout [Double]) -> [[Float]] {
    let clock = ContinuousClock()
    var times: [Double] = []
    times.reserveCapacity(plan.steps.count)
    var last = clock.now
    let outputs = run(image: image, of: inputs, images: images) { _ in
      let now = clock.now
      times.append((now - last).seconds)
      last = now
    }
    seconds = times
    return outputs
  }
}

/// How long runs of a plan took, step by step.
public struct Profile: Sendable {
  /// [run][step], in seconds.
  public let steps: [[Double]]
  /// The whole of each run, in seconds.
  public let runs: [Double]
  /// What the last run gave, for each output of the graph.
  public let outputs: [[Float]]

  /// Runs the plan `warmups` times unmeasured, more often where that took less than `warmSeconds`, and `repeats` times
  /// measured: processors that were idle may need a while until all of them are fast.
  public init(
    _ network: some NetworkRunner, inputs: [[Float]], warmups: Int = 1, warmSeconds: Double = 0, repeats: Int,
    progress: ((Int) -> Void)? = nil
  ) {
    let clock = ContinuousClock()
    var outputs: [[Float]] = []
    func run() -> (steps: [Double], seconds: Double) {
      var times: [Double] = []
      outputs = []  // not twice
      let start = clock.now
      outputs = network.run(inputs, seconds: &times)
      return (times, (clock.now - start).seconds)
    }
    let (start, patience) = (clock.now, Duration.seconds(warmSeconds))
    var count = 0
    while count < warmups || clock.now - start < patience {
      _ = run()
      count += 1
    }
    var steps: [[Double]] = []
    var runs: [Double] = []
    for repetition in 0..<repeats {
      progress?(repetition + 1)
      let times = run()
      steps.append(times.steps)
      runs.append(times.seconds)
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
