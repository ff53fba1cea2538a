import ArchAlgebra
import ArchIR
import ArchSpec
import TestSupport
import Testing

@testable import ArchRuntime

/// Batches whose images are run by themselves.
@Suite("Batches") struct BatchTests {
  /// Networks whose layers have an image each to the end, up to some layer, or not at all.
  private static let bodies = [
    "input(3, 33, 31)\n conv(3x3, 64, stride: 2) -> relu -> conv(3x3, 64) -> conv(1x1, 40) -> conv(3x3, 40, groups: 40)",
    "input(3, 20, 20)\n conv(3x3, 48) -> maxpool(2x2) -> conv(3x3, 48, groups: 12) -> flatten -> linear(7) -> softmax",
    "input(8, 12, 12)\n a: conv(3x3, 16)\n output side { avgpool(global) -> conv(1x1, 5) }\n add { bn -> relu } {}\n avgpool(global) -> linear(9)",
    "image: input(3, 9, 9)\n guide: input(4, 9, 9)\n conv(3x3, 4)\n concat {} { from(guide) -> conv(1x1, 3) }\n shuffle(7) -> lrn(3)",
    "image: input(3, 9, 9)\n numbers: input(6)\n concat { from(image) -> conv(3x3, 32) -> avgpool(global) -> flatten } { from(numbers) -> linear(4) }\n linear(5)",
    "input(20, 14, 14)\n conv(1x1, 64, stride: 2) -> relu -> conv(1x1, 40)",
    "input(3, 20, 20)\n conv(3x3, 48) -> avgpool(global) -> flatten\n output side { linear(3) }\n linear(7) -> softmax",
    "input(24)\n linear(16) -> relu -> linear(4)",
    "input(3, 8, 8)\n conv(1x1, 64) -> flatten -> linear(5)",
  ]

  private func graph(_ body: String, images: Int) throws -> Graph<Int> {
    var options = ElaborationOptions()
    options.batch = images
    let specification = try Specification(Source(name: "test.arch", text: "network n {\n \(body)\n}"))
    return try specification.elaborate("n", options: options, as: Int.self).graph
  }

  private func elements(_ graph: Graph<Int>, _ node: Int) -> Int { graph.nodes[node].output.extents.reduce(1, *) }

  private func inputs(_ graph: Graph<Int>) -> [[Float]] {
    graph.inputs.enumerated().map { Numbers.normal(elements(graph, $1), 11 + $0) }
  }

  /// The outputs of a batch, and those of its images one by one.
  private func expectSameBits(
    _ batch: Graph<Int>, _ one: Graph<Int>, threads: Int, _ isa: InstructionSet, _ what: String
  )
    throws
  {
    let images = batch.nodes[batch.inputs[0]].output.batch
    let (inputs, weights) = (inputs(batch), GeneratedWeights(seed: 3))
    // Winograd's tiles are another choice for all images together.
    let isApart = try BatchPlanner(batch, kernels: Kernels(isa), threads: threads).takesImagesApart
    let winograd = isApart ? WinogradPolicy.modelled : .never
    let executor = BatchExecutor(
      try BatchPlanner(batch, kernels: Kernels(isa), winograd: winograd, threads: threads).plan(weights))
    let alone = Executor(try Planner.plan(one, weights: weights, kernels: Kernels(isa), winograd: winograd))
    var expected = one.outputs.map { _ in [Float]() }
    for image in 0..<images {
      let parts = inputs.map { Array($0[($0.count / images * image)...].prefix($0.count / images)) }
      for (output, values) in alone.run(parts).enumerated() { expected[output] += values }
    }
    for _ in 0..<2 {
      var seconds: [Double] = []
      let outputs = executor.run(inputs, seconds: &seconds)
      #expect(outputs.map { $0.map(\.bitPattern) } == expected.map { $0.map(\.bitPattern) }, "\(what)")
      #expect(seconds.count == executor.plan.steps.count && seconds.allSatisfy { $0 >= 0 })
    }
  }

  @Test("images of a batch have the bits that they have alone", arguments: InstructionSet.here, [1, 2, 3, 7])
  func bits(_ isa: InstructionSet, threads: Int) throws {
    for body in Self.bodies {
      for images in [2, 5] {
        try expectSameBits(
          graph(body, images: images), graph(body, images: 1), threads: threads, isa, "\(body), \(images) images")
      }
    }
  }

  @Test("the number of threads changes no bit", arguments: InstructionSet.here)
  func threads(_ isa: InstructionSet) throws {
    for body in Self.bodies {
      let graph = try graph(body, images: 5)
      let bits = try [1, 2, 3, 8].map { threads in
        let planner = try BatchPlanner(graph, kernels: Kernels(isa), threads: threads)
        var seconds: [Double] = []
        return BatchExecutor(try planner.plan(GeneratedWeights())).run(inputs(graph), seconds: &seconds).map {
          $0.map(\.bitPattern)
        }
      }
      #expect(bits.allSatisfy { $0 == bits[0] }, "\(body)")
    }
  }

  @Test("random networks too")
  func random() throws {
    for seed in 0..<200 {
      let batch = try RandomGraph(seed: seed).graph
      guard batch.nodes[batch.inputs[0]].output.batch > 1 else { continue }
      var one = batch
      for index in one.nodes.indices { one.nodes[index].output.extents[0] = 1 }
      try expectSameBits(
        batch, one, threads: 1 + seed % 3, InstructionSet.here[seed % InstructionSet.here.count], "\(seed)")
    }
  }

  @Test("what a batch needs is what it takes, to the byte", arguments: [1, 2, 3])
  func need(threads: Int) throws {
    for body in Self.bodies {
      let graph = try graph(body, images: 5)
      let planner = try BatchPlanner(graph, threads: threads)
      let need = planner.need(GeneratedWeights())
      let executor = BatchExecutor(try planner.plan(GeneratedWeights()))
      var seconds: [Double] = []
      _ = executor.run(inputs(graph), seconds: &seconds)
      #expect(need.weightBytes == executor.plan.weightBytes, "\(body)")
      #expect(need.arenaBytes == executor.plan.arenaBytes, "\(body)")
      // A thread that came late to so few images has taken none, but then another has.
      let one = try Planner(self.graph(body, images: 1)).need(GeneratedWeights(), threads: 1)
      #expect(need.scratchBytes >= executor.scratchBytes && executor.scratchBytes >= one.scratchBytes, "\(body)")
      if threads == 1 { #expect(need.scratchBytes == executor.scratchBytes, "\(body)") }
    }
  }

  @Test(
    "the arrays and the memory of the images that are under way",
    arguments: [(1, 1, 1), (2, 2, 3), (3, 3, 4), (8, 1, 1)])
  func underWay(threads: Int, atATime: Int, places: Int) throws {
    let body = "input(3, 33, 31)\n conv(1x1, 64, stride: 2) -> relu -> conv(1x1, 40) -> conv(3x3, 40, groups: 40)"
    let (one, batch) = (try graph(body, images: 1), try graph(body, images: 5))
    let planner = try BatchPlanner(batch, threads: threads)
    let plan = try planner.plan(GeneratedWeights())
    let alone = try Planner(one)
    #expect(plan.imagesAtATime == atATime)
    #expect(plan.arenaBytes == places * 4 * alone.memory.count)
    #expect(plan.arenaLowerBound == atATime * 4 * alone.memory.lowerBound)
    let (read, made) = (elements(one, one.inputs[0]), elements(one, one.outputs[0].node))
    #expect(planner.need(GeneratedWeights()).arrayBytes == 4 * (5 * (read + made) + places * made))
  }

  @Test("arrays that are handed on are counted once")
  func handedOn() throws {
    let graph = try graph(Self.bodies[1], images: 5)
    let (read, handed, made) = (3 * 20 * 20, 48 * 10 * 10, 7)
    for (threads, places) in [(1, 1), (2, 3)] {
      let planner = try BatchPlanner(graph, threads: threads)
      #expect(planner.takesImagesApart)
      #expect(planner.need(GeneratedWeights()).arrayBytes == 4 * (5 * (read + handed + made) + places * handed))
    }
  }

  @Test("what looks at several images ends the part that has one each")
  func acrossImages() throws {
    var sketch = GraphSketch()
    let conv = try sketch.add(.conv(1, 20), sketch.input(3, 8, 6, 5))
    let across = try sketch.add(.tensor(.softmax(axis: 0)), conv)
    _ = try sketch.add(.conv(1, 4), across)
    let check = try NetworkCheck(sketch.finished())
    for threads in [1, 2] {
      let executor = BatchExecutor(try BatchPlanner(check.graph, threads: threads).plan(check.weights))
      var seconds: [Double] = []
      let made = executor.run(check.inputs, seconds: &seconds)
      let expected = check.reference.tensors[check.graph.outputs[0].node].values
      #expect(NetworkCheck.distance(made[0], expected) < 1e-5)
    }
  }

  @Test("a step is expected to take as long as for all images one by one")
  func times() throws {
    let model = TimeModel(Calibration(instructionSet: .best, threads: 1, peak: 1e11, bandwidth: 2e10))
    for threads in [1, 2] {
      let plan = try BatchPlanner(graph(Self.bodies[1], images: 6), threads: threads).plan(GeneratedWeights())
      let one = try BatchPlanner(graph(Self.bodies[1], images: 1)).plan(GeneratedWeights()).times(by: model)
      let times = plan.times(by: model)
      #expect(times.count == one.count && plan.steps.count == one.count)
      for (step, (all, alone)) in zip(plan.steps, zip(times, one))
      where ["conv1", "maxpool", "conv2"].contains(step.name) {
        for part in [\PredictedTime.arithmetic, \.weights, \.activations] {
          #expect(abs(all[keyPath: part] - 6 * alone[keyPath: part]) <= 1e-15, "\(step.name)")
        }
      }
      #expect(times.last == model.time(plan.steps.last!.work))
    }
  }

  @Test("steps of images that are under way together share the time that passes")
  func sharedTime() {
    var time = SharedTime(steps: 2)
    #expect(time.shared(3) == [0, 0])
    // On two threads for eight seconds: ten and six, of which one is no step's.
    time.add([8, 1], of: 10)
    time.add([4, 2], of: 6)
    #expect(time.shared(8) == [6, 1.5])
  }

  @Test("the plan tells of all layers, by the whole network's names and shapes")
  func plan() throws {
    let graph = try graph(Self.bodies[1], images: 6)
    let plan = try BatchPlanner(graph, threads: 2).plan(GeneratedWeights())
    #expect(plan.imagesAtATime == 2)
    #expect(plan.lastOwnStep == "conv2")
    #expect(plan.steps.map(\.name) == ["conv1", "maxpool", "conv2", "linear", "softmax"])
    #expect(Set(plan.steps.flatMap(\.nodes) + plan.freeNodes) == Set(graph.layers))
    for step in plan.steps {
      #expect(plan.executedShape(ofNode: step.result) == graph.nodes[step.result].output, "\(step.name)")
    }
    // Three images after one another on each thread, and the memory of two.
    let one = try BatchPlanner(self.graph(Self.bodies[1], images: 1)).plan(GeneratedWeights())
    #expect(plan.arenaBytes < 4 * one.arenaBytes)
    for (body, threads, atATime) in [
      // Winograd's tiles are filled from several images; many weights are read once for all.
      ("input(64, 8, 8)\n conv(3x3, 64) -> conv(3x3, 64)", 1, nil),
      ("input(64, 8, 8)\n conv(1x1, 64)", 1, 1),
      // Beside other layers that do not matter, if those take most of the time.
      ("input(64, 8, 8)\n conv(3x3, 64) -> conv(1x1, 2048) -> conv(1x1, 64)", 1, 1),
      ("input(64, 8, 8)\n conv(3x3, 64) -> conv(9x9, 64)", 1, 1),
      ("input(64, 8, 8)\n conv(3x3, 64) -> conv(9x9, 64, groups: 64)", 1, nil),
      ("input(64, 8, 8)\n conv(3x3, 64) -> conv(1x1, 256, stride: 8) -> conv(1x1, 256)", 1, nil),
      ("input(2048, 8, 8)\n conv(1x1, 4096)", 2, nil),
    ] as [(String, Int, Int?)] {
      let plan = try BatchPlanner(self.graph(body, images: 8), kernels: Kernels(.baseline), threads: threads)
        .plan(GeneratedWeights())
      #expect(plan.imagesAtATime == atATime, "\(body), \(threads) threads")
      let planner = try BatchPlanner(self.graph(body, images: 8), kernels: Kernels(.baseline), threads: threads)
      #expect(planner.takesImagesApart == (atATime != nil))
      let measured = try BatchPlanner(self.graph(body, images: 8), winograd: .measured([:]), threads: threads)
      #expect(!measured.takesImagesApart)
    }
    for body in Self.bodies + ["input(64, 56, 56)\n conv(3x3, 64)", "input(9)\n linear(4)"] {
      let plan = try BatchPlanner(self.graph(body, images: 3)).plan(GeneratedWeights())
      #expect(plan.images == 3 && plan.usesWinograd == plan.steps.contains { $0.algorithm == "winograd" }, "\(body)")
    }
    let whole = try BatchPlanner(self.graph(Self.bodies.last!, images: 6), threads: 2).plan(GeneratedWeights())
    #expect(whole.imagesAtATime == nil, "as much would be handed on as is made")
  }
}
