import ArchIR
import ArchRuntime
import ArchSpec
import Foundation
import Testing

/// Small networks that PyTorch has run: Fixtures/make.py wrote the numbers and tells their order.
@Suite("The same numbers as PyTorch") struct FixtureTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
    "Fixtures")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".arch") }.map { String($0.dropLast(5)) }.sorted()
  }()

  @Test("every operator of the language has a case") func coverage() throws {
    var covered: Set<String> = []
    for name in Self.names { covered.formUnion(try Self.graph(name).nodes.map(\.op.name)) }
    // In the graph these are other operators, or nothing.
    let otherwise: Set = ["from", "identity", "split", "swish"]
    let merges = MergeSyntax.Kind.allCases.map(\.rawValue)
    for name in Operators.names.subtracting(otherwise).union(merges) { #expect(covered.contains(name), "\(name)") }
  }

  private static func graph(_ name: String) throws -> Graph<Int> {
    let bytes = try Data(contentsOf: folder.appendingPathComponent("\(name).arch"))
    let text = String(decoding: bytes, as: UTF8.self)
    let specification = try Specification(Source(name: "\(name).arch", bytes: Array(bytes)))
    var options = ElaborationOptions()
    options.batch = try #require(text.prefix { $0 != "\n" }.split(separator: " ").last.flatMap { Int($0) })
    return try specification.elaborate(name, options: options, as: Int.self).graph
  }

  @Test("outputs within 1e-5 of PyTorch's, 1e-4 by Winograd's method", arguments: names, InstructionSet.here)
  func outputs(_ name: String, _ isa: InstructionSet) throws {
    let graph = try Self.graph(name)
    var numbers = Numbers(try Data(contentsOf: Self.folder.appendingPathComponent("\(name).f32")))

    // What has numbers, and how many of each kind, is what the runtime would make up for itself.
    var weights = NamedWeights()
    for node in graph.nodes.indices {
      let shape = GeneratedWeights().weights(ofNode: node, in: graph)
      var own = LayerWeights()
      own.weights = numbers.next(shape.weights.count)
      own.bias = numbers.next(shape.bias.count)
      own.scale = numbers.next(shape.scale.count)
      own.shift = numbers.next(shape.shift.count)
      own.mean = numbers.next(shape.mean.count)
      own.variance = numbers.next(shape.variance.count)
      weights.layers[graph.nodes[node].name] = own
    }
    let input = numbers.next(try graph.nodes[0].output.elements())
    let output = graph.nodes[graph.outputs[0].node].output
    let expected = numbers.next(try output.elements())
    #expect(numbers.isAtEnd)
    for isExact in [true, false] {
      let plan = try Planner.plan(
        graph, weights: weights, kernels: Kernels(isa), winograd: isExact ? .never : .modelled)
      if name == "winograd" { #expect(plan.usesWinograd == !isExact) }
      let values = Executor(plan, threads: 2).run([input])[0]
      let distance = NetworkCheck.distance(values, expected)
      #expect(distance <= (plan.usesWinograd ? 1e-4 : 1e-5), "\(distance)")
    }
    let reference = try ReferenceExecutor(graph, weights: weights, inputs: [input])
    #expect(NetworkCheck.distance(reference.tensors[graph.outputs[0].node].values, expected) <= 1e-6)
  }

  private struct Numbers {
    private var rest: Data

    init(_ data: Data) { rest = data }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func next(_ count: Int) -> [Float] {
      let values = rest.prefix(4 * count).withUnsafeBytes { bytes in
        (0..<(bytes.count / 4)).map {
          Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
        }
      }
      rest = rest.dropFirst(4 * count)
      return values
    }
  }
}
