import ArchAlgebra
import ArchCost
import ArchSpec

/// A total that budgets limit and differences compare; the raw value is its name in options and files.
public enum CostFigure: String, CaseIterable, Sendable {
  case params, weights, macs, flops, count, activations
  case peakMemory = "peak-memory"
  case weightsBytes = "weights-bytes"
  case traffic, depth

  /// What it is called in reports.
  public var title: String {
    switch self {
    case .params: "parameters"
    case .weights: "weights"
    case .macs: "MACs"
    case .flops: "FLOPs"
    case .count: "count"
    case .activations: "activations"
    case .peakMemory: "peak memory"
    case .weightsBytes: "weights' bytes"
    case .traffic: "traffic"
    case .depth: "depth"
    }
  }

  public var summary: String {
    switch self {
    case .params: "trainable parameters"
    case .weights: "kernels and matrices only"
    case .macs: "multiply-adds"
    case .flops: "two per multiply-add, and the element-wise work"
    case .count: "operations in the chosen convention"
    case .activations: "elements that all layers write"
    case .peakMemory: "bytes of activations held at once"
    case .weightsBytes: "bytes of all parameters and running statistics"
    case .traffic: "bytes moved if no cache keeps anything"
    case .depth: "layers with weights on the longest path"
    }
  }

  public var isBytes: Bool { self == .peakMemory || self == .weightsBytes || self == .traffic }

  /// The figure as people read it: `4.230 G`, `9.19 MiB`.
  public func text(_ value: Int) -> String { isBytes ? NumberText.bytes(value) : NumberText.scaled(value) }

  /// `+0.41 G`, `−1.20 MiB`, `±0`
  public func signedText(_ value: Int) -> String { Table.Cell.change(value, inBytes: isBytes).text(isExact: false) }

  // MARK: Where it is found

  /// The figure of a whole network.
  ///
  /// - Throws: ``ArithmeticError`` where it leaves the range of integers.
  public func value(of study: Study, _ layout: AnalysisLayout) throws -> Int {
    switch self {
    case .peakMemory: try study.memory.peak.multiplied(by: layout.bytesPerElement)
    case .depth: study.depths[study.outputNode]
    default: try value(of: study.total, layout) ?? 0
    }
  }

  /// The figure of a part; `nil` for what parts do not add up to.
  func value(of cost: Cost<Int>, _ layout: AnalysisLayout) throws -> Int? {
    switch self {
    case .params: try cost.parameters.trainable
    case .weights: cost.parameters.weights
    case .macs: try cost.macs
    case .flops: try CountingConvention.flops.count(cost)
    case .count: try layout.convention.count(cost)
    case .activations: cost.outputElements
    case .weightsBytes: try cost.parameters.total.multiplied(by: layout.bytesPerElement)
    case .traffic: try cost.trafficElements.multiplied(by: layout.bytesPerElement)
    case .peakMemory, .depth: nil
    }
  }

  /// The figure in the `totals` of a report; `nil` where the report does not have it.
  func value(inTotals totals: JSON, bytesPerElement: Int) -> Int? {
    switch self {
    case .params: return totals["params"]?["trainable"]?.integerValue
    case .weights: return totals["params"]?["weights"]?.integerValue
    case .weightsBytes:
      guard let params = totals["params"], let trainable = params["trainable"]?.integerValue,
        let buffers = params["buffers"]?.integerValue
      else { return nil }
      return try? trainable.adding(buffers).multiplied(by: bytesPerElement)
    case .activations: return totals["activation_elements"]?.integerValue
    case .peakMemory: return totals["peak_activation_bytes"]?.integerValue
    case .traffic: return totals["traffic_bytes"]?.integerValue
    default: return totals[rawValue]?.integerValue
    }
  }

  /// - Parameter text: the name, as people write it in options and files.
  /// - Throws: ``Diagnostic`` at `place` for a name that there is not.
  public static func named(_ text: String, at place: Place = .none) throws -> CostFigure {
    if let figure = CostFigure(rawValue: text) { return figure }
    let names = allCases.map(\.rawValue)
    let near = suggestion(for: text, among: names).map { "did you mean '\($0)'?" }
    throw Diagnostic(
      "there is no figure '\(text)'", at: place, help: near ?? "it is one of \(names.joined(separator: ", "))")
  }
}
