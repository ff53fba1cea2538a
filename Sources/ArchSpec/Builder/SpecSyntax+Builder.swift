/// Declarations of a file.
@resultBuilder
public enum SpecBuilder {
  public static func buildExpression(_ declaration: some Declaration) -> [ItemSyntax] { [declaration.item] }
  public static func buildBlock(_ items: [ItemSyntax]...) -> [ItemSyntax] { items.flatMap { $0 } }
  public static func buildOptional(_ items: [ItemSyntax]?) -> [ItemSyntax] { items ?? [] }
  public static func buildEither(first items: [ItemSyntax]) -> [ItemSyntax] { items }
  public static func buildEither(second items: [ItemSyntax]) -> [ItemSyntax] { items }
  public static func buildArray(_ items: [[ItemSyntax]]) -> [ItemSyntax] { items.flatMap { $0 } }
}

extension SpecSyntax {
  /// A specification that is written in Swift.
  ///
  /// It is printed and read back: what could not be written down as a text is an error here, and errors that are
  /// found later have places, in the text that `format` prints.
  ///
  /// - Throws: ``Diagnostic``
  public init(_ name: String = "specification in Swift", @SpecBuilder _ items: () -> [ItemSyntax]) throws {
    let built = SpecSyntax(items: items())
    self = try parse(Source(name: name, text: format(built)))
    guard self == built else {
      throw Diagnostic(
        "the specification would be read differently from what is meant", at: .none,
        help: "names must be names, and texts stand on one line without quotes")
    }
  }

  /// The same tree without comments and blank lines; documentation is no comment, it stays.
  public func withoutComments() -> SpecSyntax { SpecSyntax(items: items.map { $0.withoutComments() }) }
}

// Whether two specifications say the same: comments and layout apart, and places, which equality ignores anyway.

extension ItemSyntax {
  fileprivate func withoutComments() -> ItemSyntax {
    var copy = self
    copy.trivia = Trivia()
    switch kind {
    case .block(var block):
      block.body = block.body.withoutComments()
      copy.kind = .block(block)
    case .network(var network):
      network.trailing = []
      network.members = network.members.map { member in
        switch member {
        case .item(let item): .item(item.withoutComments())
        case .line(let line): .line(line.withoutComments())
        }
      }
      copy.kind = .network(network)
    default: break
    }
    return copy
  }
}

extension BodySyntax {
  fileprivate func withoutComments() -> BodySyntax { BodySyntax(lines.map { $0.withoutComments() }) }
}

extension LineSyntax {
  fileprivate func withoutComments() -> LineSyntax {
    LineSyntax(label: label, steps.map { $0.withoutComments() })
  }
}

extension StepSyntax {
  fileprivate func withoutComments() -> StepSyntax {
    switch self {
    case .call, .constant: return self
    case .merge(var merge):
      for index in merge.branches.indices { merge.branches[index].body = merge.branches[index].body.withoutComments() }
      return .merge(merge)
    case .when(let cases, let otherwise, let place):
      return .when(
        cases.map { WhenSyntax(condition: $0.condition, body: $0.body.withoutComments()) },
        otherwise: otherwise?.withoutComments(), at: place)
    case .repetition(var repetition):
      repetition.body = repetition.body.withoutComments()
      return .repetition(repetition)
    case .loop(var loop):
      loop.body = loop.body.withoutComments()
      return .loop(loop)
    case .output(let name, let body): return .output(name, body.withoutComments())
    }
  }
}
