extension Reconciliation {
  public func document() -> Document {
    var document = Document()
    document.blocks.append(.heading("\(network): what gives \(stated.text)?"))
    guard !explanations.isEmpty else {
      document.blocks.append(.paragraph("Nothing that is known comes within 10 % of it."))
      return document
    }
    if !isExplained { document.blocks.append(.paragraph("Nothing that is known gives it. The nearest:")) }
    document.blocks.append(.facts(explanations.map { .init(NumberText.exact($0.number.value), $0.sentence) }))
    return document
  }

  /// Schema `archcalc.reconcile/1`.
  public func json(version: String) -> JSON {
    .object([
      ("schema", .string("archcalc.reconcile/1")),
      ("version", .string(version)),
      ("network", .string(network)),
      ("says", .string(stated.text)),
      ("explained", .boolean(isExplained)),
      ("explanations", .array(explanations.map(\.json))),
    ])
  }
}

extension Explanation {
  /// `multiply-adds (macs) of resnet50 with strided = 1x1, truncated`
  var sentence: String {
    var text = number.meaning
    if let convention = number.convention, !text.contains(convention) { text += " (\(convention))" }
    if let part = number.part { text += ", \(part)" }
    text += "; \(variant.description)"
    switch match {
    case .exact: text += "; exactly"
    case .rounded: break
    case .truncated: text += "; truncated, not rounded"
    case .roundedUp: text += "; rounded up"
    case .near: text += "; off by \(NumberText.difference(difference))"
    }
    if reading.unit.hasSuffix("i") { text += "; in \(reading.unit), units of \(NumberText.exact(reading.scale))" }
    return text
  }

  fileprivate var json: JSON {
    .object([
      ("value", .integer(number.value)),
      ("match", .string(match.rawValue)),
      ("quantity", .string(number.kind.rawValue)),
      ("meaning", .string(number.meaning)),
      ("convention", number.convention.map { .string($0) } ?? .null),
      ("part", number.part.map { .string($0) } ?? .null),
      ("network", .string(variant.network)),
      ("settings", .object(variant.changes.map { ($0.name, .string($0.value)) })),
      ("input", variant.input.map { .array($0.map { .integer($0) }) } ?? .null),
      ("unit", .integer(reading.scale)),
      ("difference", .decimal(difference, digits: 6)),
      ("effort", .integer(effort)),
    ])
  }
}
