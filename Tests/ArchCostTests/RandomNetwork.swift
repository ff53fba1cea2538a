import ArchAlgebra
import ArchIR
import TestSupport

/// Random graphs of closed forms: chains, merges and folds of all operators with symbolic attributes.
///
/// They are grown at some values of the symbols, with the shapes in numbers beside: a layer that does not fit there is
/// not added. What fits must be accepted by inference over closed forms.
struct RandomNetwork {
  static let (a, b, g, k, s, r, n, m) = (
    Expr.symbol("a"), Expr.symbol("b"), Expr.symbol("g"), Expr.symbol("k"), Expr.symbol("s"), Expr.symbol("r"),
    Expr.symbol("n"), Expr.symbol("m")
  )

  var graph = Graph<Expr>(name: "random")
  let values: [Symbol: Rational]
  private var shapes: [Shape<Int>] = []
  private var random: SeededGenerator
  /// Nodes that later layers may read; what folds keep to themselves is not among them.
  private var open: [Int] = []

  /// - Parameter folding: whether some nodes stand for several copies of themselves.
  init(seed: Int, layers: Int, folding: Bool = true) throws {
    random = SeededGenerator(seed: seed)
    values = Self.values(using: &random)
    let channels: [Expr] = [3, try 2 * Self.a, try Self.a * Self.g]
    let input = Shape<Expr>([Expr(random.pick([1, 2])), random.pick(channels), Self.r, random.pick([Self.r, 9])])
    graph.nodes.append(Node(name: "0", op: .input, inputs: [], output: input))
    shapes.append(try input.map { try Int(Expr($0.evaluated(values))) })
    open = [0]
    var tries = 0
    while graph.nodes.count < layers, tries < 40 * layers {
      tries += 1
      switch random.pick([0, 0, 0, 0, 0, 0, 1, 1, 2, 3]) {
      case 0: if let node = try layer(on: pickOpen()) { open.append(node) }
      case 1: try merge()
      case 2 where folding: try chain(on: pickOpen(), depth: 0).map { open.append($0) }
      case 3 where folding: try parallel()
      default: break
      }
    }
    graph.outputs = [Output(name: "output", node: open.last!)]
    if random.chance(30) { graph.outputs.append(Output(name: "side", node: random.pick(open))) }
  }

  static func values(using random: inout SeededGenerator) -> [Symbol: Rational] {
    var values: [Symbol: Rational] = [:]
    for (name, range) in [
      ("a", 1...6), ("b", 1...5), ("g", 1...3), ("k", 1...3), ("s", 1...2), ("r", 5...20), ("n", 1...4), ("m", 1...3),
    ] { values[Symbol(name)] = Rational(.random(in: range, using: &random)) }
    return values
  }

  // MARK: Growing

  private mutating func pickOpen() -> Int { random.chance(70) ? open.last! : random.pick(open) }

  private func number(_ expr: Expr) throws -> Int { try Int(Expr(try expr.evaluated(values))) }

  /// Adds a node if it fits at the given values.
  private mutating func append(_ op: Op<Expr>, _ inputs: [Int], copies: [Expr] = []) throws -> Int? {
    var node = Node(name: "\(graph.nodes.count)", op: op, inputs: inputs, output: Shape<Expr>([]))
    node.copies = copies
    var operands = inputs.map { shapes[$0] }
    if op == .concatenation, !copies.isEmpty {
      for index in operands.indices { operands[index].channels *= try number(copies[index]) }
    }
    guard let numeric = try? op.map(number), let shape = try? numeric.outputShape(of: operands),
      shape.channels <= 400, shape.spatial.allSatisfy({ $0 <= 60 })
    else { return nil }
    node.output = try op.outputShape(of: try graph.operandShapes(of: node))
    graph.nodes.append(node)
    shapes.append(shape)
    return graph.nodes.count - 1
  }

  private mutating func width() throws -> Expr {
    let (a, b, g, m) = (Self.a, Self.b, Self.g, Self.m)
    return random.pick([a, b, try 2 * a, try a * g, try a * b, try a + b, try g * m * 2, 4, 6, 1])
  }

  private mutating func pair(_ choices: [Expr]) -> [Expr] {
    let first = random.pick(choices)
    return [first, random.chance(70) ? first : random.pick(choices)]
  }

  private mutating func sides() -> Padding<Expr> {
    let before = pair([0, 0, 1, 2, Self.k])
    return Padding(before: before, after: random.chance(70) ? before : pair([0, 1, Self.k]))
  }

  private mutating func layer(on input: Int) throws -> Int? {
    let (k, s, g) = (Self.k, Self.s, Self.g)
    let channels = graph.nodes[input].output.channels
    let kernel = pair([1, 2, 3, k, try 2 * k + 1])
    let stride = pair([1, 1, 2, 3, s])
    let dilation = pair([1, 1, 1, 2, k])
    switch Int.random(in: 0..<17, using: &random) {
    case 0...3:
      let groups = random.pick([1, 1, 2, g, channels])
      let out = random.chance(30) ? channels : try width()
      return try append(
        .convolution(
          Convolution(
            outputChannels: random.chance(30) ? try out * groups : out, kernel: kernel, stride: stride,
            padding: sides(),
            dilation: dilation, groups: groups, hasBias: random.chance(40))), [input])
    case 4:
      return try append(
        .convolution(
          Convolution(
            outputChannels: try width(), kernel: kernel, stride: stride, padding: sides(), dilation: dilation,
            groups: random.pick([1, 1, g]), hasBias: random.chance(40), isTransposed: true,
            outputPadding: pair([0, 0, 1]))), [input])
    case 5, 6:
      return try append(
        .pool(
          Pool(
            kind: random.pick(PoolKind.allCases), kernel: kernel, stride: stride, padding: sides(),
            dilation: random.chance(20) ? dilation : [1, 1], roundsUp: random.chance(50))), [input])
    case 7:
      return try append(
        .adaptivePool(AdaptivePool(kind: random.pick(PoolKind.allCases), output: pair([1, 2, k]))), [input])
    case 8, 9:
      return try append(
        .normalization(
          Normalization(
            kind: random.pick(NormalizationKind.allCases), hasScale: random.chance(70), hasShift: random.chance(70),
            groups: random.pick([1, 2, g]))), [input])
    case 10:
      let all: [Activation] = [
        .relu, .relu6, .sigmoid, .hardSigmoid, .silu, .hardSwish, .tanh, .gelu, .softmax, .identity,
        .leakyRelu(slope: .one),
      ]
      return try append(.activation(random.chance(20) ? .softmax : random.pick(all)), [input])
    case 11: return try append(.permutation(.shuffle(groups: random.pick([1, 2, g, Self.m]))), [input])
    case 12:
      return try append(.slice(Slice(start: random.pick([0, 1, g]), count: random.pick([1, 2, Self.a]))), [input])
    case 13: return try append(.padding(sides()), [input])
    case 14:
      return try append(.upsample(Upsample(scale: pair([1, 2, s]), mode: random.pick(UpsampleMode.allCases))), [input])
    case 15:
      return try append(random.pick([.dropout(.one), .scale, .localResponseNormalization(.init(size: k))]), [input])
    default:
      guard random.chance(25) else { return nil }
      guard graph.nodes[input].output.rank > 2 else {
        return try append(.linear(Linear(outputFeatures: try width(), hasBias: random.chance(50))), [input])
      }
      guard let pooled = try append(.adaptivePool(AdaptivePool(kind: .average, output: [2, 1])), [input]) else {
        return nil
      }
      guard let flat = try append(.flatten, [pooled]) else { return nil }
      return try append(.linear(Linear(outputFeatures: try width(), hasBias: random.chance(50))), [flat])
    }
  }

  private mutating func merge() throws {
    let first = pickOpen()
    let shape = graph.nodes[first].output
    let alike = open.filter { graph.nodes[$0].output == shape }
    let (second, third) = (random.pick(alike), random.pick(alike))
    switch Int.random(in: 0..<4, using: &random) {
    case 0: try append(.add, [first, second]).map { open.append($0) }
    case 1: try append(.concatenation, [first, second, third]).map { open.append($0) }
    case 2: try append(.multiply, [first, second]).map { open.append($0) }
    default:  // squeeze and excitation
      guard let squeezed = try append(.adaptivePool(AdaptivePool(kind: .average, output: [1, 1])), [first]) else {
        return
      }
      try append(random.pick([.multiply, .add]), [first, squeezed]).map { open.append($0) }
    }
  }

  // MARK: Folds

  /// A body that gives back the shape that it takes, kept once for several copies.
  private mutating func chain(on input: Int, depth: Int) throws -> Int? {
    guard graph.nodes[input].output.rank == 4 else { return nil }
    let channels = graph.nodes[input].output.channels
    let begin = graph.nodes.count
    var end = input
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      var next: Int?
      switch Int.random(in: 0..<6, using: &random) {
      case 0: next = try append(.convolution(same(channels)), [end])
      case 1:
        next = try append(.convolution(same(try width())), [end])
        if let inner = next { next = try append(.convolution(same(channels)), [inner]) }
      case 2: next = try append(.normalization(Normalization()), [end])
      case 3: next = try append(random.pick([.activation(.relu), .scale, .dropout(.one)]), [end])
      case 4 where depth == 0: next = try chain(on: end, depth: 1)
      default: next = try append(.add, [end, input])
      }
      end = next ?? end
    }
    guard end != input else { return nil }
    let count = random.pick([Self.n, Self.m, try Self.n - 1, 3])
    try fold(begin, count, .chain, input, end)
    return end
  }

  private mutating func same(_ width: Expr) throws -> Convolution<Expr> {
    let half = random.pick([0, 1, Self.k])
    let kernel = try 2 * half + 1
    return Convolution(
      outputChannels: width, kernel: [kernel, kernel], stride: [1, 1],
      padding: Padding(before: [half, half], after: [half, half]),
      dilation: [1, 1], hasBias: random.chance(30))
  }

  /// Copies that all take the same, joined.
  private mutating func parallel() throws {
    let input = pickOpen()
    let begin = graph.nodes.count
    var end = input
    for _ in 0..<Int.random(in: 0...3, using: &random) { end = try layer(on: end) ?? end }
    let count = random.pick([Self.n, Self.m, 2])
    if end != input { try fold(begin, count, .parallel, input, end) }
    let (kind, other) = (random.pick([Op<Expr>.add, .concatenation, .multiply]), random.pick(open))
    if graph.nodes[other].output == graph.nodes[end].output, random.chance(50) {
      try append(kind, [other, end], copies: [1, count]).map { open.append($0) }
    } else {
      try append(kind, [end], copies: [count]).map { open.append($0) }
    }
  }

  private mutating func fold(_ begin: Int, _ count: Expr, _ arrangement: FoldArrangement, _ input: Int, _ end: Int)
    throws
  {
    let nodes = begin..<graph.nodes.count
    for index in nodes { graph.nodes[index].times = try graph.nodes[index].times * count }
    graph.folds.append(Fold(nodes: nodes, count: count, arrangement: arrangement, input: input, output: end))
  }
}
