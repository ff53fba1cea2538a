import ArchRuntime

extension RunReport {
  /// The report for people; with `layers` a row for each step.
  public func document(layers: Bool) -> Document {
    var document = Document()
    document.blocks.append(.heading("\(name), run on this machine"))
    document.blocks.append(.facts(facts))
    if let check { document.blocks.append(.facts(Self.facts(check))) }
    document.blocks.append(.table(layers ? layerTable : kindTable))
    return document
  }

  private var facts: [Document.Fact] {
    let rate = Double(2 * macs) / seconds
    let agreeing = steps.filter(\.shapesAgree).count
    return [
      .init(
        "time", Self.milliseconds(seconds),
        aside:
          "median of \(runs.count), from \(Self.milliseconds(runs.min() ?? 0)) to \(Self.milliseconds(runs.max() ?? 0))"
          + (images > 1 ? "; \(Self.milliseconds(seconds / Double(images))) an image" : "")),
      .init(
        "predicted", Self.milliseconds(predictedSeconds),
        aside: "before it ran; \(NumberText.percent(abs(predictedSeconds - seconds) / seconds)) off, its layers "
          + "\(NumberText.percent(predictionError)) in the median"),
      .init(
        "work", NumberText.scaled(macs) + " MACs", aside: "as predicted; a multiply-add is one MAC and two operations"),
      .init(
        "rate", NumberText.fixed(rate / 1e9, 1) + " GFLOP/s",
        aside: "\(NumberText.percent(rate / calibration.peak)) of the measured peak of "
          + "\(NumberText.fixed(calibration.peak / 1e9, 1)) GFLOP/s"),
      .init(
        "shapes", "\(agreeing) of \(steps.count) steps as predicted",
        aside:
          "\(calibration.instructionSet.rawValue), \(calibration.threads) thread\(calibration.threads == 1 ? "" : "s")"),
      .init(
        "memory", "\(NumberText.bytes(weightBytes)) weights + \(NumberText.bytes(arenaBytes)) activations",
        aside: residentBytes.map { "\(NumberText.bytes($0)) resident" } ?? ""),
    ]
  }

  private static func facts(_ check: CheckResult) -> [Document.Fact] {
    [
      .init("check", check.passes ? "passed" : "FAILED", aside: "against the reference kernels at \(check.input)"),
      .init(
        "multiply-adds", "\(NumberText.exact(check.countedMACs)) counted",
        aside: check.differingLayers.isEmpty
          ? "exactly those predicted, in every layer"
          : "predicted \(NumberText.exact(check.predictedMACs)); differing: "
            + check.differingLayers.joined(separator: ", ")),
      .init(
        "outputs", "‖difference‖ / ‖reference‖ = \(scientific(check.output))",
        aside:
          "worst step \(check.worstStep.name): \(scientific(check.worstStep.distance)); bound \(scientific(check.bound))"
      ),
    ]
  }

  private var layerTable: Table {
    var table = Table([
      .init("layer"), .init("kernel", rank: 3), .init("predicted", rank: 2), .init("executed", rank: 1),
      .init("MACs", .number), .init("ms", .number), .init("ms predicted", .number, rank: 1),
      .init("GFLOP/s", .number, rank: 2), .init("GB/s", .number, rank: 5),
      .init("of peak", .number), .init("bound by", rank: 4),
    ])
    for step in steps {
      table.rows.append(
        Table.Row(
          [
            .text(step.name), .text(step.algorithm), .text(step.predictedShape),
            .text(step.executedShape + (step.shapesAgree ? "" : " ≠")), .count(step.macs),
            .text(NumberText.fixed(step.seconds * 1e3, 3)), .text(NumberText.fixed(step.predictedSeconds * 1e3, 3)),
            .text(NumberText.fixed(Double(2 * step.macs) / max(step.seconds, 1e-12) / 1e9, 1)),
            .text(NumberText.fixed(Double(step.bytes) / max(step.seconds, 1e-12) / 1e9, 1)), .share(step.share),
            .text(step.bound.rawValue),
          ], emphasis: step.macs == 0 ? .faint : .none))
    }
    return table
  }

  /// The steps by kernel, slowest first.
  private var kindTable: Table {
    var table = Table([
      .init("kernel"), .init("steps", .number), .init("MACs", .number), .init("ms", .number), .init("of time", .number),
      .init("GFLOP/s", .number), .init("of peak", .number),
    ])
    let kinds = Dictionary(grouping: steps, by: \.algorithm)
      .map { (name: $0.key, steps: $0.value, seconds: $0.value.reduce(0) { $0 + $1.seconds }) }
      .sorted { ($0.seconds, $1.name) > ($1.seconds, $0.name) }
    for kind in kinds {
      let macs = kind.steps.reduce(0) { $0 + $1.macs }
      let rate = Double(2 * macs) / max(kind.seconds, 1e-12)
      table.rows.append(
        Table.Row([
          .text(kind.name), .exact(kind.steps.count), .count(macs), .text(NumberText.fixed(kind.seconds * 1e3, 3)),
          .share(kind.seconds / seconds), .text(NumberText.fixed(rate / 1e9, 1)), .share(rate / calibration.peak),
        ]))
    }
    return table
  }

  static func milliseconds(_ seconds: Double) -> String {
    NumberText.fixed(seconds * 1e3, seconds < 0.1 ? 2 : 1) + " ms"
  }
}

/// `3.1e-07`
private func scientific(_ value: Double) -> String {
  guard value > 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
  var (mantissa, exponent) = (value, 0)
  while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
  while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
  return NumberText.fixed(mantissa, 1) + "e\(exponent)"
}
