import ArchAlgebra
import ArchCost
import ArchIR
import ArchReport
import ArchRuntime
import ArchSpec

/// From a request to something that runs.
enum Session {
  /// Decides how the network is run, and refuses before anything large is allocated.
  ///
  /// - Throws: ``Diagnostic`` with the place in the specification where a layer has no kernel, and where there is less
  ///   memory than is needed.
  static func planner(_ study: Study, _ weights: any NetworkWeights, _ request: RunRequest) throws -> BatchPlanner {
    let name = study.graph.name
    let available = ProcessMemory.available ?? 1 << 47
    func refuse(_ needs: String) -> Diagnostic {
      Diagnostic(
        "\(name) needs \(needs); \(NumberText.bytes(available)) are free", at: .none,
        help: "a smaller --batch or --input")
    }
    // Packed, they are never fewer.
    let raw = study.total.parameters.weights.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !raw.overflow, raw.partialValue <= available else {
      throw refuse(
        "more than \(NumberText.bytes(raw.overflow ? .max : raw.partialValue)) to run, for its weights alone")
    }
    let kernels = Kernels(request.isa)
    func planned(_ winograd: WinogradPolicy) throws -> BatchPlanner {
      try placed(study) {
        try BatchPlanner(study.graph, kernels: kernels, winograd: winograd, threads: request.threads)
      }
    }
    var planner = try planned(kept(request))
    if !planner.unmeasured.isEmpty {
      let tuner = try placed(study) { try Tuner(study.graph, kernels: kernels) }
      // All ways are there at a time, and a network's weights are not few.
      let sum = tuner.planners.reduce(0) { $0 + $1.need(weights, threads: request.threads).bytes }
      guard sum <= available else { throw refuse("\(NumberText.bytes(sum)) to be tuned") }
      let found = try measured(study, weights, by: tuner, request)
      planner = try planned(.measured(found))
    }
    let need = planner.need(weights)
    guard need.bytes <= available else {
      throw refuse(
        "\(NumberText.bytes(need.bytes)) to run: \(NumberText.bytes(need.weightBytes)) packed weights, "
          + "\(NumberText.bytes(need.arenaBytes)) activations, \(NumberText.bytes(need.scratchBytes)) scratch and "
          + "\(NumberText.bytes(need.arrayBytes)) inputs and outputs")
    }
    return planner
  }

  /// What the request asks for, with no more measured than is kept.
  private static func kept(_ request: RunRequest) -> WinogradPolicy {
    if request.isExact { return .never }
    return request.isTuned ? .measured(TuneCache(request).load()) : .modelled
  }

  /// The quickest method of each layer, measured now and kept from now on.
  private static func measured(
    _ study: Study, _ weights: any NetworkWeights, by tuner: Tuner, _ request: RunRequest
  ) throws -> [WinogradPolicy.Layer: Int] {
    var progress = Progress("ways to compute \(study.graph.name)", of: Tuner.steps, isLong: true)
    defer { progress.clear() }
    progress.show(0)
    let found = try tuner.measure(
      weights, inputs: inputs(of: study.graph, seed: request.seed), threads: request.threads
    ) { progress.advance() }
    TuneCache(request).store(found)
    return found
  }

  /// - Throws: ``Diagnostic`` with the place in the specification where a layer has no kernel.
  static func plan(_ study: Study, _ weights: any NetworkWeights, by planner: BatchPlanner) throws -> BatchPlan {
    try placed(study) { try planner.plan(weights) }
  }

  /// Gives an error of the planner its place.
  private static func placed<Result>(_ study: Study, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as PlanError {
      throw Diagnostic("cannot be run: \(error)", at: error.node.map { study.subject.place(of: $0) } ?? .none)
    }
  }

  /// Values for each input of the graph: those given, otherwise normal ones.
  ///
  /// - Throws: ``UsageError`` where an array has not its input's shape.
  static func inputs(of graph: Graph<Int>, seed: Int, given: [NumpyArray?]) throws -> [[Float]] {
    var values = inputs(of: graph, seed: seed)
    for (index, node) in graph.inputs.enumerated() {
      guard index < given.count, let array = given[index] else { continue }
      guard array.shape == graph.nodes[node].output.extents else {
        throw UsageError(
          "input '\(graph.nodes[node].name)' is \(NumpyArray.text(ofShape: graph.nodes[node].output.extents)), "
            + "and the array that is given is \(NumpyArray.text(ofShape: array.shape))")
      }
      values[index] = array.values
    }
    return values
  }

  /// Normal values for each input of the graph.
  static func inputs(of graph: Graph<Int>, seed: Int) -> [[Float]] {
    let generator = WeightGenerator(seed: UInt64(seed) &+ 0x696E_7075)
    return graph.inputs.enumerated().map { number, node in
      let count = graph.nodes[node].output.extents.reduce(1, *)
      return (0..<count).map { generator.normal(tensor: number, index: $0) }
    }
  }

  // MARK: The check against the references

  /// Multiply-adds that the reference kernels do in some seconds.
  private static let affordable = 1_500_000_000

  /// Runs the network with the reference kernels too, on a smaller image where it is a large one.
  static func check(_ request: RunRequest) throws -> RunReport.CheckResult {
    let (study, weights, input) = try smallStudy(request)
    let graph = study.graph
    let values = inputs(of: graph, seed: request.seed)
    var progress = Progress("layers of the reference", of: graph.nodes.count)
    defer { progress.clear() }
    let reference = try ReferenceExecutor(graph, weights: weights, inputs: values) { progress.show($0) }
    let plan = try Planner.plan(
      graph, weights: weights, kernels: Kernels(request.isa), winograd: kept(request))
    let executor = Executor(plan, threads: request.threads)
    var worst = (name: "", distance: 0.0)
    let outputs = executor.run(values) { step in
      let node = plan.steps[step].result
      let distance = relativeDistance(executor.values(ofNode: node), reference.tensors[node].values)
      if distance >= worst.distance { worst = (plan.steps[step].name, distance) }
    }
    // What is compared layer by layer meets the whole batch; what runs may take one image at a time.
    let batch = try BatchPlanner(graph, kernels: plan.kernels, winograd: kept(request), threads: request.threads)
    var (ran, usesWinograd) = (outputs, plan.usesWinograd)
    if batch.takesImagesApart {
      var seconds: [Double] = []
      let executor = BatchExecutor(try batch.plan(weights))
      ran = executor.run(values, seconds: &seconds)
      usesWinograd = usesWinograd || executor.plan.usesWinograd
    }
    let output = zip(graph.outputs, ran).map { relativeDistance($1, reference.tensors[$0.node].values) }.max() ?? 0
    let predicted = try study.analysis.costs.map { try $0.macs }
    let differing = graph.nodes.indices.filter { reference.multiplyAdds[$0] != predicted[$0] }
    return RunReport.CheckResult(
      input: input, worstStep: worst, output: output, countedMACs: reference.multiplyAdds.reduce(0, +),
      predictedMACs: predicted.reduce(0, +), differingLayers: differing.map { graph.nodes[$0].name },
      bound: usesWinograd ? 1e-4 : 1e-5)
  }

  /// The network on the smallest image on which it makes sense, or as asked where that is affordable.
  private static func smallStudy(_ request: RunRequest) throws -> (Study, any NetworkWeights, String) {
    let (full, weights) = try request.runnable()
    let shape = full.graph.nodes[full.graph.inputs[0]].output
    if try full.total.macs <= affordable || shape.rank != 4 { return (full, weights, shape.description) }
    for size in [64, 96, 128, 160, 192] where size < min(shape.extents[2], shape.extents[3]) {
      var smaller = request
      smaller.options.batch = 1
      smaller.options.input = [shape.channels, size, size]
      smaller.batch = 1
      if let (study, weights) = try? smaller.runnable() {
        return (study, weights, study.graph.nodes[study.graph.inputs[0]].output.description)
      }
    }
    return (full, weights, shape.description)
  }

  /// ‖a - b‖ / ‖b‖. The same infinity in both, as of maxima over padding alone, is no difference.
  private static func relativeDistance(_ a: [Float], _ b: [Float]) -> Double {
    guard a.count == b.count else { return .infinity }
    var difference = 0.0
    var norm = 0.0
    for (x, y) in zip(a, b) where x.isFinite || x != y {
      difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
      norm += Double(y) * Double(y)
    }
    guard difference.isFinite, norm.isFinite else { return .infinity }
    return norm == 0 ? difference.squareRoot() : (difference / norm).squareRoot()
  }
}
