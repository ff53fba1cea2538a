import ArchAlgebra

/// What an expression of the language can be.
public enum Value: Sendable, Hashable {
  case number(Expr)
  case boolean(Bool)
  case text(String)
  /// A list, a tuple or a size such as 3x3.
  case list([Value])
  /// A block that is handed to another block.
  case block(BlockSyntax)

  /// How errors call such a value.
  var kindName: String {
    switch self {
    case .number: "a number"
    case .boolean: "true or false"
    case .text(let text): "the text '\(text.prefix(40))'"
    case .list(let elements): "a list of \(elements.count)"
    case .block(let block): "the block '\(block.name.text)'"
    }
  }

  public var number: Expr? { if case .number(let expr) = self { expr } else { nil } }
}

extension Value: CustomStringConvertible {
  public var description: String {
    switch self {
    case .number(let expr): expr.constant?.decimalDescription ?? expr.description
    case .boolean(let value): value ? "true" : "false"
    case .text(let text): text
    case .list(let elements): "[" + elements.map(\.description).joined(separator: ", ") + "]"
    case .block(let block): block.name.text
    }
  }
}
