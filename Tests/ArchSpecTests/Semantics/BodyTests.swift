import ArchAlgebra
import ArchIR
import Testing

@testable import ArchSpec

/// What bodies mean: blocks, branches, repetitions, labels, outputs.
@Suite struct BodyTests {
  @Test func argumentsAreMatchedByPositionAndName() throws {
    let before =
      "block cbr(kernel, out, stride = 1, groups = out/4) { conv(kernel, out, stride: stride, groups: groups) -> bn }"
    for call in ["cbr(3x3, 32, 2)", "cbr(out: 32, stride: 2, kernel: 3)", "cbr(3x3, stride: 2, out: 32, groups: 8)"] {
      let architecture = try built(call, before: before)
      #expect(architecture.output == "32×16×16")
      guard case .convolution(let convolution) = architecture.ops[0] else { throw Failure() }
      #expect(convolution.groups == 8)
    }
  }

  @Test func blocksAndOperatorsAreArguments() throws {
    let before = """
      block basic(width, act = relu) { conv(3x3, width) -> act }
      block twice(unit, width, act) {
        unit(width, act)
        unit(2*width)
      }
      """
    let architecture = try built(
      "twice(basic, 8, hardswish) -> twice(width: 4, unit: basic, act: leakyrelu)", before: before)
    #expect(architecture.ops.map(\.name) == ["conv", "hardswish", "conv", "relu", "conv", "leakyrelu", "conv", "relu"])
    #expect(architecture.output == "8×32×32")
  }

  @Test("an argument hides the operator of its name") func hiddenOperator() throws {
    let architecture = try built("b(hardswish) -> relu", before: "block b(relu) { conv(1x1, 4) -> relu }")
    #expect(architecture.ops.map(\.name) == ["conv", "hardswish", "relu"])
  }

  @Test func argumentsHideWhatIsOutside() throws {
    let before = """
      param width = 8
      let double = 2*width
      block inner(double) { conv(1x1, double) -> conv(1x1, width) }
      block outer(width) { inner(width) }
      """
    #expect(try built("outer(3) -> conv(1x1, double)", before: before).shapes == ["3×32×32", "8×32×32", "16×32×32"])
  }

  @Test func constantsAreLocalToTheirBody() throws {
    let body = """
      let w = in
      conv(1x1, w/2)
      repeat 2 as i {
        let v = w + i
        conv(1x1, v) -> let u = in -> conv(1x1, 2*u)
      }
      when true { let w = 5 }
      conv(1x1, w)
      """
    #expect(
      try built(body).shapes == ["8×32×32", "16×32×32", "32×32×32", "17×32×32", "34×32×32", "16×32×32"])
    #expect(throws: Diagnostic.self) { try built("repeat 2 { let v = in }\nconv(1x1, v)") }
  }

  @Test func constantsHaveTheirValuesInAnyOrder() throws {
    #expect(try built("conv(1x1, a)\nlet c = 3", before: "let a = b + c\nlet b = 2*c").output == "9×32×32")
  }

  @Test(arguments: [(3, "a"), (16, "b"), (20, "c"), (7, "")])
  func casesAreTriedInOrder(_ width: Int, _ taken: String) throws {
    let body = """
      conv(1x1, \(width))
      when in == 3 { a: relu } else when in == 16 { b: relu } else when in >= 16 or not (in > 3) { c: relu }
      """
    #expect(try built(body).names.dropFirst(2) == (taken.isEmpty ? [] : [taken]))
  }

  @Test func conditionsCompareListsTextsAndBlocks() throws {
    let before =
      "param kind = \"B\"\nblock basic { relu }\nblock unit(u, n) { when u == basic and n == [1, 2] and kind != \"A\" { relu } else { bn } }"
    #expect(try built("unit(basic, [1, 2]) -> unit(basic, [1, 3])", before: before).ops.map(\.name) == ["relu", "bn"])
  }

  @Test func numbersAreExact() throws {
    let body = """
      conv(1x1, round(33*1/2) + floor(7/2) + ceil(7/2) + 2^3)
      conv(1x1, divisible(0.75*33, by: 8) + min(3, [5, 2]) + max(1, 4) + sum([1, 2], 3) + sum([]) + length([1, 2, 3]))
      conv(1x1, if in > 30 then 7 else 9)
      conv(1x1, [4, 5, 6][1 + 1] * (8, 9)[0])
      conv(1x1, in.channels*in.height/in.width)
      """
    #expect(try built(body).shapes.map { $0.split(separator: "×")[0] } == ["32", "39", "7", "48", "48"])
  }

  // MARK: Branches

  @Test func branchesTakeTheSameTensor() throws {
    let architecture = try built("add { conv(3x3, 8) -> bn } shortcut { conv(1x1, 8) } {\n conv(1x1, 8)\n}\nrelu")
    #expect(architecture.names == ["input", "conv1", "bn", "shortcut.conv", "conv2", "add", "relu"])
    #expect(architecture.graph.nodes[5].inputs == [2, 3, 4])
    #expect([1, 3, 4].allSatisfy { architecture.graph.nodes[$0].inputs == [0] })
  }

  @Test func mergesOfEveryKind() throws {
    #expect(try built("concat { conv(1x1, 8) } {} { conv(1x1, 3) }").output == "27×32×32")
    #expect(try built("concat left { conv(1x1, 8) } right {}").names == ["input", "left.conv", "concat"])
    let gate =
      "multiply {} gate { avgpool(global) -> conv(1x1, 4, bias: true) -> relu -> conv(1x1, in*4, bias: true) -> sigmoid }"
    #expect(try built(gate).output == "16×32×32")
  }

  @Test func branchesInNumbers() throws {
    let parallel = try built("concat { conv(1x1, 4) -> relu } times 8")
    #expect(parallel.output == "32×32×32")
    #expect(parallel.names.prefix(4) == ["input", "1.conv", "1.relu", "2.conv"])
    let indexed = try built("add { slice(i*4, 4) } times 4 as i {\n slice(2, 4) }")
    #expect(indexed.output == "4×32×32")
    #expect(indexed.ops.count == 6)
    #expect(try built("concat { slice(n*i, n) } times n as i", before: "param n = 4").output == "16×32×32")
    #expect(try built("add { conv(3x3, 8) } times n shortcut { conv(1x1, 8) }", before: "param n = 4").ops.count == 6)
  }

  // MARK: Repetition

  @Test func loopsRunOverListsAndRanges() throws {
    let body =
      "for (out, stride) in [(8, 1), (16, 2)] { conv(3x3, out, stride: stride) }\nfor i in 1..2 { conv(1x1, i) }\nfor k in (1, 3) { conv(k, 4) }"
    #expect(try built(body).shapes == ["8×32×32", "16×16×16", "1×16×16", "2×16×16", "4×16×16", "4×16×16"])
    #expect(try built("for i in 3..2 { relu }\nrepeat 0 { relu }").names == ["input"])
  }

  @Test func repetitionsCountFromZero() throws {
    #expect(try built("repeat 3 as i { conv(1x1, 2*i + 1) }").shapes == ["1×32×32", "3×32×32", "5×32×32"])
  }

  // MARK: Labels and outputs

  @Test func fromGoesOnFromALabel() throws {
    let body = """
      stem: conv(3x3, 8) -> relu
      body: inner
      from(stem)
      x: from(body.c1) -> bn
      from(body) -> conv(1x1, 3)
      """
    let architecture = try built(body, before: "block inner {\n c1: conv(3x3, 4)\n c2: conv(3x3, 5)\n}")
    #expect(architecture.names == ["input", "stem.conv", "stem.relu", "body.c1", "body.c2", "x.bn", "conv"])
    #expect(architecture.graph.nodes[5].inputs == [3])
    #expect(architecture.graph.nodes[6].inputs == [4])
  }

  @Test func aLabelReachesIntoTheBodiesAfterIt() throws {
    let body = "stem: conv(3x3, 8)\nconv(3x3, 8, stride: 1)\nadd { bn } { from(stem) -> relu }"
    let graph = try built(body).graph
    #expect(graph.nodes[4].inputs == [1])
  }

  @Test func labelsOfBranchesAndCasesAreFoundAfterThemButDoNotHideThoseOfTheLevel() throws {
    // The label of the level, 8 channels, and not that of the branch or the case, which have 16.
    for inner in [
      "add { a: conv(1x1, 16) } {}", "when 1 < 2 { a: conv(1x1, 16) }", "add { add { a: conv(1x1, 16) } {} } {}",
    ] {
      let body = "a: conv(1x1, 8)\nconv(1x1, 16)\n\(inner)\nfrom(a)"
      #expect(try built(body).output == "8×32×32", "\(inner)")
      let alone = "conv(1x1, 16)\n\(inner)\nfrom(a) -> conv(1x1, 4)"
      #expect(try built(alone).output == "4×32×32", "\(inner)")
    }
    let twice = "add { a: conv(1x1, 16) } { a: conv(3x3, 16) }\n"
    let error = #expect(throws: Diagnostic.self) { try built(twice + "from(a)") }
    #expect(error?.message == "there is more than one label 'a' before this")
    #expect(try built(twice + "a: conv(1x1, 3)\nconv(1x1, 2)\nfrom(a)").output == "3×32×32")
    #expect(try built(twice + "conv(1x1, 2)").output == "2×32×32")
    // Of two that nobody can tell apart neither hides the one around them.
    let around = "a: conv(1x1, 8)\nstage: add { a: conv(1x1, 8) } { a: conv(1x1, 8) } -> concat {} { from(a) }"
    #expect(try built(around).graph.nodes.last?.inputs.last == 1)
    let family =
      "block family(w) {\n input(3, 8, 8)\n add { a: conv(1x1, 3) } {}\n}\nnetwork n = family(5) {\n a: relu\n from(a)\n}"
    #expect(throws: Never.self) { try Specification(Source(name: "", text: family)).elaborate("n", as: Int.self) }
  }

  @Test func labelsOfCopiesAreForgottenWithThem() throws {
    for loop in ["repeat 2", "repeat 2 as i", "for i in 1..2"] {
      let body = "a: conv(1x1, 8)\n\(loop) { a: conv(1x1, 5)\nconv(1x1, 8) }\nfrom(a)"
      #expect(try built(body).output == "8×32×32", "\(loop)")
      let copies = "\(loop) { a: conv(1x1, 16)\nadd {} { from(a) } }\n"
      #expect(try built(copies).output == "16×32×32", "\(loop)")
      #expect(throws: Diagnostic.self, "\(loop)") { try built(copies + "from(a)") }
    }
    // The closed form agrees with the numbers also where there are no copies.
    let text =
      "param n = 2\nnetwork x {\ninput(3, 8, 8)\na: conv(1x1, 3)\nrepeat n { a: conv(1x1, 5)\nconv(1x1, 3) }\nfrom(a)\n}"
    let closed = try Specification(Source(name: "", text: text)).elaborate("x", as: Expr.self)
    #expect(closed.graph.outputs[0].node == 1)
  }

  @Test func argumentsHideTheLabelsOfCallers() throws {
    let before = "block b(a) {\n conv(1x1, a)\n from(a)\n}\nblock own(a) {\n a: conv(1x1, a)\n relu\n from(a)\n}"
    let error = #expect(throws: Diagnostic.self) { try built("a: conv(1x1, 5)\nb(3)", before: before) }
    #expect(error?.message == "from takes a label")
    #expect(try built("a: conv(1x1, 5)\nown(3)\nfrom(a)\nown(2)", before: before).output == "2×32×32")
    // What stands in the call is the caller's.
    let path = "block two(out) {\n c3: conv(1x1, out)\n c4: relu\n}\nblock m(l) { concat {} { from(l) } }\n"
    let own = "block own(a) {\n a: two(a)\n m(a.c3)\n}\nblock outer(s) {\n relu\n m(s.c3)\n}\n"
    #expect(try built("own(4)", before: path + own).output == "8×32×32")
    #expect(try built("s: two(5)\nouter(s)", before: path + own).output == "10×32×32")
    let merge = "block merge(level) { add {} { from(level) } }\n"
    #expect(try built("a: conv(1x1, 16)\nrelu\nmerge(a)", before: merge).output == "16×32×32")
  }

  @Test func inputsWithoutALabelThatLeaveTheChainBehindAreRefused() throws {
    let error = #expect(throws: Diagnostic.self) { try built("conv(3x3, 8)\ninput(1, 32, 32)\nbn") }
    #expect(error?.message == "what stands before this input leads nowhere")
    #expect(try built("a: conv(3x3, 8)\ninput(1, 32, 32)\nconcat {} { from(a) }").output == "9×32×32")
  }

  @Test func transposedConvolutionsHaveTheSamePaddingTurnedRound() throws {
    // TensorFlow: SAME of a transposed convolution gives H·stride.
    for (kernel, stride) in [(2, 2), (3, 2), (4, 2), (5, 3), (3, 1), (1, 1)] {
      let graph = try built("convtranspose(\(kernel)x\(kernel), 8, stride: \(stride), padding: same)").graph
      #expect(graph.nodes[1].output.extents[2] == 32 * stride, "\(kernel) \(stride)")
    }
    let error = #expect(throws: Diagnostic.self) { try built("convtranspose(2x2, 8, stride: 3, padding: same)") }
    #expect(error?.message == "'same' needs a kernel that is no smaller than the stride")
    #expect(throws: Diagnostic.self) {
      try built("convtranspose(3x3, 8, stride: 2, padding: same, outputpadding: 1)")
    }
    let text = "param s = 2 in 1..4\nnetwork x {\ninput(3, 8, 8)\nconvtranspose(4x4, 8, stride: s, padding: same)\n}"
    let closed = try Specification(Source(name: "", text: text)).elaborate("x", as: Expr.self)
    #expect(closed.graph.nodes[1].output.extents[2].description == "8·s")
  }

  @Test func outputsLeaveTheChainAsItWas() throws {
    let architecture = try built("conv(3x3, 8)\noutput aux { avgpool(global) -> linear(10) }\nconv(3x3, 4)")
    #expect(architecture.graph.outputs.map(\.name) == ["output", "aux"])
    #expect(architecture.names == ["input", "conv1", "aux.avgpool", "aux.flatten", "aux.linear", "conv2"])
    #expect(architecture.output == "4×32×32")
  }

  @Test func furtherInputsWithLabelsStandAside() throws {
    let body = "conv(3x3, 8)\nguide: input(1, 32, 32)\nbn\nconcat {} { from(guide) -> conv(1x1, 8) }"
    let architecture = try built(body, input: "image: input(3, 32, 32)")
    #expect(architecture.names == ["image", "conv1", "guide", "bn", "conv2", "concat"])
    #expect(architecture.output == "16×32×32")
    #expect(architecture.graph.nodes[3].inputs == [1])
  }

  // MARK: Names

  @Test func whatSharesANameIsNumbered() throws {
    let before = "block unit(out) {\n conv(3x3, out)\n bn\n}\nblock chain(out) { conv(3x3, out) -> bn }"
    let body = """
      conv1: conv(3x3, 8)
      chain(8)
      unit(8)
      repeat 2 { unit(8) }
      stage: unit(8)
      deep: chain(4) -> unit(4)
      head: avgpool(global) -> linear(3)
      """
    #expect(
      try built(body, before: before).names == [
        "input", "conv1", "conv", "bn", "1.conv", "1.bn", "2.conv", "2.bn", "3.conv", "3.bn", "stage.conv", "stage.bn",
        "deep.conv", "deep.bn", "deep.1.conv", "deep.1.bn", "head.avgpool", "head.flatten", "head.linear",
      ])
  }

  @Test func familiesAreTransparent() throws {
    let text = "block family(w) {\n input(3, 8, 8)\n c: conv(3x3, w)\n}\nnetwork n = family(5) {\n relu\n}"
    let architecture = try Specification(Source(name: "", text: text)).elaborate("n", as: Int.self)
    #expect(architecture.names == ["input", "c", "relu"])
  }
}

struct Failure: Error {}
