import ArchCost
import ArchIR
import ArchRuntime
import ArchSpec
import TestSupport
import Testing

@Suite("Planning") struct PlanningTests {
  @Test("blocks that live at the same time do not overlap", arguments: 0..<40)
  func arena(_ seed: Int) {
    var random = SeededGenerator(seed: seed)
    let requests = (0..<Int.random(in: 0...40, using: &random)).map { _ in
      let first = Int.random(in: 0..<30, using: &random)
      return MemoryPlan.Request(
        count: Int.random(in: 1...5000, using: &random), first: first,
        last: Int.random(in: first..<(first + 8), using: &random))
    }
    let plan = MemoryPlan(requests)
    for (a, left) in requests.enumerated() {
      #expect(plan.offsets[a] % 16 == 0 && plan.offsets[a] + left.count <= plan.count)
      for (b, right) in requests.enumerated().prefix(a) where left.first <= right.last && right.first <= left.last {
        let apart =
          plan.offsets[a] + left.count <= plan.offsets[b] || plan.offsets[b] + right.count <= plan.offsets[a]
        #expect(apart, "\(a) and \(b)")
      }
    }
    #expect(plan.count >= plan.lowerBound)
    let held = (0..<40).map { step in
      requests.filter { $0.first <= step && step <= $0.last }.reduce(0) { $0 + ($1.count + 15) / 16 * 16 }
    }
    #expect(plan.lowerBound == held.max())
  }

  @Test("a chain needs two buffers, whatever its length")
  func chain() {
    let requests = (0..<50).map { MemoryPlan.Request(count: 160, first: $0, last: $0 + 1) }
    #expect(MemoryPlan(requests).count == 320)
  }

  /// Without zeros around images and with whole blocks of channels the plan holds what the analysis says of the network
  /// without what is folded, fused and done in place.
  @Test(
    "the arena is as large as the analysis predicts",
    arguments: [
      ("input(32, 9, 7)\n conv(1x1, 64) -> conv(1x1, 16) -> conv(1x1, 96)", nil),
      ("input(16, 8, 8)\n conv(3x3, 64, padding: 0) -> conv(3x3, 128, padding: 0, stride: 2)", nil),
      (
        "input(32, 16, 16)\n conv(1x1, 64) -> bn -> relu -> conv(1x1, 32) -> bn -> maxpool(2x2, stride: 2) -> conv(1x1, 64)",
        "input(32, 16, 16)\n conv(1x1, 64) -> conv(1x1, 32) -> maxpool(2x2, stride: 2) -> conv(1x1, 64)"
      ),
      // Branches are made where their concatenation stands.
      (
        "input(16, 8, 8)\n conv(1x1, 32) -> concat { conv(1x1, 64) } { conv(1x1, 64) }\n conv(1x1, 16)",
        "input(16, 8, 8)\n conv(1x1, 32) -> conv(1x1, 128) -> conv(1x1, 16)"
      ),
      // A sum is made where its other operand stands.
      (
        "input(16, 8, 8)\n conv(1x1, 64) -> add { conv(1x1, 64) -> conv(1x1, 64) } shortcut {}",
        "input(16, 8, 8)\n conv(1x1, 64) -> conv(1x1, 64) -> conv(1x1, 64)"
      ),
      ("input(64, 4, 4)\n conv(1x1, 256, groups: 2) -> avgpool(global) -> linear(512) -> linear(32)", nil),
    ] as [(String, String?)])
  func arenaIsPredicted(_ body: String, plain: String?) throws {
    let predicted = try #require(try ActivationMemory(graph("network n { \(plain ?? body) }"))).peak
    #expect(try plan("network n { \(body) }").arenaBytes == 4 * predicted)
  }

  @Test("the arena of every network is no larger than what is live at once")
  func arenaWithoutGaps() throws {
    for network in Zoo.names {
      let memory = try Planner(Zoo.elaborate(network, as: Int.self).graph).memory
      #expect(memory.count == memory.lowerBound, "\(network)")
    }
  }

  /// Every kind of step, of which many keep weights otherwise than as they are, and use memory of their own.
  @Test("what a network needs is what it takes, to the byte", arguments: InstructionSet.here, [1, 3])
  func need(_ isa: InstructionSet, threads: Int) throws {
    let bodies = [
      "input(3, 33, 31)\n conv(3x3, 64) -> relu -> conv(3x3, 64, bias: true) -> conv(3x3, 40, stride: 2) -> flatten -> linear(7)",
      "input(3, 20, 20)\n conv(3x3, 48) -> conv(3x3, 48, groups: 12) -> conv(5x5, 48, groups: 48) -> conv(3x3, 32, groups: 2)",
      "input(48, 17, 17)\n conv(1x1, 30, stride: 2) -> bn -> relu -> conv(1x1, 20) -> convtranspose(4x4, 12, stride: 2)",
      "input(10, 12, 12)\n conv(1x1, 20, groups: 5) -> lrn(5) -> conv(3x3, 36, dilation: 2) -> softmax",
      "input(24, 20, 20)\n maxpool(2x2) -> shuffle(6) -> conv(1x1, 24, groups: 12) -> shuffle(2) -> conv(1x1, 24, groups: 2)",
      "input(40, 60, 62)\n maxpool(3x3, stride: 1, padding: 1) -> conv(3x3, 40, groups: 40) -> conv(1x1, 24)",
      "input(24, 20, 20)\n maxpool(2x2) -> slice(5, 11) -> conv(1x1, 8) -> bn",
      "input(32, 40, 40)\n concat { bn -> relu -> conv(1x1, 24) } shortcut {}\n bn -> relu -> avgpool(global) -> linear(19) -> softmax",
    ]
    var arrays = GraphSketch()
    let tokens = try arrays.add(.linear(Linear(outputFeatures: 21, hasBias: true)), arrays.input(2, 5, 12))
    let sum = try arrays.add(.add, tokens, arrays.stored(2, 5, 21))
    _ = try arrays.add(.tensor(.softmax(axis: 2)), arrays.add(.tensor(.parametricRelu(slopes: 5)), sum))
    for (body, graph) in try bodies.map({ ($0, try graph("network n { \($0) }")) }) + [("arrays", arrays.finished())] {
      let planner = try Planner(graph, kernels: Kernels(isa))
      let need = planner.need(GeneratedWeights(), threads: threads)
      let executor = Executor(try planner.plan(GeneratedWeights()), threads: threads)
      let inputs = graph.inputs.map { Numbers.normal(graph.nodes[$0].output.extents.reduce(1, *), 5) }
      let outputs = executor.run(inputs)
      #expect(need.weightBytes == executor.plan.weightBytes, "\(body)")
      #expect(need.arenaBytes == executor.plan.arenaBytes, "\(body)")
      #expect(need.scratchBytes == executor.pool.scratchBytes, "\(body)")
      #expect(need.arrayBytes == 4 * (inputs + outputs).reduce(0) { $0 + $1.count }, "\(body)")
    }
  }

  @Test("what has no kernel is named")
  func withoutKernel() throws {
    func expectRefused(_ op: Op<Int>, _ extents: Shape<Int>, _ reason: String) throws {
      var sketch = GraphSketch()
      sketch.graph.nodes.append(Node(name: "image", op: .input, inputs: [], output: extents))
      let relu = try sketch.add(.activation(.relu), 0)
      let last = try sketch.add(op, relu)
      sketch.graph.nodes[last].name = "neck.up"
      let graph = sketch.finished()
      let error = #expect(throws: PlanError.self) { try Planner(graph) }
      #expect(error?.node == last && error?.description.hasPrefix("neck.up (\(op.name)) ") == true, "\(error as Any)")
      #expect(error?.description.contains(reason) == true, "\(error as Any)")
    }
    let solid = Convolution(
      outputChannels: 4, kernel: [3, 3, 3], stride: [1, 1, 1], padding: Padding(before: [0, 0, 0], after: [0, 0, 0]),
      dilation: [1, 1, 1], groups: 1, hasBias: false)
    try expectRefused(.convolution(solid), Shape([1, 2, 5, 5, 5]), "rank 5")
    var flat = GraphSketch()
    flat.graph.nodes.append(Node(name: "image", op: .input, inputs: [], output: Shape([2, 2, 3, 3, 3])))
    let row = try flat.add(.flatten, 0)
    let linear = try flat.add(.linear(Linear(outputFeatures: 4, hasBias: false)), row)
    let refused = try #require(throws: PlanError.self) { try Planner(flat.finished()) }
    #expect(refused.node == linear && refused.description.contains("reads a tensor of rank 5"))
    let cubic = Resize(output: Shape([1, 2, 8, 8]), mode: .cubic)
    try expectRefused(.tensor(.resize(cubic)), Shape([1, 2, 4, 4]), "cubic")
  }

  private func graph(_ text: String) throws -> Graph<Int> {
    let specification = try Specification(Source(name: "test.arch", bytes: Array(text.utf8)))
    return try specification.elaborate(specification.networks[0].name.text, as: Int.self).graph
  }

  private func plan(_ text: String) throws -> ExecutionPlan {
    try Planner.plan(try graph(text), weights: GeneratedWeights())
  }

  @Test("normalisation, addition and activation run inside the convolution before them")
  func fusion() throws {
    let plan = try plan(
      """
      network n { input(32, 8, 8)
        conv(3x3, 32) -> bn -> relu
        add { conv(1x1, 32) -> bn -> relu -> conv(3x3, 32) -> bn } shortcut {}
        relu }
      """)
    #expect(plan.steps.map(\.algorithm) == ["direct", "pointwise", "direct"])
    #expect(plan.steps.last?.nodes.count == 4)
  }

  @Test("a 1×1 convolution normalises its input itself where nobody else reads it")
  func normalizationBefore() throws {
    let alone = try plan(
      "network n { input(32, 8, 8)\n conv(3x3, 32)\n concat { bn -> relu -> conv(1x1, 64) -> relu } shortcut {} }")
    #expect(alone.steps.map(\.algorithm).prefix(2) == ["direct", "pointwise"])
    #expect(alone.steps[1].nodes.count == 4)
    let shared = try plan(
      """
      network n { input(32, 8, 8)
        conv(3x3, 32)
        concat { bn -> relu -> add { conv(1x1, 32) } { conv(1x1, 32) } } shortcut {} }
      """)
    #expect(shared.steps.map(\.algorithm).filter { $0 == "scale and shift" }.count == 1)
    let curved = try plan(
      "network n { input(32, 8, 8)\n conv(3x3, 32)\n concat { bn -> sigmoid -> conv(1x1, 64) } shortcut {} }")
    #expect(curved.steps.contains { $0.algorithm == "scale and shift" })
  }

  @Test("normalisation before 1×1 convolutions of any width", arguments: [1, 2, 4, 8, 12, 16, 20, 40])
  func normalizationBeforeFewChannels(_ channels: Int) throws {
    for groups in Set([1, channels]) {
      let check = try NetworkCheck(
        text: "network n { input(\(channels), 6, 5)\n relu -> bn -> conv(1x1, \(channels), groups: \(groups)) }",
        batch: 2)
      for isa in InstructionSet.here { try check.expectSameTensors(isa, threads: 2) }
    }
  }

  @Test("concatenation and slices at blocks of channels copy nothing")
  func views() throws {
    let plan = try plan(
      """
      network n { input(3, 8, 8)
        conv(3x3, 64)
        concat { bn -> relu -> conv(3x3, 32) } shortcut {}
        concat { bn -> relu -> conv(3x3, 32) } shortcut {}
        concat { slice(0, 32) -> conv(1x1, 16) } { slice(64, 64) -> conv(1x1, 48) } }
      """)
    #expect(!plan.steps.contains { $0.algorithm == "channel copy" })
    #expect(plan.freeNodes.count == 5)
  }

  /// Bodies, the steps that they take, and how many of them still copy channels.
  static let permuted: [(body: String, steps: Int, copies: Int)] = [
    // After the layer: in the order of its rows, with its normalisation, activation and bias.
    ("conv(3x3, 40) -> bn -> relu -> shuffle(4) -> maxpool(2x2)", 2, 0),
    ("conv(1x1, 24, bias: true) -> shuffle(3) -> shuffle(2) -> bn", 2, 0),
    // Before it: in the order of its columns.
    ("maxpool(2x2) -> shuffle(6) -> conv(3x3, 20) -> relu", 2, 0),
    ("avgpool(2x2) -> shuffle(4) -> conv(5x5, 20, stride: 2) -> bn", 2, 0),
    ("maxpool(2x2) -> shuffle(3) -> flatten -> linear(17)", 2, 0),
    // Between two of them it belongs to the first.
    ("conv(1x1, 48) -> shuffle(8) -> conv(3x3, 16)", 2, 0),
    // A normalisation, a grouped layer and whatever reads a slice bring lanes to their places while they read.
    ("add { conv(1x1, 24) } shortcut {}\n shuffle(4)\n bn -> sigmoid", 2, 0),
    ("conv(3x3, 48, groups: 3) -> shuffle(3) -> conv(1x1, 24, groups: 2)", 2, 0),
    ("maxpool(2x2) -> shuffle(6) -> conv(1x1, 24, groups: 12)", 2, 0),
    ("maxpool(2x2) -> add { shuffle(4) -> conv(1x1, 24, groups: 3) } shortcut {}", 2, 0),
    // Between zeros that are read around its result, and of images that are more than it reorders at a time.
    ("maxpool(2x2) -> shuffle(6) -> conv(1x1, 24, groups: 12) -> conv(3x3, 8)", 3, 0),
    ("upsample(2) -> add { shuffle(4) -> conv(1x1, 24, groups: 12) } shortcut {}", 2, 0),
    ("maxpool(2x2) -> slice(5, 17) -> conv(1x1, 20)\n slice(3, 9) -> bn", 3, 0),
    // A normalisation that does so cannot be left to the layer after it in turn.
    ("maxpool(2x2) -> shuffle(4) -> bn -> relu -> conv(1x1, 20)", 3, 0),
    ("slice(5, 17) -> bn -> relu -> conv(1x1, 8)", 2, 0),
    ("concat { conv(1x1, 29) } shortcut {}\n shuffle(53) -> bn -> relu -> conv(1x1, 8)", 4, 1),
    // A block of an interleaved group convolution network.
    (
      "conv(3x3, 24, groups: 12) -> shuffle(12) -> conv(1x1, 24, groups: 2) -> shuffle(2) -> bn -> relu"
        + " -> conv(3x3, 24, groups: 12)", 4, 0
    ),
    // A permutation passes through a depthwise layer to the one after it.
    (
      "conv(1x1, 48, groups: 3) -> shuffle(3) -> conv(3x3, 48, groups: 48, stride: 2, bias: true) -> bn -> relu"
        + " -> conv(1x1, 24, groups: 2)", 3, 0
    ),
    ("maxpool(2x2) -> shuffle(4) -> conv(3x3, 24, groups: 24) -> sigmoid -> conv(3x3, 20)", 3, 0),
    // A concatenation goes to the places of the shuffle after it at once, unless a dense layer can do that: ShuffleNet V2.
    (
      "concat { conv(1x1, 29) } shortcut {}\n shuffle(53)\n add { slice(0, 20) } { slice(20, 20) -> conv(1x1, 20) }",
      3, 1
    ),
    ("concat { conv(1x1, 29) } shortcut {}\n shuffle(53) -> conv(1x1, 8)", 3, 1),
    // A larger kernel would gather pixels more than once; a pool wants the channels in their order, a second reader too, and a sum.
    ("maxpool(2x2) -> shuffle(6) -> conv(3x3, 24, groups: 3)", 3, 1),
    ("maxpool(2x2) -> shuffle(4) -> conv(3x3, 24, groups: 24) -> maxpool(2x2)", 4, 1),
    ("maxpool(2x2) -> shuffle(6) -> add { conv(1x1, 24) } { conv(1x1, 24) }", 4, 1),
    ("add { maxpool(3x3, stride: 1, padding: 1) -> shuffle(4) } shortcut {}", 3, 1),
  ]

  /// Sums and products may stand over an operand that nobody needs any more, but not over one that is still to be read.
  @Test(
    "sums and products of several operands, some of them the same",
    arguments: ["add", "multiply"],
    [
      "{} {} { sigmoid }", "{ sigmoid } {} {}", "{} { sigmoid } {}", "{} { sigmoid } { tanh } {}",
      "{ tanh } {} { sigmoid }",
      "{} {}", "{} {} {}", "{ sigmoid } { avgpool(3x3, stride: 1, padding: 1) } { tanh }",
    ])
  func severalOperands(_ operator: String, _ branches: String) throws {
    for start in ["conv(1x1, 40)", "relu"] {
      let text = "network n { input(40, 6, 5)\n \(start) -> \(`operator`) \(branches) -> maxpool(2x2) }"
      let check = try NetworkCheck(text: text, batch: 2)
      for isa in InstructionSet.here { try check.expectSameTensors(isa, threads: 2) }
    }
  }

  @Test("permutations and slices are done by the layers beside them", arguments: permuted)
  func permutation(_ body: String, _ steps: Int, _ copies: Int) throws {
    let check = try NetworkCheck(text: "network n { input(24, 12, 10)\n \(body) }", batch: 2)
    for isa in InstructionSet.here {
      try check.expectSameTensors(isa, threads: 3, within: 1e-5)
      let plan = try Planner.plan(check.graph, weights: check.weights, kernels: Kernels(isa), winograd: .never)
      #expect(plan.steps.count == steps, "\(plan.steps.map(\.algorithm))")
      #expect(plan.steps.filter { $0.algorithm == "channel copy" }.count == copies)
    }
  }

  /// Between permutations that bring the channels of a group whole vectors apart, every lane is a group of its own.
  static let interleavings = [
    "shuffle(4) -> conv(1x1, 64, groups: 16) -> shuffle(16)",
    "shuffle(4) -> conv(1x1, 64, groups: 16, bias: true) -> shuffle(16) -> bn -> relu -> conv(3x3, 64, groups: 4)",
    "shuffle(2) -> conv(1x1, 64, groups: 32) -> shuffle(32) -> bn -> sigmoid",
    "shuffle(4) -> conv(1x1, 96, groups: 16) -> shuffle(16) -> scale",
    "shuffle(4) -> conv(1x1, 32, groups: 16) -> shuffle(16)",
    "add { shuffle(4) -> conv(1x1, 64, groups: 16) -> shuffle(16) -> bn } shortcut {}\n relu",
  ]

  @Test("interleaved groups need no permutation", arguments: interleavings)
  func interleaved(_ body: String) throws {
    for (height, width) in [(12, 10), (1, 1), (2, 700)] {
      let check = try NetworkCheck(
        text: "network n { input(24, \(height), \(width))\n conv(1x1, 64)\n \(body) }", batch: 2)
      for isa in InstructionSet.here {
        try check.expectSameTensors(isa, threads: 3)
        let plan = try Planner.plan(check.graph, weights: check.weights, kernels: Kernels(isa), winograd: .never)
        let algorithms = plan.steps.map(\.algorithm)
        #expect(algorithms.filter { $0 == "interleaved" }.count == 1 && algorithms.count <= 3, "\(algorithms)")
      }
    }
  }

  @Test(
    "groups of which a lane meets another lane are not taken for interleaved ones",
    arguments: [
      "shuffle(2) -> conv(1x1, 24, groups: 12) -> shuffle(12)", "shuffle(4) -> conv(1x1, 64, groups: 16)",
      "conv(1x1, 64, groups: 16) -> shuffle(16)", "shuffle(16) -> conv(1x1, 64, groups: 4) -> shuffle(4)",
      "shuffle(4) -> conv(1x1, 64, groups: 16) -> shuffle(8)", "shuffle(4) -> conv(3x3, 64, groups: 16) -> shuffle(16)",
    ])
  func notInterleaved(_ body: String) throws {
    let channels = body.contains("24") ? 24 : 64
    let check = try NetworkCheck(text: "network n { input(8, 5, 6)\n conv(1x1, \(channels))\n \(body) }")
    for isa in InstructionSet.here where isa != .baseline {
      try check.expectSameTensors(isa, threads: 2, within: 1e-4)
      let plan = try Planner.plan(check.graph, weights: check.weights, kernels: Kernels(isa))
      #expect(!plan.steps.contains { $0.algorithm == "interleaved" })
    }
  }

  /// Of 24 channels 24 are made.
  static let links = [
    "shuffle(3) -> conv(1x1, 24, groups: 8) -> shuffle(8)", "shuffle(2)", "shuffle(4)", "shuffle(6)", "bn",
    "bn -> relu", "relu", "scale", "conv(1x1, 24)",
    "conv(1x1, 24, groups: 2)", "conv(1x1, 24, groups: 12)", "conv(3x3, 24)", "conv(3x3, 24, groups: 24)",
    "conv(3x3, 24, groups: 24) -> bn -> relu", "concat { slice(0, 7) } { slice(7, 17) }",
    "concat { slice(5, 19) } { slice(0, 5) }", "slice(3, 20) -> conv(1x1, 24)", "slice(16, 8) -> bn -> conv(1x1, 24)",
    "add { shuffle(3) } shortcut {}", "add { conv(1x1, 24, groups: 3) } shortcut {}",
    "maxpool(3x3, stride: 1, padding: 1)",
  ]

  @Test("chains of rearrangements and layers, drawn at random", arguments: InstructionSet.here)
  func chains(_ isa: InstructionSet) throws {
    for number in 0..<60 {
      let chain = Numbers.normal(6, number).map { Self.links[Int(abs($0) * 1000) % Self.links.count] }
      let check = try NetworkCheck(text: "network n { input(24, 5, 6)\n \(chain.joined(separator: "\n ")) }")
      try check.expectSameTensors(isa, threads: 2, within: 1e-4)
    }
  }
}
