import ArchAlgebra

/// Reads the ASCII spelling of expressions back, by the usual precedence: ^ before * and /, before + and -.
///
/// Written apart from the printer, so that the two can be tested to be inverses.
struct FormulaReader {
  private var rest: Substring

  static func read(_ text: String) throws -> Expr {
    var reader = FormulaReader(rest: text[...])
    let expr = try reader.sum()
    guard reader.rest.isEmpty else { throw Unreadable(rest: String(reader.rest)) }
    return expr
  }

  struct Unreadable: Error { var rest: String }

  private mutating func accept(_ token: String) -> Bool {
    let trimmed = rest.drop { $0 == " " }
    guard trimmed.hasPrefix(token) else { return false }
    rest = trimmed.dropFirst(token.count)
    return true
  }

  private mutating func sum() throws -> Expr {
    var result = accept("-") ? try product().negated() : try product()
    while true {
      if accept("+") {
        result = try result + product()
      } else if accept("-") {
        result = try result - product()
      } else {
        return result
      }
    }
  }

  private mutating func product() throws -> Expr {
    var result = try power()
    while true {
      if accept("*") {
        result = try result * power()
      } else if accept("/") {
        result = try result / power()
      } else {
        return result
      }
    }
  }

  private mutating func power() throws -> Expr {
    let base = try primary()
    return accept("^") ? try base.power(Int(primary())) : base
  }

  private mutating func primary() throws -> Expr {
    if accept("(") {
      let inner = try sum()
      guard accept(")") else { throw Unreadable(rest: String(rest)) }
      return inner
    }
    rest = rest.drop { $0 == " " }
    let word = rest.prefix { $0.isLetter || $0.isNumber }
    rest = rest.dropFirst(word.count)
    if let number = try Rational(parsing: word) { return Expr(number) }
    guard !word.isEmpty else { throw Unreadable(rest: String(rest)) }
    return accept("(") ? try call(String(word)) : .symbol(String(word))
  }

  private mutating func call(_ name: String) throws -> Expr {
    var arguments = [try sum()]
    while accept(",") {
      _ = accept("by:")
      arguments.append(try sum())
    }
    guard accept(")") else { throw Unreadable(rest: String(rest)) }
    switch name {
    case "floor": return try arguments[0].floor()
    case "ceil": return try arguments[0].ceiling()
    case "round": return try arguments[0].rounded()
    case "roundEven": return try arguments[0].roundedHalfEven()
    case "min": return try arguments.dropFirst().reduce(arguments[0]) { try .minimum($0, $1) }
    case "max": return try arguments.dropFirst().reduce(arguments[0]) { try .maximum($0, $1) }
    case "divisible": return try arguments[0].divisible(by: arguments[1])
    default: throw Unreadable(rest: name)
    }
  }
}
