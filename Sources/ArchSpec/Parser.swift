import ArchAlgebra

/// Reads a specification into its syntax tree.
///
/// - Throws: ``Diagnostic`` at the first thing that does not fit.
public func parse(_ source: Source) throws -> SpecSyntax {
  var lexer = try Lexer(source)
  var parser = Parser(tokens: try lexer.tokens())
  return try parser.file()
}

/// Reads one expression, such as a filter on a command line.
///
/// - Throws: ``Diagnostic`` at the first thing that does not fit.
public func parseExpression(_ source: Source) throws -> ExprSyntax {
  var lexer = try Lexer(source)
  var parser = Parser(tokens: try lexer.tokens())
  let expression = try parser.expression()
  guard parser.current.kind == .end else { throw parser.unexpected("expected the end") }
  return expression
}

/// A recursive descent parser; its parts stand in `Parser+….swift`, one for each kind of syntax.
struct Parser {
  private var tokens: [Token]
  private var position = 0
  private var depth = 0
  /// Comments met within the statement that is being read; they are kept with it.
  private var stray: [String] = []
  /// How many parentheses, brackets and sets are open; within them a newline is only a blank.
  private var openParentheses = 0
  /// The height of the expression that was read last.
  var height = 0

  /// How deep braces and parentheses may be nested: enough for any network, and safe for any stack.
  static let deepestNesting = 100

  init(tokens: [Token]) { self.tokens = tokens }

  static let reservedWords: Set<String> = [
    "in", "when", "else", "repeat", "for", "if", "then", "and", "or", "not", "true", "false", "param", "let", "block",
    "network", "claim", "sweep", "assume", "output",
  ]

  /// Words that a step may begin with.
  private static let stepWords = ["let", "when", "repeat", "for", "output"] + MergeSyntax.Kind.allCases.map(\.rawValue)

  // MARK: Tokens

  var current: Token { tokens[position] }
  var following: Token { tokens[min(position + 1, tokens.count - 1)] }
  var upcoming: ArraySlice<Token> { tokens[position...] }
  var previous: Token { tokens[max(position - 1, 0)] }

  @discardableResult
  mutating func advance() -> Token {
    let token = tokens[position]
    stray += token.comments.map(\.remark)
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
  mutating func expect(_ punctuation: String, _ purpose: String, opening: Token? = nil) throws -> Token {
    guard isAt(punctuation) else {
      let isComparison = punctuation == "{" && isAt("=")
      let isElement = opening != nil && !current.newlineBefore && current.kind != .end
      let error = unexpected(
        "expected '\(punctuation)' \(purpose)",
        help: isComparison ? "a comparison is written ==" : isElement ? "there is a comma between the elements" : nil)
      guard let opening else { throw error }
      throw error.noting("'\(opening.text)' stands here", at: opening.place)
    }
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

  /// Reads a statement; comments within it are its own, also where it stands within another one.
  mutating func statement<T>(_ body: (inout Parser) throws -> T) rethrows -> T {
    let outer = stray
    stray = []
    defer { stray = outer }
    return try body(&self)
  }

  /// The comments and blank lines before the current token, which begins a statement.
  ///
  /// - Parameters:
  ///   - isFirst: whether the statement begins a body or the file, where blank lines are not kept.
  ///   - isItem: whether `///` right above it documents it.
  mutating func leadingTrivia(isFirst: Bool, isItem: Bool) -> (Trivia, documentation: [String]) {
    let comments = tokens[position].comments
    tokens[position].comments = []
    var own = comments.count  // where the documentation begins
    while isItem, own > 0, comments[own - 1].isDocumentation,
      own == comments.count || !comments[own].blankLineBefore
    {
      own -= 1
    }
    let gapAfter = own < comments.count ? comments[own].blankLineBefore : current.blankLineBefore
    var trivia = Trivia()
    trivia.blankLineBefore = !isFirst && (comments.first?.blankLineBefore ?? current.blankLineBefore)
    trivia.leading = commentLines(comments[..<own], gapAfter: gapAfter)
    return (trivia, comments[own...].map(\.documentation))
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

  /// The texts of comments, with an empty one for the blank lines between them.
  private func commentLines(_ comments: some Collection<LexedComment>, gapAfter: Bool) -> [String] {
    var lines: [String] = []
    for comment in comments {
      if comment.blankLineBefore, !lines.isEmpty { lines.append("") }
      lines.append(comment.text)
    }
    if gapAfter, !lines.isEmpty { lines.append("") }
    return lines
  }

  /// The documentation that follows a declaration on its line.
  mutating func trailingDocumentation() -> String? {
    guard let first = tokens[position].comments.first, !first.isOnItsOwnLine, first.isDocumentation else { return nil }
    tokens[position].comments.removeFirst()
    return first.documentation
  }

  /// The comments before a closing brace or the end.
  ///
  /// - Parameter isFirst: whether nothing stands before them in the braces.
  mutating func danglingComments(isFirst: Bool) -> [String] {
    let comments = tokens[position].comments
    tokens[position].comments = []
    let hasGap = !isFirst && comments.first?.blankLineBefore == true
    return (hasGap ? [""] : []) + commentLines(comments, gapAfter: false)
  }

  /// Statements end at a newline, at `;` and at what closes the braces around them.
  mutating func endOfStatement() throws {
    if take(";") || current.newlineBefore || isAt("}") || current.kind == .end { return }
    var help = "steps are joined by -> or stand on lines of their own"
    if previous.kind == .identifier, let near = suggestion(for: previous.text, among: Self.stepWords) {
      help = "did you mean '\(near)'?"
    }
    throw unexpected("expected the end of the line", help: help)
  }
}
