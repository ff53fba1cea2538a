import ArchAlgebra

/// A specification as it is written: the tree that the parser reads, the printer writes and the elaborator runs.
///
/// The Swift spelling (Builder/) makes the same tree. Equality ignores places.
public struct SpecSyntax: Sendable, Hashable {
  public var items: [ItemSyntax]
  /// Comments after the last item; an empty one is a blank line.
  public var trailing: [String] = []

  public init(items: [ItemSyntax]) { self.items = items }
}

/// The comments and the layout around an item or a line, kept so that formatting loses nothing.
public struct Trivia: Sendable, Hashable {
  public var blankLineBefore = false
  /// Comments on lines of their own before it, each with its slashes; an empty one is a blank line.
  public var leading: [String] = []
  /// A comment after it on the same line.
  public var trailing: String?

  public init() {}
}

/// An identifier and where it stands.
public struct Name: Sendable, Hashable {
  public var text: String
  public var place: Place

  public init(_ text: String, at place: Place = .none) {
    self.text = text
    self.place = place
  }
}

/// A declaration of a file or of a network.
public struct ItemSyntax: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case parameter(ParameterSyntax)
    case constant(ConstantSyntax)
    case assumption(AssumptionSyntax)
    case metadata(MetadataSyntax)
    case block(BlockSyntax)
    case network(NetworkSyntax)
    case claim(ClaimSyntax)
    case sweep(SweepSyntax)
  }

  public var trivia = Trivia()
  /// Lines of documentation (`///`) before the item.
  public var documentation: [String] = []
  public var kind: Kind
  public var place: Place

  public init(_ kind: Kind, documentation: [String] = [], at place: Place = .none) {
    self.kind = kind
    self.documentation = documentation
    self.place = place
  }
}

/// `param cardinality as C = 32 in 1..512 /// groups of each 3x3 convolution`
public struct ParameterSyntax: Sendable, Hashable {
  public var name: Name
  public var symbol: Name?
  public var value: ExprSyntax
  public var range: SetSyntax?
  /// Documentation after it on the same line.
  public var documentation: String?
}

/// `let width = C * d`
public struct ConstantSyntax: Sendable, Hashable {
  public var name: Name
  public var value: ExprSyntax
}

/// `assume 32 divides resolution`
public struct AssumptionSyntax: Sendable, Hashable {
  public var divisor: ExprSyntax
  public var dividend: ExprSyntax
}

/// `title "…"`, `alias "resnext50_32x4d"`, `compare resnet50`
public struct MetadataSyntax: Sendable, Hashable {
  public var key: Name
  public var values: [ExprSyntax]
}

/// `block bottleneck(width, out, stride = 1) { … }`
public struct BlockSyntax: Sendable, Hashable {
  public struct Argument: Sendable, Hashable {
    public var name: Name
    public var value: ExprSyntax?
  }

  public var name: Name
  public var arguments: [Argument]
  public var body: BodySyntax
}

/// `network resnet50 = resnet(bottleneck, [3, 4, 6, 3]) { … }` or `network resnet50 { … }`
public struct NetworkSyntax: Sendable, Hashable {
  public enum Member: Sendable, Hashable {
    case item(ItemSyntax)
    case line(LineSyntax)
  }

  public var name: Name
  public var family: CallSyntax?
  public var members: [Member]
  /// Comments before the closing brace.
  public var trailing: [String] = []
}

/// `claim macs ~ 4.2G within 1% citing "Table 1"`; one without comparisons says what counting cannot decide.
public struct ClaimSyntax: Sendable, Hashable {
  public struct Clause: Sendable, Hashable {
    public enum Value: Sendable, Hashable {
      case expression(ExprSyntax)
      /// `over L in 2..200, (C, d) in {(1, 64), (2, 40)}`
      case domains([Domain])
      /// `amended weights ~ 25.5M and macs ~ 4.1G`
      case comparisons([Comparison])
    }

    public var keyword: Name
    public var value: Value

    public init(keyword: Name, value: Value) {
      self.keyword = keyword
      self.value = value
    }

    public init(keyword: Name, value: ExprSyntax) { self.init(keyword: keyword, value: .expression(value)) }
  }

  public struct Comparison: Sendable, Hashable {
    public var left: ExprSyntax
    public var relation: Relation
    public var right: ExprSyntax

    public init(_ left: ExprSyntax, _ relation: Relation, _ right: ExprSyntax) {
      self.left = left
      self.relation = relation
      self.right = right
    }

    public var place: Place { left.place.through(right.place) }
  }

  public struct Domain: Sendable, Hashable {
    public var variables: [Name]
    public var values: SetSyntax
  }

  public var label: Name?
  /// What is claimed: all of them.
  public var comparisons: [Comparison]
  public var clauses: [Clause]

  public init(label: Name?, comparisons: [Comparison], clauses: [Clause]) {
    self.label = label
    self.comparisons = comparisons
    self.clauses = clauses
  }

  public init(label: Name?, left: ExprSyntax, relation: Relation, right: ExprSyntax, clauses: [Clause]) {
    self.init(label: label, comparisons: [Comparison(left, relation, right)], clauses: clauses)
  }

  public subscript(_ keyword: String) -> Clause.Value? { clauses.first { $0.keyword.text == keyword }?.value }
}

public enum Relation: String, Sendable, Hashable, CaseIterable {
  case equal = "==", notEqual = "!=", about = "~", less = "<", atMost = "<=", greater = ">", atLeast = ">="
}

/// `sweep (C, d) in {(1, 64), (2, 40)}` or `sweep M solving L keeping weights maximizing G = L*M`
public struct SweepSyntax: Sendable, Hashable {
  public struct Objective: Sendable, Hashable {
    public var name: Name
    public var value: ExprSyntax
  }
  public struct Reference: Sendable, Hashable {
    public var network: Name
    public var solving: Name
  }

  public var label: Name?
  public var variables: [Name]
  public var values: SetSyntax?
  public var solving: Name?
  public var keeping: ExprSyntax?
  public var objective: Objective?
  public var reference: Reference?
  public var citation: ExprSyntax?
}

/// `1..64`, `0.25..1:0.25`, `1..` or `{1, 2, 4}`
public enum SetSyntax: Sendable, Hashable {
  case range(from: ExprSyntax?, to: ExprSyntax?, step: ExprSyntax?, at: Place)
  case members([ExprSyntax], at: Place)

  public var place: Place {
    switch self {
    case .range(_, _, _, let place), .members(_, let place): place
    }
  }
}
