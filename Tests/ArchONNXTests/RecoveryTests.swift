import ArchAlgebra
import ArchIR
import ArchONNX
import ArchSpec
import TestSupport
import Testing

/// Models printed as specifications: elaborated again, they are the networks that they were. The zoo's are in `ExportTests`.
@Suite("Specifications of models")
struct RecoveryTests {
  /// The lines that a specification may have at most, in which repeated blocks are folded.
  private static let models: [(name: String, lines: Int)] = [
    ("resnet18", 30), ("resnet50", 30), ("resnext50_32x4d", 35), ("mobilenet_v2", 40), ("densenet121", 35),
    ("googlenet", 50),
    ("inception_v3", 80), ("vgg16", 25), ("squeezenet1_0", 30), ("efficientnet_b0", 60), ("shufflenet_v2_x1_0", 40),
  ]

  @Test(
    "models of PyTorch become short specifications of the same network",
    arguments: models.flatMap { model in ["script", "dynamo"].map { ("\(model.name)-\($0)", model.lines) } })
  func exported(fixture: String, lines: Int) throws {
    let text = try SpecificationCheck.roundTrip(try Fixtures.file(fixture).imported().numbers())
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= lines, "\(text)")
  }

  @Test("blocks that differ in their numbers have arguments, and what stands in a row is repeated")
  func folding() throws {
    let graph = try ModelWriter.build { model in
      model.input("x", [1, 8, 32, 32])
      var last = "x"
      for (index, channels) in [16, 16, 16, 32, 32, 32, 64, 64, 64].enumerated() {
        model.weight("w\(index)", [channels, [8, 16, 16, 16, 32, 32, 32, 64, 64][index], 3, 3])
        model.node("Conv", [last, "w\(index)"], ["c\(index)"], lists: ["pads": [1, 1, 1, 1]])
        model.node("Relu", ["c\(index)"], ["r\(index)"])
        model.node("Sigmoid", ["r\(index)"], ["s\(index)"])
        last = "s\(index)"
      }
      model.output(last)
    }.file().imported().numbers()
    let text = try SpecificationCheck.roundTrip(graph)
    #expect(
      text == """
        block stage(out) { repeat 3 { conv(3x3, out) -> relu -> sigmoid } }

        network recovered {
          input(8, 32, 32)
          stage(16)
          stage(32)
          stage(64)
        }

        """)
  }

  @Test("tensors that are needed at several places have labels, further inputs and outputs are said")
  func labels() throws {
    let graph = try ModelWriter.build {
      $0.input("image", [1, 4, 16, 16])
      $0.input("guide", [1, 4, 16, 16])
      $0.node("Relu", ["image"], ["a"])
      $0.node("Sigmoid", ["a"], ["b"])
      $0.node("Tanh", ["b"], ["c"])
      // b is read within both branches and after them.
      $0.node("Add", ["b", "c"], ["d"])
      $0.node("Add", ["d", "a"], ["e"])
      $0.node("Mul", ["e", "b"], ["f"])
      $0.node("Concat", ["f", "guide"], ["g"], integers: ["axis": 1])
      $0.output("g")
      $0.output("d")
    }.file().imported().numbers()
    let text = try SpecificationCheck.roundTrip(graph)
    #expect(text.contains("from(guide)"))
    #expect(text.contains("output d {"))
  }

  @Test("random graphs, whatever joins what", arguments: 0..<60)
  func random(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    var graph = Graph<Int>(name: "random")
    func add(_ op: Op<Int>, _ inputs: [Int]) throws {
      let shape = try op == .input ? Shape([1, 4, 8, 8]) : op.outputShape(of: inputs.map { graph.nodes[$0].output })
      graph.nodes.append(Node(name: "n\(graph.nodes.count)", op: op, inputs: inputs, output: shape))
    }
    for _ in 0..<Int.random(in: 1...2, using: &generator) { try add(.input, []) }
    // Few kinds of layer, so that much of it is alike.
    for _ in 0..<Int.random(in: 1...40, using: &generator) {
      let last = graph.nodes.count - 1
      func other() -> Int {
        let candidates = graph.nodes.indices.suffix(6).filter { graph.nodes[$0].output.channels == 4 }
        return candidates.randomElement(using: &generator)!
      }
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: try add(.add, [last, other()])
      case 1: try add(.multiply, [other(), other(), last])
      case 2:
        try add(.concatenation, [other(), last])
        try add(.slice(Slice(start: 4, count: 4)), [last + 1])
      case 3: try add(.activation(.relu), [other()])
      case 4: try add(.activation(.sigmoid), [last])
      default:
        let kernel = [1, 3].randomElement(using: &generator)!
        let padding = Padding(before: [kernel / 2, kernel / 2], after: [kernel / 2, kernel / 2])
        try add(
          .convolution(
            Convolution(
              outputChannels: 4, kernel: [kernel, kernel], stride: [1, 1], padding: padding, dilation: [1, 1])), [last])
      }
    }
    graph.outputs = [Output(name: "y", node: graph.nodes.count - 1)]
    try SpecificationCheck.roundTrip(graph, keepsOrder: false)
  }

  @Test("what the language cannot say is named")
  func unspellable() throws {
    let graph = try ModelWriter.build {
      $0.input("x", [1, 4, 16, 16])
      $0.node("Transpose", ["x"], ["y"], name: "turned", lists: ["perm": [0, 1, 3, 2]])
      $0.node("Relu", ["y"], ["z"])
      $0.output("z")
    }.file().imported().numbers()
    let error = #expect(throws: UnspellableGraph.self) { try SpecSyntax(of: graph, named: "n") }
    #expect(error?.nodes.map(\.op) == ["transpose"])
    #expect(error?.nodes.first?.name.contains("turned") == true)
  }
}
