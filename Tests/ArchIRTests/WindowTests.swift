import ArchIR
import Testing
import TestSupport

/// Extents of convolutions and pools against the windows counted one by one.
@Suite struct WindowTests {
  /// One random window along each of two extents, as PyTorch would be asked for it.
  struct Case {
    var extent, kernel, stride, dilation, before, after: [Int]

    init(_ random: inout SeededGenerator) {
      func two(_ range: ClosedRange<Int>) -> [Int] { (0..<2).map { _ in .random(in: range, using: &random) } }
      extent = two(1...14)
      kernel = two(1...5)
      stride = two(1...4)
      dilation = two(1...3)
      before = two(0...3)
      after = two(0...3)
    }

    var padding: Padding<Int> { Padding(before: before, after: after) }
    var input: Shape<Int> { Shape([2, 6] + extent) }

    func reach(_ axis: Int) -> Int { Set((0..<kernel[axis]).map { $0 * dilation[axis] }).max()! + 1 }
    func padded(_ axis: Int) -> Int { before[axis] + extent[axis] + after[axis] }
    /// PyTorch's bound on the padding of pools: at most half of what a window reaches over.
    var isPool: Bool { (0..<2).allSatisfy { max(before[$0], after[$0]) <= reach($0) / 2 } }
    /// Whether no padding of a side is as large as what a window reaches over.
    var hasInput: Bool { (0..<2).allSatisfy { max(before[$0], after[$0]) < reach($0) } }
    var fits: Bool { (0..<2).allSatisfy { reach($0) <= padded($0) } }
  }

  /// The windows that lie wholly within the padded input.
  private func fullWindows(_ c: Case, _ axis: Int) -> Int {
    stride(from: 0, to: c.padded(axis), by: c.stride[axis]).filter { $0 + c.reach(axis) <= c.padded(axis) }.count
  }

  /// Windows until the padded input is covered; one may hang over the end, but must begin before the padding that
  /// follows the input (PyTorch's `ceil_mode`: "sliding windows that would start in the right padded region are
  /// ignored").
  private func coveringWindows(_ c: Case, _ axis: Int) -> Int {
    var count = 0
    for start in stride(from: 0, to: c.before[axis] + c.extent[axis], by: c.stride[axis]) {
      count += 1
      if start + c.reach(axis) >= c.padded(axis) { break }
    }
    return count
  }

  /// The rows that a transposed convolution writes to, less those that the padding takes away, and those it is asked to add.
  private func writtenRows(_ c: Case, _ axis: Int, added: Int) -> Int {
    var rows: Set<Int> = []
    for i in 0..<c.extent[axis] {
      for k in 0..<c.kernel[axis] { rows.insert(i * c.stride[axis] + k * c.dilation[axis]) }
    }
    return rows.max()! + 1 + added - c.before[axis] - c.after[axis]
  }

  private func convolution(_ c: Case, groups: Int = 1) -> Convolution<Int> {
    Convolution(
      outputChannels: 4, kernel: c.kernel, stride: c.stride, padding: c.padding, dilation: c.dilation, groups: groups)
  }

  @Test(arguments: 0..<8) func convolutionsAndPools(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    var (fitting, pools) = (0, 0)
    for _ in 0..<1000 {
      let c = Case(&random)
      let pool = Pool<Int>(
        kind: .max, kernel: c.kernel, stride: c.stride, padding: c.padding, dilation: c.dilation, roundsUp: false)
      var ceiling = pool
      ceiling.roundsUp = true
      guard c.fits else {
        #expect(throws: ShapeError.self) { try Op.convolution(convolution(c)).outputShape(of: [c.input]) }
        #expect(throws: ShapeError.self) { try Op.pool(pool).outputShape(of: [c.input]) }
        continue
      }
      fitting += 1
      let full = (0..<2).map { fullWindows(c, $0) }
      #expect(try Op.convolution(convolution(c, groups: 2)).outputShape(of: [c.input]) == Shape([2, 4] + full), "\(c)")
      guard c.hasInput else {
        let error = #expect(throws: ShapeError.self) { try Op.pool(pool).outputShape(of: [c.input]) }
        #expect(error?.culprit == .padding, "\(c)")
        continue
      }
      #expect(try Op.pool(pool).outputShape(of: [c.input]) == Shape([2, 6] + full), "\(c)")
      guard c.isPool else { continue }
      pools += 1
      let covering = (0..<2).map { coveringWindows(c, $0) }
      #expect(try Op.pool(ceiling).outputShape(of: [c.input]) == Shape([2, 6] + covering), "\(c)")
    }
    #expect(fitting > 500 && pools > 100)
  }

  @Test(arguments: 0..<4) func transposedConvolutions(seed: Int) throws {
    var random = SeededGenerator(seed: 100 + seed)
    for _ in 0..<300 {
      let c = Case(&random)
      let added = (0..<2).map { Int.random(in: 0..<max(c.stride[$0], c.dilation[$0]), using: &random) }
      var transposed = convolution(c)
      transposed.isTransposed = true
      transposed.outputPadding = added
      let written = (0..<2).map { writtenRows(c, $0, added: added[$0]) }
      if written.allSatisfy({ $0 >= 1 }) {
        #expect(try Op.convolution(transposed).outputShape(of: [c.input]) == Shape([2, 4] + written), "\(c)")
      } else {
        #expect(throws: ShapeError.self) { try Op.convolution(transposed).outputShape(of: [c.input]) }
      }
    }
  }

  /// A convolution's input is what its transpose makes of its output, if the rows that the stride skips are added.
  @Test func aTransposeGivesTheShapeBack() throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<300 {
      let c = Case(&random)
      guard c.fits else { continue }
      let output = try Op.convolution(convolution(c)).outputShape(of: [c.input])
      var transposed = convolution(c)
      transposed.isTransposed = true
      transposed.outputChannels = c.input.channels
      transposed.outputPadding = (0..<2).map { (c.padded($0) - c.reach($0)) % c.stride[$0] }
      #expect(try Op.convolution(transposed).outputShape(of: [output]) == c.input, "\(c)")
    }
  }

  /// What PyTorch's `pooling_output_shape` gives (ATen/native/Pool.h).
  @Test(
    arguments: [
      // extent, kernel, stride, padding, dilation, rounds up, output
      ([112, 3, 2, 0, 1], true, 56), ([112, 3, 2, 0, 1], false, 55), ([112, 3, 2, 1, 1], true, 57),
      ([5, 2, 2, 1, 1], true, 3), ([6, 3, 4, 1, 1], true, 2), ([4, 1, 3, 0, 1], true, 2), ([7, 3, 2, 1, 2], true, 3),
      // Less than a stride is missing for a full window.
      ([2, 3, 2, 0, 1], true, 1), ([3, 5, 3, 0, 1], true, 1), ([1, 4, 4, 0, 1], true, 1), ([1, 3, 3, 0, 2], true, nil),
      ([2, 3, 2, 0, 1], false, nil), ([3, 5, 2, 0, 1], true, nil), ([1, 2, 1, 0, 1], true, nil),
    ] as [([Int], Bool, Int?)]) func poolsOfKnownSize(c: [Int], roundsUp: Bool, output: Int?) throws
  {
    let pool = Pool<Int>(
      kind: .max, kernel: [c[1], c[1]], stride: [c[2], c[2]],
      padding: Padding(before: [c[3], c[3]], after: [c[3], c[3]]),
      dilation: [c[4], c[4]], roundsUp: roundsUp)
    let input = Shape([1, 1, c[0], c[0]])
    if let output {
      #expect(try Op.pool(pool).outputShape(of: [input]).extents == [1, 1, output, output])
    } else {
      #expect(throws: ShapeError.self) { try Op.pool(pool).outputShape(of: [input]) }
    }
  }
}
