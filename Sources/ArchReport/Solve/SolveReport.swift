import ArchAlgebra
import ArchCost
import ArchSpec

/// The answers to one question, a row for each setting of the parameters that are given.
public struct SolveReport: Sendable {
  public static let schema = "archcalc.solve/1"

  public struct Row: Sendable {
    /// The values of the parameters that are not solved for.
    public var settings: [(parameter: Parameter, value: Value)]
    /// `nil` where there is no network at these settings.
    public var solution: Solver.Solution?
    public var reason: String?

    public init(settings: [(parameter: Parameter, value: Value)], solution: Solver.Solution?, reason: String?) {
      self.settings = settings
      self.solution = solution
      self.reason = reason
    }
  }

  public let network: String
  public let parameter: Parameter
  public let metric: Metric
  public let target: Int
  /// The network whose cost is the target.
  public let match: String?
  public let rows: [Row]
  /// What the specification assumes of the parameter: networks where it does not hold are not looked at.
  public let assumptions: [String]

  public init(
    network: String, parameter: Parameter, metric: Metric, target: Int, match: String?, rows: [Row],
    assumptions: [String] = []
  ) {
    self.assumptions = assumptions
    self.network = network
    self.parameter = parameter
    self.metric = metric
    self.target = target
    self.match = match
    self.rows = rows
  }

  /// Whether the target lies between two costs that can be had, or is one.
  public var isAttainable: Bool {
    rows.contains {
      guard let solution = $0.solution else { return false }
      return !solution.roots.isEmpty || solution.best?.cost == target || solution.below != nil && solution.above != nil
    }
  }

  /// The row whose network comes nearest to the target.
  public var best: Row? {
    rows.filter { $0.solution?.best != nil }.min { distance($0) < distance($1) }
  }

  private func distance(_ row: Row) -> Double { row.solution?.best?.difference.magnitude ?? .infinity }

  public func document() -> Document {
    var document = Document()
    document.blocks.append(
      .heading(
        "\(network) · \(parameter.name) for \(NumberText.scaled(target)) \(metric.rawValue)"
          + (match.map { ", as \($0)" } ?? "")))
    let others = rows.first?.settings.map(\.parameter.name) ?? []
    var table = Table(
      others.map { .init($0, .number) } + [
        .init("exact root", .number), .init("below", .number), .init("", .number, name: "below off by"),
        .init("above", .number), .init("", .number, name: "above off by"),
        .init("best", .number), .init(metric.rawValue, .number), .init("off by", .number),
      ])
    for row in rows {
      var cells = row.settings.map { Table.Cell.text($0.value.description) }
      guard let solution = row.solution else {
        table.rows.append(.init(cells + [.text("–")] + Array(repeating: .empty, count: 7), emphasis: .faint))
        continue
      }
      cells.append(
        .text(
          solution.roots.isEmpty ? "none" : solution.roots.map { NumberText.fixed($0.value, 4) }.joined(separator: ", ")
        ))
      for candidate in [solution.below, solution.above] {
        cells.append(candidate.map { .text($0.value.decimalDescription) } ?? .empty)
        cells.append(candidate.map { .difference($0.difference) } ?? .empty)
      }
      cells.append(solution.best.map { .text($0.value.decimalDescription) } ?? .empty)
      cells.append(solution.best.map { .count($0.cost) } ?? .empty)
      cells.append(solution.best.map { .difference($0.difference) } ?? .empty)
      table.rows.append(
        .init(cells, emphasis: row.solution?.best?.cost == best?.solution?.best?.cost ? .strong : .none))
    }
    document.blocks.append(.table(table))
    if let best, let solution = best.solution, let found = solution.best {
      let among = assumptions.isEmpty ? "" : "Among networks where \(assumptions.joined(separator: " and ")): "
      document.blocks.append(.paragraph(among + reason(best, solution, found)))
    }
    return document
  }

  /// Why the best row is the best.
  private func reason(_ row: Row, _ solution: Solver.Solution, _ found: Solver.Candidate) -> String {
    let settings =
      row.settings.map { "\($0.parameter.name) \($0.value)" } + ["\(parameter.name) \(found.value.decimalDescription)"]
    var text = "Nearest: \(settings.joined(separator: ", ")) with \(NumberText.exact(found.cost)) \(metric.rawValue), "
    text +=
      found.cost == target
      ? "exactly the target." : "\(NumberText.difference(found.difference)) of \(NumberText.exact(target))."
    if let root = solution.roots.min(by: {
      abs($0.value - found.value.doubleValue) < abs($1.value - found.value.doubleValue)
    }) {
      text += " The closed form meets the target at \(parameter.name) = "
      text +=
        (root.exact.map { $0 == NumberText.fixed(root.value, 0) ? $0 : "\($0) ≈ \(NumberText.fixed(root.value, 4))" }
          ?? NumberText.fixed(root.value, 4))
      let other = [solution.below, solution.above].compactMap { $0 }.first { $0.value != found.value }
      text +=
        other.map {
          "; \($0.value.decimalDescription) on its other side is off by \(NumberText.difference($0.difference))."
        } ?? "."
    }
    return text
  }

  public func json(version: String) -> JSON {
    func candidate(_ candidate: Solver.Candidate?) -> JSON {
      candidate.map {
        .object([
          ("value", JSON.value(.number(Expr($0.value)))), ("cost", .integer($0.cost)),
          ("difference", .decimal($0.difference, digits: 6)),
        ])
      } ?? .null
    }
    let items: [JSON] = rows.map { row in
      let roots: [JSON] = (row.solution?.roots ?? []).map {
        .object([("value", .decimal($0.value, digits: 6)), ("exact", $0.exact.map { .string($0) } ?? .null)])
      }
      return .object([
        ("settings", .object(row.settings.map { ($0.parameter.name, JSON.value($0.value)) })),
        ("roots", .array(roots)), ("below", candidate(row.solution?.below)), ("above", candidate(row.solution?.above)),
        ("best", candidate(row.solution?.best)), ("reason", row.reason.map { .string($0) } ?? .null),
      ])
    }
    return .object([
      ("schema", .string(Self.schema)), ("version", .string(version)), ("network", .string(network)),
      ("parameter", .string(parameter.name)), ("cost", .string(metric.rawValue)), ("target", .integer(target)),
      ("match", match.map { .string($0) } ?? .null), ("assumptions", .array(assumptions.map { .string($0) })),
      ("rows", .array(items)),
    ])
  }
}
