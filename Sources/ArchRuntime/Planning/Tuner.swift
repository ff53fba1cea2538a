import ArchAlgebra
import ArchIR

/// Finds out by running a network how each of its 3×3 layers is computed soonest: between the layers around it, with
/// the inputs that they just made and with weights that come from where they will.
public struct Tuner {
  /// One for each way of computing all layers that can be computed in several.
  public let planners: [Planner]
  private let layerOfNode: [Int: WinogradPolicy.Layer]

  /// How much sooner than directly, so that noise changes nothing.
  private static let margin = 0.97
  private static let rounds = 3
  /// Runs in a round, and those before them that are not counted.
  private static let (runs, warmups) = (3, 1)

  /// - Throws: ``PlanError`` for a network that the kernels cannot run.
  public init(_ graph: Graph<Int>, kernels: Kernels = .best) throws {
    planners = try WinogradPolicy.tiles.map { try Planner(graph, kernels: kernels, winograd: .everywhere($0)) }
    layerOfNode = planners[0].winogradLayers
  }

  /// Calls of `progress`.
  public static let steps = rounds * WinogradPolicy.tiles.count

  /// The output pixels along a side of the quickest tile of each layer; 1 where none is quicker than the direct method.
  ///
  /// All ways take turns. The weights are packed for all of them at once.
  ///
  /// - Throws: ``PlanError`` for a step that the kernels cannot run.
  public func measure(
    _ weights: some NetworkWeights, inputs: [[Float]], threads: Int, progress: () -> Void
  ) throws -> [WinogradPolicy.Layer: Int] {
    let executors = try planners.map { Executor(try $0.plan(weights), threads: threads) }
    var times = planners.map { _ in [[Double]]() }
    for _ in 0..<Self.rounds {
      for way in executors.indices {
        times[way] += Profile(executors[way], inputs: inputs, warmups: Self.warmups, repeats: Self.runs).steps
        progress()
      }
    }
    var seconds: [WinogradPolicy.Layer: [Double]] = [:]
    for way in executors.indices {
      for (step, planned) in executors[way].plan.steps.enumerated() {
        for layer in planned.nodes.compactMap({ layerOfNode[$0] }) {
          seconds[layer, default: planners.map { _ in 0 }][way] += times[way].map { $0[step] }.quantile(0.25)
        }
      }
    }
    return seconds.mapValues { times in
      let best = times.indices.min { times[$0] < times[$1] }!
      return times[best] < Self.margin * times[0] ? WinogradPolicy.tiles[best] : 1
    }
  }
}

extension Planner {
  /// The layers that can be computed in several ways, by their nodes.
  fileprivate var winogradLayers: [Int: WinogradPolicy.Layer] {
    var found: [Int: WinogradPolicy.Layer] = [:]
    for step in fusion.steps {
      guard let layer = WinogradPolicy.Layer(step, graph, fusion), WinogradChoice.applies(to: layer.shape) else {
        continue
      }
      found[step.main] = layer
    }
    return found
  }

  /// The layers that a plan by measurements has none of: of another policy, none.
  public var unmeasured: Set<WinogradPolicy.Layer> {
    guard case .measured(let known) = winograd else { return [] }
    return Set(winogradLayers.values.filter { known[$0] == nil })
  }
}
