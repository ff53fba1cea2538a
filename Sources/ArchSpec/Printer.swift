/// Writes a syntax tree in the one canonical layout.
///
/// Printing what was parsed and parsing it again gives the same tree, comments included; printing twice gives the
/// same text.
public func format(_ file: SpecSyntax) -> String {
  var printer = Printer()
  printer.items(file.items)
  printer.comments(file.trailing)
  return printer.text
}

struct Printer {
  /// Lines are broken where they would be longer, if they hold a list or arguments that can be.
  static let width = 100

  private(set) var text = ""
  private var indentation = 0
  /// Whether nothing was written since the file or a body began: there no blank line is.
  private var isAtStart = true

  // MARK: Layout

  mutating func line(_ content: String, trailing comment: String? = nil) {
    text += String(repeating: "  ", count: indentation) + content
    if let comment { text += "  " + comment }
    text += "\n"
    isAtStart = false
  }

  /// Comments, each on a line of its own; an empty one is a blank line.
  mutating func comments(_ comments: [String]) {
    for comment in comments {
      if !comment.isEmpty { line(comment) } else if !isAtStart { text += "\n" }
    }
  }

  private mutating func lead(_ trivia: Trivia, _ documentation: [String] = []) {
    if trivia.blankLineBefore, !isAtStart { text += "\n" }
    comments(trivia.leading)
    for doc in documentation { line(doc.isEmpty ? "///" : "/// " + doc) }
  }

  mutating func indented(_ body: (inout Printer) -> Void) {
    indentation += 1
    isAtStart = true
    body(&self)
    indentation -= 1
  }

  /// The parts with `separator` between, on as many lines as it takes; lines after the first are indented once more.
  private func filled(_ parts: [String], separator: String = " ") -> String {
    let flat = parts.joined(separator: separator)
    guard indentation * 2 + flat.count > Self.width, !flat.contains("\n") else { return flat }
    let indent = String(repeating: "  ", count: indentation + 1)
    var lines = [String(repeating: "  ", count: indentation) + parts[0]]
    for part in parts.dropFirst() {
      if lines.last!.count + separator.count + part.count <= Self.width {
        lines[lines.count - 1] += separator + part
      } else {
        lines.append(indent + separator.drop { $0 == " " } + part)
      }
    }
    return lines.joined(separator: "\n").dropFirst(indentation * 2).description
  }

  /// Flat, or with one element a line where that would be too long.
  private func fitted(_ head: String, _ value: ExprSyntax, _ tail: String = "", allowsRange: Bool = false) -> String {
    let flat = head + (allowsRange ? value.element : value.description) + tail
    guard indentation * 2 + flat.count > Self.width else { return flat }
    let inner = String(repeating: "  ", count: indentation + 1)
    let outer = String(repeating: "  ", count: indentation)
    switch value {
    case .list(let elements, _) where elements.count > 1:
      return head + "[\n" + elements.map { inner + $0.element }.joined(separator: ",\n") + "\n" + outer + "]" + tail
    default: return flat
    }
  }

  // MARK: Items

  mutating func items(_ items: [ItemSyntax]) {
    let columns = documentationColumns(items)
    for (item, column) in zip(items, columns) { self.item(item, documentationColumn: column) }
  }

  /// The documentation of parameters that stand on neighbouring lines is aligned.
  private func documentationColumns(_ items: [ItemSyntax]) -> [Int] {
    var columns = [Int](repeating: 0, count: items.count)
    var start = 0
    while start < items.count {
      var end = start + 1
      while end < items.count, items[end].isParameter, items[start].isParameter, !items[end].trivia.blankLineBefore,
        items[end].trivia.leading.isEmpty, items[end].documentation.isEmpty
      {
        end += 1
      }
      let widest = items[start..<end].map { $0.parameterText.count }.max() ?? 0
      for index in start..<end { columns[index] = widest }
      start = end
    }
    return columns
  }

  mutating func item(_ item: ItemSyntax, documentationColumn: Int = 0) {
    lead(item.trivia, item.documentation)
    let comment = item.trivia.trailing
    switch item.kind {
    case .parameter(let parameter):
      var declaration = parameter.description
      if let documentation = parameter.documentation {
        declaration += String(repeating: " ", count: max(0, documentationColumn - declaration.count))
        declaration += "  ///" + (documentation.isEmpty ? "" : " " + documentation)
      }
      line(declaration, trailing: comment)
    case .constant(let constant): line(fitted("let \(constant.name.text) = ", constant.value), trailing: comment)
    case .assumption(let assumption):
      line("assume \(assumption.divisor) divides \(assumption.dividend)", trailing: comment)
    case .metadata(let metadata):
      line("\(metadata.key.text) \(metadata.values.map(\.description).joined(separator: ", "))", trailing: comment)
    case .block(let block):
      let arguments = block.arguments.map { $0.name.text + ($0.value.map { " = \($0)" } ?? "") }
      let list = arguments.isEmpty ? "" : "(" + arguments.joined(separator: ", ") + ")"
      line(braced("block \(block.name.text)\(list) ", block.body), trailing: comment)
    case .network(let network): self.network(network, trailing: comment)
    case .claim(let claim): line(filled(claim.clauseTexts), trailing: comment)
    case .sweep(let sweep): line(filled(sweep.clauseTexts), trailing: comment)
    }
  }

  private mutating func network(_ network: NetworkSyntax, trailing comment: String?) {
    let head = "network \(network.name.text)" + (network.family.map { " = \($0)" } ?? "")
    guard !network.members.isEmpty || !network.trailing.isEmpty || network.family == nil else {
      return line(head, trailing: comment)
    }
    line(head + " {")
    indented { printer in
      let items = network.members.map { if case .item(let item) = $0 { item } else { ItemSyntax?.none } }
      let columns = printer.documentationColumns(items.compactMap { $0 })
      var next = columns.makeIterator()
      for member in network.members {
        switch member {
        case .item(let item): printer.item(item, documentationColumn: next.next() ?? 0)
        case .line(let line): printer.line(line)
        }
      }
      printer.comments(network.trailing)
    }
    line("}", trailing: comment)
  }

  // MARK: Bodies

  mutating func line(_ syntax: LineSyntax) {
    lead(syntax.trivia)
    let label = syntax.label.map { $0.text + ": " } ?? ""
    var steps = syntax.steps.map { step($0) }
    steps[0] = label + steps[0]
    line(filled(steps, separator: " -> "), trailing: syntax.trivia.trailing)
  }

  private func step(_ step: StepSyntax) -> String {
    switch step {
    case .call(let call): call.description
    case .constant(let constant): fitted("let \(constant.name.text) = ", constant.value)
    case .merge(let merge):
      "\(merge.kind.rawValue) "
        + merge.branches.map { branch in
          let label = branch.label.map { $0.text + " " } ?? ""
          let times = branch.times.map { " times \($0)" + (branch.index.map { " as \($0.text)" } ?? "") } ?? ""
          return braced(label, branch.body) + times
        }.joined(separator: " ")
    case .when(let cases, let otherwise, _):
      cases.map { braced("when \($0.condition) ", $0.body) }.joined(separator: " else ")
        + (otherwise.map { " " + braced("else ", $0) } ?? "")
    case .repetition(let repetition):
      braced("repeat \(repetition.count)" + (repetition.index.map { " as \($0.text)" } ?? "") + " ", repetition.body)
    case .loop(let loop):
      braced(fitted("for \(list(loop.variables)) in ", loop.values, " ", allowsRange: true), loop.body)
    case .output(let name, let body): braced("output \(name.text) ", body)
    }
  }

  private func braced(_ head: String, _ body: BodySyntax) -> String {
    if body.lines.isEmpty, body.trailing.isEmpty { return head + "{}" }
    var inner = Printer()
    if body.leastInlineWidth != nil, let only = body.lines.first {
      inner.line(only)
      let flat = inner.text.dropLast()
      if !flat.contains("\n"), indentation * 2 + head.count + flat.count + 4 <= Self.width {
        return head + "{ \(flat) }"
      }
    }
    inner = Printer()
    inner.indentation = indentation + 1
    for line in body.lines { inner.line(line) }
    inner.comments(body.trailing)
    return head + "{\n" + inner.text + String(repeating: "  ", count: indentation) + "}"
  }
}

func list(_ names: [Name]) -> String {
  names.count == 1 ? names[0].text : "(" + names.map(\.text).joined(separator: ", ") + ")"
}

extension ItemSyntax {
  fileprivate var isParameter: Bool { if case .parameter = kind { true } else { false } }
  fileprivate var parameterText: String {
    if case .parameter(let parameter) = kind { parameter.description } else { "" }
  }
}
