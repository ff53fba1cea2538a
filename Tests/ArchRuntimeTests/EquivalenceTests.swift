import ArchIR
import ArchRuntime
import ArchSpec
import TestSupport
import Testing

/// Networks that a paper calls the same, run with the same weights; on whole numbers, where equal means every bit.
@Suite("Equivalences, executed") struct EquivalenceTests {
  /// A graph with weights for its convolutions and normalisations in the order in which they stand.
  private struct Form {
    var graph: Graph<Int>
    var weights = NamedWeights()

    init(_ text: String) throws {
      let specification = try Specification(Source(name: "test.arch", bytes: Array("network n {\n\(text)\n}".utf8)))
      graph = try specification.elaborate("n", as: Int.self).graph
    }

    init(zoo network: String, _ settings: String) throws { graph = try Zoo.elaborate(network, settings).graph }

    var convolutions: [Int] {
      graph.nodes.indices.filter { if case .convolution = graph.nodes[$0].op { true } else { false } }
    }

    var normalizations: [Int] {
      graph.nodes.indices.filter { if case .normalization = graph.nodes[$0].op { true } else { false } }
    }

    mutating func set(_ node: Int, _ weights: LayerWeights) { self.weights.layers[graph.nodes[node].name] = weights }

    /// Gives each convolution its kernel, which must fit its groups.
    mutating func set(_ kernels: [DenseKernel]) throws {
      #expect(convolutions.count == kernels.count)
      for (node, kernel) in zip(convolutions, kernels) {
        guard case .convolution(let convolution) = graph.nodes[node].op else { continue }
        var numbers = LayerWeights()
        numbers.weights = try #require(kernel.layerWeights(groups: convolution.groups))
        set(node, numbers)
      }
    }

    func run(_ input: [Float], _ isa: InstructionSet = .best) throws -> [Float] {
      let plan = try Planner.plan(graph, weights: weights, kernels: Kernels(isa), winograd: .never)
      return Executor(plan, threads: 2).run([input])[0]
    }

    var inputElements: Int { get throws { try graph.nodes[0].output.elements() } }
  }

  /// A kernel of small whole numbers.
  private func kernel(
    _ number: Int, _ outputs: Int, _ inputs: Int, groups: Int = 1, _ height: Int = 1, _ width: Int = 1
  ) -> DenseKernel {
    DenseKernel(
      weights: Numbers.small(outputs * (inputs / groups) * height * width, number), outputChannels: outputs,
      inputChannels: inputs, groups: groups, height: height, width: width)
  }

  private func shuffle(_ channels: Int, _ groups: Int) -> DenseKernel {
    DenseKernel(gathering: DenseKernel.shuffleOrder(channels: channels, groups: groups), of: channels)
  }

  // MARK: ResNeXt, Figure 3

  @Test("ResNeXt's block as sum, as concatenation and as grouped convolution", arguments: [(4, 4), (8, 2), (2, 16)])
  func resnextForms(_ paths: Int, _ width: Int) throws {
    let settings = "cardinality=\(paths) width=\(width) channels=24 resolution=7"
    let all = paths * width
    var grouped = try Form(zoo: "resnext_block_c", settings)
    let kernels = [kernel(1, all, 24), kernel(2, all, all, groups: paths, 3, 3), kernel(3, 24, all)]
    try grouped.set(kernels)
    let generated = GeneratedWeights(seed: 4)
    for node in grouped.normalizations { grouped.set(node, generated.weights(ofNode: node, in: grouped.graph)) }
    let norms = grouped.normalizations.map { generated.weights(ofNode: $0, in: grouped.graph) }

    func part(_ numbers: LayerWeights, _ range: Range<Int>) -> LayerWeights {
      var result = numbers
      result.scale = Array(numbers.scale[range])
      result.shift = Array(numbers.shift[range])
      result.mean = Array(numbers.mean[range])
      result.variance = Array(numbers.variance[range])
      return result
    }
    var (summed, concatenated) = (
      try Form(zoo: "resnext_block_a", settings), try Form(zoo: "resnext_block_b", settings)
    )
    var (sumKernels, concatKernels): ([DenseKernel], [DenseKernel]) = ([], [])
    for path in 0..<paths {
      let range = path * width..<(path + 1) * width
      let first = kernels[0].part(outputs: range, inputs: 0..<24)
      let second = kernels[1].part(outputs: range, inputs: range)
      sumKernels += [first, second, kernels[2].part(outputs: 0..<24, inputs: range)]
      concatKernels += [first, second]
      for (place, norm) in norms.prefix(2).enumerated() {
        summed.set(summed.normalizations[2 * path + place], part(norm, range))
        concatenated.set(concatenated.normalizations[2 * path + place], part(norm, range))
      }
    }
    try summed.set(sumKernels)
    try concatenated.set(concatKernels + [kernels[2]])
    summed.set(summed.normalizations.last!, norms[2])
    concatenated.set(concatenated.normalizations.last!, norms[2])

    let input = Numbers.normal(24 * 49, 1)
    let expected = try grouped.run(input)
    #expect(try NetworkCheck.distance(concatenated.run(input), expected) < 1e-6)
    #expect(try NetworkCheck.distance(summed.run(input), expected) < 1e-6)
    // Each path has weights of its own: with two of them exchanged it is another function.
    try summed.set(Array(sumKernels[3..<6] + sumKernels[0..<2] + [sumKernels[2]] + sumKernels[6...]))
    #expect(try NetworkCheck.distance(summed.run(input), expected) > 1e-3)
  }

  // MARK: Interleaved group convolutions

  @Test(
    "an IGC block is one convolution whose kernel is P·W^d·Pᵀ·W^p",
    arguments: [(4, 8), (24, 2), (3, 5), (6, 1), (1, 7)], [1, 2])
  func interleaved(_ size: (L: Int, M: Int), _ stride: Int) throws {
    let (L, M) = size
    let G = L * M
    var block = try Form(
      """
      input(\(G), 9, 8)
      conv(3x3, \(G), stride: \(stride), groups: \(L)) -> shuffle(\(L)) -> conv(1x1, \(G), groups: \(M)) -> shuffle(\(M))
      """)
    let (primary, secondary) = (kernel(1, G, G, groups: L, 3, 3), kernel(2, G, G, groups: M))
    try block.set([primary, secondary])
    let composed = primary.followed(by: shuffle(G, L)).followed(by: secondary).followed(by: shuffle(G, M))
    var dense = try Form("input(\(G), 9, 8)\nconv(3x3, \(G), stride: \(stride))")
    try dense.set([composed])
    let input = Numbers.small(try dense.inputElements, 3)
    for isa in InstructionSet.here { #expect(try block.run(input, isa) == dense.run(input, isa)) }

    // Exactly one path joins every input to every output; without the shuffle most find none.
    func ones(_ groups: Int) -> DenseKernel {
      DenseKernel(
        weights: [Float](repeating: 1, count: G * G / groups), outputChannels: G, inputChannels: G, groups: groups)
    }
    let paths = ones(L).followed(by: shuffle(G, L)).followed(by: ones(M)).followed(by: shuffle(G, M))
    #expect(paths.weights.allSatisfy { $0 == 1 })
    if (L, M) == (4, 8) { #expect(ones(L).followed(by: ones(M)).connections == 1024 - 768) }
  }

  @Test("with an activation between them they are no convolution")
  func interleavedWithActivation() throws {
    let (primary, secondary) = (kernel(1, 12, 12, groups: 4, 3, 3), kernel(2, 12, 12, groups: 3))
    var block = try Form(
      "input(12, 6, 6)\nconv(3x3, 12, groups: 4) -> relu -> shuffle(4) -> conv(1x1, 12, groups: 3) -> shuffle(3)")
    try block.set([primary, secondary])
    var dense = try Form("input(12, 6, 6)\nconv(3x3, 12)")
    try dense.set([primary.followed(by: shuffle(12, 4)).followed(by: secondary).followed(by: shuffle(12, 3))])
    let input = Numbers.small(12 * 36, 3)
    #expect(try NetworkCheck.distance(block.run(input), dense.run(input)) > 0.1)
  }

  @Test("a regular convolution is an IGC block on its input twice")
  func regularAsInterleaved() throws {
    let half = 5
    let dense = kernel(1, 2 * half, 2 * half, 3, 3)
    var regular = try Form("input(\(2 * half), 6, 7)\nconv(3x3, \(2 * half))")
    try regular.set([dense])
    // Four groups: x1 and x2 to the first half of the outputs, x1 and x2 to the second.
    let halves = [0..<half, half..<2 * half]
    var parts: [Float] = []
    for outputs in halves {
      for inputs in halves { parts += try #require(dense.part(outputs: outputs, inputs: inputs).layerWeights()) }
    }
    let primary = DenseKernel(
      weights: parts, outputChannels: 4 * half, inputChannels: 4 * half, groups: 4, height: 3, width: 3)
    // Every secondary kernel is the same: the two parts of each half are added up, and come out twice.
    let sums: [Float] = [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1]
    let secondary = DenseKernel(
      weights: (0..<half).flatMap { _ in sums }, outputChannels: 4 * half, inputChannels: 4 * half, groups: half)
    var block = try Form(
      """
      input(\(2 * half), 6, 7)
      concat {} times 2
      conv(3x3, \(4 * half), groups: 4) -> shuffle(4) -> conv(1x1, \(4 * half), groups: \(half)) -> shuffle(\(half))
      concat { slice(0, \(half)) } { slice(\(2 * half), \(half)) }
      """)
    try block.set([primary, secondary])
    let input = Numbers.small(2 * half * 42, 3)
    #expect(try block.run(input) == regular.run(input))
  }

  @Test("summation fusion is an IGC block whose secondary kernels are all ones", arguments: [(3, 6), (4, 16)])
  func summationFusion(_ L: Int, _ M: Int) throws {
    let G = L * M
    let primary = kernel(1, G, G, groups: L, 3, 3)
    let ones = DenseKernel(
      weights: [Float](repeating: 1, count: G * L), outputChannels: G, inputChannels: G, groups: M)
    var fusion = try Form(
      "input(\(G), 5, 6)\nconv(3x3, \(G), groups: \(L))\nadd { slice(i*\(M), \(M)) } times \(L) as i\nconcat {} times \(L)"
    )
    try fusion.set([primary])
    var block = try Form(
      "input(\(G), 5, 6)\nconv(3x3, \(G), groups: \(L)) -> shuffle(\(L)) -> conv(1x1, \(G), groups: \(M)) -> shuffle(\(M))"
    )
    try block.set([primary, ones])
    let input = Numbers.small(G * 30, 3)
    #expect(try block.run(input) == fusion.run(input))
  }

  @Test("IGC with one channel to a group is a depthwise convolution and a pointwise one")
  func xception() throws {
    let (depthwise, pointwise) = (kernel(1, 20, 20, groups: 20, 3, 3), kernel(2, 20, 20))
    var separable = try Form("input(20, 6, 6)\nconv(3x3, 20, groups: 20) -> conv(1x1, 20)")
    var block = try Form(
      "input(20, 6, 6)\nconv(3x3, 20, groups: 20) -> shuffle(20) -> conv(1x1, 20, groups: 1) -> shuffle(1)")
    try separable.set([depthwise, pointwise])
    try block.set([depthwise, pointwise])
    let input = Numbers.small(20 * 36, 3)
    #expect(try block.run(input) == separable.run(input))
  }

  // MARK: Groups, compositions, normalisation

  @Test("a grouped convolution is a dense one with a block-diagonal kernel", arguments: [2, 4, 16, 32], [1, 2])
  func groups(_ groups: Int, _ stride: Int) throws {
    let blocks = kernel(1, 64, 32, groups: groups, 3, 3)
    #expect(blocks.connections <= 64 * 32 / groups)
    var grouped = try Form("input(32, 9, 9)\nconv(3x3, 64, groups: \(groups), stride: \(stride))")
    var dense = try Form("input(32, 9, 9)\nconv(3x3, 64, stride: \(stride))")
    try grouped.set([blocks])
    try dense.set([blocks])
    let input = Numbers.small(32 * 81, 3)
    for isa in InstructionSet.here { #expect(try grouped.run(input, isa) == dense.run(input, isa)) }
  }

  @Test(
    "convolutions one after the other are one: 3×3·3×3 = 5×5, 1×n·n×1 = n×n",
    arguments: [(3, 3, 3, 3), (1, 7, 7, 1), (3, 1, 1, 3), (5, 5, 3, 3)])
  func compositions(_ first: (height: Int, width: Int, nextHeight: Int, nextWidth: Int)) throws {
    let (a, b) = (kernel(1, 6, 4, first.height, first.width), kernel(2, 5, 6, first.nextHeight, first.nextWidth))
    let composed = a.followed(by: b)
    #expect(composed.height == first.height + first.nextHeight - 1)
    #expect(composed.width == first.width + first.nextWidth - 1)
    // All zeros around the image at once: a border between the two would cut off what the first puts there.
    var two = try Form(
      """
      input(4, 9, 10)
      pad(3) -> conv(\(first.height)x\(first.width), 6, padding: valid)
      conv(\(first.nextHeight)x\(first.nextWidth), 5, padding: valid)
      """)
    var one = try Form("input(4, 9, 10)\npad(3) -> conv(\(composed.height)x\(composed.width), 5, padding: valid)")
    try two.set([a, b])
    try one.set([composed])
    let input = Numbers.small(4 * 90, 3)
    #expect(try two.run(input) == one.run(input))
  }

  @Test("zeros between two convolutions make them another function at the border, and only there")
  func border() throws {
    let (a, b) = (kernel(1, 6, 4, 3, 3), kernel(2, 5, 6, 3, 3))
    var two = try Form("input(4, 9, 10)\nconv(3x3, 6) -> conv(3x3, 5)")
    var one = try Form("input(4, 9, 10)\nconv(5x5, 5)")
    try two.set([a, b])
    try one.set([a.followed(by: b)])
    let input = Numbers.small(4 * 90, 3)
    let (left, right) = (try two.run(input), try one.run(input))
    let differing = left.indices.filter { left[$0] != right[$0] }
    #expect(!differing.isEmpty)
    #expect(differing.allSatisfy { [0, 8].contains($0 / 10 % 9) || [0, 9].contains($0 % 10) })
  }

  @Test("a normalisation is folded into the convolution before it", arguments: InstructionSet.here)
  func folding(_ isa: InstructionSet) throws {
    var unfolded = try Form("input(8, 7, 7)\nconv(3x3, 20, groups: 4) -> bn -> relu")
    let generated = GeneratedWeights(seed: 9)
    let (convolution, normalization) = (unfolded.convolutions[0], unfolded.normalizations[0])
    let numbers = generated.weights(ofNode: convolution, in: unfolded.graph)
    let norm = generated.weights(ofNode: normalization, in: unfolded.graph)
    unfolded.set(convolution, numbers)
    unfolded.set(normalization, norm)
    let input = Numbers.normal(8 * 49, 3)
    let reference = try ReferenceExecutor(unfolded.graph, weights: unfolded.weights, inputs: [input])

    // By hand: W·γ/σ and β - μ·γ/σ.
    let factors = (0..<20).map { Double(norm.scale[$0]) / (Double(norm.variance[$0]) + 1e-5).squareRoot() }
    var folded = try Form("input(8, 7, 7)\nconv(3x3, 20, groups: 4, bias: true) -> relu")
    var own = LayerWeights()
    let dense = DenseKernel(
      weights: numbers.weights, outputChannels: 20, inputChannels: 8, groups: 4, height: 3, width: 3)
    own.weights = try #require(dense.scaled(by: factors).layerWeights(groups: 4))
    own.bias = (0..<20).map { Float(Double(norm.shift[$0]) - Double(norm.mean[$0]) * factors[$0]) }
    folded.set(folded.convolutions[0], own)

    let expected = reference.tensors.last!.values
    #expect(try NetworkCheck.distance(folded.run(input, isa), expected) < 1e-6)
    #expect(try NetworkCheck.distance(unfolded.run(input, isa), expected) < 1e-6)
  }

  // MARK: What is not the same

  /// The listing slices the channels in a loop with functions that remember the loop's variable and not its value: when
  /// the network runs, all of them read the last slice.
  @Test("a grouped convolution whose groups all read the last slice is another function of the same cost")
  func lateBinding() throws {
    let (groups, each) = (4, 4)
    let channels = groups * each
    let blocks = kernel(1, channels, channels, groups: groups, 3, 3)
    let parts = (0..<groups).map { group in
      blocks.part(outputs: group * each..<(group + 1) * each, inputs: group * each..<(group + 1) * each)
    }
    func form(_ slice: String) throws -> Form {
      var form = try Form(
        "input(\(channels), 6, 6)\nconcat { slice(\(slice), \(each)) -> conv(3x3, \(each)) } times \(groups) as i")
      try form.set(parts)
      return form
    }
    let (meant, listed) = (try form("i*\(each)"), try form("\(channels - each)"))
    var grouped = try Form("input(\(channels), 6, 6)\nconv(3x3, \(channels), groups: \(groups))")
    try grouped.set([blocks])
    let input = Numbers.small(channels * 36, 3)
    let expected = try grouped.run(input)
    #expect(try meant.run(input) == expected)
    let listing = try listed.run(input)
    #expect(listing != expected)
    // The last group is right by accident.
    #expect(listing.suffix(each * 36) == expected.suffix(each * 36))

    for group in 0..<groups {
      var perturbed = input
      for place in (group * each * 36)..<((group + 1) * each * 36) { perturbed[place] += 1 }
      func changed(_ form: Form, _ before: [Float]) throws -> [Int] {
        let after = try form.run(perturbed)
        let size = each * 36
        return (0..<groups).filter { group in
          let range = group * size..<(group + 1) * size
          return after[range] != before[range]
        }
      }
      #expect(try changed(grouped, expected) == [group])
      #expect(try changed(listed, listing) == (group == groups - 1 ? Array(0..<groups) : []))
    }
  }
}
