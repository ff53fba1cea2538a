import ArchAlgebra
import ArchIR
import ArchRuntime

/// What the planner decided and why.
public struct PlanDocument {
  let plan: ExecutionPlan

  /// The report about a plan.
  public init(_ plan: ExecutionPlan) { self.plan = plan }

  /// What is kept where, and a row for each step.
  public func document() -> Document {
    var document = Document()
    document.blocks.append(.heading("\(plan.graph.name), planned for \(plan.kernels.instructionSet.rawValue)"))
    document.blocks.append(
      .facts([
        .init("layout", "blocks of \(plan.kernels.lanes) channels", aside: "images, blocks, rows, columns, channels of the block"),
        .init(
          "steps", "\(plan.steps.count) for \(plan.graph.layers.count) layers",
          aside: "\(plan.freeNodes.count) layers cost nothing: views and concatenations in place"),
        .init("weights", NumberText.bytes(plan.weightBytes), aside: "packed for the tiles"),
        .init(
          "activations", NumberText.bytes(plan.arenaBytes),
          aside: "at least \(NumberText.bytes(plan.memory.lowerBound * 4)) live at once"),
      ]))
    var table = Table([
      .init("step"), .init("kernel"), .init("output"), .init("takes in", rank: 2), .init("weights", .number, rank: 1),
      .init("because", rank: 3),
    ])
    for step in plan.steps {
      let taken = step.nodes.map { plan.graph.nodes[$0] }.filter { $0.name != step.name }.map(\.op.name).joined(separator: " ")
      table.rows.append(
        Table.Row([
          .text(step.name), .text(step.algorithm), .text(plan.graph.nodes[step.result].output.description), .text(taken),
          step.weightBytes == 0 ? .empty : .text(NumberText.bytes(step.weightBytes)), .text(step.reason),
        ]))
    }
    document.blocks.append(.table(table))
    return document
  }

  static let schema = "archcalc.plan/1"

  /// The plan for programs.
  ///
  /// - Parameter version: of the program that writes it.
  public func json(version: String) -> JSON {
    .object([
      ("schema", .string(Self.schema)),
      ("version", .string(version)),
      ("network", .string(plan.graph.name)),
      ("isa", .string(plan.kernels.instructionSet.rawValue)),
      ("lanes", .integer(plan.kernels.lanes)),
      ("memory", .object([
        ("weight_bytes", .integer(plan.weightBytes)), ("arena_bytes", .integer(plan.arenaBytes)),
        ("arena_lower_bound_bytes", .integer(plan.memory.lowerBound * 4)),
      ])),
      ("free_layers", .array(plan.freeNodes.map { .string(plan.graph.nodes[$0].name) })),
      ("steps", .array(plan.steps.map { step in
        .object([
          ("name", .string(step.name)), ("kernel", .string(step.algorithm)), ("reason", .string(step.reason)),
          ("layers", .array(step.nodes.map { .string(plan.graph.nodes[$0].name) })),
          ("output", .string(plan.graph.nodes[step.result].output.description)),
          ("weight_bytes", .integer(step.weightBytes)),
        ])
      })),
    ])
  }
}
