import ArchAlgebra
import ArchCost
import ArchIR
import ArchONNX
import ArchSpec
import Specs
import Testing

/// Networks written as ONNX and read back: the same network again.
@Suite("Export")
struct ExportTests {
  private static let library = Library(Catalog.files.map { Source(name: $0.name, bytes: $0.bytes) })

  /// Numbers that tell their node, role and place.
  private struct Numbered: ExportWeights {
    func numbers(ofNode node: Int, _ role: TensorRole, in graph: Graph<Int>) -> [Float] {
      Array(repeating: Float(node), count: count(graph.nodes[node], graph, role))
    }

    private func count(_ node: Node<Int>, _ graph: Graph<Int>, _ role: TensorRole) -> Int {
      let channels = graph.nodes[node.inputs[0]].output.extents[1]
      switch (node.op, role) {
      case (.convolution(let c), .weight): return c.outputChannels * channels / c.groups * c.kernel.reduce(1, *)
      case (.convolution(let c), _): return c.outputChannels
      case (.linear(let l), .weight): return l.outputFeatures * channels
      case (.linear(let l), _): return l.outputFeatures
      default: return channels
      }
    }
  }

  private func bytes(_ model: ExportedModel) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try model.write { bytes += $0 }
    #expect(bytes.count == model.byteCount)
    return bytes
  }

  private func graph(_ network: String) throws -> Graph<Int> {
    let entry = try #require(Self.library.entry(named: network))
    let architecture: Architecture<Int> = try Self.library.specification(of: entry).elaborate(entry.network)
    return architecture.graph
  }

  @Test(
    "every network of the zoo, without weights, is read back as it was written, and is the same as a specification",
    arguments: library.entries.map(\.network).sorted())
  func roundTrip(network: String) throws {
    let original = try graph(network)
    let model = try ExportedModel(original, weights: nil, producer: ("test", "1"))
    let back = try ModelFile(ModelBytes(try bytes(model))).imported()
    #expect(back.omissions.isEmpty, "\(back.omissions)")
    let numbers = try back.numbers()
    let (before, after) = (try Analysis(original).total, try Analysis(numbers).total)
    #expect(before.parameters == after.parameters)
    #expect(before.tally[.convolutionMACs] == after.tally[.convolutionMACs])
    #expect(before.tally[.linearMACs] == after.tally[.linearMACs])
    #expect(before.tally[.batchNormElements] == after.tally[.batchNormElements])
    #expect(original.nodes[original.outputs[0].node].output == numbers.nodes[numbers.outputs[0].node].output)
    // Layers with weights keep their dotted names.
    let names = Set(numbers.nodes.map(\.name))
    for node in original.nodes { if case .convolution = node.op { #expect(names.contains(node.name), "\(node.name)") } }
    try SpecificationCheck.roundTrip(numbers)
  }

  @Test("every operator of the language comes back as itself, under its name")
  func operators() throws {
    let text = """
      network all {
        input(3, 32, 32)
        a: conv(3, 16, bias: true)
        n1: bn; n2: bn(scale: false); n3: layernorm; n4: layernorm(shift: false)
        g1: groupnorm(4); g2: groupnorm(4, scale: false); g3: groupnorm(2, shift: false); r0: relu
        g4: groupnorm(16, scale: false, shift: false)
        r1: relu; r2: relu6; r3: leakyrelu(0.2); r4: sigmoid; r5: hardsigmoid; r6: silu; r7: hardswish; r8: tanh
        r9: gelu; r10: softmax
        p1: permute([1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 14]); p2: shuffle(4); p3: slice(4, 8)
        c1: padchannels(2, 6); c2: pad(1)
        d: convtranspose(2, 8, stride: 2); e: conv(3, 8, stride: 2, groups: 4, dilation: 2)
        u1: upsample(2); u2: upsample(2, "bilinear"); s1: scale; s2: scaleby(0.5); l: lrn(5)
        m1: maxpool(3, stride: 2); m2: avgpool(2)
        f: flatten; h: linear(10)
      }
      """
    let specification = try Specification(parse(Source(name: "all", text: text)))
    let original = (try specification.elaborate("all") as Architecture<Int>).graph
    let model = try ExportedModel(original, weights: nil, producer: ("test", "1"))
    let back = try ModelFile(ModelBytes(try bytes(model))).imported()
    #expect(back.omissions.isEmpty && back.details.values.allSatisfy { $0.loss == nil }, "\(back.details)")
    let numbers = try back.numbers()
    let layers = { (graph: Graph<Int>) in graph.nodes.map { "\($0.name) \(SpecificationCheck.normalized($0.op))" } }
    #expect(layers(original) == layers(numbers))
    #expect(try Analysis(original).total.parameters == Analysis(numbers).total.parameters)
  }

  @Test("weights are written where they belong")
  func weights() throws {
    let original = try graph("resnet20")
    let model = try ExportedModel(original, weights: Numbered(), producer: ("test", "1"))
    let back = try ModelFile(ModelBytes(try bytes(model))).imported()
    var checked = 0
    for (index, tensors) in back.tensors {
      let name = back.graph.nodes[index].name
      guard let node = original.nodes.firstIndex(where: { $0.name == name }) else { continue }
      for tensor in tensors.values {
        guard case .numbers(let numbers)? = try tensor.elements(limit: 1 << 20) else { continue }
        #expect(Set(numbers) == [Double(node)])
        checked += 1
      }
    }
    #expect(checked > 40)
  }

  @Test("the same network is written as the same bytes")
  func deterministic() throws {
    let original = try graph("resnet18")
    let first = try bytes(try ExportedModel(original, weights: nil, producer: ("test", "1")))
    #expect(try bytes(try ExportedModel(original, weights: nil, producer: ("test", "1"))) == first)
  }
}
