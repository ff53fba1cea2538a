import ArchAlgebra
import ArchIR
import Microkernels

/// Decides how a graph is run.
public struct Planner {
  let graph: Graph<Int>
  let kernels: Kernels
  let fusion: Fusion
  /// Whether only methods are used that round as the definition does.
  let isExact: Bool

  /// - isExact: leaves out Winograd's method, whose results differ in the sixth digit.
  /// - Throws: ``PlanError`` for a network that the kernels cannot run.
  public static func plan(
    _ graph: Graph<Int>, weights: some NetworkWeights, kernels: Kernels = .best, isExact: Bool = false
  ) throws -> ExecutionPlan {
    try Planner(graph: graph, kernels: kernels, fusion: Fusion(graph, lanes: kernels.lanes), isExact: isExact)
      .plan(weights)
  }

  private func plan(_ weights: some NetworkWeights) throws -> ExecutionPlan {
    for step in fusion.steps { try requireKernel(step) }
    let placement = try Placement(graph, fusion, needs: needs(), lanes: kernels.lanes)
    let requests = placement.storages.map { storage in
      let shape = storage.shape
      let count =
        storage.isPlanar
        ? PlanarView.count(
          images: shape.images, channels: shape.channels, height: shape.height, width: shape.width, halo: storage.halo)
        : BlockedView.count(
          images: shape.images, channels: shape.channels, height: shape.height, width: shape.width,
          lanes: kernels.lanes, halo: storage.halo)
      return MemoryPlan.Request(count: count, first: storage.firstStep, last: storage.lastStep)
    }
    var steps: [PlannedStep] = []
    for step in fusion.steps where !placement.isFree(step, in: graph) {
      steps.append(try StepBuilder(graph, fusion, placement, kernels, isExact: isExact, step).build(weights))
    }
    let busy = Set(steps.flatMap(\.nodes))
    return ExecutionPlan(
      graph: graph, kernels: kernels, steps: steps, freeNodes: graph.layers.filter { !busy.contains($0) },
      memory: MemoryPlan(requests), usesWinograd: steps.contains { $0.algorithm == "winograd" }, source: fusion.source, placement: placement)
  }

  /// The zeros that convolutions read around their inputs, and the inputs that may stay planar.
  private func needs() throws -> PlacementNeeds {
    var needs = PlacementNeeds()
    for step in fusion.steps {
      guard case .convolution(let convolution) = graph.nodes[step.main].op else { continue }
      let value = fusion.source[graph.nodes[step.main].inputs[0]]
      guard let input = TensorShape(graph.nodes[value].output), let output = TensorShape(graph.nodes[step.main].output)
      else { continue }
      let shape = ConvolutionShape(convolution, inputChannels: input.channels)
      let halo =
        convolution.isTransposed
        ? TransposedConvolution.halo(
          shape, height: input.height, width: input.width, outputHeight: output.height, outputWidth: output.width)
        : isExact
          ? shape.halo(height: input.height, width: input.width)
          : WinogradChoice.best(
            shape, images: input.images, height: input.height, width: input.width, kernels: kernels
          )?.halo(shape, height: input.height, width: input.width)
            ?? shape.halo(height: input.height, width: input.width)
      needs.halo[value] = (needs.halo[value] ?? .none).union(halo)
    }
    for input in graph.inputs where graph.nodes[input].output.channels < kernels.lanes && !fusion.isOutput[input] {
      let readers = fusion.readers[input].map { graph.nodes[$0].op }
      let isFirstLayer = readers.allSatisfy {
        if case .convolution(let convolution) = $0 { convolution.groups == 1 && !convolution.isTransposed } else { false }
      }
      if isFirstLayer, !readers.isEmpty { needs.planarInputs.insert(input) }
    }
    return needs
  }

  private func requireKernel(_ step: FusedStep) throws {
    let node = graph.nodes[step.main]
    func refuse(_ why: String) -> PlanError { PlanError(node: step.main, "\(node.name) (\(node.op.name)) \(why)") }
    switch node.op {
    case .convolution(let convolution) where convolution.kernel.count > 2:
      throw refuse("has \(convolution.kernel.count) spatial extents: the kernels know one and two")
    case .pool(let pool) where pool.kernel.count > 2:
      throw refuse("has \(pool.kernel.count) spatial extents: the kernels know one and two")
    case .linear where graph.nodes[fusion.source[node.inputs[0]]].output.rank > 2 && node.output.rank > 2:
      throw refuse("works on the last extent of an image: there is a kernel for vectors only")
    case .add:
      for input in node.inputs where graph.nodes[input].output != node.output {
        throw refuse("stretches an operand: there is a kernel for equal shapes only")
      }
    case .multiply:
      for input in node.inputs {
        let shape = graph.nodes[input].output
        let isGate = shape.channels == node.output.channels && shape.spatial.allSatisfy { $0 == 1 }
        if shape != node.output && !isGate { throw refuse("stretches an operand in a way that has no kernel") }
      }
    default: break
    }
  }
}

extension ConvolutionShape {
  init(_ convolution: ArchIR.Convolution<Int>, inputChannels: Int) {
    self.init(inputChannels: inputChannels, outputChannels: convolution.outputChannels, groups: convolution.groups)
    (kernelHeight, kernelWidth) = rowsAndColumns(convolution.kernel, default: 1)
    (strideHeight, strideWidth) = rowsAndColumns(convolution.stride, default: 1)
    (dilationHeight, dilationWidth) = rowsAndColumns(convolution.dilation, default: 1)
    let before = rowsAndColumns(convolution.padding.before, default: 0)
    let after = rowsAndColumns(convolution.padding.after, default: 0)
    padding = Halo(top: before.rows, left: before.columns, bottom: after.rows, right: after.columns)
  }
}
