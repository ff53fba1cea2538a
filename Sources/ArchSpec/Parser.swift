import ArchAlgebra

/// Reads a specification into its syntax tree.
///
/// - Throws: ``Diagnostic`` at the first thing that does not fit.
public func parse(_ source: Source) throws -> SpecSyntax {
  var lexer = try Lexer(source)
  var parser = Parser(tokens: try lexer.tokens())
  return try parser.file()
}

/// A recursive descent parser; its parts stand in `Parser+….swift`, one for each kind of syntax.
struct Parser {
  private var tokens: [Token]
  private var position = 0
  private var depth = 0
  /// Comments met within a statement; they are kept with the statement.
  private var stray: [String] = []
  /// How many parentheses, brackets and sets are open; within them a newline is only a blank.
  private var openParentheses = 0

  /// How deep braces and parentheses may be nested: enough for any network, and safe for any stack.
  static let deepestNesting = 100

  init(tokens: [Token]) { self.tokens = tokens }

  static let reservedWords: Set<String> = [
    "in", "when", "else", "repeat", "for", "if", "then", "and", "or", "not", "true", "false", "param", "let", "block",
    "network", "claim", "sweep", "assume", "output",
  ]

  // MARK: Tokens

  var current: Token { tokens[position] }
  var following: Token { tokens[min(position + 1, tokens.count - 1)] }
  var previous: Token { tokens[max(position - 1, 0)] }

  @discardableResult
  mutating func advance() -> Token {
    let token = tokens[position]
    stray += token.comments.map(\.text)
    tokens[position].comments = []
    if position < tokens.count - 1 { position += 1 }
    return token
  }

  func isAt(_ punctuation: String) -> Bool { current.kind == .punctuation && current.text == punctuation }
  func isAt(word: String) -> Bool { current.kind == .identifier && current.text == word }

  mutating func take(_ punctuation: String) -> Bool {
    guard isAt(punctuation) else { return false }
    advance()
    return true
  }

  mutating func take(word: String) -> Bool {
    guard isAt(word: word) else { return false }
    advance()
    return true
  }

  @discardableResult
  mutating func expect(_ punctuation: String, _ purpose: String) throws -> Token {
    guard isAt(punctuation) else { throw unexpected("expected '\(punctuation)' \(purpose)") }
    return advance()
  }

  mutating func name(_ purpose: String) throws -> Name {
    guard current.kind == .identifier else { throw unexpected("expected \(purpose)") }
    if Self.reservedWords.contains(current.text) {
      throw Diagnostic("'\(current.text)' is a word of the language and cannot be \(purpose)", at: current.place)
    }
    let token = advance()
    return Name(token.text, at: token.place)
  }

  func unexpected(_ message: String, help: String? = nil) -> Diagnostic {
    Diagnostic("\(message), found \(current.spelling)", at: current.place, help: help)
  }

  mutating func nested<T>(_ body: (inout Parser) throws -> T) throws -> T {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepestNesting else {
      throw Diagnostic("nested more than \(Self.deepestNesting) levels deep", at: current.place)
    }
    return try body(&self)
  }

  var isInParentheses: Bool { openParentheses > 0 }

  mutating func parenthesized<T>(_ body: (inout Parser) throws -> T) rethrows -> T {
    openParentheses += 1
    defer { openParentheses -= 1 }
    return try body(&self)
  }

  // MARK: Comments

  /// The comments and blank lines before the current token, which begins a statement.
  mutating func leadingTrivia() -> (Trivia, documentation: [String]) {
    var trivia = Trivia()
    let comments = tokens[position].comments
    tokens[position].comments = []
    trivia.blankLineBefore = comments.first?.blankLineBefore ?? current.blankLineBefore
    let documentation = comments.reversed().prefix { $0.isDocumentation }.reversed()
    trivia.leading = comments.dropLast(documentation.count).map(\.text)
    stray = []
    return (trivia, documentation.map(\.documentation))
  }

  /// Completes the trivia of a statement that ends before the current token.
  mutating func finish(_ trivia: inout Trivia) {
    trivia.leading += stray
    stray = []
    if let first = tokens[position].comments.first, !first.isOnItsOwnLine {
      trivia.trailing = first.text
      tokens[position].comments.removeFirst()
    }
  }

  /// The documentation that follows a declaration on its line.
  mutating func trailingDocumentation() -> String? {
    guard let first = tokens[position].comments.first, !first.isOnItsOwnLine, first.isDocumentation else { return nil }
    tokens[position].comments.removeFirst()
    return first.documentation
  }

  /// The comments before a closing brace or the end.
  mutating func danglingComments() -> [String] {
    let comments = tokens[position].comments.map(\.text)
    tokens[position].comments = []
    return comments
  }

  /// Statements end at a newline, at `;` and at what closes the braces around them.
  mutating func endOfStatement() throws {
    if take(";") || current.newlineBefore || isAt("}") || current.kind == .end { return }
    throw unexpected("expected the end of the line")
  }
}
