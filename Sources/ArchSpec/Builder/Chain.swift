infix operator --> : ChainPrecedence
precedencegroup ChainPrecedence {
  associativity: left
  lowerThan: TernaryPrecedence
  higherThan: AssignmentPrecedence
}

/// Steps that are run one after the other: `conv("3x3", 64) --> bn --> relu`.
public struct Chain: Sendable {
  var label: Name?
  var steps: [StepSyntax]
}

/// What can be a step of a chain.
public protocol ChainConvertible {
  var chain: Chain { get }
}

extension ChainConvertible {
  /// As a line with a label.
  public func labeled(_ label: String) -> Chain { Chain(label: Name(label), steps: chain.steps) }
}

extension Chain: ChainConvertible {
  public var chain: Chain { self }
}

public func --> (a: some ChainConvertible, b: some ChainConvertible) -> Chain {
  Chain(label: a.chain.label, steps: a.chain.steps + b.chain.steps)
}

/// The name of an operator or a block, which is called like a function: `conv("3x3", 64, stride: 2)`.
///
///     let cbr = Callee("cbr")
@dynamicCallable
public struct Callee: Sendable, ChainConvertible {
  public let name: String

  public init(_ name: String) { self.name = name }

  public func dynamicallyCall(withKeywordArguments arguments: KeyValuePairs<String, SpecExpr>) -> Call {
    Call(
      syntax: CallSyntax(
        Name(name),
        arguments.map { ArgumentSyntax(label: $0.key.isEmpty ? nil : Name($0.key), $0.value.syntax) }))
  }

  /// Without arguments no parentheses are needed.
  public var chain: Chain { Call(syntax: CallSyntax(Name(name))).chain }

  /// As an argument of a block.
  public var reference: SpecExpr { SpecExpr(.name(Name(name))) }
}

/// An operator or a block with its arguments.
public struct Call: Sendable, ChainConvertible {
  public var syntax: CallSyntax

  public var chain: Chain { Chain(label: nil, steps: [.call(syntax)]) }

  /// As a value, where the name is that of a function: `round("C"/2)`.
  public var value: SpecExpr { SpecExpr(.call(syntax)) }
}

/// The operators of the language, to be called: `let conv = Layers.conv`.
@dynamicMemberLookup
public enum Layers {
  public static subscript(dynamicMember name: String) -> Callee { Callee(name) }
}
