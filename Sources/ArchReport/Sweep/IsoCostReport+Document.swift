import ArchAlgebra
import ArchCost

extension IsoCostReport {
  private var question: IsoCostSweep.Question { sweep.question }
  private var budget: Double { Double(question.budget) }

  private func distance(_ row: IsoCostSweep.Row) -> Double { (Double(row.cost) - budget) / budget }

  private var metricText: String {
    metric == "weights" ? "kernel weights (no biases, no normalisation)" : metric
  }

  public func document() -> Document {
    var document = Document()
    let cite = citation.map { " · \($0)" } ?? ""
    document.blocks.append(
      .heading(
        "\(network) · \(NumberText.exact(question.budget)) \(metric): for each \(question.vary) the nearest \(question.solve)\(cite)"
      ))
    var facts: [Document.Fact] = [
      .init("cost", "T = \(question.cost.factoredDescription), counted in \(metricText)"),
      .init("objective", "\(objectiveName) = \(question.objective)"),
    ]
    if let optimum = sweep.optimum {
      facts.append(
        .init(
          "optimum",
          "\(objectiveName) is greatest at \(question.solve) = \(optimum.condition): "
            + "\(question.solve) = \(NumberText.fixed(optimum.solve, 3)), \(question.vary) = \(NumberText.fixed(optimum.vary, 3)), "
            + "\(objectiveName) = \(NumberText.fixed(optimum.objective, 3))"
            + (optimum.bound.map { " = \($0)" } ?? "") + reach(optimum)))
    }
    if let reference {
      facts.append(
        .init(
          "reference",
          "\(reference.network) with as many \(metric) has \(reference.symbol) = \(NumberText.fixed(reference.width, 2))"
        ))
    }
    if !conditions.isEmpty {
      facts.insert(.init("where", conditions.map(\.description).joined(separator: ", ")), at: 1)
    }
    document.blocks.append(.facts(facts))
    document.blocks.append(.table(table))
    let share = NumberText.percent(question.tolerance.doubleValue)
    if let best = sweep.best.map({ sweep.rows[$0] }) {
      document.blocks.append(.paragraph("Greatest \(objectiveName): \(text(best))."))
    } else {
      document.blocks.append(
        .paragraph("No row is within \(share) of the budget; the nearest: \(text(sweep.rows[sweep.nearest]))."))
    }
    if sweep.untried > 0 {
      let tried = NumberText.exact(question.varyChoices.count - sweep.untried)
      document.blocks.append(.paragraph("Only the first \(tried) values of \(question.vary) were tried."))
    }
    return document
  }

  /// What is to be said of an optimum that the parameters cannot be set to.
  private func reach(_ optimum: ContinuousOptimum) -> String {
    var outside: [Symbol] = []
    if !question.solveChoices.reach(optimum.solve) { outside.append(question.solve) }
    if !question.varyChoices.reach(optimum.vary) { outside.append(question.vary) }
    guard !outside.isEmpty else { return "" }
    return ", outside the range of \(outside.map(\.name).joined(separator: " and "))"
  }

  private func text(_ row: IsoCostSweep.Row) -> String {
    "\(question.solve) = \(row.solve.decimalDescription), \(question.vary) = \(row.vary.decimalDescription) gives "
      + "\(row.objective.decimalDescription) with \(NumberText.exact(row.cost)) \(metric) (\(NumberText.difference(distance(row))))"
  }

  private func number(_ value: Rational) -> Table.Cell {
    value.integer.map { .exact($0) } ?? .text(value.decimalDescription)
  }

  private var table: Table {
    var columns: [Table.Column] = [
      .init(question.vary.name, .number), .init(question.solve.name, .number), .init(objectiveName, .number),
      .init(metric, .number), .init("off", .number),
    ]
    if sweep.optimum != nil { columns.append(.init("of bound", .number)) }
    if let reference { columns.append(.init("\(objectiveName)/\(reference.symbol)", .number, rank: 1)) }
    columns += [.init("", .bar), .init("", name: "note")]
    var table = Table(columns)
    let greatest = sweep.rows.map(\.objective.doubleValue).max() ?? 1
    for (index, row) in sweep.rows.enumerated() {
      let value = row.objective.doubleValue
      var cells: [Table.Cell] = [
        number(row.vary), number(row.solve), .text(row.objective.decimalDescription), .exact(row.cost),
        .difference(distance(row)),
      ]
      if let optimum = sweep.optimum { cells.append(.share(value / optimum.objective)) }
      if let reference { cells.append(.factor(value / reference.width)) }
      let isBest = index == sweep.best
      cells += [.bar(value / max(greatest, sweep.optimum?.objective ?? greatest)), .text(isBest ? "greatest" : "")]
      table.rows.append(.init(cells, emphasis: isBest ? .strong : .none))
    }
    return table
  }

  public func json(version: String) -> JSON {
    func row(_ row: IsoCostSweep.Row) -> [(String, JSON)] {
      var members: [(String, JSON)] = [
        (question.solve.name, .number(row.solve)), (question.vary.name, .number(row.vary)),
        (objectiveName, row.objective.integer.map { .integer($0) } ?? .string(row.objective.description)),
        (metric == "weights" ? "params" : metric, .integer(row.cost)),
        ("distance", .integer(row.cost - question.budget)),
      ]
      let value = row.objective.doubleValue
      if let optimum = sweep.optimum {
        members.append(("ratio_to_bound", .decimal(value / optimum.objective, digits: 6)))
      }
      if let reference { members.append(("ratio_to_reference", .decimal(value / reference.width, digits: 6))) }
      return members
    }
    var optimum: [(String, JSON)] = [
      ("widest", sweep.best.map { .object(row(sweep.rows[$0])) } ?? .null),
      ("nearest", .object(row(sweep.rows[sweep.nearest]))),
    ]
    if let continuous = sweep.optimum {
      var members: [(String, JSON)] = [
        ("condition", .string("\(question.solve) = \(continuous.condition.description(style: .ascii))")),
        (question.solve.name, .decimal(continuous.solve, digits: 6)),
        (question.vary.name, .decimal(continuous.vary, digits: 6)),
        (objectiveName, .decimal(continuous.objective, digits: 6)),
      ]
      if let bound = continuous.bound { members.append(("bound", .string(bound.ascii))) }
      optimum.append(("continuous", .object(members)))
    }
    var members: [(String, JSON)] = [
      ("schema", .string(Self.schema)), ("version", .string(version)), ("network", .string(network)),
      ("budget", .object([("quantity", .string(metric)), ("value", .integer(question.budget))])),
      ("vary", .string(question.vary.name)), ("solve", .string(question.solve.name)),
      ("cost", .string(question.cost.description(style: .ascii))),
      ("conditions", .array(conditions.map { .string($0.description(style: .ascii)) })),
      ("untried", .integer(sweep.untried)),
      (
        "objective",
        .object([("name", .string(objectiveName)), ("formula", .string(question.objective.description(style: .ascii)))])
      ),
    ]
    if let reference {
      members.append(
        (
          "reference",
          .object([
            ("network", .string(reference.network)), ("parameter", .string(reference.symbol.name)),
            ("value", .decimal(reference.width, digits: 6)),
          ])
        ))
    }
    members.append(("rows", .array(sweep.rows.map { .object(row($0)) })))
    members.append(("optimum", .object(optimum)))
    return .object(members)
  }
}

extension ContinuousOptimum.Power: CustomStringConvertible {
  private var divisorText: String {
    let rounded = divisor.rounded()
    return abs(divisor - rounded) < 1e-9 * divisor ? NumberText.fixed(rounded, 0) : NumberText.fixed(divisor, 4)
  }

  /// `(T/6)^(2/3)`
  public var description: String { ascii }

  var ascii: String { "(T/\(divisorText))^" + (denominator == 1 ? "\(numerator)" : "(\(numerator)/\(denominator))") }
}
