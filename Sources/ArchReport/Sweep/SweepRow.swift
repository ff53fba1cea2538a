import ArchAlgebra
import ArchSpec

/// One point of a sweep with what was asked of it.
public struct SweepRow: Sendable {
  public var values: [Value]
  /// The metrics; empty where there is no network.
  public var metrics: [Int]
  public var reason: String?
  /// What is computed of each point besides, as text; empty where there is no network.
  public var extras: [String] = []

  public init(values: [Value], metrics: [Int], reason: String?) {
    self.values = values
    self.metrics = metrics
    self.reason = reason
  }

  public var hasNetwork: Bool { !metrics.isEmpty }
}

/// What a sweep prints: the parameters that vary and the metrics, in order.
public struct SweepColumns: Sendable {
  public let axes: [Axis]
  public let metrics: [Metric]
  public let extras: [SweepExtra]

  public init(axes: [Axis], metrics: [Metric], extras: [SweepExtra] = []) {
    self.axes = axes
    self.metrics = metrics
    self.extras = extras
  }

  public var names: [String] { axes.map(\.parameter.name) + metrics.map(\.rawValue) + extras.map(\.title) }

  /// A line of comma-separated values (RFC 4180).
  public func csv(_ row: SweepRow, into text: inout String) {
    let figures = metrics.indices.map { row.hasNetwork ? String(row.metrics[$0]) : "" }
    let others = extras.indices.map { row.extras.indices.contains($0) ? row.extras[$0] : "" }
    text += (row.values.map(Self.plain) + figures + others).joined(separator: ",") + "\r\n"
  }

  public var csvHeader: String {
    names.map { name in
      guard name.contains(where: { $0 == "," || $0 == "\"" }) else { return name }
      return "\"" + name.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }.joined(separator: ",") + "\r\n"
  }

  /// An object on a line of its own.
  public func jsonLine(_ row: SweepRow, into text: inout String) {
    var members = zip(axes, row.values).map { "\"\($0.parameter.name)\": \(Self.json($1))" }
    for (index, metric) in metrics.enumerated() {
      members.append("\"\(metric.rawValue)\": " + (row.hasNetwork ? String(row.metrics[index]) : "null"))
    }
    for (index, extra) in extras.enumerated() {
      let known = row.extras.indices.contains(index) && !row.extras[index].isEmpty
      let value = known ? row.extras[index] : "null"
      members.append(
        JSON.string(extra.title).text().dropLast() + ": "
          + (Double(value) == nil && value != "null" ? JSON.string(value).text().dropLast() : value[...]))
    }
    text += "{" + members.joined(separator: ", ") + "}\n"
  }

  private static func plain(_ value: Value) -> String {
    guard case .list = value else { return value.description }
    return "\"" + Parameter.typed(value) + "\""
  }

  private static func json(_ value: Value) -> String {
    let text = JSON.value(value).text()
    return String(text.dropLast())
  }

  /// The names and values that a filter sees.
  public func named(_ row: SweepRow) -> [String: Value] {
    var values: [String: Value] = [:]
    for (axis, value) in zip(axes, row.values) {
      values[axis.parameter.name] = value
      values[axis.parameter.symbol.name] = value
    }
    for (metric, count) in zip(metrics, row.metrics) { values[metric.rawValue] = .number(Expr(count)) }
    return values
  }
}

/// The points that no other point beats in every one of some metrics; all are to be small.
public struct ParetoFront: Sendable {
  private let keys: [Int]
  public private(set) var rows: [SweepRow] = []

  /// - Parameter keys: positions among the metrics.
  public init(keys: [Int]) { self.keys = keys }

  /// Takes a point in if nothing beats it, and drops what it beats; of equal points the first stays.
  public mutating func add(_ row: SweepRow) {
    guard row.hasNetwork, !rows.contains(where: { covers($0, row) }) else { return }
    rows = rows.filter { !covers(row, $0) } + [row]
  }

  private func covers(_ a: SweepRow, _ b: SweepRow) -> Bool { keys.allSatisfy { a.metrics[$0] <= b.metrics[$0] } }
}
