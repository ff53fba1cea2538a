import ArchCost
import ArchIR
import Testing
import TestSupport

/// The layers of a network against those that ran in PyTorch and Keras: each kind as often, with all its attributes.
@Suite struct ZooLayerTests {
  struct Trace: CustomTestStringConvertible {
    var measured, network, bindings: String
    /// How often each layer ran, by its cells.
    var layers: [String: Int] = [:]

    var testDescription: String { "\(network) \(bindings) as \(measured)" }

    static let all: [Trace] = {
      var traces: [Trace] = []
      let table = try! Fixture("zoo-layers.tsv")
      for cells in table.rows {
        let trace = Trace(measured: cells["measured"]!, network: cells["network"]!, bindings: cells["bindings"]!)
        if traces.last?.testDescription != trace.testDescription { traces.append(trace) }
        let layer = table.columns.dropFirst(4).map { cells[$0] ?? "" }.joined(separator: " ")
        traces[traces.count - 1].layers[layer] = Int(cells["times"]!)!
      }
      return traces
    }()
  }

  @Test(arguments: Trace.all) func layersAsMeasured(_ trace: Trace) throws {
    let analysis = try Analysis(Zoo.elaborate(trace.network, trace.bindings, as: Int.self).graph)
    let layers = try Self.layers(of: analysis)
    for (layer, times) in trace.layers where layers[layer] != times {
      Issue.record("\(layer): \(layers[layer] ?? 0) times here, \(times) times there")
    }
    #expect(layers.values.reduce(0, +) == trace.layers.values.reduce(0, +))
  }

  @Test func theTracesAreThere() {
    #expect(Trace.all.count == 39)
    #expect(Trace.all.map { $0.layers.values.reduce(0, +) }.reduce(0, +) > 6000)
  }

  /// What moves tensors without working on them is left out; explicit padding is added to that of the layer after it.
  private static func layers(of analysis: Analysis<Int>) throws -> [String: Int] {
    let graph = analysis.graph
    var layers: [String: Int] = [:]
    var pending = [0, 0, 0, 0]
    for index in graph.layers {
      let node = graph.nodes[index]
      guard let first = node.inputs.first else { continue }
      var input = graph.nodes[first].output
      if case .padding(let padding) = node.op {
        pending = padding.sides
        continue
      }
      if input.rank == 4, pending != [0, 0, 0, 0] {
        input.extents[2] -= pending[0] + pending[2]
        input.extents[3] -= pending[1] + pending[3]
      }
      guard let cells = row(node, from: input, pending: pending, cost: analysis.costs[index]) else { continue }
      pending = [0, 0, 0, 0]
      layers[cells.joined(separator: " "), default: 0] += 1
    }
    return layers
  }

  private static func row(
    _ node: Node<Int>, from input: Shape<Int>, pending: [Int], cost: Cost<Int>
  ) -> [String]? {
    func list(_ values: [Int]) -> String { values.map(String.init).joined(separator: ",") }
    func shape(_ shape: Shape<Int>) -> String { shape.extents.dropFirst().map(String.init).joined(separator: "x") }
    let none = ["", "", "", "", "", ""]
    let costs = [String((try? cost.parameters.trainable) ?? -1), String((try? cost.macs) ?? -1)]
    switch node.op {
    case .convolution(let c):
      let padding = zip(c.padding.sides, pending).map { $0 + $1 }
      return [
        "conv", shape(input), shape(node.output), list(c.kernel), list(c.stride), list(padding), list(c.dilation),
      ]
        + [String(c.groups), String(c.hasBias)] + costs
    case .linear(let linear):
      return ["linear", shape(input), shape(node.output)] + none.dropLast() + [String(linear.hasBias)] + costs
    case .normalization: return [node.op.name, shape(input), shape(node.output)] + none + costs
    case .pool(let pool):
      return [node.op.name, shape(input), shape(node.output), list(pool.kernel), list(pool.stride)] + none.dropLast(2)
        + costs
    case .adaptivePool: return ["adaptiveavgpool", shape(input), ""] + none + costs
    case .activation(.softmax), .activation(.identity): return nil
    case .activation, .add: return [node.op.name, "", shape(node.output)] + none + costs
    default: return nil
    }
  }
}
