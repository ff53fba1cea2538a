import ArchAlgebra
import ArchCost
import ArchIR
import Testing
import TestSupport

/// Receptive fields against the inputs that an output really reads, found by following indices back.
@Suite struct ReceptiveFieldTests {
  struct Layer {
    var kernel, stride, padding, dilation: Int

    /// The positions of the input that some positions of the output read; padding counts as input.
    func inputs(of outputs: Set<Int>) -> Set<Int> {
      Set(outputs.flatMap { o in (0..<kernel).map { o * stride - padding + $0 * dilation } })
    }
  }

  private func span(_ positions: Set<Int>) -> Int { positions.max()! - positions.min()! + 1 }

  /// A graph whose two extents go through different windows.
  private func graph(_ rows: [Layer], _ columns: [Layer]) throws -> Graph<Int> {
    var graph = Graph<Int>(name: "chain")
    graph.nodes = [Node(name: "input", op: .input, inputs: [], output: Shape([1, 2, 4000, 4000]))]
    for (index, (row, column)) in zip(rows, columns).enumerated() {
      let padding = Padding(before: [row.padding, column.padding], after: [row.padding, column.padding])
      let (kernel, stride) = ([row.kernel, column.kernel], [row.stride, column.stride])
      let dilation = [row.dilation, column.dilation]
      let op: Op<Int> =
        index % 2 == 0
        ? .convolution(
          Convolution(outputChannels: 2, kernel: kernel, stride: stride, padding: padding, dilation: dilation))
        : .pool(Pool(kind: .max, kernel: kernel, stride: stride, padding: padding, dilation: dilation))
      let shape = try op.outputShape(of: [graph.nodes[index].output])
      graph.nodes.append(Node(name: "\(index)", op: op, inputs: [index], output: shape))
    }
    return graph
  }

  @Test(arguments: 0..<5) func chains(seed: Int) throws {
    var random = SeededGenerator(seed: 40 + seed)
    for _ in 0..<40 {
      let length = Int.random(in: 1...5, using: &random)
      func layers() -> [Layer] {
        (0..<length).map { index in
          let (kernel, dilation) = (Int.random(in: 1...4, using: &random), Int.random(in: 1...2, using: &random))
          // Every other one is a pool, whose padding is less than its window.
          let most = index % 2 == 0 ? 2 : min(2, (kernel - 1) * dilation)
          return Layer(
            kernel: kernel, stride: .random(in: 1...3, using: &random), padding: .random(in: 0...most, using: &random),
            dilation: dilation)
        }
      }
      let axes = [layers(), layers()]
      let fields = try graph(axes[0], axes[1]).receptiveFields()
      for depth in 1...length {
        let field = try #require(fields[depth])
        #expect(!field.isGlobal)
        for (axis, layers) in axes.enumerated() {
          func seen(_ output: Int) -> Set<Int> {
            layers.prefix(depth).reversed().reduce([output]) { $1.inputs(of: $0) }
          }
          #expect(field.size[axis] == span(seen(0)), "\(layers.prefix(depth))")
          #expect(field.stride[axis] == seen(1).min()! - seen(0).min()!, "\(layers.prefix(depth))")
        }
      }
    }
  }

  /// Branches that look at the same centre see as far as the one that sees farthest.
  @Test func branchesJoin() throws {
    let specification = """
      network one {
        input(2, 64, 64)
        conv(3x3, 2, stride: 2)
        add { conv(3x3, 2) -> conv(5x5, 2) } { conv(3x3, 2, dilation: 4) } {}
        concat { conv(1x3, 2) } { maxpool(3x1, stride: 1) }
      }
      """
    let graph = try Zoo.elaborate(text: specification, "one", as: Int.self).graph
    let field = try #require(try graph.receptiveFields()[graph.outputs[0].node])
    // 3, then the longest of 6, 8 and 0 positions that lie 2 apart, then 2 more: 3 + 8 · 2 + 2 · 2.
    #expect(field.size == [23, 23])
    #expect(field.stride == [2, 2])
  }

  /// As Araujo, Norris and Sim publish it: MobileNet sees 315 pixels in steps of 32.
  @Test func mobileNetAsPublished() throws {
    let graph: Graph<Int> = try Zoo.elaborate("mobilenet").graph
    let last = try graph.receptiveFields().compactMap { $0 }.last { !$0.isGlobal }
    #expect(last?.size == [315, 315])
    #expect(last?.stride == [32, 32])
  }

  @Test func aGlobalPoolSeesEverything() throws {
    let graph: Graph<Int> = try Zoo.elaborate("resnet18").graph
    let fields = try graph.receptiveFields()
    #expect(fields[graph.outputs[0].node]?.isGlobal == true)
    #expect(fields.filter { $0?.isGlobal == true }.count == 3)
  }
}
