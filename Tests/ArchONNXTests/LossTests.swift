import ArchIR
import ArchRuntime
import Testing

@testable import ArchONNX

/// What is said to be counted and not run, held against what the lowering makes and the runtime runs.
@Suite("Losses")
struct LossTests {
  private static let names = Set(LoweringTable.operators.keys).union(LoweringTable.extensions.keys).sorted()

  /// One operator of a file: its layers in the graph, whether they run, and what is said to be lost of it.
  private struct Probe {
    var name: String
    var ops: [Op<Int>]
    var runs: Bool
    var loss: String?
  }

  /// Operators that take one of a few kinds of input; the others need shapes and weights of their own.
  private static let probes = names.compactMap { name in
    let candidates = [["x"], ["x", "x"], ["x", "x", "x"], ["x", "w"], ["x", "v", "v", "v", "v"]]
    return candidates.lazy.compactMap { probe(name, $0) }.first
  }

  private static func probe(_ name: String, _ inputs: [String]) -> Probe? {
    let model = try? ModelWriter.build {
      $0.input("x", [1, 4, 4, 4])
      $0.weight("w", [4, 4, 2, 2])
      $0.weight("v", [4])
      $0.node(
        name, inputs, ["y"], domain: LoweringTable.extensions[name] == nil ? "" : "com.microsoft",
        integers: ["blocksize": 2, "to": 1], lists: ["kernel_shape": [2, 2]])
      $0.output("y")
    }.file().imported()
    guard let model, model.omissions.isEmpty, let graph = try? model.numbers() else { return nil }
    return Probe(
      name: name, ops: graph.nodes.dropFirst().map(\.op),
      runs: (try? Planner.plan(graph, weights: GeneratedWeights())) != nil,
      loss: model.details.values.compactMap(\.loss).first)
  }

  @Test("each operator that is said to lose something is one that is read, and is said once")
  func names() {
    #expect(Set(Losses.always.keys).isDisjoint(with: Losses.rules.keys))
    #expect(Set(Losses.always.keys).union(Losses.rules.keys).isSubset(of: Self.names))
    #expect(Self.probes.count > 100)
  }

  @Test("what runs without a loss is no other operator's graph, and what cannot run is a loss")
  func told() {
    // Two names of the same sum, and of the same normalisation.
    let synonyms: Set = ["Sum", "SimplifiedLayerNormalization"]
    let faithful = Self.probes.filter { $0.loss == nil && !synonyms.contains($0.name) }
    for (graph, probes) in Dictionary(grouping: faithful, by: \.ops) {
      #expect(probes.count == 1, "\(probes.map(\.name)) are all \(graph)")
    }
    // The graph says all of it; only a kernel is missing.
    #expect(faithful.filter { !$0.runs }.map(\.name) == ["SpaceToDepth"])
  }

  @Test("tensors that a node makes and no file stores are a loss, unless they change nothing")
  func made() throws {
    func loss(_ op: String, _ tensors: [(name: String, extents: [Int])]) throws -> String? {
      let model = try ModelWriter.build {
        $0.input("x", [1, 4, 4, 4])
        for (name, extents) in tensors {
          guard name == "zeros" else {
            $0.weight(name, extents)
            continue
          }
          $0.integers("shape", extents)
          // Without a value it is zeros.
          $0.node("ConstantOfShape", ["shape"], ["zeros"])
        }
        $0.node(op, ["x"] + tensors.map(\.name), ["y"])
        $0.output("y")
      }.file().imported()
      #expect(model.omissions.isEmpty && model.graph.nodes.count == 2)
      return model.details[1]?.loss
    }
    #expect(try loss("Conv", [("zeros", [4, 4, 3, 3])]) == "its weight is computed, not stored")
    #expect(try loss("InstanceNormalization", [("zeros", [4]), ("v", [4])]) == "its scale is computed, not stored")
    #expect(try loss("InstanceNormalization", [("v", [4]), ("zeros", [4])]) == nil)
    #expect(try loss("Conv", [("w", [4, 4, 3, 3]), ("zeros", [4])]) == nil)
  }

  @Test("slopes of columns, and factors that make no integer of an extent, are a loss")
  func shapes() throws {
    func loss(_ build: (inout ModelWriter) -> Void) throws -> String? {
      let model = try ModelWriter.build {
        $0.input("x", [1, 4, 6, 9])
        build(&$0)
        $0.output("y")
      }.file().imported()
      #expect(model.omissions.isEmpty)
      return model.details.values.compactMap(\.loss).first
    }
    for (slopes, isLost) in [([4, 1, 1], false), ([1], false), ([9], true), ([6, 1], true), ([4, 6, 9], true)] {
      let found = try loss {
        $0.weight("s", slopes)
        $0.node("PRelu", ["x", "s"], ["y"])
      }
      #expect((found != nil) == isLost, "\(slopes)")
    }
    for (factors, isLost) in [
      ([1, 1, 2, 2], false), ([1, 1, 1.5, 2], false), ([1, 1, 1.5, 1.5], true), ([1, 1, 1, 1.0625], true),
    ]
      as [([Float], Bool)]
    {
      let found = try loss {
        $0.made("factors", factors)
        $0.node("Resize", ["x", "", "factors"], ["y"], texts: ["mode": "linear"])
      }
      #expect((found != nil) == isLost, "\(factors)")
    }
  }

  @Test("what is always a loss cannot run, or is counted as another operator")
  func lost() {
    let faithful = Set(Self.probes.filter { $0.loss == nil }.map(\.ops))
    let superfluous = Self.probes.filter { Losses.always[$0.name] != nil && $0.runs && !faithful.contains($0.ops) }
    // Counted as the normalisation over the channels, which exporters write in pieces.
    #expect(superfluous.map(\.name) == ["MeanVarianceNormalization"])
  }
}
