import ArchIR
import Microkernels

/// Lets a step do itself what is done to its input where nobody else reads the result, which then is never written to
/// memory: a 1×1 convolution normalises (pre-activation networks, DenseNet) or is depthwise first (MobileNet), and layers
/// take their channels from where they were before a shuffle, another permutation or a slice.
///
/// A dense layer has its weights in the other order. A grouped one, and a normalisation by itself, brings the lanes to
/// their places while it reads. A depthwise one does not mind the order: its filters are permuted in place of the image,
/// and who reads its result does the rest. A concatenation goes to the places of a shuffle after it at once.
struct InputFolding {
  let graph: Graph<Int>
  /// What reads which value.
  let uses: Fusion
  let lanes: Int

  init(_ graph: Graph<Int>, _ uses: Fusion, lanes: Int) {
    (self.graph, self.uses, self.lanes) = (graph, uses, lanes)
  }

  func folded(_ steps: [FusedStep]) -> [FusedStep] {
    let stepOf = Dictionary(uniqueKeysWithValues: steps.map { ($0.main, $0) })
    var folded: [FusedStep] = []
    var waiting: [Int: FusedStep] = [:]
    // By value, the permutation that is left to its reader.
    var deferred: [Int: Int] = [:]
    for step in steps {
      let operand = operand(of: step)
      let permutation = operand.flatMap { deferred[$0] }
      let first = operand.flatMap { waiting.removeValue(forKey: $0) }
      // Who does something to its input itself is not left to a reader in turn.
      if permutation == nil, first == nil, canWait(step, stepOf) {
        waiting[step.result] = step
        continue
      }
      var step = step
      step.order = permutation
      if let first {
        step = join(first, step, stepOf)
        deferred[step.result] = step.deferredPermutation
      }
      folded.append(step)
    }
    precondition(waiting.isEmpty, "who waits for a reader is read by one")
    return folded
  }

  /// Two steps as one, of which the second alone reads what the first makes.
  private func join(_ first: FusedStep, _ second: FusedStep, _ stepOf: [Int: FusedStep]) -> FusedStep {
    var step = second
    step.nodes = first.nodes + second.nodes
    if graph.nodes[first.main].op == .concatenation {
      step = first
      step.permutedResult = second.main
      step.nodes += second.nodes
    } else if graph.rearrangement(first.main) == nil {
      step.before = [first.main] + first.folded
      step.activationBefore = first.activation
    } else if passes(first.main, through: second.main, stepOf) {
      step.deferredPermutation = first.main
    } else if second.interleaving == nil {
      step.order = first.main
    }
    return step
  }

  private func operand(of step: FusedStep) -> Int? { graph.nodes[step.main].inputs.first.map { uses.source[$0] } }

  /// The only step that reads a value, and as its first operand.
  private func reader(of value: Int, _ stepOf: [Int: FusedStep]) -> FusedStep? {
    guard let step = uses.soleReader(of: value).flatMap({ stepOf[$0] }), operand(of: step) == value else { return nil }
    return step
  }

  private func canWait(_ step: FusedStep, _ stepOf: [Int: FusedStep]) -> Bool {
    guard !uses.rowMajor.contains(step.main), let reader = reader(of: step.result, stepOf) else { return false }
    let op = graph.nodes[reader.main].op
    if case .normalization(let normalization) = graph.nodes[step.main].op {
      return normalization.kind == .batch && step.activation.bounds != nil && op.isPlainPointwise && op.isDense
    }
    if isSeparable(step, op) { return true }
    if graph.nodes[step.main].op == .concatenation { return graph.isBijection(reader.main) && !canWait(reader, stepOf) }
    guard graph.rearrangement(step.main) != nil, !isView(step.main) else { return false }
    return canTake(step.main, reader.main) || passes(step.main, through: reader.main, stepOf)
  }

  /// Whether a step is a depthwise convolution that the 1×1 convolution after it can do, some rows at a time, and had better.
  private func isSeparable(_ step: FusedStep, _ reader: Op<Int>) -> Bool {
    let node = graph.nodes[step.main]
    guard node.op.isDepthwise(graph.nodes[node.inputs[0]].output), step.residual == nil,
      reader.isPlainPointwise, reader.isDense, case .convolution(let depthwise) = node.op, depthwise.kernel.count <= 2,
      case .convolution(let pointwise) = reader, let made = TensorShape(node.output)
    else { return false }
    return uses.separable.isEverywhere
      || uses.separable.pays(
        ConvolutionShape(depthwise, inputChannels: made.channels), height: made.height, width: made.width,
        outputs: pointwise.outputChannels, lanes: lanes)
  }

  /// Whether a step can take its channels from where they are before a rearrangement.
  private func canTake(_ rearrangement: Int, _ reader: Int) -> Bool {
    let op = graph.nodes[reader].op
    return graph.isTakenByWeights(rearrangement, of: reader)
      || op.gathersInput(graph.nodes[graph.nodes[reader].inputs[0]].output, lanes: lanes)
  }

  /// Whether a depthwise convolution can run before a permutation instead of after it.
  private func passes(_ rearrangement: Int, through step: Int, _ stepOf: [Int: FusedStep]) -> Bool {
    guard graph.nodes[step].op.isDepthwise(graph.nodes[graph.nodes[step].inputs[0]].output),
      graph.isBijection(rearrangement), let own = stepOf[step], own.residual == nil,
      let next = reader(of: own.result, stepOf)
    else { return false }
    return canTake(rearrangement, next.main)
  }

  /// A slice that starts at a block costs nothing where it is.
  private func isView(_ node: Int) -> Bool {
    if case .slice(let slice) = graph.nodes[node].op { slice.isView(lanes: lanes) } else { false }
  }
}

extension Slice<Int> {
  /// Whether it is part of its operand as it lies in blocks of channels.
  func isView(lanes: Int) -> Bool { start % lanes == 0 }
}

extension Graph<Int> {
  /// Whether the weights of a dense layer can have the order in which a node gives the channels.
  func isTakenByWeights(_ rearrangement: Int, of reader: Int) -> Bool {
    nodes[reader].op.isDense && isBijection(rearrangement)
  }

  /// Of a node that moves channels, and does nothing else: for each channel of its result the one of its operand.
  func rearrangement(_ node: Int) -> [Int]? {
    switch nodes[node].op {
    case .permutation(let permutation):
      TensorShape(nodes[nodes[node].inputs[0]].output).map { permutation.order(of: $0.channels) }
    case .slice(let slice): (0..<slice.count).map { slice.start + $0 }
    default: nil
    }
  }

  /// Whether a node gives each channel of its operand once, in some order.
  func isBijection(_ node: Int) -> Bool {
    guard case .permutation = nodes[node].op, let order = rearrangement(node) else { return false }
    return order.count == TensorShape(nodes[nodes[node].inputs[0]].output)?.channels && Set(order).count == order.count
  }

  /// A permutation, a grouped 1×1 convolution and another permutation, where every channel of the last one's result is
  /// made of channels of its own lane.
  func interleaving(_ first: Int, _ convolution: Int, _ last: Int, lanes: Int) -> Interleaving? {
    guard nodes[convolution].op.isPlainPointwise, case .convolution(let layer) = nodes[convolution].op,
      layer.groups > 1,
      isBijection(first), isBijection(last), let before = rearrangement(first), let after = rearrangement(last)
    else { return nil }
    let shape = ConvolutionShape(layer, inputChannels: before.count)
    let group = shape.inputChannelsPerGroup
    let sources = InterleavedSources(
      after.map { channel in
        let start = channel / shape.outputChannelsPerGroup * group
        return Array(before[start..<(start + group)])
      }, lanes: lanes)
    return sources.map { Interleaving(sources: $0, rows: after) }
  }
}

extension Op where D == Int {
  /// A 1×1 convolution of stride 1 that reads every pixel and no other.
  var isPlainPointwise: Bool {
    guard case .convolution(let convolution) = self else { return false }
    let padding = convolution.padding.before + convolution.padding.after
    return !convolution.isTransposed && convolution.kernel.allSatisfy { $0 == 1 }
      && convolution.stride.allSatisfy { $0 == 1 } && padding.allSatisfy { $0 == 0 }
  }

  /// A layer that joins every channel of its input to every one of its result, so that either may come in any order.
  var isDense: Bool {
    switch self {
    case .convolution(let convolution): convolution.groups == 1 && !convolution.isTransposed
    case .linear: true
    default: false
    }
  }

  /// Every channel by itself; also a convolution from one channel to one.
  fileprivate func isDepthwise(_ input: Shape<Int>) -> Bool {
    guard case .convolution(let convolution) = self, let channels = TensorShape(input)?.channels else { return false }
    return !convolution.isTransposed && convolution.groups == channels && convolution.outputChannels == channels
  }

  /// Whether the operator's kernel puts what it reads into other memory first, each pixel once, or is but a pass.
  func gathersInput(_ input: Shape<Int>, lanes: Int) -> Bool {
    switch self {
    case .convolution(let convolution) where !convolution.isTransposed:
      guard let channels = TensorShape(input)?.channels else { return false }
      let shape = ConvolutionShape(convolution, inputChannels: channels)
      return isPlainPointwise
        && (shape.inputChannelsPerGroup > 1 || !LanewiseConvolution.supports(shape, lanes: lanes))
    case .normalization(let normalization): return normalization.kind == .batch
    case .scale, .constantScale: return true
    default: return false
    }
  }
}
