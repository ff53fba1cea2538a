import ArchAlgebra

extension Difference {
  public static let schema = "archcalc.diff/1"

  /// How many changes of a block are told; a rewritten block has as many as layers.
  private static let shown = 8

  // MARK: For people

  public func document() -> Document {
    var document = Document()
    let name = old.network == new.network ? new.network : "\(old.network) → \(new.network)"
    document.blocks.append(.heading("\(name): \(headline)"))
    if !settings.isEmpty { document.blocks.append(.facts(settings.map { .init("set", $0) })) }
    document.blocks.append(.table(totals))
    if blocks.isEmpty {
      document.blocks.append(.paragraph("No layer changed."))
      return document
    }
    document.blocks.append(.table(blockTable))
    document.blocks.append(.facts(blocks.flatMap(facts)))
    if unchangedBlocks > 0 {
      document.blocks.append(.paragraph("\(unchangedBlocks) \(unchangedBlocks == 1 ? "block" : "blocks") unchanged."))
    }
    return document
  }

  /// `+0.410 G MACs, −1.2 M parameters`
  private var headline: String {
    let parts = [CostFigure.macs, .params].compactMap { figure in
      change(of: figure).flatMap { $0 == 0 ? nil : "\(figure.signedText($0)) \(figure.title)" }
    }
    return parts.isEmpty ? "costs the same" : parts.joined(separator: ", ")
  }

  private var totals: Table {
    var table = Table([
      .init("figure"), .init("old", .number), .init("new", .number), .init("change", .number), .init("", .number),
      .init("exact old", .number, rank: 2), .init("exact new", .number, rank: 2),
    ])
    for figure in figures {
      let (before, after) = (old.totals[figure]!, new.totals[figure]!)
      let title = figure == .count ? new.convention : figure.title
      table.rows.append(
        .init(
          [
            .text(title), .text(figure.text(before)), .text(figure.text(after)),
            .change(change(of: figure)!, inBytes: figure.isBytes),
            before == 0 || before == after ? .empty : .difference((Double(after) - Double(before)) / Double(before)),
            .exact(before), .exact(after),
          ], emphasis: before == after ? .faint : .none))
    }
    return table
  }

  private var blockTable: Table {
    var table = Table([
      .init("block"), .init("params", .number), .init("change", .number), .init("MACs", .number),
      .init("change", .number),
    ])
    for block in blocks {
      table.rows.append(
        .init([
          .text(block.name), .count(block.new.params), .change(block.new.params - block.old.params),
          .count(block.new.macs), .change(block.new.macs - block.old.macs),
        ]))
    }
    return table
  }

  private func facts(_ block: Block) -> [Document.Fact] {
    var facts = block.changes.prefix(Self.shown).map { change in
      Document.Fact(block.name + ":", change.text(in: block.name), aside: "")
    }
    if block.changes.count > Self.shown {
      facts.append(.init(block.name + ":", "and \(block.changes.count - Self.shown) more changes"))
    }
    return facts
  }

  // MARK: For programs

  public func json(version: String) -> JSON {
    func pair(_ old: Int, _ new: Int) -> JSON { .object([("old", .integer(old)), ("new", .integer(new))]) }
    return .object([
      ("schema", .string(Self.schema)), ("version", .string(version)),
      ("old", .string(old.network)), ("new", .string(new.network)),
      ("settings", .array(settings.map { .string($0) })),
      ("totals", .object(figures.map { ($0.rawValue, pair(old.totals[$0]!, new.totals[$0]!)) })),
      (
        "blocks",
        .array(
          blocks.map { block in
            .object([
              ("block", .string(block.name)), ("params", pair(block.old.params, block.new.params)),
              ("macs", pair(block.old.macs, block.new.macs)),
              (
                "changes",
                .array(
                  block.changes.map { change in
                    .object([
                      ("kind", .string(change.kind.rawValue)), ("change", .string(change.text)),
                      ("params", .integer(change.params)),
                      ("macs", .integer(change.macs)), ("layers", .array(change.layers.map { .string($0) })),
                    ])
                  })
              ),
            ])
          })
      ),
      ("unchanged_blocks", .integer(unchangedBlocks)),
    ])
  }
}

extension Difference.Change {
  /// `groups 32 → 16 in 4 layers: +0.410 G MACs, +1.2 M parameters`
  func text(in block: String) -> String {
    let many = layers.count > 1 ? "\(layers.count) layers" : ""
    let what =
      switch kind {
      case .changed: text + (many.isEmpty ? "" : " in \(many)")
      case .added, .removed: (text == block ? "" : text + " ") + kind.rawValue + (many.isEmpty ? "" : " (\(many))")
      }
    let costs = [(CostFigure.macs, macs), (.params, params)].filter { $0.1 != 0 }.map {
      "\($0.0.signedText($0.1)) \($0.0.title)"
    }
    return what + (costs.isEmpty ? "" : ": " + costs.joined(separator: ", "))
  }
}
