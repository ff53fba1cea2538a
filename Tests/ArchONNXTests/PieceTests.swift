import ArchAlgebra
import ArchIR
import ArchONNX
import Testing

/// Layers that exporters write in pieces, and pieces that are no such layer.
@Suite("Layers in pieces")
struct PieceTests {
  private func names(_ build: (inout ModelWriter) -> Void) throws -> [String] {
    let model = try ModelWriter.build(build).file().imported()
    #expect(model.omissions.isEmpty, "\(model.omissions)")
    #expect(model.graph.violations().isEmpty)
    return model.graph.nodes.map(\.op.name)
  }

  @Test("a hard sigmoid of ONNX's slope is the usual one of a scaled input")
  func hardSigmoid() throws {
    let model = try ModelWriter.build {
      $0.input("x", [1, 8, 4, 4])
      $0.node("HardSigmoid", ["x"], ["y"])
      $0.output("y")
    }.file().imported()
    #expect(model.graph.nodes.map(\.op.name) == ["input", "scaleby", "hardsigmoid"])
    // clip(x/5 + 1/2, 0, 1) = relu6(6x/5 + 3) / 6
    #expect(model.graph.nodes[1].op == .constantScale(try Rational(6, 5)))
    #expect(model.details.isEmpty)
  }

  /// Exchanged axes between two reshapes, the first of which something else reads or not.
  private func shuffle(_ writer: inout ModelWriter, isReadElsewhere: Bool) {
    writer.input("x", [1, 6, 4, 4])
    writer.integers("split", [1, 2, 3, 4, 4])
    writer.integers("whole", [1, 6, 4, 4])
    writer.node("Reshape", ["x", "split"], ["a"])
    writer.node("Transpose", ["a"], ["b"], lists: ["perm": [0, 2, 1, 3, 4]])
    writer.node("Reshape", ["b", "whole"], ["y"])
    writer.output("y")
    guard isReadElsewhere else { return }
    writer.node("Relu", ["a"], ["z"])
    writer.output("z")
  }

  @Test("a channel shuffle; not where something else reads a piece of it")
  func shuffle() throws {
    #expect(try names { shuffle(&$0, isReadElsewhere: false) } == ["input", "shuffle"])
    #expect(try names { shuffle(&$0, isReadElsewhere: true) } == ["input", "reshape", "transpose", "reshape", "relu"])
  }

  /// Channels put last, normalised, and put back.
  private func normalization(_ writer: inout ModelWriter, isReadElsewhere: Bool) {
    writer.input("x", [1, 6, 4, 4])
    writer.weight("norm.weight", [6])
    writer.weight("norm.bias", [6])
    writer.node("Transpose", ["x"], ["a"], lists: ["perm": [0, 2, 3, 1]])
    writer.node("LayerNormalization", ["a", "norm.weight", "norm.bias"], ["b"])
    writer.node("Transpose", ["b"], ["y"], lists: ["perm": [0, 3, 1, 2]])
    writer.output("y")
    guard isReadElsewhere else { return }
    writer.node("Relu", ["b"], ["z"])
    writer.output("z")
  }

  @Test("a normalisation over the channels keeps its tensors and its name")
  func layerNormalization() throws {
    let model = try ModelWriter.build { normalization(&$0, isReadElsewhere: false) }.file().imported()
    #expect(model.graph.nodes.map(\.op.name) == ["input", "layernorm"])
    #expect(model.graph.nodes[1].op == .normalization(Normalization(kind: .layer)))
    #expect(model.tensors[1]?.keys.sorted { $0.rawValue < $1.rawValue } == [.scale, .shift])
    #expect(model.graph.nodes[1].name == "norm")
    #expect(
      try names { normalization(&$0, isReadElsewhere: true) } == [
        "input", "transpose", "layernorm", "transpose", "relu",
      ])
  }

  @Test("zeros before and after the channels")
  func channelPadding() throws {
    let model = try ModelWriter.build {
      $0.input("x", [1, 6, 4, 4])
      $0.integers("pads", [0, 1, 0, 0, 0, 2, 0, 0])
      $0.node("Pad", ["x", "pads"], ["y"])
      $0.output("y")
    }.file().imported()
    #expect(model.graph.nodes[1].op == .channelPadding(ChannelPadding(before: 1, after: 2)))
  }

  @Test("a quantised recurrent layer has transposed weights")
  func quantizedRecurrence() throws {
    let model = try ModelWriter.build {
      $0.input("x", [7, 1, 10])
      $0.weight("w", [2, 10, 32])
      $0.weight("r", [2, 8, 32])
      $0.node("DynamicQuantizeLSTM", ["x", "w", "r"], ["y"], domain: "com.microsoft", integers: ["hidden_size": 8])
      $0.output("y")
    }.file().imported()
    #expect(model.omissions.isEmpty, "\(model.omissions)")
    #expect(model.graph.nodes[1].output == Shape([7, 2, 1, 8]))
  }
}
