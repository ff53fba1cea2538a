import ArchAlgebra

/// The functions of expressions.
enum Functions {
  static let names = ["round", "floor", "ceil", "divisible", "min", "max", "sum", "length"]
}

extension EvaluationContext {
  mutating func function(_ call: CallSyntax) throws -> Value {
    let place = call.place
    switch call.name.text {
    case "round":
      let x = try number(only(call))
      return .number(try exact(place) { try x.rounded() })
    case "floor":
      let x = try number(only(call))
      return .number(try exact(place) { try x.floor() })
    case "ceil":
      let x = try number(only(call))
      return .number(try exact(place) { try x.ceiling() })
    case "divisible": return .number(try divisible(call))
    case "min", "max", "sum": return .number(try fold(call))
    case "length":
      guard case .list(let elements) = try evaluate(only(call)) else {
        throw Diagnostic("length takes a list", at: place)
      }
      return .number(Expr(elements.count))
    default:
      let near = suggestion(for: call.name.text, among: Functions.names)
      throw Diagnostic(
        "unknown function '\(call.name.text)'", at: call.name.place, help: near.map { "did you mean '\($0)'?" })
    }
  }

  private func only(_ call: CallSyntax) throws -> ExprSyntax {
    try refuseLabels(call.arguments)
    guard call.arguments.count == 1 else {
      throw Diagnostic("'\(call.name.text)' takes one argument, \(call.arguments.count) are given", at: call.place)
    }
    return call.arguments[0].value
  }

  private func refuseLabels(_ arguments: [ArgumentSyntax]) throws {
    guard let label = arguments.lazy.compactMap(\.label).first else { return }
    throw Diagnostic("the arguments of a function have no names", at: label.place)
  }

  /// `divisible(x, by: 8)`: the width rounded to a multiple as mobile networks do it.
  private mutating func divisible(_ call: CallSyntax) throws -> Expr {
    guard call.arguments.count == 2, call.arguments[0].label == nil,
      call.arguments[1].label.map({ $0.text == "by" }) ?? true
    else {
      throw Diagnostic(
        "divisible takes a width and what is to divide it", at: call.place, help: "divisible(32*α, by: 8)")
    }
    let (width, divisor) = (try number(call.arguments[0].value), try number(call.arguments[1].value))
    return try exact(call.place) { try width.divisible(by: divisor) }
  }

  private mutating func fold(_ call: CallSyntax) throws -> Expr {
    try refuseLabels(call.arguments)
    var terms: [Expr] = []
    for argument in call.arguments {
      let value = try evaluate(argument.value)
      let elements = if case .list(let elements) = value { elements } else { [value] }
      try spend(elements.count, at: argument.value.place)
      for element in elements {
        guard let number = element.number else {
          throw Diagnostic(
            "'\(call.name.text)' takes numbers", at: argument.value.place, cause: "one of these is \(element.kindName)")
        }
        terms.append(number)
      }
    }
    guard var result = terms.first else {
      if call.name.text == "sum" { return .zero }
      throw Diagnostic("'\(call.name.text)' of nothing", at: call.place)
    }
    for term in terms.dropFirst() {
      result = try exact(call.place) {
        switch call.name.text {
        case "min": try Expr.minimum(result, term)
        case "max": try Expr.maximum(result, term)
        default: try result + term
        }
      }
    }
    return result
  }
}

/// Evaluates what mentions no names, such as the default of a parameter.
struct ConstantEvaluator: EvaluationContext {
  var nesting = 0

  func value(of expression: ExprSyntax) throws -> Value {
    var copy = self
    return try copy.evaluate(expression)
  }

  mutating func lookUp(_ name: String) throws -> Value? { nil }
  var knownNames: [String] { ["true", "false"] }

  mutating func input(_ member: Name?, at place: Place) throws -> Expr {
    throw Diagnostic("'in' means nothing here", at: place)
  }

  mutating func decide(_ left: Expr, _ relation: Condition.Relation, _ right: Expr) throws -> Bool {
    relation.holds(try left.ordered(against: right) ?? 0)
  }
}
