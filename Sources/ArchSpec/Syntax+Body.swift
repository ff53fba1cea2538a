/// What stands between braces: lines that are run one after the other.
///
/// Equality ignores whether it stood on one line: the printer writes what fits so, whatever it was read from.
public struct BodySyntax: Sendable, Hashable {
  public var lines: [LineSyntax]
  /// Comments before the closing brace.
  public var trailing: [String] = []
  /// Whether it is written on one line.
  public var isInline = false
  public var place: Place = .none

  public init(_ lines: [LineSyntax]) { self.lines = lines }

  public static func == (a: BodySyntax, b: BodySyntax) -> Bool { a.lines == b.lines && a.trailing == b.trailing }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(lines)
    hasher.combine(trailing)
  }
}

/// `conv1: cbr(7x7, 64, stride: 2) -> maxpool(3x3, stride: 2)`
public struct LineSyntax: Sendable, Hashable {
  public var trivia = Trivia()
  public var label: Name?
  public var steps: [StepSyntax]

  public init(label: Name? = nil, _ steps: [StepSyntax]) {
    self.label = label
    self.steps = steps
  }
}

/// One link of a chain.
public enum StepSyntax: Sendable, Hashable {
  case call(CallSyntax)
  case merge(MergeSyntax)
  case when([WhenSyntax], otherwise: BodySyntax?, at: Place)
  case repetition(RepeatSyntax)
  case loop(LoopSyntax)
  case output(Name, BodySyntax)
  case constant(ConstantSyntax)

  public var place: Place {
    switch self {
    case .call(let call): call.place
    case .merge(let merge): merge.place
    case .when(_, _, let place): place
    case .repetition(let repetition): repetition.place
    case .loop(let loop): loop.place
    case .output(let name, _): name.place
    case .constant(let constant): constant.name.place
    }
  }
}

/// An operator or a block with its arguments; the parentheses may be left out where there are none.
public struct CallSyntax: Sendable, Hashable {
  public var name: Name
  public var arguments: [ArgumentSyntax]
  public var place: Place

  public init(_ name: Name, _ arguments: [ArgumentSyntax] = [], at place: Place = .none) {
    self.name = name
    self.arguments = arguments
    self.place = place
  }
}

public struct ArgumentSyntax: Sendable, Hashable {
  public var label: Name?
  public var value: ExprSyntax

  public init(label: Name? = nil, _ value: ExprSyntax) {
    self.label = label
    self.value = value
  }
}

/// `add { … } shortcut { … }`, `concat { … } times 32`
public struct MergeSyntax: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable { case add, multiply, concat }

  public struct Branch: Sendable, Hashable {
    public var label: Name?
    public var body: BodySyntax
    public var times: ExprSyntax?
    public var index: Name?
  }

  public var kind: Kind
  public var branches: [Branch]
  public var place: Place
}

public struct WhenSyntax: Sendable, Hashable {
  public var condition: ExprSyntax
  public var body: BodySyntax
}

/// `repeat n - 1 { … }`, `repeat 4 as i { … }`
public struct RepeatSyntax: Sendable, Hashable {
  public var count: ExprSyntax
  public var index: Name?
  public var body: BodySyntax
  public var place: Place
}

/// `for (t, c, n, s) in [(1, 16, 1, 1), (6, 24, 2, 2)] { … }`
public struct LoopSyntax: Sendable, Hashable {
  public var variables: [Name]
  public var values: ExprSyntax
  public var body: BodySyntax
  public var place: Place
}
