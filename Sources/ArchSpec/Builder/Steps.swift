/// Lines between braces.
@resultBuilder
public enum BodyBuilder {
  public static func buildExpression(_ chain: some ChainConvertible) -> [LineSyntax] {
    [LineSyntax(label: chain.chain.label, chain.chain.steps)]
  }
  public static func buildBlock(_ lines: [LineSyntax]...) -> [LineSyntax] { lines.flatMap { $0 } }
  public static func buildOptional(_ lines: [LineSyntax]?) -> [LineSyntax] { lines ?? [] }
  public static func buildEither(first lines: [LineSyntax]) -> [LineSyntax] { lines }
  public static func buildEither(second lines: [LineSyntax]) -> [LineSyntax] { lines }
  public static func buildArray(_ lines: [[LineSyntax]]) -> [LineSyntax] { lines.flatMap { $0 } }
}

extension BodySyntax {
  /// Bodies are printed on one line where they fit.
  fileprivate init(builtOf lines: [LineSyntax]) {
    self.init(lines)
    isInline = true
  }
}

/// `add { … } shortcut { … }`: `Merge(.add) { … }.branch("shortcut") { … }`
public struct Merge: Sendable, ChainConvertible {
  private var syntax: MergeSyntax

  public init(
    _ kind: MergeSyntax.Kind, _ label: String? = nil, times: SpecExpr? = nil, as index: String? = nil,
    @BodyBuilder _ body: () -> [LineSyntax]
  ) {
    syntax = MergeSyntax(kind: kind, branches: [], place: .none)
    self = branch(label, times: times, as: index, body)
  }

  public func branch(
    _ label: String? = nil, times: SpecExpr? = nil, as index: String? = nil, @BodyBuilder _ body: () -> [LineSyntax]
  ) -> Merge {
    var copy = self
    copy.syntax.branches.append(
      .init(
        label: label.map { Name($0) }, body: BodySyntax(builtOf: body()), times: times?.syntax,
        index: index.map { Name($0) }))
    return copy
  }

  public var chain: Chain { Chain(label: nil, steps: [.merge(syntax)]) }
}

/// `when in != out { … } else { … }`
public struct When: Sendable, ChainConvertible {
  private var cases: [WhenSyntax]
  private var otherwise: BodySyntax?

  public init(_ condition: SpecExpr, @BodyBuilder _ body: () -> [LineSyntax]) {
    cases = [WhenSyntax(condition: condition.syntax, body: BodySyntax(builtOf: body()))]
  }

  public func elseWhen(_ condition: SpecExpr, @BodyBuilder _ body: () -> [LineSyntax]) -> When {
    var copy = self
    copy.cases.append(WhenSyntax(condition: condition.syntax, body: BodySyntax(builtOf: body())))
    return copy
  }

  public func otherwise(@BodyBuilder _ body: () -> [LineSyntax]) -> When {
    var copy = self
    copy.otherwise = BodySyntax(builtOf: body())
    return copy
  }

  public var chain: Chain { Chain(label: nil, steps: [.when(cases, otherwise: otherwise, at: .none)]) }
}

/// `repeat n - 1 as i { … }`
public struct Repeat: Sendable, ChainConvertible {
  public let chain: Chain

  public init(_ count: SpecExpr, as index: String? = nil, @BodyBuilder _ body: () -> [LineSyntax]) {
    let syntax = RepeatSyntax(
      count: count.syntax, index: index.map { Name($0) }, body: BodySyntax(builtOf: body()), place: .none)
    chain = Chain(label: nil, steps: [.repetition(syntax)])
  }
}

/// `for (out, stride) in [(16, 1), (24, 2)] { … }`
public struct For: Sendable, ChainConvertible {
  public let chain: Chain

  public init(_ variables: String..., in values: SpecExpr, @BodyBuilder _ body: () -> [LineSyntax]) {
    let syntax = LoopSyntax(
      variables: variables.map { Name($0) }, values: values.syntax, body: BodySyntax(builtOf: body()), place: .none)
    chain = Chain(label: nil, steps: [.loop(syntax)])
  }
}

/// `output aux { … }`, a further result of the network
public struct Head: Sendable, ChainConvertible {
  public let chain: Chain

  public init(_ name: String, @BodyBuilder _ body: () -> [LineSyntax]) {
    chain = Chain(label: nil, steps: [.output(Name(name), BodySyntax(builtOf: body()))])
  }
}

/// `let width = 2*C`: a constant of a file or of a network, or a step of a body.
public struct Let: Sendable, ChainConvertible {
  let syntax: ConstantSyntax

  public init(_ name: String, _ value: SpecExpr) { syntax = ConstantSyntax(name: Name(name), value: value.syntax) }

  public var chain: Chain { Chain(label: nil, steps: [.constant(syntax)]) }
}
