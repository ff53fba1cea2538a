import ArchReport
import ArchRuntime

/// `archcalc machine`: what this machine can do at best.
struct MachineCommand: Command {
  static let name = "machine"
  static let usage = "machine [--json]"
  static let summary = "measure the peak of multiply-adds, the bandwidth of memory and the kernels, and keep them"

  func run(_ arguments: [String]) throws {
    let parsed = try ParsedArguments(
      arguments, takesValue: { ["json": false][$0] },
      unknown: { UsageError("machine has no option \($0)", help: "archcalc \(Self.usage)") })
    guard parsed.words.isEmpty else { throw UsageError("machine takes no words", help: "archcalc \(Self.usage)") }
    let sets = InstructionSet.allCases.filter(\.isAvailable)
    let threads = ProcessMemory.processors == 1 ? [1] : [1, ProcessMemory.processors]
    var progress = Progress("measurements", of: sets.count * threads.count * CalibrationNetworks.steps, isLong: true)
    progress.show(0)
    let measured = sets.flatMap { set in
      let networks = CalibrationNetworks(Kernels(set))
      return threads.map { networks.measure(threads: $0, telling: &progress) }
    }
    progress.clear()
    MachineCache.store(measured)
    if try parsed.isOn("json") { return try Console().print(json(measured).text()) }
    var table = Table([
      .init("instructions"), .init("threads", .number), .init("peak GFLOP/s", .number), .init("reads GB/s", .number),
      .init("operations for each byte", .number),
    ])
    for row in measured {
      table.rows.append(
        Table.Row([
          .text(row.instructionSet.rawValue), .exact(row.threads), .text(NumberText.fixed(row.peak / 1e9, 1)),
          .text(NumberText.fixed(row.bandwidth / 1e9, 1)), .text(NumberText.fixed(row.peak / row.bandwidth, 1)),
        ]))
    }
    var document = Document()
    document.blocks = [.heading("This machine"), .table(table)]
    try Console().print(TextRenderer(width: Console.width, usesColor: Console.usesColor(.auto)).render(document))
  }

  private func json(_ measured: [Calibration]) -> JSON {
    .object([
      ("schema", .string("archcalc.machine/1")),
      ("version", .string(version)),
      (
        "calibrations",
        .array(
          measured.map { row in
            .object([
              ("isa", .string(row.instructionSet.rawValue)), ("threads", .integer(row.threads)),
              ("peak_flops_per_second", .decimal(row.peak, digits: 0)),
              ("bandwidth_bytes_per_second", .decimal(row.bandwidth, digits: 0)),
            ])
          })
      ),
    ])
  }
}
