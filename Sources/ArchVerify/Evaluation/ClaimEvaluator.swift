import ArchAlgebra
import ArchCost
import ArchSpec

/// Computes the sides of a claim.
struct ClaimEvaluator {
  let bench: Workbench
  let specification: Specification
  let scope: ClaimScope
  /// The names of the claim that stand for all of their values.
  var open: Set<String> = []
  /// The values of its variables: numbers, or their symbols where they are open.
  var values: [String: Expr] = [:]
  /// Settings of the network that the claim stands in, those that are no numbers among them.
  var settings: [String: Value] = [:]
  /// The values of parameters that are symbols here: what a network looks like is decided by them.
  var anchors: [String: Expr] = [:]
  /// How costs are counted; as they are called where it is `nil`.
  var convention: CountingConvention?
  /// What is known of open symbols.
  var assumptions = Assumptions()

  init(bench: Workbench, specification: Specification, _ scope: ClaimScope) {
    self.bench = bench
    self.specification = specification
    self.scope = scope
  }

  var owner: String? { scope.owner }
  var parameters: [Parameter] { scope.parameters }

  func amount(_ expression: ExprSyntax) throws -> Amount {
    try bench.spend(1, at: expression.place)
    do { return try value(of: expression) } catch let error as ArithmeticError {
      throw Diagnostic("this cannot be computed", at: expression.place, cause: error.description)
    }
  }

  private func value(of expression: ExprSyntax) throws -> Amount {
    switch expression {
    case .number(let number, _): return .exact(Expr(number.value))
    case .name(let name): return try value(of: name)
    case .call(let call):
      if Measure.comprehensions.contains(call.name.text) { return try comprehension(call) }
      if call.name.text == Measure.elasticity { return try elasticity(call) }
      if Measure.all.contains(call.name.text) { return try measure(call) }
      return try function(call)
    case .unary(.minus, let operand, _):
      return try Amount.combine(
        Amount(0), amount(operand), exactly: { try $0.subtracting($1) }, approximately: { $0 - $1 })
    case .binary(let op, let left, let right, _): return try binary(op, try amount(left), try amount(right))
    case .index(let base, let index, let place):
      let elements = try list(base)
      guard let position = try amount(index).rational?.integer, elements.indices.contains(position) else {
        throw Diagnostic("there is no such element", at: place)
      }
      return elements[position]
    case .conditional(let condition, let first, let second, _): return try amount(try holds(condition) ? first : second)
    default: throw Diagnostic("expected a number", at: expression.place)
    }
  }

  private func binary(_ op: BinaryOperator, _ a: Amount, _ b: Amount) throws -> Amount {
    switch op {
    case .plus: try Amount.combine(a, b, exactly: { try $0.adding($1) }, approximately: { $0 + $1 })
    case .minus: try Amount.combine(a, b, exactly: { try $0.subtracting($1) }, approximately: { $0 - $1 })
    case .times: try Amount.combine(a, b, exactly: { try $0.multiplied(by: $1) }, approximately: { $0 * $1 })
    case .dividedBy: try Amount.combine(a, b, exactly: { try $0.divided(by: $1) }, approximately: { $0 / $1 })
    default: try a.power(b)
    }
  }

  // MARK: Names

  private func value(of name: Name) throws -> Amount {
    if let value = values[name.text] { return .exact(value) }
    if let parameter = parameters.first(where: { $0.name == name.text || $0.symbol.name == name.text }) {
      guard let number = parameter.defaultValue.number else {
        throw Diagnostic("'\(name.text)' is no number", at: name.place)
      }
      return .exact(open.contains(name.text) ? Expr(parameter.symbol) : number)
    }
    if Measure.all.contains(name.text) {
      return try measure(CallSyntax(name, at: name.place))
    }
    guard let constant = scope.constants[name.text] else {
      throw Diagnostic("'\(name.text)' has no value here", at: name.place)
    }
    return try amount(constant)
  }

  private func list(_ expression: ExprSyntax) throws -> [Amount] {
    switch expression {
    case .list(let elements, _): return try elements.flatMap(list)
    case .range(let low, let high, let place):
      guard let first = try amount(low).rational?.integer, let last = try amount(high).rational?.integer else {
        throw Diagnostic("the bounds of a range are integers", at: place)
      }
      guard first <= last else { return [] }
      let (count, isOver) = last.subtractingReportingOverflow(first)
      try bench.spend(isOver ? .max : count, at: place)
      return (first...last).map { Amount($0) }
    case .name(let name):
      if let constant = scope.constants[name.text], case .list = constant { return try list(constant) }
      let parameter = parameters.first { $0.name == name.text || $0.symbol.name == name.text }
      if case .list(let elements)? = parameter?.defaultValue {
        return elements.compactMap { $0.number.map { .exact($0) } }
      }
      return [try amount(expression)]
    default: return [try amount(expression)]
    }
  }

  // MARK: Functions

  private func function(_ call: CallSyntax) throws -> Amount {
    let arguments = try call.arguments.flatMap { try list($0.value) }
    guard let first = arguments.first else { throw Diagnostic("'\(call.name.text)' of nothing", at: call.place) }
    switch call.name.text {
    case "length": return Amount(arguments.count)
    case "sum":
      return try arguments.dropFirst().reduce(first) {
        try Amount.combine($0, $1, exactly: { try $0.adding($1) }, approximately: { $0 + $1 })
      }
    case "min", "max":
      let isLeast = call.name.text == "min"
      return try arguments.dropFirst().reduce(first) {
        try Amount.combine(
          $0, $1, exactly: { try isLeast ? Expr.minimum($0, $1) : Expr.maximum($0, $1) },
          approximately: { isLeast ? min($0, $1) : max($0, $1) })
      }
    case "sqrt":
      guard let number = first.number, number >= 0 else { throw Diagnostic("a root of a formula", at: call.place) }
      return .real(number.squareRoot())
    case "divisible":
      guard case (.exact(let x), .exact(let y)?) = (first, arguments.last) else { break }
      return .exact(try x.divisible(by: y))
    default: break
    }
    guard case .exact(let x) = first else {
      let value = first.number ?? .nan
      switch call.name.text {
      case "floor": return .real(value.rounded(.down))
      case "ceil": return .real(value.rounded(.up))
      default: return .real(value.rounded())
      }
    }
    switch call.name.text {
    case "round": return .exact(try x.rounded())
    case "floor": return .exact(try x.floor())
    case "ceil": return .exact(try x.ceiling())
    default: throw Diagnostic("unknown function '\(call.name.text)'", at: call.place)
    }
  }

  // MARK: Conditions

  /// Whether a condition holds at the values of the variables.
  ///
  /// - Throws: ``Diagnostic`` where that cannot be told.
  func holds(_ condition: ExprSyntax) throws -> Bool {
    try bench.spend(1, at: condition.place)
    switch condition {
    case .unary(.not, let operand, _): return try !holds(operand)
    case .binary(.and, let left, let right, _): return try holds(left) && holds(right)
    case .binary(.or, let left, let right, _): return try holds(left) || holds(right)
    case .binary(let op, .name(let name), .text(let text, _), _) where op == .equal || op == .notEqual:
      let parameter = parameters.first { $0.name == name.text || $0.symbol.name == name.text }
      guard let value = parameter.flatMap({ settings[$0.name] ?? $0.defaultValue }) else { break }
      return (value == .text(text)) == (op == .equal)
    case .binary(let op, let left, let right, let place):
      guard let relation = Relation(rawValue: op.rawValue) else { break }
      guard let result = try Comparing.decide(amount(left), relation, amount(right), assuming: assumptions) else {
        throw Diagnostic("this depends on what is open", at: place)
      }
      return result
    case .name(let name):
      if name.text == "true" || name.text == "false" { return name.text == "true" }
      let parameter = parameters.first { $0.name == name.text || $0.symbol.name == name.text }
      if case .boolean(let value)? = parameter?.defaultValue { return value }
    default: break
    }
    throw Diagnostic("expected a condition", at: condition.place)
  }
}
