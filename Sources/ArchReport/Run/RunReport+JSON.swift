import ArchRuntime

extension RunReport {
  static let schema = "archcalc.run/1"

  /// The report for programs.
  ///
  /// - Parameter version: of the program that writes it.
  public func json(version: String) -> JSON {
    var members: [(String, JSON)] = [
      ("schema", .string(Self.schema)),
      ("version", .string(version)),
      ("network", .string(name)),
      ("images", .integer(images)),
      ("threads", .integer(calibration.threads)),
      ("isa", .string(calibration.instructionSet.rawValue)),
      ("macs", .integer(macs)),
      (
        "seconds",
        .object([
          ("median", .decimal(seconds, digits: 9)), ("least", .decimal(runs.min() ?? 0, digits: 9)),
          ("most", .decimal(runs.max() ?? 0, digits: 9)), ("runs", .array(runs.map { .decimal($0, digits: 9) })),
          ("predicted", .decimal(predictedSeconds, digits: 9)),
        ])
      ),
      (
        "machine",
        .object([
          ("peak_flops_per_second", .decimal(calibration.peak, digits: 0)),
          ("bandwidth_bytes_per_second", .decimal(calibration.bandwidth, digits: 0)),
        ])
      ),
      (
        "memory",
        .object([
          ("weight_bytes", .integer(weightBytes)), ("arena_bytes", .integer(arenaBytes)),
          ("arena_lower_bound_bytes", .integer(arenaLowerBound)),
          ("resident_bytes", residentBytes.map { .integer($0) } ?? .null),
        ])
      ),
    ]
    if let check {
      members.append(
        (
          "check",
          .object([
            ("passed", .boolean(check.passes)), ("input", .string(check.input)),
            ("counted_macs", .integer(check.countedMACs)), ("predicted_macs", .integer(check.predictedMACs)),
            ("output_distance", .decimal(check.output, digits: 12)),
            ("differing_layers", .array(check.differingLayers.map { .string($0) })),
            ("worst_step", .string(check.worstStep.name)),
            ("worst_step_distance", .decimal(check.worstStep.distance, digits: 12)),
            ("bound", .decimal(check.bound, digits: 12)),
          ])
        ))
    }
    members.append(
      (
        "layers",
        .array(
          steps.map { step in
            .object([
              ("name", .string(step.name)), ("kernel", .string(step.algorithm)),
              ("predicted_shape", .string(step.predictedShape)), ("executed_shape", .string(step.executedShape)),
              ("shapes_agree", .boolean(step.shapesAgree)), ("macs", .integer(step.macs)),
              ("bytes", .integer(step.bytes)), ("seconds", .decimal(step.seconds, digits: 9)),
              ("predicted_seconds", .decimal(step.predictedSeconds, digits: 9)),
              ("share_of_peak", .decimal(step.share, digits: 4)), ("bound", .string(step.bound.rawValue)),
            ])
          })
      ))
    return .object(members)
  }
}
