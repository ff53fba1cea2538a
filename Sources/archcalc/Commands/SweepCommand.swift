import ArchAlgebra
import ArchReport
import ArchRuntime
import ArchSpec
import Dispatch

/// `archcalc sweep NETWORK --PARAMETER VALUES…`: what a network costs at every point of a grid.
struct SweepCommand: Command {
  static let name = "sweep"
  static let usage = "sweep NETWORK [--PARAMETER 1..64 | 1,2,4 | 0.25..1:0.25]… [--columns …] [--where …] [--pareto …]"
  static let summary = "what a network costs over a grid of its parameters"
  static var options: [OptionDescription] { SweepRequest.options }

  func run(_ arguments: [String]) throws {
    var request = try SweepRequest(arguments)
    // What filters and fronts look at is computed too, and not printed.
    let shown = request.metrics
    for metric in request.neededMetrics() where !request.metrics.contains(metric) { request.metrics.append(metric) }
    let columns = SweepColumns(axes: request.axes, metrics: shown, extras: request.extras)
    let engine = try Self.engine(request)
    let points = engine.space.shard(request.shard.index, of: request.shard.count)
    let stream = try OutputStream(path: request.output)
    if request.isStreamed {
      let isCSV = request.format == .csv
      // The header goes with the first rows: where these fail, nothing is written.
      var header = request.shard.index == 1 && isCSV ? columns.csvHeader : ""
      func write(_ bytes: [UInt8]) throws {
        try stream.write(header)
        header = ""
        try bytes.withUnsafeBytes { try stream.write($0) }
      }
      if isCSV, request.condition == nil, request.extras.isEmpty, let lines = try SweepLines(engine) {
        try evaluate(points, request, lines) {
          try $0.csv($1)
        } take: {
          try write($0)
        }
      } else {
        try evaluate(points, request, engine) { [request] engine, points in
          var text = ""
          for row in try Self.rows(points, request, &engine) {
            if isCSV { columns.csv(row, into: &text) } else { columns.jsonLine(row, into: &text) }
          }
          return Array(text.utf8)
        } take: {
          try write($0)
        }
      }
      try stream.write(header)
    } else {
      let (rows, others) = try collect(points, request, engine)
      let document = SweepDocument(rows, columns, request)
      let text = document.render(request) + (try request.drawings.draw(try document.drawing(behind: others)))
      try stream.write(text)
    }
    try stream.finish()
  }

  /// The most rows that are held at once: tables, sorted sweeps.
  private static let mostRows = 100_000

  /// More points off a front would be a blot.
  private static let mostOthers = 2000

  /// The rows, and where a front is drawn those that it beats.
  private func collect(
    _ points: Range<Int>, _ request: SweepRequest, _ engine: SweepEngine
  ) throws -> (rows: [SweepRow], others: [SweepRow]) {
    let keepsOthers = request.drawings.areAskedFor && points.count <= Self.mostOthers
    if request.pareto.isEmpty, request.condition == nil { try Self.checkRows(points.count) }
    var front = ParetoFront(keys: request.pareto.map { request.metrics.firstIndex(of: $0)! })
    var rows: [SweepRow] = []
    try evaluate(points, request, engine) {
      try Self.rows($1, request, &$0)
    } take: { found in
      if !request.pareto.isEmpty { found.forEach { front.add($0) } }
      guard request.pareto.isEmpty || keepsOthers else { return }
      rows += found
      try Self.checkRows(rows.count)
    }
    guard !request.pareto.isEmpty else { return (try request.sorted(rows), []) }
    let kept = Set(front.rows.map { $0.values.map(\.description) })
    let others = rows.filter { $0.hasNetwork && !kept.contains($0.values.map(\.description)) }
    return (try request.sorted(front.rows), others)
  }

  private static func checkRows(_ count: Int) throws {
    guard count > mostRows else { return }
    throw UsageError(
      "more than \(NumberText.exact(mostRows)) rows cannot be held",
      help: "--csv and --jsonl without --sort print them as they are computed, --where leaves some out")
  }

  /// The rows of a small sweep.
  static func rows(of request: SweepRequest) throws -> (columns: SweepColumns, rows: [SweepRow]) {
    var engine = try engine(request)
    let columns = SweepColumns(axes: request.axes, metrics: request.metrics)
    return (columns, try rows(0..<engine.space.count, request, &engine))
  }

  // MARK: Evaluation

  private static func engine(_ request: SweepRequest) throws -> SweepEngine {
    try SweepEngine(
      request.found.specification, network: request.found.network, options: request.options,
      space: PointSpace(request.axes, joined: request.joined), metrics: request.metrics)
  }

  /// Points that are evaluated at once: few where each is a network that is built for it.
  private static func chunk(_ request: SweepRequest) -> Int {
    request.extras.isEmpty && request.measured == nil ? 8192 : 64
  }

  /// Evaluates points on several threads, in chunks; what they give is taken in order.
  private func evaluate<Worker: Sendable, Piece: Sendable>(
    _ points: Range<Int>, _ request: SweepRequest, _ worker: Worker,
    piece: @Sendable (inout Worker, Range<Int>) throws -> Piece, take: (Piece) throws -> Void
  ) throws {
    let chunk = Self.chunk(request)
    let chunks = points.isEmpty ? 0 : (points.count - 1) / chunk + 1
    let workers = min(request.threads ?? ProcessMemory.processors, max(1, chunks))
    var engines = [Worker](repeating: worker, count: workers)
    var progress = Progress("points", of: points.count, sharesTerminal: request.isStreamed && request.output == nil)
    defer { progress.clear() }
    var first = 0
    while first < chunks {
      progress.show(first * chunk)
      let batch = min(workers, chunks - first)
      var results = [Result<Piece, any Error>?](repeating: nil, count: batch)
      let start = first
      results.withUnsafeMutableBufferPointer { results in
        engines.withUnsafeMutableBufferPointer { engines in
          nonisolated(unsafe) let (results, engines) = (results, engines)
          DispatchQueue.concurrentPerform(iterations: batch) { worker in
            let low = points.lowerBound + (start + worker) * chunk
            let range = low..<low + min(chunk, points.upperBound - low)
            results[worker] = Result { try piece(&engines[worker], range) }
          }
        }
      }
      for result in results { try take(try result!.get()) }
      first += batch
    }
  }

  private static func rows(
    _ points: Range<Int>, _ request: SweepRequest, _ engine: inout SweepEngine
  ) throws -> [SweepRow] {
    var rows: [SweepRow] = []
    rows.reserveCapacity(points.count)
    let columns = SweepColumns(axes: request.axes, metrics: request.metrics)
    for point in points {
      var row = SweepRow(values: try engine.space.values(at: point), metrics: [], reason: nil)
      row.metrics.reserveCapacity(request.metrics.count)
      if case .none(let reason) = try engine.evaluate(row.values, into: &row.metrics) { row.reason = reason }
      guard request.condition == nil || row.hasNetwork else { continue }
      var options = request.options
      if row.hasNetwork, !request.extras.isEmpty || request.measured != nil {
        for (axis, value) in zip(request.axes, row.values) { options.settings[axis.parameter.name] = value }
      }
      if let measured = request.measured {
        let figures = zip(request.metrics, row.metrics).map { ($0.rawValue, $1) }
        guard try measured.holds(options.settings, figures: Dictionary(uniqueKeysWithValues: figures)) else { continue }
      } else if let condition = request.condition {
        var names = NamedValues(values: columns.named(row))
        guard try names.holds(condition) else { continue }
      }
      if !request.extras.isEmpty, row.hasNetwork {
        let found = request.found
        row.extras = try request.extras.map { try $0.value(found.specification, found.network, options) }
      }
      rows.append(row)
    }
    return rows
  }
}

extension SweepRequest {
  /// Whether rows can be printed as they come.
  var isStreamed: Bool {
    (format == .csv || format == .jsonLines) && pareto.isEmpty && sort == nil && !drawings.areAskedFor
  }

  /// The metrics that the filter and the front mention.
  func neededMetrics() -> [Metric] {
    let names = condition?.names ?? []
    return Metric.allCases.filter { pareto.contains($0) || names.contains($0.rawValue) || sort?.column == $0.rawValue }
  }

  func sorted(_ rows: [SweepRow]) throws -> [SweepRow] {
    guard let sort else { return rows }
    let key: (SweepRow) -> Rational?
    if let index = metrics.firstIndex(where: { $0.rawValue == sort.column }) {
      key = { $0.hasNetwork ? Rational($0.metrics[index]) : nil }
    } else if let index = axes.firstIndex(where: { $0.parameter.name == sort.column }) {
      key = { $0.values[index].number?.constant }
    } else {
      let names = SweepColumns(axes: axes, metrics: metrics).names
      let near = suggestion(for: sort.column, among: names).map { "did you mean '\($0)'?" }
      throw UsageError("there is no column '\(sort.column)' to sort by", help: near ?? names.joined(separator: ", "))
    }
    // Rows without a network go last; equal ones stay in order.
    let keyed = rows.enumerated().map { (key: key($0.element), index: $0.offset, row: $0.element) }
    return keyed.sorted { a, b in
      switch (a.key, b.key) {
      case (let x?, let y?) where x != y: sort.descending ? x > y : x < y
      case (nil, _?): false
      case (_?, nil): true
      default: a.index < b.index
      }
    }.map(\.row)
  }
}
