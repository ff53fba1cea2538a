import ArchIR
import TestSupport

/// Small networks of any operators on images, after one another, side by side and joined again: what the planner fuses,
/// places over one another and rearranges meets in ways that nobody wrote down.
struct RandomGraph {
  /// Its last layer is an output, and perhaps one in the middle.
  private(set) var graph = Graph<Int>(name: "random")
  private var sketch = GraphSketch()
  private var random: SeededGenerator
  /// Nodes that later layers may read.
  private var open: [Int]

  /// Multiples of the blocks' lanes, and what lies beside them.
  private static let widths = [1, 2, 3, 4, 5, 6, 8, 12, 13, 16, 16, 16, 20, 24, 30, 32, 32, 33, 40, 48]
  /// With slopes that change what they are applied to, so that one that is left out is seen.
  private static let activations: [Activation] = [
    .relu, .relu, .relu6, .sigmoid, .hardSigmoid, .silu, .hardSwish, .tanh, .gelu, .leakyRelu(slope: 2),
    .leakyRelu(slope: -1),
    .identity, .softmax,
  ]

  init(seed: Int) throws {
    random = SeededGenerator(seed: seed)
    let images = random.pick([1, 1, 2, 3])
    open = [sketch.input(images, random.pick(Self.widths), random.pick(Array(1...9)), random.pick(Array(1...9)))]
    let layers = random.pick(Array(6...24))
    while open.count < layers { open.append(try layer(on: pickOpen())) }
    graph = random.chance(30) ? sketch.finished(random.pick(open), open.last!) : sketch.finished(open.last!)
  }

  private mutating func pickOpen() -> Int { random.chance(75) ? open.last! : random.pick(open) }

  private func extents(_ node: Int) -> [Int] { sketch.graph.nodes[node].output.extents }

  /// Adds what fits; nodes that are too large to be tried are left out too.
  private mutating func append(_ op: Op<Int>, _ inputs: Int...) -> Int? { append(op, inputs) }

  private mutating func append(_ op: Op<Int>, _ inputs: [Int]) -> Int? {
    guard let shape = try? op.outputShape(of: inputs.map { sketch.graph.nodes[$0].output }), shape.channels <= 100,
      shape.spatial.allSatisfy({ (1...14).contains($0) })
    else { return nil }
    return try? sketch.add(op, inputs)
  }

  private mutating func pair(_ choices: [Int]) -> [Int] {
    let first = random.pick(choices)
    return [first, random.chance(70) ? first : random.pick(choices)]
  }

  private mutating func divisor(of numbers: Int...) -> Int {
    random.pick((1...numbers[0]).filter { divisor in numbers.allSatisfy { $0 % divisor == 0 } })
  }

  private mutating func layer(on input: Int) throws -> Int {
    for _ in 0..<50 {
      if let node = try candidate(input) { return node }
    }
    return try sketch.add(.activation(.tanh), input)
  }

  private mutating func candidate(_ input: Int) throws -> Int? {
    let channels = extents(input)[1]
    switch Int.random(in: 0..<26, using: &random) {
    case 0..<4: return append(convolution(from: channels, to: random.pick(Self.widths)), input)
    case 4: return append(convolution(from: channels, to: channels, kernel: [1, 1]), input)
    case 5: return append(convolution(from: channels, to: channels, groups: channels), input)
    case 6: return append(convolution(from: channels, to: random.pick(Self.widths), isTransposed: true), input)
    case 7: return append(window(), input)
    case 8:
      let output = random.chance(60) ? [1, 1] : pair([1, 2, 3, 5])
      return append(.adaptivePool(AdaptivePool(kind: random.pick(PoolKind.allCases), output: output)), input)
    case 9, 10: return append(.normalization(Normalization()), input)
    case 11: return append(random.pick([.scale, .constantScale(2), .dropout(0)]), input)
    case 12, 13: return append(.activation(random.pick(Self.activations)), input)
    case 14: return append(.permutation(.shuffle(groups: divisor(of: channels))), input)
    case 15: return append(.permutation(.explicit((0..<channels).shuffled(using: &random))), input)
    case 16: return slice(of: input)
    case 17: return append(.padding(sides([0, 1, 2])), input)
    case 18: return append(.channelPadding(ChannelPadding(before: random.pick([0, 3, 16]), after: 5)), input)
    case 19: return append(.upsample(Upsample(scale: pair([1, 2]), mode: random.pick(UpsampleMode.allCases))), input)
    case 20: return append(.localResponseNormalization(.init(size: 3)), input)
    case 21: return join(input)
    case 22: return try residual(input)
    case 23, 24: return separable(input)
    default: return gated(input)
    }
  }

  // MARK: Layers

  /// A depthwise and a 1×1 convolution, with what may come between them and after them.
  private mutating func separable(_ input: Int) -> Int? {
    let channels = extents(input)[1]
    guard var end = append(convolution(from: channels, to: channels, groups: channels), input) else { return nil }
    if random.chance(15) { open.append(end) }
    if random.chance(50) {
      end = append(random.pick([.normalization(Normalization()), .scale, .dropout(0)]), end) ?? end
    }
    if random.chance(50) { end = append(.activation(random.pick(Self.activations)), end) ?? end }
    if random.chance(10) { end = append(.permutation(.shuffle(groups: divisor(of: channels))), end) ?? end }
    // What runs between the two, perhaps over what the first reads.
    if random.chance(30), let other = append(.activation(random.pick(Self.activations)), input) { open.append(other) }
    let outputs = random.chance(50) ? channels : random.pick(Self.widths)
    guard let pointwise = append(.conv(1, outputs, bias: random.chance(50)), end) else { return nil }
    end = pointwise
    if random.chance(40) { end = append(.normalization(Normalization()), end) ?? end }
    let alike = open.filter { extents($0) == extents(end) }
    if random.chance(70), !alike.isEmpty {
      let operands = [end, random.pick(alike)]
      end = append(.add, operands.shuffled(using: &random)) ?? end
    }
    return random.chance(40) ? append(.activation(random.pick(Self.activations)), end) ?? end : end
  }

  private mutating func sides(_ choices: [Int]) -> Padding<Int> {
    let before = pair(choices)
    return Padding(before: before, after: random.chance(70) ? before : pair(choices))
  }

  private mutating func convolution(
    from inputs: Int, to outputs: Int, kernel: [Int]? = nil, groups: Int? = nil, isTransposed: Bool = false
  ) -> Op<Int> {
    let kernel = kernel ?? random.pick([[1, 1], [3, 3], [3, 3], [1, 3], [3, 1], [2, 2], [5, 5]])
    let padding =
      random.chance(70) ? Padding(before: kernel.map { $0 / 2 }, after: kernel.map { $0 / 2 }) : sides([0, 1])
    return .convolution(
      Convolution(
        outputChannels: outputs, kernel: kernel, stride: random.chance(70) ? [1, 1] : pair([1, 2, 3]), padding: padding,
        dilation: random.chance(80) ? [1, 1] : pair([1, 2]),
        groups: groups ?? (random.chance(40) ? divisor(of: inputs, outputs) : 1), hasBias: random.chance(50),
        isTransposed: isTransposed))
  }

  private mutating func window() -> Op<Int> {
    let kernel = pair([1, 2, 3])
    return .pool(
      Pool(
        kind: random.pick(PoolKind.allCases), kernel: kernel, stride: pair([1, 1, 2, 3]),
        padding: Padding(before: kernel.map { $0 / 2 }, after: kernel.map { $0 / 2 }), roundsUp: random.chance(30),
        countsPadding: random.chance(50)))
  }

  private mutating func slice(of input: Int) -> Int? {
    let channels = extents(input)[1]
    let start = random.pick(random.chance(50) ? Array(stride(from: 0, to: channels, by: 8)) : Array(0..<channels))
    return append(.slice(Slice(start: start, count: random.pick(Array(1...(channels - start))))), input)
  }

  /// A sum, a product or a concatenation of two to four nodes of one shape, the same one perhaps twice.
  private mutating func join(_ input: Int) -> Int? {
    let alike = open.filter { extents($0) == extents(input) }
    let operands = [input] + (0..<random.pick([1, 1, 2, 3])).map { _ in random.pick(alike) }
    return append(random.pick([.add, .add, .multiply, .concatenation]), operands.shuffled(using: &random))
  }

  /// A node and what some layers make of it, added up.
  private mutating func residual(_ input: Int) throws -> Int? {
    let channels = extents(input)[1]
    var end = input
    for _ in 0..<random.pick([1, 2, 3]) {
      let op: Op<Int>
      switch random.pick([0, 0, 1, 2, 3]) {
      case 0: op = .conv(random.pick([1, 3]), channels, groups: divisor(of: channels), bias: random.chance(30))
      case 1: op = .normalization(Normalization())
      case 2: op = .activation(random.pick(Self.activations))
      default: op = .permutation(.shuffle(groups: divisor(of: channels)))
      }
      end = try sketch.add(op, end)
    }
    let sum = try sketch.add(.add, random.chance(50) ? [end, input] : [input, end])
    return random.chance(60) ? try sketch.add(.activation(.relu), sum) : sum
  }

  /// A node and factors for its channels that are made of it.
  private mutating func gated(_ input: Int) -> Int? {
    guard var gate = append(.adaptivePool(AdaptivePool(kind: .average, output: [1, 1])), input) else { return nil }
    if random.chance(50) { gate = append(.conv(1, extents(input)[1], bias: true), gate) ?? gate }
    if random.chance(70) { gate = append(.activation(random.pick([.sigmoid, .hardSigmoid])), gate) ?? gate }
    return append(random.chance(80) ? .multiply : .add, random.chance(50) ? [input, gate] : [gate, input])
  }
}
