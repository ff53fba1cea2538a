import ArchAlgebra
import ArchCost
import ArchIR
import Testing

@testable import ArchONNX

/// Tensors that nodes compute of stored ones: what counts is what is stored, once.
@Suite("Tensors that are computed of stored ones")
struct DerivedConstantTests {
  /// An input to which a tensor is added that nodes make of the 9×4 weight `w`.
  private func parameters(_ extents: [Any], _ build: (inout ModelWriter) -> Void) throws -> Expr {
    let model = try ModelWriter.build {
      $0.input("x", extents)
      $0.numbers("w", (0..<36).map { Float($0) / 8 }, extents: [9, 4])
      build(&$0)
      $0.output("y")
    }.file().imported()
    #expect(model.omissions.isEmpty, "\(model.omissions)")
    return try Analysis(model.graph).total.parameters.trainable
  }

  @Test("pieces count as what they have") func pieces() throws {
    let slices = try parameters([2, 2, 4]) {
      for (name, values) in [("0", [0]), ("2", [2]), ("5", [5])] { $0.integers(name, values) }
      $0.node("Slice", ["w", "0", "2", "0"], ["a"])
      $0.node("Slice", ["w", "2", "5", "0"], ["b"])
      $0.node("ReduceSum", ["b", "0"], ["c"])
      $0.node("Add", ["x", "a"], ["t"])
      $0.node("Add", ["t", "c"], ["y"])
    }
    // 2 rows of 4, and 3 more that are added up.
    #expect(slices == 20)
    let rows = try parameters([2, 4]) {
      for index in 0..<2 {
        $0.integers("\(index)", [index], scalar: true)
        $0.node("Gather", ["w", "\(index)"], ["row\(index)"])
      }
      $0.node("Sub", ["x", "row0"], ["t"])
      $0.node("Sub", ["t", "row1"], ["y"])
    }
    #expect(rows == 8)
    let all = try parameters([17, 4]) {
      for (name, values) in [("0", [0]), ("2", [2]), ("5", [5])] { $0.integers(name, values) }
      $0.node("Slice", ["w", "0", "5", "0"], ["a"])
      $0.node("Slice", ["w", "2", "5", "0"], ["b"])
      $0.node("Concat", ["a", "b", "w"], ["c"], integers: ["axis": 0])
      $0.node("Add", ["x", "c"], ["y"])
    }
    // Pieces that overlap have what is stored, and no more.
    #expect(all == 36)
  }

  @Test("a table that is read at more places than it has counts as the table", arguments: [5, 80])
  func tables(_ side: Int) throws {
    let count = try parameters([1, side, side, 4]) {
      $0.integers("index", (0..<(side * side)).map { $0 % 9 })
      $0.integers("shape", [side, side, 4])
      $0.node("Gather", ["w", "index"], ["rows"])
      $0.node("Reshape", ["rows", "shape"], ["table"])
      $0.node("Add", ["x", "table"], ["y"])
    }
    #expect(count == 36)
  }

  @Test("what is stretched over an open batch counts as it is stored") func stretched() throws {
    let count = try parameters(["N", 9, 4]) {
      $0.integers("ones", [1, 1])
      $0.integers("first", [0])
      $0.integers("one", [1])
      $0.node("Shape", ["x"], ["extents"])
      $0.node("Slice", ["extents", "first", "one"], ["batch"])
      $0.node("Concat", ["batch", "ones"], ["shape"], integers: ["axis": 0])
      $0.node("Expand", ["w", "shape"], ["rows"])
      $0.node("Add", ["x", "rows"], ["y"])
    }
    #expect(count == 36)
  }

  @Test("what is computed of several counts as all of them, each once", arguments: [3, 300]) func sums(_ width: Int)
    throws
  {
    let model = try ModelWriter.build {
      $0.input("x", [1, 5, 4])
      $0.weight("table", [5, 2])
      $0.weight("w1", [2, width])
      $0.weight("b1", [width])
      $0.weight("w2", [width, 4])
      $0.node("MatMul", ["table", "w1"], ["a"])
      $0.node("Add", ["a", "b1"], ["b"])
      $0.node("Relu", ["b"], ["c"])
      $0.node("MatMul", ["c", "w2"], ["d"])
      $0.node("Sigmoid", ["d"], ["e"])
      $0.node("Add", ["x", "d"], ["y1"])
      $0.node("Mul", ["y1", "e"], ["y2"])
      $0.node("MatMul", ["y2", "w3"], ["y"])
      $0.weight("w3", [4, 6])
      $0.output("y")
    }.file().imported()
    #expect(model.omissions.isEmpty, "\(model.omissions)")
    #expect(try Analysis(model.graph).total.parameters.trainable == Expr(10 + 7 * width + 24))
  }

  @Test("nodes that contradict themselves are not counted, and why is told") func contradictions() throws {
    let model = try ModelWriter.build {
      $0.input("x", [1, 6, 8, 8])
      $0.weight("w", [4, 6, 1, 1])
      $0.integers("parts", [1, 3])
      $0.node("Conv", ["x", "w"], ["a"], lists: ["kernel_shape": [3, 3]])
      $0.node("Split", ["x", "parts"], ["b", "c"], integers: ["axis": 1])
      $0.node("Add", ["x"], ["d"])
      $0.node("Mul", ["x", "x", "x"], ["e"])
      $0.node("Split", ["x"], [])
      $0.output("a")
    }.file().imported()
    let reasons = model.omissions.map(\.reason)
    #expect(
      reasons == [
        "it says that its kernel is 3×3, and its weight's is 1×1", "its parts have 4 and its input 6",
        "it has 1 operands instead of 2", "it has 3 operands instead of 2", "it has no outputs",
      ])
  }
}
