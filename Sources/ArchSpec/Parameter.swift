import ArchAlgebra

/// A hyper-parameter of a network: an option of the command line, and a symbol in formulas.
public struct Parameter: Sendable, Hashable {
  public enum Kind: Sendable, Hashable { case integer, rational, boolean, text, list }

  public enum Range: Sendable, Hashable {
    case between(Rational?, Rational?, step: Rational?)
    case members([Value])
  }

  public var name: String
  public var symbol: Symbol
  public var kind: Kind
  public var defaultValue: Value
  public var range: Range
  public var documentation: String
  public var place: Place

  public init(
    name: String, symbol: Symbol, kind: Kind, defaultValue: Value, range: Range, documentation: String = "",
    place: Place = .none
  ) {
    self.name = name
    self.symbol = symbol
    self.kind = kind
    self.defaultValue = defaultValue
    self.range = range
    self.documentation = documentation
    self.place = place
  }

  /// Reads a value as it is typed on a command line: `32`, `0.5`, `1/2`, `true`, `B`, `3,4,6,3`.
  ///
  /// - Throws: ``SettingError`` if it is not of the parameter's kind or outside its range.
  public func value(parsing text: String) throws -> Value {
    let value: Value
    switch kind {
    case .integer, .rational:
      value = .number(Expr(try number(text, orElse: "it must be \(kindName)")))
    case .boolean:
      switch text.lowercased() {
      case "true", "yes", "on", "1": value = .boolean(true)
      case "false", "no", "off", "0": value = .boolean(false)
      default: throw invalid(text, "it must be true or false")
      }
    case .text: value = .text(text)
    case .list:
      let items = text.split(separator: ",", omittingEmptySubsequences: false)
      value = .list(
        try items.map { item in
          .number(Expr(try number(item, orElse: "it must be numbers with commas between, as in \(defaultText)")))
        })
    }
    try check(value)
    return value
  }

  /// - Throws: ``SettingError`` if the value is not of the parameter's kind or outside its range.
  public func check(_ value: Value) throws {
    guard Kind(of: value, like: kind) != nil else { throw invalid(value.description, "it must be \(kindName)") }
    if kind == .integer, let number = value.number?.constant, !number.isInteger {
      throw invalid(value.description, "it must be an integer")
    }
    switch range {
    case .members(let members):
      guard members.contains(value) else {
        let choices = members.map(\.description)
        let near = suggestion(for: value.description, among: choices).map { "; did you mean \($0)?" } ?? ""
        throw invalid(value.description, "it must be one of \(choices.joined(separator: ", "))\(near)")
      }
    case .between(let low, let high, let step):
      let numbers: [Rational]
      switch value {
      case .number(let expr): numbers = [expr.constant].compactMap { $0 }
      case .list(let elements): numbers = elements.compactMap { $0.number?.constant }
      default: numbers = []
      }
      for number in numbers {
        // A number whose distance from the bound cannot even be written down is on no step.
        let isOnStep = step.map { (try? ((number - (low ?? .zero)) / $0).isInteger) ?? false } ?? true
        if let low, number < low { throw invalid(value.description, "it must be \(rangeText)") }
        if let high, number > high { throw invalid(value.description, "it must be \(rangeText)") }
        if !isOnStep { throw invalid(value.description, "it must be \(rangeText)") }
      }
    }
  }

  private func number(_ text: some StringProtocol, orElse reason: String) throws -> Rational {
    do {
      if let number = try Rational(parsing: text) { return number }
    } catch let error as ArithmeticError {
      throw invalid(String(text), "\(error)")
    }
    throw invalid(String(text), reason)
  }

  private func invalid(_ text: String, _ reason: String) -> SettingError {
    SettingError(parameter: name, value: text, reason: reason)
  }

  var kindName: String {
    switch kind {
    case .integer: "an integer"
    case .rational: "a number, as 0.75 or 3/4"
    case .boolean: "true or false"
    case .text: "a word"
    case .list: "a list of numbers"
    }
  }

  /// The default as it would be typed.
  public var defaultText: String { Self.typed(defaultValue) }

  /// A value as it would be typed on a command line.
  public static func typed(_ value: Value) -> String {
    guard case .list(let elements) = value else { return value.description }
    return elements.map(\.description).joined(separator: ",")
  }

  /// The range in words.
  public var rangeText: String {
    switch range {
    case .members(let members): return "one of " + members.map(\.description).joined(separator: ", ")
    case .between(let low, let high, let step):
      let steps = step.map { " in steps of \($0.decimalDescription)" } ?? ""
      switch (low, high) {
      case (let low?, let high?): return "from \(low.decimalDescription) to \(high.decimalDescription)" + steps
      case (let low?, nil): return "at least \(low.decimalDescription)" + steps
      case (nil, let high?): return "at most \(high.decimalDescription)" + steps
      default: return "any"
      }
    }
  }
}

extension Parameter.Kind {
  /// The kind of a value that a parameter of kind `like` may take; `nil` if it is none.
  init?(of value: Value, like kind: Parameter.Kind) {
    switch (value, kind) {
    case (.number, .integer), (.number, .rational), (.boolean, .boolean), (.text, .text), (.list, .list): self = kind
    default: return nil
    }
  }
}

/// A value that a parameter cannot take.
public struct SettingError: Error, Hashable, Sendable, CustomStringConvertible {
  public var parameter: String
  public var value: String
  public var reason: String

  public init(parameter: String, value: String, reason: String) {
    self.parameter = parameter
    self.value = value
    self.reason = reason
  }

  public var description: String { "\(parameter) cannot be \(value): \(reason)" }
}
