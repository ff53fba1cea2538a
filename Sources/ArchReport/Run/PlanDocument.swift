import ArchAlgebra
import ArchIR
import ArchRuntime

/// What the planner decided and why.
public struct PlanDocument {
  let plan: BatchPlan
  /// The time of each step, where it was asked for.
  let times: [PredictedTime]?
  let calibration: Calibration?

  /// The report about a plan; with the machine's `calibration`, also how long it is expected to take.
  public init(_ plan: BatchPlan, calibration: Calibration? = nil) {
    self.plan = plan
    self.calibration = calibration
    times = calibration.map { plan.times(by: TimeModel($0)) }
  }

  private var seconds: Double? { times.map { $0.reduce(0) { $0 + $1.seconds } } }

  /// What is kept where, and a row for each step.
  public func document() -> Document {
    var document = Document()
    document.blocks.append(.heading("\(plan.graph.name), planned for \(plan.kernels.instructionSet.rawValue)"))
    if let seconds, let calibration {
      document.blocks.append(
        .facts([
          .init(
            "predicted time", RunReport.milliseconds(seconds),
            aside: "before anything runs, on \(calibration.threads) thread\(calibration.threads == 1 ? "" : "s"), from "
              + "\(NumberText.fixed(calibration.peak / 1e9, 0)) GFLOP/s and "
              + "\(NumberText.fixed(calibration.bandwidth / 1e9, 0)) GB/s as measured")
        ]))
      document.blocks.append(.table(timeTable))
      return document
    }
    document.blocks.append(
      .facts(
        [
          .init(
            "layout", "blocks of \(plan.kernels.lanes) channels",
            aside: "images, blocks, rows, columns, channels of the block"),
          .init(
            "steps", "\(plan.steps.count) for \(plan.graph.layers.count) layers",
            aside: "\(plan.freeNodes.count) layers cost nothing: views and concatenations in place"),
          .init("weights", NumberText.bytes(plan.weightBytes), aside: "packed for the tiles"),
          .init(
            "activations", NumberText.bytes(plan.arenaBytes),
            aside: "at least \(NumberText.bytes(plan.arenaLowerBound)) live at once"),
        ] + batch))
    var table = Table([
      .init("step"), .init("kernel"), .init("output"), .init("takes in", rank: 2), .init("weights", .number, rank: 1),
      .init("because", rank: 3),
    ])
    for step in plan.steps {
      let taken = step.nodes.map { plan.graph.nodes[$0] }.filter { $0.name != step.name }.map(\.op.name).joined(
        separator: " ")
      table.rows.append(
        Table.Row([
          .text(step.name), .text(step.algorithm), .text(plan.graph.nodes[step.result].output.description),
          .text(taken),
          step.weightBytes == 0 ? .empty : .text(NumberText.bytes(step.weightBytes)), .text(step.reason),
        ]))
    }
    document.blocks.append(.table(table))
    return document
  }

  /// How the images of a batch are run.
  private var batch: [Document.Fact] {
    guard plan.images > 1 else { return [] }
    let aside = plan.imagesAtATime.map { "\($0) at a time, each by itself up to \(plan.lastOwnStep ?? "the end")" }
    return [.init("batch", "\(plan.images) images", aside: aside ?? "together, layer by layer")]
  }

  /// What the time of each step is expected to go to.
  private var timeTable: Table {
    var table = Table([
      .init("step"), .init("kernel"), .init("output", rank: 2), .init("ms", .number), .init("of time", .number),
      .init("arithmetic", .number, rank: 1), .init("weights", .number, rank: 1), .init("activations", .number, rank: 1),
    ])
    func milliseconds(_ seconds: Double) -> Table.Cell { .text(NumberText.fixed(seconds * 1e3, 3)) }
    for (step, time) in zip(plan.steps, times ?? []) {
      table.rows.append(
        Table.Row([
          .text(step.name), .text(step.algorithm), .text(plan.graph.nodes[step.result].output.description),
          milliseconds(time.seconds), .share(time.seconds / max(seconds ?? 0, 1e-12)), milliseconds(time.arithmetic),
          milliseconds(time.weights), milliseconds(time.activations),
        ]))
    }
    return table
  }

  static let schema = "archcalc.plan/1"

  /// The plan for programs.
  ///
  /// - Parameter version: of the program that writes it.
  public func json(version: String) -> JSON {
    let predicted = (0..<plan.steps.count).map { index -> [(String, JSON)] in
      guard let time = times?[index] else { return [] }
      return [
        (
          "predicted_seconds",
          .object([
            ("total", .decimal(time.seconds, digits: 9)), ("arithmetic", .decimal(time.arithmetic, digits: 9)),
            ("weights", .decimal(time.weights, digits: 9)), ("activations", .decimal(time.activations, digits: 9)),
          ])
        )
      ]
    }
    let total = seconds.map { [("predicted_seconds", JSON.decimal($0, digits: 9))] } ?? []
    return .object(
      [
        ("schema", .string(Self.schema)),
        ("version", .string(version)),
        ("network", .string(plan.graph.name)),
        ("isa", .string(plan.kernels.instructionSet.rawValue)),
        ("lanes", .integer(plan.kernels.lanes)),
        (
          "memory",
          .object([
            ("weight_bytes", .integer(plan.weightBytes)), ("arena_bytes", .integer(plan.arenaBytes)),
            ("arena_lower_bound_bytes", .integer(plan.arenaLowerBound)),
          ])
        ),
        ("images_at_a_time", plan.imagesAtATime.map { .integer($0) } ?? .null),
      ] + total + [
        ("free_layers", .array(plan.freeNodes.map { .string(plan.graph.nodes[$0].name) })),
        (
          "steps",
          .array(
            zip(plan.steps, predicted).map { step, predicted in
              .object(
                [
                  ("name", .string(step.name)), ("kernel", .string(step.algorithm)), ("reason", .string(step.reason)),
                  ("layers", .array(step.nodes.map { .string(plan.graph.nodes[$0].name) })),
                  ("output", .string(plan.graph.nodes[step.result].output.description)),
                  ("weight_bytes", .integer(step.weightBytes)),
                ] + predicted)
            })
        ),
      ])
  }
}
