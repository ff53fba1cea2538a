import ArchAlgebra
import ArchSpec

/// A network as a report of it says: what a difference is made of.
public struct Snapshot: Sendable {
  public struct Layer: Sendable {
    public var name: String
    /// What the operator is and how it is set, in words, by name.
    public var attributes: [(name: String, text: String)]
    public var input: String
    public var params: Int
    public var macs: Int

    /// The stage that it stands in: the first `depth` components of its name, the layer itself where there are fewer.
    func block(depth: Int) -> String { name.split(separator: ".").prefix(depth).joined(separator: ".") }
  }

  public var network: String
  public var convention: String
  public var parameters: [(name: String, text: String)]
  public var input: String
  public var totals: [CostFigure: Int]
  public var layers: [Layer]

  /// - Parameter name: what the report is called in errors.
  /// - Throws: ``Diagnostic`` for what is no analysis, or one of a schema that this program does not know.
  public init(_ report: JSON, name: String) throws {
    func wrong(_ message: String, help: String? = nil) -> Diagnostic {
      Diagnostic("\(name) \(message)", at: .none, help: help)
    }
    func missing(_ field: String) -> Diagnostic {
      wrong("is no \(AnalysisJSON.schema): '\(field)' is missing or of another type")
    }

    guard report.members != nil, let schema = report["schema"]?.stringValue else {
      throw wrong("is no report of archcalc: it names no schema", help: "archcalc NETWORK --json writes one")
    }
    let parts = schema.split(separator: "/", omittingEmptySubsequences: false)
    guard schema == AnalysisJSON.schema else {
      if parts.count == 2, parts[0] == "archcalc.analysis", let number = Int(parts[1]), number > 1 {
        throw wrong(
          "is of the newer schema \(schema); this archcalc knows \(AnalysisJSON.schema)", help: "use a newer archcalc")
      }
      throw wrong(
        "is \(schema), and a difference is of two \(AnalysisJSON.schema)", help: "archcalc NETWORK --json writes one")
    }
    guard let network = report["network"]?.stringValue else { throw missing("network") }
    guard let totals = report["totals"], totals.members != nil else { throw missing("totals") }
    guard let layers = report["layers"]?.elements else { throw missing("layers") }
    guard let parameters = report["parameters"]?.members else { throw missing("parameters") }
    guard let convention = report["convention"]?.stringValue else { throw missing("convention") }
    let bytes = report["bytes_per_element"]?.integerValue ?? 4
    self.network = network
    self.convention = convention
    self.parameters = parameters.map { ($0.0, Self.text($0.1)) }
    input = report["input"].map { Self.text($0) } ?? ""
    self.totals = [:]
    for figure in CostFigure.allCases { self.totals[figure] = figure.value(inTotals: totals, bytesPerElement: bytes) }
    guard self.totals[.params] != nil, self.totals[.macs] != nil else { throw missing("totals") }
    self.layers = try layers.enumerated().map { index, layer in
      guard let layer = Layer(layer) else { throw missing("layers[\(index)]") }
      return layer
    }
  }

  /// A value in words; lists of extents with crosses.
  fileprivate static func text(_ value: JSON) -> String {
    switch value {
    case .string(let text): return text
    case .integer(let number): return String(number)
    case .decimal(let number, let digits): return NumberText.fixed(number, digits)
    case .boolean(let flag): return flag ? "yes" : "no"
    case .null: return "none"
    case .array(let elements): return elements.map(text).joined(separator: "×")
    case .object(let members): return members.map { "\($0.0): \(text($0.1))" }.joined(separator: ", ")
    }
  }
}

extension Snapshot.Layer {
  /// The fields that say what a layer is; the others say what it costs.
  private static let told = [
    "op", "kernel", "stride", "padding", "dilation", "groups", "bias", "ceil", "count_padding", "start",
    "count_channels", "factor",
    "before", "after",
  ]

  fileprivate init?(_ layer: JSON) {
    guard let name = layer["name"]?.stringValue, let params = layer["params"]?.integerValue,
      let macs = layer["macs"]?.integerValue,
      let output = layer["output"]?.elements, let inputs = layer["input"]?.elements
    else { return nil }
    self.name = name
    self.params = params
    self.macs = macs
    input = inputs.map(Snapshot.text).joined(separator: ", ")
    attributes = Self.told.compactMap { key in
      layer[key].map { (key.replacingUnderscores, Self.short($0)) }
    }
    if output.count > 1 { attributes.append(("channels", Snapshot.text(output[1]))) }
    if output.count > 2 { attributes.append(("size", Snapshot.text(.array(Array(output[2...]))))) }
    if let batch = output.first { attributes.append(("batch", Snapshot.text(batch))) }
  }

  /// Equal extents as one: `2` for `[2, 2]`; kernels keep their form.
  private static func short(_ value: JSON) -> String {
    let text = Snapshot.text(value)
    guard let elements = value.elements, let first = elements.first?.integerValue, elements.count > 2,
      elements.allSatisfy({ $0.integerValue == first })
    else { return text }
    return String(first)
  }
}

extension String {
  fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? " " : $0 }) }
}
