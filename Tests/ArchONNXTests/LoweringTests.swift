import ArchAlgebra
import ArchCost
import ArchIR
import ArchONNX
import Testing

@Suite("Operators of ONNX")
struct LoweringTests {
  private func imported(_ options: ImportOptions = .init(), _ build: (inout ModelWriter) -> Void) throws
    -> ImportedModel
  {
    let model = try ModelWriter.build(build).file().imported(options)
    #expect(model.graph.violations().isEmpty)
    return model
  }

  private func total(_ build: (inout ModelWriter) -> Void) throws -> Cost<Int> {
    let model = try imported(.init(), build)
    #expect(model.omissions.isEmpty, "\(model.omissions)")
    return try Analysis(try model.numbers()).total
  }

  @Test("convolutions over one and three extents")
  func otherRanks() throws {
    let one = try total {
      $0.input("x", [1, 4, 100])
      $0.weight("w", [8, 4, 5])
      $0.node("Conv", ["x", "w"], ["y"], lists: ["strides": [2]])
      $0.output("y")
    }
    #expect(one.parameters.weights == 160)
    #expect(try one.macs == 160 * 48)
    let three = try total {
      $0.input("x", [1, 4, 8, 9, 10])
      $0.weight("w", [6, 2, 3, 3, 3])
      $0.weight("b", [6])
      $0.node("Conv", ["x", "w", "b"], ["y"], integers: ["group": 2], lists: ["pads": [1, 1, 1, 1, 1, 1]])
      $0.output("y")
    }
    #expect(try three.macs == 6 * 2 * 27 * 720)
    #expect(three.parameters.biases == 6)
  }

  @Test("padding of the same size, above and below", arguments: ["SAME_UPPER", "SAME_LOWER"])
  func samePadding(mode: String) throws {
    let model = try imported {
      $0.input("x", [1, 3, 224, 15])
      $0.weight("w", [8, 3, 3, 4])
      $0.node("Conv", ["x", "w"], ["y"], lists: ["strides": [2, 2]], texts: ["auto_pad": mode])
      $0.output("y")
    }
    guard case .convolution(let convolution) = try model.numbers().nodes.last!.op else { return #expect(Bool(false)) }
    // 112 and 8 outputs need (111·2 + 3 − 224) = 1 and (7·2 + 4 − 15) = 3 more elements.
    #expect(
      convolution.padding
        == (mode == "SAME_UPPER" ? Padding(before: [0, 1], after: [1, 2]) : Padding(before: [1, 2], after: [0, 1])))
    #expect(try model.numbers().nodes.last!.output == Shape([1, 8, 112, 8]))
  }

  @Test("a matrix product with a stored matrix is a linear layer, and an addition of a vector its bias")
  func linear() throws {
    let model = try imported {
      $0.input("x", [2, 7, 16])
      $0.weight("encoder.fc.weight", [16, 24])
      $0.weight("encoder.fc.bias", [24])
      $0.node("MatMul", ["x", "encoder.fc.weight"], ["a"])
      $0.node("Add", ["encoder.fc.bias", "a"], ["y"])
      $0.output("y")
    }
    let cost = try Analysis(try model.numbers()).total
    #expect(cost.parameters.weights == 384)
    #expect(cost.parameters.biases == 24)
    #expect(try cost.macs == 2 * 7 * 384)
    #expect(model.graph.nodes.last?.name == "encoder.fc")
    #expect(model.tensors[1]?[.bias]?.name == "encoder.fc.bias")
  }

  @Test("an addition to what is read twice is no bias")
  func noBias() throws {
    let cost = try total {
      $0.input("x", [2, 16])
      $0.weight("w", [16, 24])
      $0.weight("b", [24])
      $0.node("MatMul", ["x", "w"], ["a"])
      $0.node("Add", ["a", "b"], ["y"])
      $0.output("y")
      $0.output("a")
    }
    #expect(cost.parameters.biases == 0)
    #expect(cost.parameters.weights == 384 + 24)
  }

  @Test("attention: products of computed tensors, softmax over the last axis, layer normalisation")
  func attention() throws {
    let cost = try total {
      $0.input("q", [1, 4, 10, 16])
      $0.input("k", [1, 4, 10, 16])
      $0.input("v", [1, 4, 10, 16])
      $0.weight("g", [16])
      $0.weight("b", [16])
      $0.node("Transpose", ["k"], ["kt"], lists: ["perm": [0, 1, 3, 2]])
      $0.node("MatMul", ["q", "kt"], ["s"])
      $0.node("Softmax", ["s"], ["p"], integers: ["axis": -1])
      $0.node("MatMul", ["p", "v"], ["o"])
      $0.node("LayerNormalization", ["o", "g", "b"], ["y"])
      $0.output("y")
    }
    #expect(try cost.macs == 4 * 10 * 10 * 16 * 2)
    #expect(cost.tally[.softmaxRows] == 40)
    #expect(cost.parameters.normalization == 32)
  }

  @Test(
    "einsum counts a product for every combination of indices",
    arguments: [
      ("bhid,bhjd->bhij", 2 * 3 * 5 * 5 * 7), ("...id,...jd->...ij", 2 * 3 * 5 * 5 * 7),
      ("bhid,bhjd", 2 * 3 * 5 * 5 * 7),
    ])
  func einsum(equation: String, macs: Int) throws {
    let cost = try total {
      $0.input("a", [2, 3, 5, 7])
      $0.input("b", [2, 3, 5, 7])
      $0.node("Einsum", ["a", "b"], ["y"], texts: ["equation": equation])
      $0.output("y")
    }
    #expect(try cost.macs == macs)
  }

  @Test("recurrent layers", arguments: [("LSTM", 4), ("GRU", 3), ("RNN", 1)])
  func recurrent(op: String, gates: Int) throws {
    let cost = try total {
      $0.input("x", [20, 2, 32])
      $0.weight("w", [2, gates * 48, 32])
      $0.weight("r", [2, gates * 48, 48])
      $0.weight("b", [2, 2 * gates * 48])
      $0.node(
        op, ["x", "w", "r", "b"], ["y", "h"], integers: ["hidden_size": 48], texts: ["direction": "bidirectional"])
      $0.output("y")
    }
    #expect(cost.parameters.weights == 2 * gates * 48 * (32 + 48))
    #expect(cost.parameters.biases == 2 * 2 * gates * 48)
    #expect(try cost.macs == 40 * 2 * gates * 48 * 80)
  }

  @Test("a weight that two convolutions use counts once")
  func sharedWeights() throws {
    let cost = try total {
      $0.input("x", [1, 8, 16, 16])
      $0.input("y", [1, 8, 8, 8])
      $0.weight("w", [8, 8, 3, 3])
      $0.node("Conv", ["x", "w"], ["a"])
      $0.node("Conv", ["y", "w"], ["b"])
      $0.output("a")
      $0.output("b")
    }
    #expect(cost.parameters.weights == 576)
    #expect(try cost.macs == 576 * (14 * 14 + 6 * 6))
  }

  @Test("quantised models count like those they were made of")
  func quantized() throws {
    let cost = try total {
      $0.input("x", [1, 8, 16, 16])
      $0.weight("w", [8, 8, 3, 3])
      $0.weight("s", [1])
      $0.weight("z", [1])
      $0.node("QuantizeLinear", ["x", "s", "z"], ["xq"])
      $0.node("DequantizeLinear", ["xq", "s", "z"], ["xd"])
      $0.node("DequantizeLinear", ["w", "s", "z"], ["wd"])
      $0.node("Conv", ["xd", "wd"], ["a"])
      $0.node("QLinearConv", ["xq", "s", "z", "w", "s", "z", "s", "z"], ["b"])
      $0.output("a")
      $0.output("b")
    }
    #expect(cost.parameters.weights == 576)
    #expect(try cost.macs == 2 * 576 * 14 * 14)
  }

  @Test("x · σ(x) is one activation, and a gate that is computed otherwise is not")
  func gates() throws {
    let cost = try total {
      $0.input("x", [1, 4, 8, 8])
      $0.node("Sigmoid", ["x"], ["s"])
      $0.node("Mul", ["x", "s"], ["y"])
      $0.node("GlobalAveragePool", ["y"], ["g"])
      $0.node("Sigmoid", ["g"], ["t"])
      $0.node("Mul", ["y", "t"], ["z"])
      $0.output("z")
    }
    #expect(cost.tally[.silu] == 256)
    #expect(cost.tally[.sigmoid] == 4)
    #expect(cost.tally[.multiplications] == 256)
  }

  @Test("a learned tensor among computed ones is a parameter, and a single number is not")
  func storedOperands() throws {
    let cost = try total {
      $0.input("x", [1, 10, 16])
      $0.weight("position", [1, 10, 16])
      $0.weight("half", [1])
      $0.node("Add", ["x", "position"], ["a"])
      $0.node("Mul", ["a", "half"], ["y"])
      $0.output("y")
    }
    #expect(try cost.parameters.trainable == 160)
    #expect(cost.tally[.multiplications] == 160)
  }

  @Test("both branches of a condition count once, and so does the body of a loop")
  func control() throws {
    let model = try imported {
      $0.input("x", [1, 3, 8, 8])
      $0.input("c", [1])
      $0.integers("n", [5], scalar: true)
      $0.weight("w", [4, 3, 3, 3])
      $0.node(
        "If", ["c"], ["y"],
        graphs: [
          "then_branch": {
            $0.node("Conv", ["x", "w"], ["t"]); $0.output("t")
          },
          "else_branch": {
            $0.node("Conv", ["x", "w"], ["e"]); $0.output("e")
          },
        ])
      $0.node(
        "Loop", ["n", "", "y"], ["z"],
        graphs: [
          "body": {
            $0.input("i", []); $0.input("k", []); $0.input("state", [])
            $0.node("Relu", ["state"], ["next"])
            $0.node("Identity", ["k"], ["go"])
            $0.output("go")
            $0.output("next")
          }
        ])
      $0.output("z")
    }
    #expect(model.omissions.isEmpty, "\(model.omissions)")
    #expect(model.remarks.contains { $0.contains("both are counted once") })
    #expect(model.remarks.contains { $0.contains("at most 5 times") })
    let cost = try Analysis(try model.numbers()).total
    #expect(try cost.macs == 2 * 4 * 27 * 36)
    #expect(cost.tally[.relu] == 4 * 36)
    #expect(cost.parameters.weights == 108)
  }

  @Test(
    "factors and shifts that nodes make are parameters where they are not ones and zeros",
    arguments: ["BatchNormalization", "InstanceNormalization", "LayerNormalization"], [true, false])
  func madeFactors(_ op: String, _ isPlain: Bool) throws {
    let count = op == "BatchNormalization" ? 4 : 2
    let model = try ModelWriter.build {
      $0.input("x", [1, 2, 4, 2])
      $0.made("scale", isPlain ? [1, 1] : [1, 2])
      $0.made("shift", isPlain ? [0, 0] : [3, 0])
      for name in ["mean", "variance"].prefix(count - 2) { $0.weight(name, [2]) }
      $0.node(op, ["x"] + ["scale", "shift", "mean", "variance"].prefix(count), ["y"])
      $0.output("y")
    }.file().imported()
    let total = try Analysis(model.graph).total
    #expect(try total.parameters.trainable == Expr(isPlain ? 0 : 4))
    #expect(model.details[1]?.loss == nil)
  }

  @Test("tensors that nodes make have no names: two of a shape are two") func unnamedConstants() throws {
    let model = try ModelWriter.build {
      $0.input("x", [1, 2])
      $0.made("", [1, 2], named: "first")
      $0.made("", [3, 4], named: "second")
      $0.node("Sub", ["x", "first"], ["difference"])
      $0.node("Sub", ["difference", "second"], ["y"])
      $0.output("y")
    }.file().imported()
    let constants = model.graph.nodes.indices.filter { model.graph.nodes[$0].inputs.isEmpty }.dropFirst()
    #expect(constants.count == 2)
    #expect(try Analysis(model.graph).total.parameters.trainable == 4)
  }

  @Test("a tensor and its transpose are two operands, and its parameters count once") func transposes() throws {
    let model = try ModelWriter.build {
      $0.input("x", [100, 100])
      $0.weight("w", [100, 100])
      $0.node("Transpose", ["w"], ["t"])
      $0.node("MatMul", ["w", "x"], ["a"])
      $0.node("MatMul", ["t", "a"], ["y"])
      $0.output("y")
    }.file().imported()
    let products = model.graph.nodes.filter { $0.op.name == "matmul" }
    #expect(products.count == 2 && products[0].inputs[0] != products[1].inputs[0])
    #expect(try Analysis(model.graph).total.parameters.trainable == 10_000)
  }

  @Test("an output shape alone takes the odd row off the beginning, SAME_UPPER off the end")
  func outputShapes() throws {
    for (mode, before) in [("NOTSET", 1), ("SAME_UPPER", 0), ("SAME_LOWER", 1)] {
      let model = try ModelWriter.build {
        $0.input("x", [1, 2, 3, 3])
        $0.weight("w", [2, 2, 3, 3])
        $0.node(
          "ConvTranspose", ["x", "w"], ["y"], lists: ["strides": [2, 2], "output_shape": [6, 6]],
          texts: ["auto_pad": mode])
        $0.output("y")
      }.file().imported()
      guard case .convolution(let convolution)? = model.graph.nodes.last?.op else { throw ModelError("no layer") }
      #expect(convolution.padding.before == [Expr(before), Expr(before)], "\(mode)")
      #expect(model.graph.nodes.last?.output.extents == [1, 2, 6, 6], "\(mode)")
    }
  }

  @Test("models of another opset than those that are read are refused", arguments: [1, 6]) func opsets(_ opset: Int)
    throws
  {
    var writer = ModelWriter()
    writer.opset = opset
    writer.input("x", [1, 2])
    writer.node("Relu", ["x"], ["y"])
    writer.output("y")
    let error = #expect(throws: ModelError.self) { try writer.file() }
    #expect(error?.message.contains("opset \(opset)") == true)
  }

  @Test("what a terminal would obey is spelled out in names") func controlCharacters() throws {
    let model = try ModelWriter.build {
      $0.input("x", [1, 2])
      $0.node("Relu", ["x"], ["y\u{1b}[31m\u{202e}\n"], name: "\u{1b}]0;é")
      $0.output("y\u{1b}[31m\u{202e}\n")
    }.file().imported()
    let names = model.graph.nodes.map(\.name) + model.graph.outputs.map { "\($0)" }
    #expect(
      names.allSatisfy { $0.unicodeScalars.allSatisfy { !["\u{1b}", "\u{202e}", "\n"].contains($0) } }, "\(names)")
  }
}
