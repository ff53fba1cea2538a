import ArchAlgebra
import ArchIR
import ArchONNX
import Testing

@Suite("Shape arithmetic")
struct FoldingTests {
  private func output(_ options: ImportOptions = .init(), _ build: (inout ModelWriter) -> Void) throws -> Shape<Expr> {
    let model = try ModelWriter.build(build).file().imported(options)
    #expect(model.omissions.isEmpty, "\(model.omissions)")
    return model.graph.nodes[model.graph.outputs[0].node].output
  }

  /// `view(x.size(0), -1)` as it was exported for years: Shape, Gather, Unsqueeze, Concat, Reshape.
  private func view(_ writer: inout ModelWriter) {
    writer.input("x", ["N", 3, "H", "W"])
    writer.integers("zero", [0], scalar: true)
    writer.integers("axes", [0])
    writer.integers("rest", [-1])
    writer.node("Shape", ["x"], ["s"])
    writer.node("Gather", ["s", "zero"], ["n"], integers: ["axis": 0])
    writer.node("Unsqueeze", ["n", "axes"], ["n1"])
    writer.node("Concat", ["n1", "rest"], ["target"], integers: ["axis": 0])
    writer.node("Reshape", ["x", "target"], ["y"])
    writer.output("y")
  }

  @Test("a view is a reshape to closed forms")
  func symbolicView() throws {
    let shape = try output(.init(), view)
    let (n, h, w) = (Expr(Symbol("N")), Expr(Symbol("H")), Expr(Symbol("W")))
    #expect(try shape.extents == [n, Expr(3) * h * w])
  }

  @Test("with values it is a reshape to numbers")
  func numericView() throws {
    var options = ImportOptions()
    options.values = ["N": 2, "H": 5, "W": 7]
    #expect(try output(options, view).extents == [2, 105])
  }

  @Test("an upsampling to the size of another tensor, by way of division and multiplication")
  func resizeToSize() throws {
    let shape = try output {
      $0.input("x", [1, 8, "H", "W"])
      $0.integers("start", [2])
      $0.integers("end", [4])
      $0.integers("two", [2, 2])
      $0.integers("channels", [1, 8])
      $0.node("Shape", ["x"], ["s"])
      $0.node("Slice", ["s", "start", "end"], ["hw"])
      $0.node("Mul", ["hw", "two"], ["target"])
      $0.node("Concat", ["channels", "target"], ["sizes"], integers: ["axis": 0])
      $0.node("Resize", ["x", "", "", "sizes"], ["y"])
      $0.output("y")
    }
    #expect(try shape.extents == [1, 8, Expr(2) * Expr(Symbol("H")), Expr(2) * Expr(Symbol("W"))])
  }

  @Test("expanding with −1, as PyTorch writes it: ConstantOfShape, Mul, Equal, Where")
  func expand() throws {
    let shape = try output {
      $0.input("x", ["N", 1, 16])
      $0.integers("minus", [-1])
      $0.integers("target", [-1, 10, -1])
      $0.integers("rank", [3])
      $0.node("ConstantOfShape", ["rank"], ["ones0"])
      $0.node("Cast", ["ones0"], ["zeros"], integers: ["to": 7])
      $0.integers("one", [1])
      $0.node("Add", ["zeros", "one"], ["ones"])
      $0.node("Equal", ["target", "minus"], ["open"])
      $0.node("Where", ["open", "ones", "target"], ["shape"])
      $0.node("Expand", ["x", "shape"], ["y"])
      $0.output("y")
    }
    #expect(shape.extents == [Expr(Symbol("N")), 10, 16])
  }

  @Test(
    "slices by NumPy's rules",
    arguments: [
      (0, 4, 1, 4), (1, 100, 1, 9), (-3, 1 << 62, 1, 3), (0, -1, 2, 5), (5, 2, 1, 0), (-1, -(1 << 62), -1, 10),
      (8, 1, -3, 3),
    ])
  func slices(start: Int, end: Int, step: Int, count: Int) throws {
    let shape = try output {
      $0.input("x", [1, 3, 10, 4])
      $0.integers("s", [start])
      $0.integers("e", [end])
      $0.integers("a", [2])
      $0.integers("p", [step])
      $0.node("Slice", ["x", "s", "e", "a", "p"], ["y"])
      $0.output("y")
    }
    #expect(shape.extents == [1, 3, Expr(count), 4])
  }

  @Test("slices of an open extent: to its end, from its end, all of it backwards")
  func openSlices() throws {
    let h = Expr(Symbol("H"))
    for (start, end, step, expected) in [
      (1, 1 << 62, 1, try h - Expr(1)), (0, -1, 1, try h - Expr(1)), (-1, -(1 << 62), -1, h), (0, 1 << 62, 1, h),
    ] {
      let shape = try output {
        $0.input("x", [1, 3, "H", 4])
        $0.integers("s", [start])
        $0.integers("e", [end])
        $0.integers("a", [2])
        $0.integers("p", [step])
        $0.node("Slice", ["x", "s", "e", "a", "p"], ["y"])
        $0.node("Relu", ["y"], ["z"])
        $0.output("z")
      }
      #expect(shape.extents[2] == expected)
    }
  }

  @Test("what cannot be inferred is said with the node, and what the file declares is believed")
  func declared() throws {
    let model = try ModelWriter.build {
      $0.input("x", [1, 3, 8, 8])
      $0.input("target", [2])
      $0.node("Reshape", ["x", "target"], ["y"], name: "view")
      $0.node("Relu", ["y"], ["z"])
      $0.output("y", [3, 64])
      $0.output("z")
    }.file().imported()
    #expect(model.omissions.map(\.name) == ["view"])
    #expect(model.graph.nodes.last?.output.extents == [3, 64])
  }
}
