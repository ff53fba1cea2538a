import ArchReport
import ArchRuntime
import ArchSpec

/// `archcalc run NETWORK`: executes it, and shows that what was predicted is what happened.
struct RunCommand: Command {
  static let name = "run"
  static let usage =
    "run NETWORK [--input [NAME=]X.npy] [--output [NAME=]Y.npy] [--repeat N] [--threads N] [--layers] [--check] "
    + "[--exact | --tune] [--json] [-o FILE] [options]"
  static let summary = "run a network on this machine: shapes, counts, time layer by layer, memory"

  static let options: [OptionDescription] =
    [
      .init(
        name: "input", letter: "i", value: "[NAME=]X.npy|CxHxW",
        summary: "the numbers that go in; or another size of the input"),
      .init(
        name: "output", letter: "o", value: "[NAME=]Y.npy|FILE",
        summary: "the numbers that come out; by any other name the report"),
      .init(name: "repeat", value: "N", summary: "how often it is run for its time"),
      .init(name: "layers", summary: "what each layer took"),
      .init(name: "check", summary: "every element and every multiply-add against scalar kernels"),
      .init(name: "trace", value: "FILE", summary: "when each step ran, for Chrome or Perfetto"),
      .init(name: "values", value: "FILE", summary: "the numbers that come out, as 32-bit floats"),
      .init(name: "seed", value: "N", summary: "its weights and inputs where none are given; 0 without"),
    ] + common

  /// What it has in common with a plan.
  static let common: [OptionDescription] = [
    .init(name: "batch", letter: "b", value: "N", summary: "images at once"),
    .init(name: "set", value: "NAME=VALUE", summary: "a parameter by name, also where an option has the same name"),
    .init(name: "threads", letter: "t", value: "N", summary: "how many to use; all by default"),
    .init(name: "isa", value: "baseline|avx2|avx512", summary: "the instruction set; the widest by default"),
    .init(name: "exact", summary: "without Winograd's method"),
    .init(name: "tune", summary: "each layer by the method that is measured to be the quickest here"),
    .init(name: "json", summary: "as JSON"),
  ]

  func run(_ arguments: [String]) throws {
    var request = try RunRequest(arguments, command: Self.name)
    let given = try request.readInputs()
    let (study, weights) = try request.runnable()
    let outputFiles = try request.outputs.paths(for: study.graph.outputs.map(\.name), "output")
    try Files.requireDistinct(
      outputFiles.map { ("output", $0) } + [
        ("trace", request.trace), ("values", request.values), ("output", request.output),
      ])
    for path in outputFiles + [request.trace, request.values, request.output] { try path.map(Files.requireWritable) }
    let planner = try Session.planner(study, weights, request)
    let inputs = try Session.inputs(of: study.graph, seed: request.seed, given: given)
    // Before the network takes its memory: what is read to measure the bandwidth is large.
    let calibration = MachineCache.calibration(Kernels(request.isa), threads: request.threads)
    let plan = try Session.plan(study, weights, by: planner)
    let executor = BatchExecutor(plan)
    // Whoever wants numbers does not want to wait for timings.
    let repeats = request.repeats ?? (request.inputs.entries.isEmpty && request.outputs.entries.isEmpty ? 10 : 1)
    var progress = Progress("run", of: repeats + 1)
    let warmSeconds = repeats > 1 ? 0.1 : 0
    let profile = Profile(executor, inputs: inputs, warmSeconds: warmSeconds, repeats: repeats) { progress.show($0) }
    progress.clear()
    var report = try RunReport(
      study.analysis, plan: plan, profile: profile, calibration: calibration, residentBytes: ProcessMemory.resident)
    if request.isCheck { report.check = try Session.check(request) }
    if let path = request.trace { try Files.write(ChromeTrace(profile, of: plan).json, to: path) }
    for (index, path) in outputFiles.enumerated() {
      guard let path else { continue }
      let shape = study.graph.nodes[study.graph.outputs[index].node].output.extents
      try TensorFiles.write(NumpyArray(shape: shape, values: profile.outputs[index]), to: path)
    }
    if let path = request.values { try Files.write(profile.outputs, to: path) }
    if request.isJSON {
      try request.write(report.json(version: version).text())
    } else {
      try request.write(report.document(layers: request.showsLayers))
    }
    guard report.steps.allSatisfy(\.shapesAgree), report.check?.passes ?? true else { throw RunFailure() }
  }
}

/// The run contradicts the prediction; the report says where.
struct RunFailure: Error, CustomStringConvertible {
  var description: String { "what was run is not what was predicted" }
}
