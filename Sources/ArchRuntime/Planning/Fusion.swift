import ArchAlgebra
import ArchIR
import Microkernels

/// Some nodes of a graph that run as one step: an operator, what is folded into its weights and what is applied to its
/// sums before they are stored.
struct FusedStep: Sendable {
  /// The operator that does the work.
  let main: Int
  /// A normalisation of its input or a depthwise convolution, with what is folded into it, that the operator does while it
  /// reads.
  var before: [Int] = []
  /// What is applied to the input after `before`: after a normalisation nothing but bounds.
  var activationBefore = Microkernels.Activation.identity
  /// Batch normalisations and layer scales that disappear in the weights.
  var folded: [Int] = []
  /// The value that is added to the result, and the addition.
  var residual: (value: Int, node: Int)?
  var activation = Microkernels.Activation.identity
  /// A permutation or slice of the channels, in whose order the step takes what it reads.
  var order: Int?
  /// A permutation before a depthwise convolution that is left to who reads the result.
  var deferredPermutation: Int?
  /// Of a grouped 1×1 convolution: the permutations before and after it, where neither is carried out.
  var interleaving: Interleaving?
  /// A permutation right after a dense layer, which disappears in the order of its weights, or after a concatenation,
  /// which writes to its places.
  var permutedResult: Int?
  /// Every node that the step stands for; the last one's tensor is what it makes.
  var nodes: [Int]

  var result: Int { nodes.last! }

  /// The node whose operands the step reads.
  var entry: Int { nodes[0] }
}

/// A grouped 1×1 convolution and the permutations around it, which together meet lane by lane.
struct Interleaving: Sendable {
  let sources: InterleavedSources
  /// For each channel of the last permutation's result, the convolution's channel that it is.
  let rows: [Int]
}

/// The steps of a graph, and which values are other values under another name.
struct Fusion {
  private let graph: Graph<Int>
  private let lanes: Int
  private(set) var steps: [FusedStep] = []
  /// For each node, the node whose tensor it shows: itself but for views.
  let source: [Int]
  /// For each value, the nodes that read it, views left out.
  let readers: [[Int]]
  let isOutput: [Bool]
  let rowMajor: RowMajorNodes
  let separable: SeparablePolicy

  init(_ graph: Graph<Int>, lanes: Int, separable: SeparablePolicy) {
    (self.graph, self.lanes, self.separable) = (graph, lanes, separable)
    rowMajor = RowMajorNodes(graph)
    source = Self.sources(graph)
    var readers = [[Int]](repeating: [], count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() where source[index] == index {
      for input in node.inputs { readers[source[input]].append(index) }
    }
    self.readers = readers
    var isOutput = [Bool](repeating: false, count: graph.nodes.count)
    for output in graph.outputs { isOutput[source[output.node]] = true }
    self.isOutput = isOutput

    var covered = [Bool](repeating: false, count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() where source[index] == index && !covered[index] {
      if node.op == .input || node.op.isStored { continue }
      let alone = FusedStep(main: index, nodes: [index])
      let step = rowMajor.contains(index) ? alone : permute(grow(alone))
      for covers in step.nodes { covered[covers] = true }
      steps.append(step)
    }
    steps = InputFolding(graph, self, lanes: lanes).folded(steps)
  }

  /// The only node that reads a value, if it works on blocks of channels.
  func soleReader(of value: Int) -> Int? {
    guard !isOutput[value], readers[value].count == 1, !rowMajor.contains(readers[value][0]) else { return nil }
    return readers[value][0]
  }

  /// How a convolution and its neighbours are interleaved, if they are and nobody else reads what lies between them.
  private func interleaving(of convolution: Int) -> Interleaving? {
    guard let first = graph.nodes[convolution].inputs.first, source[first] == first, !rowMajor.contains(first),
      soleReader(of: first) == convolution, let last = soleReader(of: convolution)
    else { return nil }
    return graph.interleaving(first, convolution, last, lanes: lanes)
  }

  /// A flattened image is the image where only linear layers look at it: they read it as a kernel of its size.
  private static func sources(_ graph: Graph<Int>) -> [Int] {
    var source = Array(graph.nodes.indices)
    for (index, node) in graph.nodes.enumerated() where node.op.isView {
      if case .tensor = node.op { continue }  // a reshape is a view of arrays only: the placement knows
      if node.op == .flatten, graph.nodes[node.inputs[0]].output.spatial.reduce(1, *) != 1 {
        let isRead = graph.outputs.contains { $0.node == index }
        let others = graph.nodes.contains { reader in
          guard reader.inputs.contains(index) else { return false }
          if case .linear = reader.op { return false }
          return true
        }
        if isRead || others { continue }
      }
      source[index] = source[node.inputs[0]]
    }
    return source
  }

  /// Takes in the nodes after the step's last one as long as each is the only reader of the one before.
  private func grow(_ start: FusedStep) -> FusedStep {
    var step = start
    let op = graph.nodes[step.main].op
    while step.activation == .identity, let next = soleReader(of: step.result) {
      let node = graph.nodes[next]
      switch node.op {
      case .permutation where step.nodes.count == 1:
        guard let interleaving = interleaving(of: step.main) else { return step }
        step.interleaving = interleaving
      case .normalization(let normalization) where normalization.kind == .batch && op.canFold && step.residual == nil:
        step.folded.append(next)
      case .scale where op.canFold && step.residual == nil, .constantScale where op.canFold && step.residual == nil:
        step.folded.append(next)
      case .add where op.canAddResidual && step.residual == nil && node.inputs.count == 2:
        let values = node.inputs.map { source[$0] }
        guard let other = values.first(where: { $0 != step.result }), other < step.main,
          graph.nodes[other].output == node.output, graph.nodes[step.result].output == node.output
        else { return step }
        step.residual = (other, next)
      case .activation(let activation) where op.canActivate:
        guard let function = Microkernels.Activation(activation) else { return step }
        step.activation = function
      default: return step
      }
      step.nodes.append(next)
    }
    return step
  }

  /// Takes in a permutation of the channels of a dense layer's result where nobody else reads it, unless interleaved
  /// groups leave it out.
  private func permute(_ step: FusedStep) -> FusedStep {
    guard graph.nodes[step.main].op.isDense, step.residual == nil, let next = soleReader(of: step.result),
      graph.isBijection(next), soleReader(of: next).flatMap(interleaving) == nil
    else { return step }
    var step = step
    step.permutedResult = next
    step.nodes.append(next)
    return step
  }
}

extension Op where D == Int {
  fileprivate var canFold: Bool {
    switch self {
    case .convolution, .linear, .scale, .constantScale: true
    case .normalization(let normalization): normalization.kind == .batch
    default: false
    }
  }

  fileprivate var canAddResidual: Bool {
    if case .convolution(let convolution) = self { !convolution.isTransposed } else { false }
  }

  fileprivate var canActivate: Bool {
    switch self {
    case .convolution, .linear, .add, .scale, .constantScale: true
    case .normalization(let normalization): normalization.kind == .batch
    default: false
    }
  }
}

extension Microkernels.Activation {
  /// Nil for softmax, which is no pointwise function.
  init?(_ activation: ArchIR.Activation) {
    switch activation {
    case .relu: self = .relu
    case .relu6: self = .relu6
    case .sigmoid: self = .sigmoid
    case .hardSigmoid: self = .hardSigmoid
    case .silu: self = .silu
    case .hardSwish: self = .hardSwish
    case .tanh: self = .tanh
    case .gelu: self = .gelu
    case .identity: self = .identity
    case .leakyRelu(let slope): self = .leakyRelu(slope: Float(slope.doubleValue))
    case .softmax: return nil
    }
  }
}
