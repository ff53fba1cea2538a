import ArchAlgebra
import ArchCost
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

  /// Rows of `groups` normalised by themselves, then factors and shifts, as PyTorch writes them.
  private func groups(_ writer: inout ModelWriter, _ groups: Int = 2, ones: Float = 1, isReadElsewhere: Bool = false) {
    writer.input("x", [1, 6, 4, 4])
    writer.integers("rows", [1, groups, -1])
    writer.integers("whole", [1, 6, 4, 4])
    writer.weight("factors", [6, 1, 1])
    writer.weight("shifts", [6, 1, 1])
    writer.made("ones", Array(repeating: ones, count: groups))
    writer.made("zeros", Array(repeating: 0, count: groups))
    writer.node("Reshape", ["x", "rows"], ["a"], name: "/norm/Reshape")
    writer.node("InstanceNormalization", ["a", "ones", "zeros"], ["b"], floats: ["epsilon": 0.25])
    writer.node("Reshape", ["b", "whole"], ["c"], name: "/norm/Reshape_1")
    writer.node("Mul", ["factors", "c"], ["d"], name: "/norm/Mul")
    writer.node("Add", ["d", "shifts"], ["y"], name: "/norm/Add")
    writer.output("y")
    guard isReadElsewhere else { return }
    writer.node("Relu", ["d"], ["z"])
    writer.output("z")
  }

  @Test("a normalisation over groups, with its factors, shifts and epsilon; not where its rows are no groups")
  func groupNormalization() throws {
    let model = try ModelWriter.build { groups(&$0) }.file().imported()
    #expect(model.graph.nodes.map(\.op) == [.input, .normalization(Normalization(kind: .group, groups: 2))])
    #expect(model.graph.nodes[1].name == "norm.groupnorm")
    #expect(model.tensors[1]?.mapValues(\.name) == [.scale: "factors", .shift: "shifts"])
    #expect(model.details[1]?.epsilon == 0.25 && model.details[1]?.loss == nil)
    // What is read besides is no piece.
    let read = try ModelWriter.build { groups(&$0, isReadElsewhere: true) }.file().imported()
    let factors = Normalization<Expr>(kind: .group, hasShift: false, groups: 2)
    #expect(read.graph.nodes[1].op == .normalization(factors))
    #expect(read.graph.nodes.dropFirst(2).map(\.op.name).sorted() == ["add", "parameter", "relu"])
    // Four rows of six channels are a channel and a half each; factors of the rows are not those of channels.
    let rows = ["input", "reshape", "groupnorm", "reshape", "scale", "parameter", "add"]
    #expect(try names { groups(&$0, 4) } == rows)
    #expect(try names { groups(&$0, ones: 2) } == rows)
  }

  @Test("factors of one and shifts of zero after a normalisation over groups are none")
  func plainGroupNormalization() throws {
    for (factor, shift, expected) in [
      (1, 0, ["input", "groupnorm"]), (1, 3, ["input", "groupnorm", "constant", "add"]),
    ] as [(Float, Float, [String])] {
      let found = try names {
        $0.input("x", [1, 6, 4, 4])
        $0.integers("rows", [1, 3, -1])
        $0.integers("whole", [1, 6, 4, 4])
        $0.made("ones", [1, 1, 1])
        $0.made("zeros", [0, 0, 0])
        $0.made("factor", [factor], extents: [1, 1, 1])
        $0.made("shift", [shift], extents: [1, 1, 1])
        $0.node("Reshape", ["x", "rows"], ["a"])
        $0.node("InstanceNormalization", ["a", "ones", "zeros"], ["b"])
        $0.node("Reshape", ["b", "whole"], ["c"])
        $0.node("Mul", ["c", "factor"], ["d"])
        $0.node("Add", ["d", "shift"], ["y"])
        $0.output("y")
      }
      #expect(found == expected)
    }
  }

  /// Layers in pieces, of x, and what the tensor is called after which something else reads it too.
  private static let inPieces: [(name: String, after: String, build: @Sendable (inout ModelWriter) -> Void)] = {
    @Sendable func rows(_ writer: inout ModelWriter) {
      writer.made("ones", [1, 1])
      writer.made("zeros", [0, 0])
      writer.node("Reshape", ["x", "rows"], ["a"])
      writer.node("InstanceNormalization", ["a", "ones", "zeros"], ["b"])
      writer.node("Reshape", ["b", "whole"], ["c"])
    }
    return [
      ("groupnorm", "a", rows), ("groupnorm", "b", rows),
      (
        "groupnorm", "c",
        {
          rows(&$0)
          $0.node("Mul", ["c", "factors"], ["y"])
        }
      ),
      (
        "groupnorm", "c",
        {
          rows(&$0)
          $0.node("Add", ["factors", "c"], ["y"])
        }
      ),
      (
        "shuffle", "a",
        {
          $0.node("Reshape", ["x", "split"], ["a"])
          $0.node("Transpose", ["a"], ["b"], lists: ["perm": [0, 2, 1, 3, 4]])
          $0.node("Reshape", ["b", "whole"], ["y"])
        }
      ),
      (
        "layernorm", "b",
        {
          $0.weight("v", [6])
          $0.node("Transpose", ["x"], ["a"], lists: ["perm": [0, 2, 3, 1]])
          $0.node("LayerNormalization", ["a", "v", "v"], ["b"])
          $0.node("Transpose", ["b"], ["y"], lists: ["perm": [0, 3, 1, 2]])
        }
      ),
      (
        "silu", "a",
        {
          $0.node("Sigmoid", ["x"], ["a"])
          $0.node("Mul", ["x", "a"], ["y"])
        }
      ),
      (
        "conv", "a",
        {
          $0.weight("kernel", [6, 6, 1, 1])
          $0.node("Conv", ["x", "kernel"], ["a"])
          $0.node("Add", ["a", "factors"], ["y"])
        }
      ),
    ]
  }()

  @Test("what reads a piece under another name reads the piece", arguments: inPieces.indices)
  func otherNames(layer: Int) throws {
    let (name, after, build) = Self.inPieces[layer]
    func operators(_ alias: String?) throws -> [Op<Expr>] {
      let model = try ModelWriter.build {
        $0.input("x", [1, 6, 4, 4])
        $0.integers("rows", [1, 2, -1])
        $0.integers("split", [1, 2, 3, 4, 4])
        $0.integers("whole", [1, 6, 4, 4])
        $0.integers("none", [0, 0, 0, 0, 0, 0, 0, 0])
        $0.weight("factors", [6, 1, 1])
        build(&$0)
        switch alias {
        case "Pad"?: $0.node("Pad", [after, "none"], ["other"])
        case let alias?: $0.node(alias, [after], ["other"])
        case nil: break
        }
        if alias != nil { $0.node("Neg", ["other"], ["z"]) }
        $0.output(after == "c" || name != "groupnorm" ? "y" : "c")
        if alias != nil { $0.output("z") }
      }.file().imported()
      #expect(model.omissions.isEmpty && model.graph.violations().isEmpty)
      return model.graph.nodes.map(\.op)
    }
    // Alone it is one layer; beside another reader of a piece, that piece is still there to be read.
    #expect(try operators(nil).count { $0.name == name } == 1)
    let whole = try operators(nil).count
    for alias in ["Identity", "Dropout"] + (after == "c" ? ["Pad"] : []) {
      #expect(try operators(alias).count > whole + 1, "\(alias)")
    }
  }

  @Test("parameters that layers share are counted once, and those that they do not share are not lost")
  func sharedParameters() throws {
    func weights(_ tensors: [(scale: String, shift: String)]) throws -> Int {
      let model = try ModelWriter.build {
        $0.input("x0", [1, 6, 4, 4])
        $0.integers("rows", [1, 2, -1])
        $0.integers("whole", [1, 6, 4, 4])
        $0.made("ones", [1, 1])
        $0.made("zeros", [0, 0])
        for name in Set(tensors.flatMap { [$0.scale, $0.shift] }).sorted() { $0.weight(name, [6, 1, 1]) }
        for (place, tensor) in tensors.enumerated() {
          $0.node("Reshape", ["x\(place)", "rows"], ["a\(place)"])
          $0.node("InstanceNormalization", ["a\(place)", "ones", "zeros"], ["b\(place)"])
          $0.node("Reshape", ["b\(place)", "whole"], ["c\(place)"])
          $0.node("Mul", ["c\(place)", tensor.scale], ["d\(place)"])
          $0.node("Add", ["d\(place)", tensor.shift], ["x\(place + 1)"])
        }
        $0.output("x\(tensors.count)")
      }.file().imported()
      #expect(model.omissions.isEmpty && model.graph.violations().isEmpty)
      return try Analysis(try model.numbers()).total.parameters.trainable
    }
    #expect(try weights([("v", "w")]) == 12)
    #expect(try weights([("v", "w"), ("v", "w")]) == 12)
    #expect(try weights([("v", "w"), ("u", "w")]) == 18)
    #expect(try weights([("v", "w"), ("v", "u")]) == 18)
    #expect(try weights([("v", "w"), ("w", "v")]) == 12)
    #expect(try weights([("v", "v")]) == 6)
  }

  @Test("channels that are gathered in another order are permuted, a run of them is a slice, and others are gathered")
  func gatheredChannels() throws {
    func op(_ order: [Int]) throws -> (op: Op<Expr>, loss: String?) {
      let model = try ModelWriter.build {
        $0.input("x", [1, 4, 4, 4])
        $0.integers("order", order)
        $0.node("Gather", ["x", "order"], ["y"], integers: ["axis": 1])
        $0.output("y")
      }.file().imported()
      return (model.graph.nodes.last!.op, model.details[model.graph.nodes.count - 1]?.loss)
    }
    #expect(try op([3, -2, 1, 0]) == (.permutation(.explicit([3, 2, 1, 0])), nil))
    #expect(try op([1, 2]) == (.slice(Slice(start: 1, count: 2)), nil))
    for other in [[0, 0, 1, 2], [3, 1], [3, 2, 1, 0, 3]] {
      let (op, loss) = try op(other)
      #expect(op.name == "gather" && loss != nil)
    }
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
