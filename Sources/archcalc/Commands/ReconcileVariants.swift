import ArchAlgebra
import ArchCost
import ArchReport
import ArchSpec

/// The networks that somebody may have meant by a network's name: its switches set otherwise, its relatives, other
/// images.
struct ReconcileVariants {
  private let request: AnalyzeRequest
  private let stated: StatedNumber
  private var sources: [String: NetworkSource] = [:]
  private(set) var variants: [NetworkVariant] = []

  /// Heights and widths that networks are trained and tested with.
  private static let resolutions = [
    32, 64, 96, 112, 128, 160, 176, 192, 208, 224, 227, 231, 240, 256, 260, 288, 299, 300, 320, 331, 336, 352, 380, 384,
    416, 448, 456, 480, 512, 528, 544, 600, 608, 640, 672, 768, 800, 1024,
  ]

  /// Factors of widths, as the mobile networks have them.
  private static let multipliers = ["0.25", "0.35", "0.5", "0.75", "1.25", "1.3", "1.4", "1.5", "2"]

  init(_ request: AnalyzeRequest, _ stated: StatedNumber) throws {
    self.request = request
    self.stated = stated
    let name = request.network.name
    sources[name] = request.network
    // Where a model leaves extents open, numbers begin with an image.
    guard try request.network.study(request.options, batch: request.batch) != nil else {
      for size in Self.resolutions {
        variants.append(NetworkVariant(network: name, input: [3, size, size], effort: size == 224 ? 0 : 2))
      }
      return
    }
    variants = [NetworkVariant(network: name, effort: 0)]
    let changes = try self.changes(of: request.network)
    for change in changes { variants.append(NetworkVariant(network: name, changes: [change], effort: 2)) }
    for (index, first) in changes.enumerated() {
      for second in changes[(index + 1)...] where first.name != second.name {
        variants.append(NetworkVariant(network: name, changes: [first, second], effort: 4))
      }
    }
    for relative in try relatives() {
      guard sources.updateValue(.declared(relative.found), forKey: relative.found.network) == nil else { continue }
      variants.append(NetworkVariant(network: relative.found.network, effort: relative.effort))
      for change in (try? self.changes(of: .declared(relative.found))) ?? [] {
        variants.append(NetworkVariant(network: relative.found.network, changes: [change], effort: relative.effort + 2))
      }
    }
  }

  /// The same at other sizes of the image; what is far off already is left as it is.
  func resized(_ variant: NetworkVariant, _ analysis: Analysis<Int>) -> [NetworkVariant] {
    guard variant.effort <= 3, variant.input == nil, request.options.input == nil, stated.kind != .parameters,
      let macs = try? analysis.total.macs, analysis.graph.inputs.count == 1
    else { return [] }
    let shape = analysis.graph.nodes[analysis.graph.inputs[0]].output
    guard shape.rank == 4 else { return [] }
    return Self.resolutions.compactMap { size in
      guard [size, size] != Array(shape.spatial) else { return nil }
      // Costs grow with the area; conventions differ by little more than a factor of two.
      let area = Double(size * size) / Double(shape.extents[2] * shape.extents[3])
      let expected = Double(macs) * area
      guard stated.kind == .bytes || stated.readings.contains(where: { (0.7...2.8).contains($0.value / expected) })
      else { return nil }
      var other = variant
      other.input = [shape.channels, size, size]
      other.effort += 2
      return other
    }
  }

  /// The settings of one parameter that make another network of the same kind: the other way of a switch, the other
  /// choices, a common multiplier. What the command line sets stays.
  private func changes(of network: NetworkSource) throws -> [NetworkVariant.Change] {
    guard network.isDeclared else { return [] }
    return try network.parameters().flatMap { parameter -> [NetworkVariant.Change] in
      guard request.options.settings[parameter.name] == nil else { return [] }
      let values: [String]
      switch (parameter.kind, parameter.range) {
      case (.boolean, _): values = parameter.defaultText == "true" ? ["false"] : ["true"]
      case (_, .members(let members)) where members.count <= 12:
        values = members.filter { $0 != parameter.defaultValue }.map { Parameter.typed($0) }
      case (.rational, _) where parameter.defaultValue.number?.constant == Rational(1): values = Self.multipliers
      default: values = []
      }
      return values.map { NetworkVariant.Change(name: parameter.name, value: $0) }
    }
  }

  /// The networks of the same file, those that they are compared with, and those that are called alike.
  private func relatives() throws -> [(found: Networks.Found, effort: Int)] {
    guard case .declared(let found) = request.network else { return [] }
    var result: [(found: Networks.Found, effort: Int)] = []
    let own = try? Study(found.specification, network: found.network, options: request.options)
    if let reference = own?.subject.metadata.reference,
      let (specification, network) = try? Networks.reference(reference, from: found.specification)
    {
      result.append((Networks.Found(specification: specification, network: network), 2))
    }
    let names = Set(([found.network] + (own?.subject.metadata.aliases ?? [])).map(Self.folded))
    for entry in Networks.library.entries where entry.network != found.network {
      let others = ([entry.network] + entry.aliases).map(Self.folded)
      guard others.contains(where: { other in names.contains { other.hasPrefix($0) || $0.hasPrefix(other) } }),
        let specification = try? Networks.library.specification(of: entry)
      else { continue }
      result.append((Networks.Found(specification: specification, network: entry.network), 3))
    }
    for other in found.specification.networks where other.name.text != found.network {
      result.append((Networks.Found(specification: found.specification, network: other.name.text), 4))
    }
    return result
  }

  private static func folded(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }

  /// The analysis of a variant; `nil` where there is none, as for an image that is too small.
  func analysis(_ variant: NetworkVariant) throws -> Analysis<Int>? {
    if variant.effort == 0 { return try analysed(variant) }
    return (try? analysed(variant)) ?? nil
  }

  private func analysed(_ variant: NetworkVariant) throws -> Analysis<Int>? {
    guard let source = sources[variant.network] else { return nil }
    var options = request.options
    let parameters = try source.parameters()
    // Settings of the command line hold for relatives as far as they have such parameters.
    options.settings = options.settings.filter { name, value in
      parameters.contains { $0.name == name && (try? $0.check(value)) != nil }
    }
    for change in variant.changes {
      guard let parameter = parameters.first(where: { $0.name == change.name }) else { return nil }
      options.settings[change.name] = try parameter.value(parsing: change.value)
    }
    if let input = variant.input { options.input = input }
    switch source {
    case .declared(let found):
      let architecture: Architecture<Int> = try found.specification.elaborate(found.network, options: options)
      return try Analysis(architecture.graph)
    case .model(let model): return try model.study(options, batch: request.batch)?.analysis
    }
  }
}
