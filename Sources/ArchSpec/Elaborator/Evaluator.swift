import ArchAlgebra

/// What expressions are evaluated in: names, the incoming tensor, and how what depends on symbols is decided.
protocol EvaluationContext {
  /// The value of a name; `nil` if there is none.
  mutating func lookUp(_ name: String) throws -> Value?
  /// The result of a label that stands within another: `stage.c3`; `nil` where there are no labels.
  func lookUp(label path: ExprSyntax) throws -> Value?
  /// Names that could have been meant.
  var knownNames: [String] { get }
  /// The channels (`nil`) or a named extent of what comes in.
  mutating func input(_ member: Name?, at place: Place) throws -> Expr
  /// Whether `left` stands in a relation to `right`.
  mutating func decide(_ left: Expr, _ relation: Condition.Relation, _ right: Expr) throws -> Bool
  /// The value of what must be a number even in a closed form; `nil` if it is not known.
  mutating func settle(_ expression: Expr) throws -> Rational?
  /// How many expressions are being evaluated within one another.
  var nesting: Int { get set }
  /// Counts work, so that no specification takes for ever.
  mutating func spend(_ steps: Int, at place: Place) throws
}

extension EvaluationContext {
  func lookUp(label path: ExprSyntax) throws -> Value? { nil }
}

extension EvaluationContext {
  mutating func settle(_ expression: Expr) throws -> Rational? { expression.constant }
  mutating func spend(_ steps: Int, at place: Place) throws {}
}

extension EvaluationContext {
  mutating func evaluate(_ expression: ExprSyntax) throws -> Value {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= ElaborationLimits.nesting else {
      throw Diagnostic(
        "values that depend on one another through more than \(ElaborationLimits.nesting) operators",
        at: expression.place)
    }
    do { return try value(of: expression) } catch let error as ArithmeticError {
      throw Diagnostic(error, at: expression.place)
    }
  }

  private mutating func value(of expression: ExprSyntax) throws -> Value {
    switch expression {
    case .number(let number, _): return .number(Expr(number.value))
    case .text(let text, _): return .text(text)
    case .size(let height, let width, _): return .list([.number(Expr(height)), .number(Expr(width))])
    case .name(let name): return try value(of: name)
    case .input(let place): return .number(try input(nil, at: place))
    case .list(let elements, let place), .tuple(let elements, let place):
      guard elements.count <= ElaborationLimits.listLength else { throw Diagnostic("the list is too long", at: place) }
      try spend(elements.count, at: place)
      return .list(try elements.map { try evaluate($0) })
    case .call(let call): return try function(call)
    case .unary(.minus, let operand, let place):
      let operand = try number(operand)
      return .number(try exact(place) { try Expr.zero - operand })
    case .unary(.not, let operand, _): return .boolean(!(try boolean(operand)))
    case .binary(let op, let left, let right, let place): return try binary(op, left, right, place)
    case .index(let base, let index, let place): return try element(base, index, place)
    case .member(let base, let name): return try member(base, name)
    case .conditional(let condition, let first, let second, _):
      return try evaluate(try boolean(condition) ? first : second)
    case .range(let start, let end, let place): return try range(start, end, place)
    }
  }

  // MARK: Kinds

  mutating func number(_ expression: ExprSyntax) throws -> Expr {
    let value = try evaluate(expression)
    guard let number = value.number else {
      throw Diagnostic("expected a number", at: expression.place, cause: "this is \(value.kindName)")
    }
    return number
  }

  mutating func boolean(_ expression: ExprSyntax) throws -> Bool {
    let value = try evaluate(expression)
    guard case .boolean(let boolean) = value else {
      throw Diagnostic("expected true or false", at: expression.place, cause: "this is \(value.kindName)")
    }
    return boolean
  }

  /// Runs exact arithmetic; what leaves the range of integers is an error at `place`.
  func exact<T>(_ place: Place, _ body: () throws -> T) throws -> T {
    do { return try body() } catch let error as ArithmeticError {
      throw Diagnostic(error, at: place)
    }
  }

  /// An integer that must be known even in a closed form.
  mutating func integer(_ expression: ExprSyntax, _ what: String) throws -> Int {
    let number = try number(expression)
    guard let value = try exact(expression.place, { try settle(number) }) else {
      throw Diagnostic("\(what) must be known", at: expression.place, cause: "this depends on \(number)")
    }
    guard let integer = value.integer else {
      throw Diagnostic("\(what) must be an integer", at: expression.place, cause: "this is \(value.decimalDescription)")
    }
    return integer
  }

  // MARK: Names and members

  private mutating func value(of name: Name) throws -> Value {
    if let value = try lookUp(name.text) { return value }
    switch name.text {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    default:
      let near = suggestion(for: name.text, among: knownNames)
      throw Diagnostic("unknown name '\(name.text)'", at: name.place, help: near.map { "did you mean '\($0)'?" })
    }
  }

  private mutating func member(_ base: ExprSyntax, _ name: Name) throws -> Value {
    guard case .input = base else {
      if let label = try lookUp(label: .member(base, name)) { return label }
      throw Diagnostic("only 'in' has members", at: name.place, help: "in.channels, in.height, in.width")
    }
    return .number(try input(name, at: base.place.through(name.place)))
  }

  private mutating func element(_ base: ExprSyntax, _ index: ExprSyntax, _ place: Place) throws -> Value {
    let list = try evaluate(base)
    guard case .list(let elements) = list else {
      throw Diagnostic("only a list has elements", at: base.place, cause: "this is \(list.kindName)")
    }
    let position = try integer(index, "the index of an element")
    guard elements.indices.contains(position) else {
      throw Diagnostic(
        "the list has no element \(position)", at: index.place,
        cause: elements.isEmpty ? "it is empty" : "its elements are 0 to \(elements.count - 1)")
    }
    return elements[position]
  }

  private mutating func range(_ start: ExprSyntax, _ end: ExprSyntax, _ place: Place) throws -> Value {
    let (first, last) = (try integer(start, "the start of a range"), try integer(end, "the end of a range"))
    guard last >= first else { return .list([]) }
    let (span, overflow) = last.subtractingReportingOverflow(first)
    guard !overflow, span < ElaborationLimits.listLength else {
      throw Diagnostic("a range of more than \(ElaborationLimits.listLength) elements", at: place)
    }
    try spend(span, at: place)
    return .list((first...last).map { .number(Expr($0)) })
  }

  // MARK: Operators

  private mutating func binary(
    _ op: BinaryOperator, _ left: ExprSyntax, _ right: ExprSyntax, _ place: Place
  ) throws -> Value {
    switch op {
    case .and: return .boolean(try boolean(left) && boolean(right))
    case .or: return .boolean(try boolean(left) || boolean(right))
    case .equal: return .boolean(try areEqual(left, right))
    case .notEqual: return .boolean(try !areEqual(left, right))
    case .less: return .boolean(try compare(left, .less, right))
    case .atMost: return .boolean(try compare(left, .atMost, right))
    case .greater: return .boolean(try compare(left, .greater, right))
    case .atLeast: return .boolean(try compare(left, .atLeast, right))
    case .plus, .minus, .times, .dividedBy, .power:
      return .number(try arithmetic(op, left, right, place))
    }
  }

  private mutating func arithmetic(
    _ op: BinaryOperator, _ left: ExprSyntax, _ right: ExprSyntax, _ place: Place
  ) throws -> Expr {
    let a = try number(left)
    if op == .power {
      let exponent = try integer(right, "an exponent")
      guard (0...64).contains(exponent) else {
        throw Diagnostic("an exponent must be an integer from 0 to 64", at: right.place, cause: "this is \(exponent)")
      }
      return try exact(place) { try a.power(exponent) }
    }
    let b = try number(right)
    return try exact(place) {
      switch op {
      case .plus: try a + b
      case .minus: try a - b
      case .times: try a * b
      default: try a / b
      }
    }
  }

  private mutating func compare(_ left: ExprSyntax, _ relation: Condition.Relation, _ right: ExprSyntax) throws -> Bool
  {
    let (a, b) = (try number(left), try number(right))
    return try decide(a, relation, b)
  }

  private mutating func areEqual(_ left: ExprSyntax, _ right: ExprSyntax) throws -> Bool {
    let (a, b) = (try evaluate(left), try evaluate(right))
    return try areEqual(a, b, at: left.place.through(right.place))
  }

  private mutating func areEqual(_ a: Value, _ b: Value, at place: Place) throws -> Bool {
    try spend(1, at: place)
    switch (a, b) {
    case (.number(let a), .number(let b)): return try decide(a, .equal, b)
    case (.boolean(let a), .boolean(let b)): return a == b
    case (.text(let a), .text(let b)): return a == b
    case (.block(let a), .block(let b)): return a.name == b.name
    case (.list(let a), .list(let b)):
      guard a.count == b.count else { return false }
      for (x, y) in zip(a, b) { if try !areEqual(x, y, at: place) { return false } }
      return true
    default: throw Diagnostic("\(a.kindName) and \(b.kindName) cannot be compared", at: place)
    }
  }
}
