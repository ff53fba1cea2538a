import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec
import Microkernels
import Testing

@testable import ArchRuntime

/// Runs a graph with the kernels and with the references on the same weights and compares every tensor.
struct NetworkCheck {
  let graph: Graph<Int>
  let weights = GeneratedWeights(seed: 3)
  let inputs: [[Float]]
  let reference: ReferenceExecutor

  init(_ graph: Graph<Int>) throws {
    self.graph = graph
    inputs = try graph.inputs.enumerated().map { number, node in
      Numbers.normal(try graph.nodes[node].output.elements(), 1000 + number)
    }
    reference = try ReferenceExecutor(graph, weights: weights, inputs: inputs)
  }

  init(text: String, batch: Int = 1) throws {
    let specification = try Specification(Source(name: "test.arch", bytes: Array(text.utf8)))
    var options = ElaborationOptions()
    options.batch = batch
    try self.init(specification.elaborate(specification.networks.first!.name.text, options: options).graph)
  }

  /// The references multiply exactly as often as the cost rules say.
  func expectPredictedMultiplyAdds(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let analysis = try Analysis(graph)
    for index in graph.nodes.indices {
      let predicted = try analysis.costs[index].macs
      #expect(
        reference.multiplyAdds[index] == predicted, "\(graph.nodes[index].name)", sourceLocation: sourceLocation)
    }
  }

  /// ‖difference‖ / ‖reference‖ of every step's tensor.
  ///
  /// - scale: the root mean square that a tensor counts as having at least: where all has cancelled, rounding is left.
  /// - note: what a failure says besides.
  /// - Returns: the plan that ran.
  @discardableResult
  func expectSameTensors(
    _ isa: InstructionSet, threads: Int = 1, winograd: WinogradPolicy = .modelled,
    separable: SeparablePolicy = SeparablePolicy(), within bound: Double = 1e-5,
    scale: Double = 0, _ note: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ExecutionPlan {
    let plan = try Planner(graph, kernels: Kernels(isa), winograd: winograd, separable: separable).plan(weights)
    let executor = Executor(plan, threads: threads)
    // Twice, so that what the first run leaves in the arena would be seen.
    for _ in 0..<2 {
      executor.run(inputs) { step in
        let node = plan.steps[step].result
        let distance = Self.distance(executor.values(ofNode: node), reference.tensors[node].values, scale: scale)
        #expect(
          distance <= bound, "\(graph.nodes[node].name) by \(plan.steps[step].algorithm) \(note)",
          sourceLocation: sourceLocation)
      }
    }
    let outputs = executor.run(inputs)
    for (output, values) in zip(graph.outputs, outputs) {
      #expect(
        Self.distance(values, reference.tensors[output.node].values, scale: scale) <= bound,
        "output \(output.name) \(note)",
        sourceLocation: sourceLocation)
    }
    for node in graph.nodes.indices {
      #expect(plan.executedShape(ofNode: node) == graph.nodes[node].output)
    }
    return plan
  }

  /// ‖a - b‖ / ‖b‖, where b counts as having at least `scale` as its root mean square.
  static func distance(_ a: [Float], _ b: [Float], scale: Double = 0) -> Double {
    guard a.count == b.count else { return .infinity }
    var difference = 0.0
    var norm = 0.0
    for (x, y) in zip(a, b) {
      difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
      norm += Double(y) * Double(y)
    }
    guard difference.isFinite, norm.isFinite else { return .infinity }
    norm = max(norm, scale * scale * Double(b.count))
    return norm == 0 ? difference.squareRoot() : (difference / norm).squareRoot()
  }
}
