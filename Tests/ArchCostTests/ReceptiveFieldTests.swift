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
          #expect(field.stride?[axis] == seen(1).min()! - seen(0).min()!, "\(layers.prefix(depth))")
        }
      }
    }
  }

  /// One way to make a tensor larger or smaller, along an axis without ends.
  enum Step: CaseIterable {
    case convolution, transposed, nearest, bilinear

    func text(_ kernel: Int, _ factor: Int) -> String {
      switch self {
      case .convolution: "conv(\(kernel)x\(kernel), 2, stride: \(factor), padding: 0)"
      case .transposed: "convtranspose(\(kernel)x\(kernel), 2, stride: \(factor))"
      case .nearest: "upsample(\(factor))"
      case .bilinear: "upsample(\(factor), mode: bilinear)"
      }
    }

    /// The positions that an output position is made of.
    func inputs(of output: Int, _ kernel: Int, _ factor: Int) -> [Int] {
      func quotient(_ a: Int, _ b: Int) -> Int { Int((Double(a) / Double(b)).rounded(.down)) }
      switch self {
      case .convolution: return (0..<kernel).map { output * factor + $0 }
      case .transposed:
        return (0..<kernel).compactMap { (output - $0).isMultiple(of: factor) ? (output - $0) / factor : nil }
      case .nearest: return [quotient(output, factor)]
      case .bilinear:
        // The centre lies at (output + 1/2) / factor − 1/2.
        let twice = 2 * output + 1 - factor
        let low = quotient(twice, 2 * factor)
        return twice.isMultiple(of: 2 * factor) ? [low] : [low, low + 1]
      }
    }
  }

  /// What the position sees that sees most, after convolutions, enlargements and convolutions of what they give.
  @Test(arguments: 0..<5) func enlargements(seed: Int) throws {
    var random = SeededGenerator(seed: 70 + seed)
    for _ in 0..<40 {
      var chain: [(step: Step, kernel: Int, factor: Int)] = []
      func convolutions(_ most: Int, stride: ClosedRange<Int>) {
        for _ in 0..<Int.random(in: 0...most, using: &random) {
          chain.append((.convolution, .random(in: 1...4, using: &random), .random(in: stride, using: &random)))
        }
      }
      convolutions(3, stride: 1...3)
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        let step = Step.allCases.dropFirst().randomElement(using: &random)!
        chain.append((step, .random(in: 1...5, using: &random), .random(in: 1...3, using: &random)))
        convolutions(2, stride: 1...1)
      }
      let text = chain.map { $0.step.text($0.kernel, $0.factor) }.joined(separator: " -> ")
      let graph: Graph<Int> = try Zoo.elaborate(
        text: "network n {\n  input(2, 2000, 2000)\n  \(text)\n}", "n", as: Int.self
      ).graph
      func seen(_ output: Int) -> Set<Int> {
        chain.reversed().reduce([output]) { outputs, layer in
          Set(outputs.flatMap { layer.step.inputs(of: $0, layer.kernel, layer.factor) })
        }
      }
      // Where a kernel is smaller than its stride some positions see nothing.
      let spans = (900..<1000).map(seen).filter { !$0.isEmpty }.map(span)
      guard let field = try graph.receptiveFields()[graph.outputs[0].node] else { continue }
      #expect(field.size == [spans.max()!, spans.max()!], "\(text)")
    }
  }

  /// A transposed convolution whose kernel is its stride copies what one position sees.
  @Test func upAgain() throws {
    let specification = """
      network u {
        input(2, 64, 64)
        conv(2x2, 1, stride: 2) -> convtranspose(2x2, 1, stride: 2)
      }
      """
    let graph = try Zoo.elaborate(text: specification, "u", as: Int.self).graph
    let field = try #require(try graph.receptiveFields()[graph.outputs[0].node])
    #expect(field.size == [2, 2] && field.stride == [1, 1])
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
