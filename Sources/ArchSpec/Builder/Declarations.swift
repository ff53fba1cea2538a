/// What stands in a file, or in a network beside its lines.
public protocol Declaration {
  var item: ItemSyntax { get }
}

/// A declaration with documentation before it.
public struct Documented: Declaration {
  public let item: ItemSyntax
}

extension Declaration {
  /// The declaration with `///` lines before it.
  public func documented(_ lines: String...) -> Documented {
    var copy = item
    copy.documentation = lines
    return Documented(item: copy)
  }
}

extension Let: Declaration {
  public var item: ItemSyntax { ItemSyntax(.constant(syntax)) }
}

/// `title "ResNeXt"`, `year 2017`, `compare resnet50`, …
public struct About: Declaration {
  public let item: ItemSyntax

  private init(_ key: String, _ values: [ExprSyntax]) {
    item = ItemSyntax(.metadata(MetadataSyntax(key: Name(key), values: values)))
  }

  public static func title(_ text: String) -> About { About("title", [.text(text, at: .none)]) }
  public static func paper(_ text: String) -> About { About("paper", [.text(text, at: .none)]) }
  public static func year(_ year: Int) -> About { About("year", [SpecExpr(integerLiteral: year).syntax]) }
  public static func identifier(_ text: String) -> About { About("identifier", [.text(text, at: .none)]) }
  public static func variant(_ text: String) -> About { About("variant", [.text(text, at: .none)]) }
  public static func alias(_ names: String...) -> About { About("alias", names.map { .text($0, at: .none) }) }
  public static func compare(_ network: String) -> About { About("compare", [.name(Name(network))]) }
}

/// `param cardinality as C = 32 in 1..1024  /// groups of each 3x3 convolution`
public struct Param: Declaration {
  public let item: ItemSyntax

  public init(
    _ name: String, as symbol: String? = nil, _ value: SpecExpr, in range: SpecSet? = nil,
    _ documentation: String? = nil
  ) {
    item = ItemSyntax(
      .parameter(
        ParameterSyntax(
          name: Name(name), symbol: symbol.map { Name($0) }, value: value.syntax, range: range?.syntax,
          documentation: documentation)))
  }
}

/// `assume 32 divides R`
public struct Assume: Declaration {
  public let item: ItemSyntax

  public init(_ divisor: SpecExpr, divides dividend: SpecExpr) {
    item = ItemSyntax(.assumption(AssumptionSyntax(divisor: divisor.syntax, dividend: dividend.syntax)))
  }
}

/// `block cbr(kernel, out, stride = 1) { … }`
public struct Block: Declaration {
  public let item: ItemSyntax

  /// An argument: `"out"`, or with its default `"stride = 1"`.
  public struct Argument: Sendable, ExpressibleByStringLiteral {
    var syntax: BlockSyntax.Argument

    public init(stringLiteral text: String) {
      guard let sign = text.firstIndex(of: "=") else {
        syntax = .init(name: Name(text), value: nil)
        return
      }
      let name = text[..<sign].filter { $0 != " " }
      syntax = .init(name: Name(name), value: SpecExpr(stringLiteral: String(text[text.index(after: sign)...])).syntax)
    }
  }

  public init(_ name: String, _ arguments: Argument..., @BodyBuilder body: () -> [LineSyntax]) {
    var syntax = BodySyntax(body())
    syntax.isInline = true
    item = ItemSyntax(.block(BlockSyntax(name: Name(name), arguments: arguments.map(\.syntax), body: syntax)))
  }
}

/// `network resnet50 = resnet(bottleneck, [3, 4, 6, 3]) { … }`
public struct Network: Declaration {
  public let item: ItemSyntax

  public init(_ name: String, _ family: Call? = nil, @NetworkBuilder _ members: () -> [NetworkSyntax.Member] = { [] }) {
    item = ItemSyntax(.network(NetworkSyntax(name: Name(name), family: family?.syntax, members: members())))
  }
}

/// `claim macs ~ 4.2G within 1% citing "Table 1"`
public struct Claim: Declaration {
  public let item: ItemSyntax

  public init(
    _ left: SpecExpr, _ relation: Relation, _ right: SpecExpr, named label: String? = nil,
    within tolerance: SpecExpr? = nil,
    when condition: SpecExpr? = nil, under assumption: String? = nil, citing source: String? = nil,
    because reason: String? = nil, verdict: String? = nil
  ) {
    let clauses: [(String, ExprSyntax?)] = [
      ("within", tolerance?.syntax), ("when", condition?.syntax), ("under", assumption.map { .text($0, at: .none) }),
      ("citing", source.map { .text($0, at: .none) }), ("because", reason.map { .text($0, at: .none) }),
      ("verdict", verdict.map { .name(Name($0)) }),
    ]
    item = ItemSyntax(
      .claim(
        ClaimSyntax(
          label: label.map { Name($0) }, left: left.syntax, relation: relation, right: right.syntax,
          clauses: clauses.compactMap { keyword, value in value.map { .init(keyword: Name(keyword), value: $0) } })))
  }
}

/// `sweep (C, d) in {(1, 64), (2, 40)}`, `sweep M solving L keeping weights maximizing G = L*M`
public struct Sweep: Declaration {
  public let item: ItemSyntax

  public init(
    _ variables: String..., in values: SpecSet? = nil, solving solved: String? = nil, keeping budget: SpecExpr? = nil,
    maximizing objective: (name: String, value: SpecExpr)? = nil,
    against reference: (network: String, solving: String)? = nil,
    citing source: String? = nil
  ) {
    item = ItemSyntax(
      .sweep(
        SweepSyntax(
          label: nil, variables: variables.map { Name($0) }, values: values?.syntax, solving: solved.map { Name($0) },
          keeping: budget?.syntax, objective: objective.map { .init(name: Name($0.name), value: $0.value.syntax) },
          reference: reference.map { .init(network: Name($0.network), solving: Name($0.solving)) },
          citation: source.map { .text($0, at: .none) })))
  }
}

/// Lines and declarations of a network.
@resultBuilder
public enum NetworkBuilder {
  public static func buildExpression(_ chain: some ChainConvertible) -> [NetworkSyntax.Member] {
    [.line(LineSyntax(label: chain.chain.label, chain.chain.steps))]
  }
  public static func buildExpression(_ declaration: some Declaration) -> [NetworkSyntax.Member] {
    [.item(declaration.item)]
  }
  /// A constant is a declaration here, as it is in a text.
  public static func buildExpression(_ constant: Let) -> [NetworkSyntax.Member] { [.item(constant.item)] }
  public static func buildBlock(_ members: [NetworkSyntax.Member]...) -> [NetworkSyntax.Member] {
    members.flatMap { $0 }
  }
  public static func buildOptional(_ members: [NetworkSyntax.Member]?) -> [NetworkSyntax.Member] { members ?? [] }
  public static func buildEither(first members: [NetworkSyntax.Member]) -> [NetworkSyntax.Member] { members }
  public static func buildEither(second members: [NetworkSyntax.Member]) -> [NetworkSyntax.Member] { members }
  public static func buildArray(_ members: [[NetworkSyntax.Member]]) -> [NetworkSyntax.Member] {
    members.flatMap { $0 }
  }
}
