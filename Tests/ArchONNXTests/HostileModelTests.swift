import ArchIR
import ArchONNX
import Testing

/// Files that contradict themselves, or ask for too much: each is an error that says where, or is listed as not counted.
@Suite("Hostile models")
struct HostileModelTests {
  private func failure(_ bytes: [UInt8]) throws -> ModelError {
    do {
      _ = try ModelFile(ModelBytes(bytes)).imported()
    } catch let error as ModelError {
      return error
    }
    Issue.record("the model was read")
    return ModelError("")
  }

  private func failure(_ build: (inout ModelWriter) -> Void) throws -> ModelError {
    try failure(ModelWriter.build(build).bytes)
  }

  @Test("an empty file, and one without a graph")
  func noGraph() throws {
    #expect(try failure([]).message.contains("empty"))
    #expect(try failure([0x08, 0x08]).message.contains("no graph"))
  }

  @Test("two nodes that make one tensor")
  func duplicateOutput() throws {
    let error = try failure {
      $0.input("x", [1, 3, 8, 8])
      $0.node("Relu", ["x"], ["y"], name: "first")
      $0.node("Relu", ["x"], ["y"], name: "second")
    }
    #expect(error.message.contains("'y'"))
    #expect(error.node == "second")
    #expect(error.offset != nil)
  }

  @Test("an initializer with the name of a node's tensor, and two initializers with one name")
  func duplicateInitializer() throws {
    #expect(
      try failure {
        $0.input("x", [1, 3, 8, 8])
        $0.weight("y", [3])
        $0.node("Relu", ["x"], ["y"])
      }.message.contains("'y'"))
    #expect(
      try failure {
        $0.weight("w", [3])
        $0.weight("w", [4])
      }.message.contains("'w'"))
  }

  @Test("a cycle")
  func cycle() throws {
    let error = try failure {
      $0.input("x", [1, 3, 8, 8])
      $0.node("Add", ["x", "b"], ["a"], name: "one")
      $0.node("Relu", ["a"], ["b"], name: "two")
    }
    #expect(error.message.contains("cycle"))
    #expect(error.node == "one")
  }

  @Test("nodes in another order than they run are put in order")
  func unsorted() throws {
    let model = try ModelWriter.build {
      $0.input("x", [1, 3, 8, 8])
      $0.node("Relu", ["a"], ["b"])
      $0.node("Sigmoid", ["x"], ["a"])
      $0.output("b")
    }.file().imported()
    #expect(model.graph.nodes.map(\.op.name) == ["input", "sigmoid", "relu"])
    #expect(model.graph.violations().isEmpty)
  }

  @Test("a tensor that nothing makes")
  func missingTensor() throws {
    let error = try failure {
      $0.input("x", [1, 3, 8, 8])
      $0.node("Add", ["x", "nowhere"], ["y"])
    }
    #expect(error.message.contains("nowhere"))
  }

  @Test(
    "external data outside the model's folder",
    arguments: ["../secret", "/etc/passwd", "a/../../b", "..", "", "a\\..\\b", "x\0y"])
  func externalData(location: String) throws {
    let error = try failure { $0.weight("w", [64, 64], location: location) }
    #expect(error.message.contains("outside the model's folder"), "\(error)")
  }

  @Test("extents whose product is no 64-bit number, and negative ones")
  func hugeExtents() throws {
    #expect(try failure { $0.weight("w", [1 << 40, 1 << 40]) }.message.contains("too large"))
    #expect(try failure { $0.weight("w", [-3]) }.message.contains("negative"))
    #expect(try failure { $0.weight("w", Array(repeating: 1, count: 100)) }.message.contains("64"))
  }

  @Test("costs that are no 64-bit number are an error of the analysis, not a trap")
  func hugeCost() throws {
    let model = try ModelWriter.build {
      $0.input("x", [1 << 40, 1 << 10, 1 << 20, 8])
      $0.weight("w", [1 << 20, 1 << 10, 3, 3])
      $0.node("Conv", ["x", "w"], ["y"])
      $0.output("y")
    }.file().imported()
    #expect(throws: (any Error).self) {
      let graph = try model.numbers()
      for node in graph.nodes { _ = try node.output.elements() }
    }
  }

  @Test("graphs within graphs without end")
  func nesting() throws {
    func nested(_ depth: Int) -> (inout ModelWriter) -> Void {
      { writer in
        guard depth > 0 else { return writer.node("Relu", ["x"], ["y"]) }
        writer.node("If", ["c"], ["y\(depth)"], graphs: ["then_branch": nested(depth - 1)])
      }
    }
    let error = try failure { writer in
      writer.input("x", [1, 3])
      writer.input("c", [1])
      nested(60)(&writer)
    }
    #expect(error.message.contains("nested"))
  }

  @Test("a function that calls itself, and functions that double")
  func functionBomb() throws {
    var model = ModelWriter.build {
      $0.input("x", [1, 3, 8, 8])
      $0.node("f0", ["x"], ["y"], domain: "local")
      $0.output("y")
    }.bytes
    var functions = WireEncoder()
    for index in 0..<40 {
      functions.message(ModelField.functions) { function in
        function.text(FunctionField.name, "f\(index)")
        function.text(FunctionField.domain, "local")
        function.text(FunctionField.input, "a")
        function.text(FunctionField.output, "c")
        for (input, output) in [("a", "b"), ("b", "c")] {
          function.message(FunctionField.node) {
            $0.text(NodeField.input, input)
            $0.text(NodeField.output, output)
            $0.text(NodeField.operatorType, "f\((index + 1) % 40)")
            $0.text(NodeField.domain, "local")
          }
        }
      }
    }
    model += functions.bytes
    let error = try failure(model)
    #expect(error.message.contains("nested") || error.message.contains("nodes"), "\(error)")
  }

  @Test("wrong attributes are listed with their nodes, and the rest is counted")
  func wrongAttributes() throws {
    let model = try ModelWriter.build {
      $0.input("x", [1, 3, 8, 8])
      $0.weight("w", [8, 3, 3, 3])
      $0.node("Conv", ["x", "w"], ["y"], lists: ["strides": [1]])
      $0.node("Conv", ["x", "w"], ["z"], lists: ["strides": [0, 1]])
      $0.node("Conv", ["x", "w"], ["v"], lists: ["pads": [1, 1, 1]])
      $0.node("Conv", ["x", "w"], ["u"], integers: ["group": 0])
      $0.node("MaxPool", ["x"], ["t"])
      $0.node("Concat", ["x", "x"], ["s"], integers: ["axis": 9])
      $0.node("Transpose", ["x"], ["r"], lists: ["perm": [0, 0, 1, 2]])
      $0.node("NoSuchThing", ["x"], ["q"])
      $0.node("Relu", ["q"], ["p"])
      $0.node("Conv", ["x", "w"], ["o"])
    }.file().imported()
    #expect(model.omissions.count == 9)
    #expect(!model.isComplete)
    #expect(model.omissions.allSatisfy { !$0.reason.isEmpty && !$0.name.isEmpty })
    #expect(model.graph.nodes.last?.op.name == "conv")
    #expect(model.graph.violations().isEmpty)
  }
}
