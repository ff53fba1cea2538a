// Whether a body may stand on one line, told before it is written: to write it and to find that it is too long, at every
// level of braces within braces, takes twice as long with each.

extension BodySyntax {
  /// The least characters that the body and its braces take on one line; `nil` where it needs several lines, or more than
  /// one has.
  var leastInlineWidth: Int? {
    if lines.isEmpty { return trailing.isEmpty ? 2 : nil }
    guard isInline, trailing.isEmpty, lines.count == 1, let only = lines.first, only.trivia == Trivia() else {
      return nil
    }
    var width = 4
    for step in only.steps {
      guard let least = step.leastInlineWidth else { return nil }
      width += least
      guard width <= Printer.width else { return nil }
    }
    return width
  }
}

extension StepSyntax {
  fileprivate var leastInlineWidth: Int? {
    switch self {
    case .call, .constant: 1
    case .merge(let merge): Self.sum(merge.branches.map(\.body), after: 4)
    case .when(let cases, let otherwise, _): Self.sum(cases.map(\.body) + (otherwise.map { [$0] } ?? []), after: 7)
    case .repetition(let repetition): Self.sum([repetition.body], after: 9)
    case .loop(let loop): Self.sum([loop.body], after: 11)
    case .output(_, let body): Self.sum([body], after: 9)
    }
  }

  private static func sum(_ bodies: [BodySyntax], after head: Int) -> Int? {
    var width = head
    for body in bodies {
      guard let least = body.leastInlineWidth, width + least <= Printer.width else { return nil }
      width += least
    }
    return width
  }
}
