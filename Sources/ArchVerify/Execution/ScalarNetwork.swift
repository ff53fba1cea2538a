import ArchAlgebra
import ArchCost
import ArchIR
import ArchSpec

/// Runs a graph number by number, in double precision, as its operators are defined: slow, and nothing to argue about.
struct ScalarNetwork {
  let graph: Graph<Int>
  private let place: Place
  /// The nodes whose weights are all one.
  private let ones: Set<Int>
  /// For each node, how many layers with weights there are on the way to it, itself among them.
  private let roles: [Int]
  private let normalizations: [Int]
  /// The number of a layer's first output channel among those of its role.
  private let offsets: [Int]
  private let bench: Workbench
  /// What one run takes of what claims may ask for.
  private let steps: Int

  /// - Throws: ``Diagnostic`` for more than claims may ask for, ``ArithmeticError`` for more than can be counted.
  init(_ measured: Measured, ones: Set<Int> = [], on bench: Workbench, at place: Place) throws {
    let graph = measured.graph
    self.graph = graph
    self.place = place
    self.ones = ones
    self.bench = bench
    let total = measured.analysis.total
    // What goes in is no layer's output.
    let inputs = try graph.inputs.map { try graph.nodes[$0].output.extents.reduce(1) { try $0.multiplied(by: $1) } }
    let numbers = try inputs.reduce(total.outputElements) { try $0.adding($1) }
    steps = try (CountingConvention.flops.count(total) / ClaimLimits.operationsInStep)
      .adding(numbers.multiplied(by: ClaimLimits.forNumber))
      .adding(total.parameters.weights.multiplied(by: ClaimLimits.forWeight))
    // The layers that a layer's output is added to are found by looking through all nodes.
    let looks = graph.nodes.count * graph.nodes.count / ClaimLimits.operationsInStep
    try bench.spend(steps.adding(looks), at: place)
    var roles: [Int] = []
    var normalizations: [Int] = []
    for node in graph.nodes {
      roles.append((node.inputs.map { roles[$0] }.max() ?? 0) + (node.op.hasKernel ? 1 : 0))
      var isNormalization = false
      if case .normalization = node.op { isNormalization = true }
      normalizations.append((node.inputs.map { normalizations[$0] }.max() ?? 0) + (isNormalization ? 1 : 0))
    }
    self.roles = roles
    self.normalizations = normalizations
    // Layers side by side have the outputs of one wide layer, one after the other; where they are added up, all have
    // the same outputs.
    var offsets = [Int](repeating: 0, count: graph.nodes.count)
    var next: [Int: Int] = [:]
    for (index, node) in graph.nodes.enumerated() where node.op.hasKernel && !graph.isSummand(index, roles) {
      offsets[index] = next[roles[index], default: 0]
      next[roles[index]] = offsets[index] + node.output.channels
    }
    self.offsets = offsets
  }

  /// Takes steps for so many operations on what has come out.
  func spend(operations: Int) throws { try bench.spend(operations / ClaimLimits.operationsInStep, at: place) }

  var input: Shape<Int> { graph.nodes[graph.inputs[0]].output }

  /// An input of random numbers.
  func randomInput() -> ScalarTensor {
    var tensor = emptyInput()
    for index in tensor.values.indices { tensor.values[index] = WeightAssignment.number(-1, index) }
    return tensor
  }

  func emptyInput() -> ScalarTensor {
    let extents = input.extents
    return ScalarTensor(
      labels: (0..<extents[1]).map { .init(role: 0, index: $0) }, height: extents.count > 2 ? extents[2] : 1,
      width: extents.count > 3 ? extents[3] : 1)
  }

  /// The network's first output.
  ///
  /// - Throws: ``Diagnostic`` for operators that are not run here.
  func run(_ input: ScalarTensor, weights: WeightAssignment = .byConnection) throws -> ScalarTensor {
    try bench.spend(steps, at: place)
    guard graph.inputs.count == 1 else { throw Diagnostic("'\(graph.name)' has several inputs", at: place) }
    var tensors: [ScalarTensor] = []
    for (index, node) in graph.nodes.enumerated() {
      tensors.append(node.op == .input ? input : try apply(index, node.inputs.map { tensors[$0] }, weights))
    }
    return tensors[graph.outputs[0].node]
  }

  private func apply(_ index: Int, _ inputs: [ScalarTensor], _ weights: WeightAssignment) throws -> ScalarTensor {
    let x = inputs[0]
    switch graph.nodes[index].op {
    case .convolution(let convolution) where !convolution.isTransposed: return convolve(index, convolution, x, weights)
    case .linear(let linear):
      let whole = Convolution(
        outputChannels: linear.outputFeatures, kernel: [x.height, x.width], stride: [1, 1],
        padding: Padding(before: [0, 0], after: [0, 0]), dilation: [1, 1], hasBias: linear.hasBias)
      return convolve(index, whole, x, weights)
    case .normalization(let normalization) where normalization.kind == .batch: return normalize(index, x)
    case .activation(let activation) where activation != .softmax: return try activate(activation, x)
    case .add: return combine(inputs, +)
    case .multiply: return combine(inputs, *)
    case .concatenation:
      return ScalarTensor(
        labels: inputs.flatMap(\.labels), height: x.height, width: x.width, values: inputs.flatMap(\.values))
    case .permutation(.shuffle(let groups)):
      let size = x.channels / groups
      return x.selecting((0..<x.channels).map { ($0 % groups) * size + $0 / groups })
    case .permutation(.explicit(let order)): return x.selecting(order)
    case .slice(let slice): return x.selecting(Array(slice.start..<slice.start + slice.count))
    case .padding(let padding): return pad(padding, x)
    case .pool(let pool): return try self.pool(pool, x, graph.nodes[index].output)
    case .adaptivePool(let pool) where pool.kind == .average && pool.output.allSatisfy({ $0 == 1 }):
      let area = Double(x.height * x.width)
      return ScalarTensor(
        labels: x.labels, height: 1, width: 1, values: (0..<x.channels).map { x.channelValues($0).reduce(0, +) / area })
    case .flatten, .dropout: return x
    case .scale:
      var result = x
      for channel in 0..<x.channels {
        let factor = WeightAssignment.number(-4, roles[index], x.labels[channel].index)
        for position in x.channelValues(channel).indices { result.values[position] *= factor }
      }
      return result
    case .constantScale(let factor): return x.mapping { $0 * factor.doubleValue }
    default:
      throw Diagnostic("the scalar reference does not run '\(graph.nodes[index].op.name)'", at: place)
    }
  }

  // MARK: Operators

  private func convolve(
    _ index: Int, _ convolution: Convolution<Int>, _ x: ScalarTensor, _ weights: WeightAssignment
  ) -> ScalarTensor {
    let (kh, kw) = (convolution.kernel[0], convolution.kernel[1])
    let height =
      (x.height + convolution.padding.before[0] + convolution.padding.after[0] - (kh - 1) * convolution.dilation[0] - 1)
      / convolution.stride[0] + 1
    let width =
      (x.width + convolution.padding.before[1] + convolution.padding.after[1] - (kw - 1) * convolution.dilation[1] - 1)
      / convolution.stride[1] + 1
    let labels = (0..<convolution.outputChannels).map {
      ScalarTensor.Label(role: roles[index], index: offsets[index] + $0)
    }
    var result = ScalarTensor(labels: labels, height: height, width: width)
    let depth = x.channels / convolution.groups
    let fan = convolution.outputChannels / convolution.groups
    for output in 0..<convolution.outputChannels {
      let first = output / fan * depth
      let bias = convolution.hasBias ? WeightAssignment.number(-2, roles[index], labels[output].index) : 0
      for position in result.channelValues(output).indices { result.values[position] = bias }
      for channel in first..<first + depth {
        for tap in 0..<kh * kw {
          let (ky, kx) = (tap / kw, tap % kw)
          let weight =
            ones.contains(index)
            ? 1
            : weights.weight(
              node: index, index: (output * depth + channel - first) * kh * kw + tap, role: roles[index],
              output: labels[output].index, input: x.labels[channel], tap: tap, isMiddle: ky == kh / 2 && kx == kw / 2)
          for y in 0..<height {
            let row = y * convolution.stride[0] + ky * convolution.dilation[0] - convolution.padding.before[0]
            guard row >= 0, row < x.height else { continue }
            for column in 0..<width {
              let from = column * convolution.stride[1] + kx * convolution.dilation[1] - convolution.padding.before[1]
              if from >= 0, from < x.width { result[output, y, column] += weight * x[channel, row, from] }
            }
          }
        }
      }
    }
    return result
  }

  /// Scale and shift of stored statistics, by the channel's label.
  private func normalize(_ index: Int, _ x: ScalarTensor) -> ScalarTensor {
    var result = x
    for channel in 0..<x.channels {
      let label = x.labels[channel]
      let scale = 1 + WeightAssignment.number(-5, normalizations[index], label.role, label.index) / 2
      let shift = WeightAssignment.number(-6, normalizations[index], label.role, label.index)
      for position in x.channelValues(channel).indices { result.values[position] = scale * x.values[position] + shift }
    }
    return result
  }

  private func activate(_ activation: Activation, _ x: ScalarTensor) throws -> ScalarTensor {
    switch activation {
    case .relu: return x.mapping { max($0, 0) }
    case .relu6: return x.mapping { min(max($0, 0), 6) }
    case .leakyRelu(let slope): return x.mapping { $0 < 0 ? slope.doubleValue * $0 : $0 }
    case .identity: return x
    case .hardSigmoid: return x.mapping { min(max($0 + 3, 0), 6) / 6 }
    case .hardSwish: return x.mapping { $0 * min(max($0 + 3, 0), 6) / 6 }
    default: throw Diagnostic("the scalar reference does not run '\(activation.name)'", at: place)
    }
  }

  private func combine(_ inputs: [ScalarTensor], _ operation: (Double, Double) -> Double) -> ScalarTensor {
    inputs.dropFirst().reduce(inputs[0]) { sum, next in
      let whole = sum.values.count >= next.values.count ? sum : next
      var result = whole
      for channel in 0..<whole.channels {
        for y in 0..<whole.height {
          for x in 0..<whole.width {
            result[channel, y, x] = operation(
              sum[channel, min(y, sum.height - 1), min(x, sum.width - 1)],
              next[channel, min(y, next.height - 1), min(x, next.width - 1)])
          }
        }
      }
      return result
    }
  }

  private func pad(_ padding: Padding<Int>, _ x: ScalarTensor) -> ScalarTensor {
    var result = ScalarTensor(
      labels: x.labels, height: x.height + padding.before[0] + padding.after[0],
      width: x.width + padding.before[1] + padding.after[1])
    for channel in 0..<x.channels {
      for y in 0..<result.height {
        for column in 0..<result.width {
          result[channel, y, column] = x.padded(channel, y - padding.before[0], column - padding.before[1])
        }
      }
    }
    return result
  }

  private func pool(_ pool: Pool<Int>, _ x: ScalarTensor, _ shape: Shape<Int>) throws -> ScalarTensor {
    guard pool.kind == .max || (pool.countsPadding && !pool.roundsUp) else {
      throw Diagnostic("the scalar reference does not run this pool", at: place)
    }
    var result = ScalarTensor(labels: x.labels, height: shape.extents[2], width: shape.extents[3])
    for channel in 0..<x.channels {
      for y in 0..<result.height {
        for column in 0..<result.width {
          var (greatest, sum) = (-Double.infinity, 0.0)
          for ky in 0..<pool.kernel[0] {
            for kx in 0..<pool.kernel[1] {
              let row = y * pool.stride[0] + ky * pool.dilation[0] - pool.padding.before[0]
              let from = column * pool.stride[1] + kx * pool.dilation[1] - pool.padding.before[1]
              guard row >= 0, row < x.height, from >= 0, from < x.width else { continue }
              greatest = max(greatest, x[channel, row, from])
              sum += x[channel, row, from]
            }
          }
          result[channel, y, column] = pool.kind == .max ? greatest : sum / Double(pool.kernel[0] * pool.kernel[1])
        }
      }
    }
    return result
  }
}

extension Op<Int> {
  /// Whether it is a layer with a kernel or a matrix.
  var hasKernel: Bool {
    switch self {
    case .convolution, .linear: true
    default: false
    }
  }

  fileprivate var keepsChannels: Bool {
    switch self {
    case .normalization, .activation, .dropout, .scale, .constantScale: true
    default: false
    }
  }
}

extension Graph<Int> {
  /// Whether a layer's output is added to that of a layer of the same role.
  fileprivate func isSummand(_ layer: Int, _ roles: [Int]) -> Bool {
    var current = layer
    while let reader = nodes.indices.first(where: { nodes[$0].inputs.contains(current) }) {
      if nodes[reader].op == .add {
        return nodes[reader].inputs.contains {
          $0 != current && origin(of: $0).map { roles[$0] == roles[layer] } ?? false
        }
      }
      guard nodes[reader].op.keepsChannels else { return false }
      current = reader
    }
    return false
  }

  /// The layer with weights that a tensor comes from, past what keeps its channels.
  private func origin(of node: Int) -> Int? {
    var current = node
    while nodes[current].op.keepsChannels { current = nodes[current].inputs[0] }
    return nodes[current].op.hasKernel ? current : nil
  }
}
