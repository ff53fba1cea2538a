import ArchAlgebra

extension Parser {
  /// How high the tree of an expression may be: what walks it is not to exhaust the stack.
  static let highestExpression = 200

  mutating func expression() throws -> ExprSyntax { try expression(above: 0) }

  /// An expression or `1..n`.
  mutating func rangeExpression() throws -> ExprSyntax {
    let start = try expression()
    guard take("..") else { return start }
    let end = try composed(with: height) { try $0.expression() }
    return .range(start, end, at: start.place.through(end.place))
  }

  /// An expression of operators that bind at least as strongly as `precedence`.
  mutating func expression(above precedence: Int) throws -> ExprSyntax {
    let expression = try nested { try $0.operators(above: precedence) }
    try checkHeight(at: expression.place)
    return expression
  }

  private func checkHeight(at place: Place) throws {
    guard height > Self.highestExpression else { return }
    throw Diagnostic(
      "an expression of more than \(Self.highestExpression) operators within one another", at: place,
      help: "give parts of it names with let")
  }

  /// Runs `body` for each part of a composite expression; its height is one more than that of the highest part.
  mutating func composed<T>(with earlier: Int = 0, _ body: (inout Parser) throws -> T) rethrows -> T {
    height = 0
    let result = try body(&self)
    height = max(earlier, height) + 1
    return result
  }

  private mutating func operators(above precedence: Int) throws -> ExprSyntax {
    var left = try prefix()
    while let op = binaryOperator, op.precedence >= precedence {
      advance()
      // The power binds to the right, everything else to the left.
      let right = try composed(with: height) {
        try $0.expression(above: op == .power ? op.precedence : op.precedence + 1)
      }
      try checkHeight(at: left.place.through(right.place))
      left = .binary(op, left, right, at: left.place.through(right.place))
      if op.isComparison, let next = binaryOperator, next.isComparison {
        throw Diagnostic("comparisons cannot be chained", at: current.place, help: "write a < b and b < c")
      }
    }
    return left
  }

  private var binaryOperator: BinaryOperator? {
    guard current.kind == .punctuation || current.kind == .identifier, !current.newlineBefore || isInParentheses
    else { return nil }
    return BinaryOperator(rawValue: current.text)
  }

  private mutating func prefix() throws -> ExprSyntax {
    let start = current.place
    if take("-") {
      let operand = try composed { try $0.expression(above: 6) }
      return .unary(.minus, operand, at: start.through(operand.place))
    }
    if take(word: "not") {
      let operand = try composed { try $0.expression(above: 3) }
      return .unary(.not, operand, at: start.through(operand.place))
    }
    if take(word: "if") {
      let condition = try composed { try $0.expression() }
      guard take(word: "then") else { throw unexpected("expected 'then' and a value") }
      let first = try composed(with: height) { try $0.expression() }
      guard take(word: "else") else {
        throw unexpected("expected 'else' and a value", help: "as in: if stride == 1 then 32 else 64")
      }
      let second = try composed(with: height) { try $0.expression() }
      return .conditional(condition, then: first, else: second, at: start.through(second.place))
    }
    return try postfix()
  }

  private mutating func postfix() throws -> ExprSyntax {
    height = 0
    var base = try primary()
    height = max(height, 1)
    while !current.newlineBefore, isAt("[") || isAt(".") {
      try checkHeight(at: base.place)
      if take("[") {
        let index = try composed(with: height) { try $0.parenthesized { try $0.expression() } }
        let end = try expect("]", "after the subscript")
        base = .index(base, index, at: base.place.through(end.place))
      } else {
        advance()
        guard current.kind == .identifier else { throw unexpected("expected a name after '.'") }
        let token = advance()
        height += 1
        base = .member(base, Name(token.text, at: token.place))
      }
    }
    return base
  }

  private mutating func primary() throws -> ExprSyntax {
    let token = current
    switch token.kind {
    case .number:
      advance()
      return .number(NumberSyntax(text: token.text, value: try value(of: token)), at: token.place)
    case .size:
      advance()
      let sides = token.text.split(separator: "x").map { Int($0) }
      guard let height = sides[0], let width = sides[1] else { throw tooLarge(token) }
      return .size(height, width, at: token.place)
    case .text:
      advance()
      return .text(token.text, at: token.place)
    case .identifier where token.text == "in":
      advance()
      return .input(at: token.place)
    case .identifier where token.text == "true" || token.text == "false":
      advance()
      return .name(Name(token.text, at: token.place))
    case .identifier:
      let call = try call()
      return call.arguments.isEmpty && !(previous.text == ")" && previous.place.start > token.place.start)
        ? .name(call.name) : .call(call)
    case .punctuation where token.text == "(" || token.text == "[":
      return try grouping(token)
    default:
      throw unexpected("expected a value")
    }
  }

  private mutating func grouping(_ opening: Token) throws -> ExprSyntax {
    advance()
    let closing = opening.text == "(" ? ")" : "]"
    var elements: [ExprSyntax] = []
    var hasComma = false
    try parenthesized { parser in
      var highest = 0
      while !parser.isAt(closing) {
        elements.append(try parser.composed(with: highest) { try $0.rangeExpression() })
        highest = parser.height - 1
        guard parser.take(",") else { break }
        hasComma = true
      }
    }
    let end = try expect(closing, "after the elements", opening: opening)
    let place = opening.place.through(end.place)
    if closing == "]" { return .list(elements, at: place) }
    if elements.count == 1, !hasComma { return elements[0] }
    guard elements.count > 1 else { throw Diagnostic("a tuple needs at least two elements", at: place) }
    return .tuple(elements, at: place)
  }

  // MARK: Numbers

  private func tooLarge(_ token: Token) -> Diagnostic {
    Diagnostic("the number is too large", at: token.place, cause: "numbers are exact up to 9,223,372,036,854,775,807")
  }

  private func value(of token: Token) throws -> Rational {
    var digits = token.text
    var scale = Rational(1)
    if let last = digits.last, !last.isNumber {
      digits.removeLast()
      switch last {
      case "k", "K": scale = Rational(1_000)
      case "M": scale = Rational(1_000_000)
      case "G": scale = Rational(1_000_000_000)
      case "T": scale = Rational(1_000_000_000_000)
      default: scale = try Rational(1, 100)
      }
    }
    do {
      guard let value = try Rational(parsing: digits) else { throw unexpected("expected a number") }
      return try value * scale
    } catch is ArithmeticError {
      throw tooLarge(token)
    }
  }

  // MARK: Sets

  /// `1..64`, `0.25..1:0.25`, `..8`, `1..` or `{1, 2, 4}`.
  mutating func set() throws -> SetSyntax {
    let start = current.place
    if take("{") {
      var members: [ExprSyntax] = []
      while !isAt("}") {
        members.append(try parenthesized { try $0.expression() })
        if !take(",") { break }
      }
      try expect("}", "after the members of the set")
      return .members(members, at: start.through(previous.place))
    }
    let from = isAt("..") ? nil : try expression()
    guard take("..") else {
      throw unexpected("expected a set", help: "a range is written 1..64 or 1.. and a choice {1, 2, 4}")
    }
    let hasEnd =
      !current.newlineBefore && current.kind != .end && !isAt(":") && !isAt("}") && !isAt(";") && !isAt(",")
      && !isAtClauseWord
    let to = hasEnd ? try expression() : nil
    let step = take(":") ? try expression() : nil
    return .range(from: from, to: to, step: step, at: start.through(previous.place))
  }

  var isAtSweepWord: Bool {
    ["solving", "keeping", "maximizing", "against", "citing"].contains(current.text)
  }

  private var isAtClauseWord: Bool { isAtSweepWord || Self.claimClauses.contains(current.text) }
}
