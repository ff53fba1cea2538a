import ArchAlgebra
import ArchCost
import ArchReport

/// A page about networks: one file that needs nothing else, and evaluates the networks' closed forms itself.
public struct Page {
  private let version: String
  private let limits: CaseSearch.Limits
  private var networks: [JSON] = []
  private var names: [String] = []
  /// The claims of a verification and a run of one of the networks, as their reports say.
  public var verification: JSON?
  public var run: JSON?

  /// - Parameter count: how many networks will be added.
  public init(version: String, networks count: Int) {
    self.version = version
    limits = CaseSearch.Limits(networks: max(1, count))
  }

  /// - Parameters:
  ///   - command: what is typed after `archcalc` for this network.
  ///   - build: the closed forms at other values of the parameters.
  /// - Throws: ``ArithmeticError`` where a sum leaves the range of integers.
  public mutating func add(
    _ study: Study, _ forms: ClosedForms, _ layout: AnalysisLayout, command: String, build: @escaping CaseBuild
  ) throws {
    let network = try PageNetwork(study, forms, layout, command: command, limits: limits, build: build)
    networks.append(try network.json())
    names.append(study.graph.name)
  }

  /// The file's text.
  public func html() -> String {
    let data = JSON.object([
      ("schema", .string("archcalc.page/1")), ("version", .string(version)),
      ("quantities", .array(CaseTables.quantities.map { .string($0.rawValue) })),
      ("conventions", .array(CountingConvention.all.map(Self.json))),
      ("networks", .array(networks)), ("verification", claims), ("run", run ?? .null),
    ])
    // Within a script element nothing is markup but what begins with "<".
    let json = data.compactText().map { $0 == "<" ? "\\u003c" : String($0) }.joined()
    return Self.fill(
      PackageResources.page_html,
      [
        "title": Self.escaped(names.joined(separator: ", ")), "style": Self.text(PackageResources.page_css),
        "data": json, "script": Self.script,
      ])
  }

  /// The claims about the networks of the page, and those of files that are called as one of them.
  private var claims: JSON {
    guard let all = verification?["claims"]?.elements else { return .null }
    let own = all.filter { names.contains(($0["network"]?.stringValue ?? $0["file"]?.stringValue) ?? "") }
    return .object([("claims", .array(own))])
  }

  private static let script: String = [
    PackageResources.exact_js, PackageResources.model_js, PackageResources.format_js, PackageResources.layout_js,
    PackageResources.drawing_js, PackageResources.table_js, PackageResources.charts_js, PackageResources.page_js,
  ].map(text).joined(separator: "\n")

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// The template with texts in the place of `{{name}}`; what is put in is not looked at again.
  private static func fill(_ template: [UInt8], _ values: [String: String]) -> String {
    var result: [UInt8] = []
    var position = 0
    while position < template.count {
      let isName = template[position...].starts(with: Array("{{".utf8))
      guard isName, let end = template[position...].firstIndex(of: UInt8(ascii: "}")) else {
        result.append(template[position])
        position += 1
        continue
      }
      let name = String(decoding: template[(position + 2)..<end], as: UTF8.self)
      result += Array((values[name] ?? "").utf8)
      position = end + 2
    }
    return text(result)
  }

  private static func escaped(_ text: String) -> String {
    let entities: [Character: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"]
    return text.map { entities[$0] ?? String($0) }.joined()
  }

  private static func json(_ convention: CountingConvention) -> JSON {
    let weights: [JSON] = CaseTables.quantities.enumerated().flatMap { index, quantity -> [JSON] in
      let weight = convention.weight(of: quantity)
      return weight == .zero ? [] : [.integer(index), .string(weight.description)]
    }
    return .object([
      ("name", .string(convention.name)), ("unit", .string(convention.unit)), ("summary", .string(convention.summary)),
      ("parameters", .string(convention.parameters.rawValue)), ("weights", .array(weights)),
    ])
  }
}
