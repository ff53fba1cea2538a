extension ExprSyntax: CustomStringConvertible {
  /// As it is written where no range may stand.
  public var description: String { text(within: 0) }

  /// As it is written where a range needs no parentheses: in lists, as an argument, after `in` of a loop.
  var element: String { text(within: -1) }

  /// As it is written as a side of a claim, whose relation binds like a comparison.
  var side: String { text(within: 4) }

  /// Parentheses only where the tree would be read differently without them.
  private func text(within precedence: Int) -> String {
    switch self {
    case .number(let number, _): return number.text
    case .text(let text, _): return "\"\(text)\""
    case .size(let height, let width, _): return "\(height)x\(width)"
    case .name(let name): return name.text
    case .input: return "in"
    case .list(let elements, _): return "[" + elements.map(\.element).joined(separator: ", ") + "]"
    case .tuple(let elements, _): return "(" + elements.map(\.element).joined(separator: ", ") + ")"
    case .call(let call): return call.arguments.isEmpty ? call.name.text + "()" : call.description
    case .index(let base, let index, _): return base.text(within: 9) + "[\(index)]"
    case .member(let base, let name): return base.text(within: 9) + "." + name.text
    case .range(let start, let end, _): return parenthesized("\(start)..\(end)", if: precedence > -1)
    case .unary(.minus, let operand, _): return parenthesized("-" + operand.text(within: 6), if: precedence > 6)
    case .unary(.not, let operand, _): return parenthesized("not " + operand.text(within: 3), if: precedence > 3)
    case .binary(let op, let left, let right, _):
      let own = op.precedence
      let leftText = left.text(within: op == .power || op.isComparison ? own + 1 : own)
      let rightText = right.text(within: op == .power ? own : own + 1)
      return parenthesized(leftText + op.spaced + rightText, if: precedence > own)
    case .conditional(let condition, let first, let second, _):
      return parenthesized("if \(condition) then \(first) else \(second)", if: precedence > 0)
    }
  }

  private func parenthesized(_ text: String, if needed: Bool) -> String { needed ? "(\(text))" : text }
}

extension BinaryOperator {
  /// Products are written close, sums apart: `9*C*d^2 + 512*C*d`.
  fileprivate var spaced: String { precedence >= 5 ? rawValue : " \(rawValue) " }
}

extension CallSyntax: CustomStringConvertible {
  public var description: String {
    guard !arguments.isEmpty else { return name.text }
    return name.text + "("
      + arguments.map { ($0.label.map { $0.text + ": " } ?? "") + $0.value.element }.joined(separator: ", ") + ")"
  }
}

extension SetSyntax: CustomStringConvertible {
  public var description: String {
    switch self {
    case .members(let members, _): return "{" + members.map(\.description).joined(separator: ", ") + "}"
    case .range(let from, let to, let step, _):
      return (from?.description ?? "") + ".." + (to?.description ?? "") + (step.map { ":\($0)" } ?? "")
    }
  }
}

extension ParameterSyntax: CustomStringConvertible {
  public var description: String {
    "param \(name.text)" + (symbol.map { " as \($0.text)" } ?? "") + " = \(value)" + (range.map { " in \($0)" } ?? "")
  }
}

// A claim or a sweep is a head and clauses; where it is too long for a line, clauses go on lines of their own.

extension ClaimSyntax: CustomStringConvertible {
  public var description: String { clauseTexts.joined(separator: " ") }

  var clauseTexts: [String] {
    let head = ["claim"] + (label.map { [$0.text + ":"] } ?? []) + (comparisons.isEmpty ? [] : [comparisons.text])
    return [head.joined(separator: " ")] + clauses.map { "\($0.keyword.text) \($0.value)" }
  }
}

extension ClaimSyntax.Comparison: CustomStringConvertible {
  public var description: String { "\(left.side) \(relation.rawValue) \(right.side)" }
}

extension [ClaimSyntax.Comparison] {
  fileprivate var text: String { map(\.description).joined(separator: " and ") }
}

extension ClaimSyntax.Clause.Value: CustomStringConvertible {
  public var description: String {
    switch self {
    case .expression(let expression): expression.description
    case .comparisons(let comparisons): comparisons.text
    case .domains(let domains): domains.map { "\(list($0.variables)) in \($0.values)" }.joined(separator: ", ")
    }
  }
}

extension SweepSyntax: CustomStringConvertible {
  public var description: String { clauseTexts.joined(separator: " ") }

  var clauseTexts: [String] {
    var head = "sweep " + (label.map { $0.text + ": " } ?? "") + list(variables)
    if let values { head += " in \(values)" }
    var texts = [head]
    if let solving { texts.append("solving \(solving.text)") }
    if let keeping { texts.append("keeping \(keeping)") }
    if let objective { texts.append("maximizing \(objective.name.text) = \(objective.value)") }
    if let reference { texts.append("against \(reference.network.text) solving \(reference.solving.text)") }
    if let citation { texts.append("citing \(citation)") }
    return texts
  }
}
