import ArchAlgebra
import ArchIR

/// What is asked of the elaborator besides the network's name.
public struct ElaborationOptions: Sendable {
  /// Values of parameters by their names; the others have their defaults.
  public var settings: [String: Value] = [:]
  public var batch = 1
  /// Channels, height and width that replace those of the network's first input.
  public var input: [Int]?
  /// The names of networks in other files, which claims, sweeps and `compare` may mention; asked for only where one does.
  /// Where it is `nil`, such names are taken on trust.
  public var knownNetworks: (@Sendable () -> [String])?
  /// The counting conventions that claims may name; where it is `nil`, they are taken on trust.
  public var knownConventions: [String]?
  /// Whether claims, sweeps and the like are looked at for mistakes: once is enough for many elaborations of one file.
  public var checksStatements = true
  /// Whether closed forms keep a repetition once also where each copy takes more than the one before, as the layers of
  /// a dense block do: see ``Fold/index``.
  public var numbersCopies = false

  public init() {}
}

/// Bounds on what a specification may ask for, so that a slip of the pen does not take all memory.
public enum ElaborationLimits {
  public static let layers = 40_000
  public static let callDepth = 100
  public static let steps = 500_000
  /// Bodies within bodies, through all calls.
  public static let depth = 400
  /// Expressions within expressions, through all constants that they mention.
  public static let nesting = 300
  /// Symbols, numbers and functions of one extent as a closed form: more is nothing that anybody reads.
  public static let formula = 400
  public static let listLength = 100_000
}

extension ElaborationLimits {
  /// - Throws: ``ArithmeticError/tooLarge(_:)`` for a closed form that is too large to be of use.
  static func check(_ extent: Expr) throws {
    guard extent.size > formula else { return }
    throw ArithmeticError.tooLarge("an extent of more than \(formula) symbols and numbers")
  }
}

extension Specification {
  /// The parameters of a network: those that it or what it uses mentions, with the network's own defaults.
  public func parameters(of network: NetworkSyntax) throws -> [Parameter] {
    let reached = namesReached(by: network)
    var result: [Parameter] = []
    var own: [ParameterSyntax] = []
    for case .item(let item) in network.members {
      if case .parameter(let parameter) = item.kind { own.append(parameter) }
    }
    for parameter in parameters {
      let override = own.first { $0.name.text == parameter.name.text }
      guard
        override != nil || reached.contains(parameter.name.text)
          || parameter.symbol.map({ reached.contains($0.text) }) == true
      else { continue }
      result.append(try Parameter(override ?? parameter, base: parameter))
    }
    for parameter in own where !parameters.contains(where: { $0.name.text == parameter.name.text }) {
      result.append(try Parameter(parameter, base: nil))
    }
    try requireDistinct(result, network)
    return result
  }

  /// What a network declares is not called what it or the file calls one of its parameters, in specifications or
  /// formulas, nor its constants what the file calls one.
  private func requireDistinct(_ parameters: [Parameter], _ network: NetworkSyntax) throws {
    var owners: [String: Parameter] = [:]
    func refuse(_ name: String, at place: Place, _ owner: Parameter) -> Diagnostic {
      let called = owner.name == name ? "" : ", which formulas call '\(name)',"
      return Diagnostic("'\(name)' is declared twice", at: place)
        .noting("'\(owner.name)'\(called) is declared here", at: owner.place)
    }
    for parameter in parameters {
      for name in [parameter.name, parameter.symbol.name] {
        let other = owners.updateValue(parameter, forKey: name)
        if let other, other.name != parameter.name { throw refuse(name, at: parameter.place, other) }
      }
    }
    for case .item(let item) in network.members {
      let name: Name
      switch item.kind {
      case .constant(let constant): name = constant.name
      case .parameter(let parameter): name = parameter.name
      default: continue
      }
      if case .constant = item.kind, let owner = owners[name.text] { throw refuse(name.text, at: name.place, owner) }
      // What else the file says with that name would change with it.
      guard let other = constants.first(where: { $0.name.text == name.text }) else { continue }
      throw Diagnostic("'\(name.text)' is declared twice", at: name.place)
        .noting("it is first declared here", at: other.name.place)
    }
  }

  /// Builds a network: over `Int` with every parameter at its value, over `Expr` with the numeric ones as symbols.
  ///
  /// - Throws: ``Diagnostic`` with the place where the specification cannot be followed, ``SettingError`` for a
  ///   value that a parameter cannot take.
  @discardableResult
  public func elaborate<D: Dimension>(
    _ name: String, options: ElaborationOptions = .init(), as type: D.Type = D.self
  ) throws -> Architecture<D> {
    var steps = 0
    return try elaborate(name, options: options, steps: &steps)
  }

  /// Builds a network, and tells how long that took.
  ///
  /// - Parameter steps: those that were taken are added to it, also where they come to an error.
  public func elaborate<D: Dimension>(
    _ name: String, options: ElaborationOptions = .init(), steps: inout Int
  ) throws -> Architecture<D> {
    guard let network = network(named: name) else {
      let near = suggestion(for: name, among: networks.map(\.name.text)).map { "did you mean '\($0)'?" }
      throw Diagnostic("there is no network '\(name)'", at: .none, help: near)
    }
    var elaborator = Elaborator<D>(specification: self, network: network, options: options)
    defer { steps += elaborator.steps }
    do {
      if options.checksStatements { try checkStatements(of: network, options) }
      return try elaborator.run()
    } catch let error as ArithmeticError {
      throw Diagnostic(error, at: network.name.place)
    }
  }
}

extension Parameter {
  /// - Parameter base: the declaration for the whole file that a network's own declaration replaces.
  init(_ syntax: ParameterSyntax, base: ParameterSyntax?) throws {
    let evaluator = ConstantEvaluator()
    name = syntax.name.text
    symbol = Symbol((syntax.symbol ?? base?.symbol ?? syntax.name).text)
    place = syntax.name.place
    documentation = syntax.documentation ?? base?.documentation ?? ""
    do { defaultValue = try evaluator.value(of: syntax.value) } catch var error as Diagnostic {
      if error.help == nil, !syntax.value.plainNames.isEmpty {
        error.help = "a default mentions no other names; what depends on parameters is a constant: let \(name) = …"
      }
      throw error
    }
    switch defaultValue {
    case .number(let expr):
      let isDecimal =
        syntax.value.hasDecimalPoint || base?.value.hasDecimalPoint == true
        || (syntax.range ?? base?.range)?.hasDecimalPoint == true
      kind = isDecimal || expr.constant?.isInteger == false ? .rational : .integer
    case .boolean: kind = .boolean
    case .text: kind = .text
    case .list: kind = .list
    case .block, .label: throw Diagnostic("a parameter cannot be \(defaultValue.kindName)", at: syntax.value.place)
    }
    range = try Self.allowed(syntax.range ?? base?.range, of: defaultValue, kind, evaluator: evaluator)
    if kind == .integer, !range.isIntegral { kind = .rational }
    do { try check(defaultValue) } catch let error as SettingError {
      throw Diagnostic("the default of '\(name)' is outside its range", at: syntax.value.place, cause: error.reason)
    }
  }

  static func allowed(_ syntax: SetSyntax?, of value: Value, _ kind: Kind, evaluator: ConstantEvaluator) throws -> Range
  {
    switch syntax {
    case .range(_, _, _, let place) where !value.isNumeric:
      throw Diagnostic("only numbers have a range", at: place, cause: "the default is \(value.kindName)")
    case .members(let members, _): return .members(try members.map(evaluator.value))
    case .range(let from, let to, let step, let place):
      func bound(_ expression: ExprSyntax?) throws -> Rational? {
        guard let expression else { return nil }
        guard let number = try evaluator.value(of: expression).number?.constant else {
          throw Diagnostic("a bound must be a number", at: expression.place)
        }
        return number
      }
      let (low, high) = (try bound(from), try bound(to))
      if let low, let high, high < low { throw Diagnostic("the range is empty", at: place) }
      if let step = try bound(step), step <= .zero {
        throw Diagnostic("the step of a range must be positive", at: place)
      }
      return .between(low, high, step: try bound(step))
    case nil:
      // Counts and widths begin at one, unless the default says otherwise; a factor must be positive, which the least
      // positive bound stands for.
      switch value {
      case .number(let expr):
        let least = kind == .integer ? Rational(1) : try Rational(1, 1_000_000)
        return .between(min(least, expr.constant ?? least), nil, step: nil)
      case .list(let elements):
        // Of lists nothing is known but that counts are not negative: a stage may have no blocks, a width be a factor.
        let numbers = elements.compactMap { $0.number?.constant }
        return .between(min(.zero, numbers.min() ?? .zero), nil, step: nil)
      default: return .between(nil, nil, step: nil)
      }
    }
  }
}

extension Parameter.Range {
  /// Whether it is of integers only.
  fileprivate var isIntegral: Bool {
    switch self {
    case .between(let low, let high, let step): [low, high, step].allSatisfy { $0?.isInteger ?? true }
    case .members(let members): members.allSatisfy { $0.number?.constant?.isInteger ?? true }
    }
  }
}

extension Value {
  /// Whether it is a number or has numbers.
  fileprivate var isNumeric: Bool {
    if case .list(let elements) = self {
      elements.isEmpty || elements.contains(where: \.isNumeric)
    } else {
      number != nil
    }
  }
}

extension SetSyntax {
  fileprivate var hasDecimalPoint: Bool {
    switch self {
    case .members(let members, _): members.contains(where: \.hasDecimalPoint)
    case .range(let low, let high, let step, _): [low, high, step].contains { $0?.hasDecimalPoint == true }
    }
  }
}

extension ExprSyntax {
  fileprivate var hasDecimalPoint: Bool {
    switch self {
    case .number(let number, _): number.isDecimal
    case .unary(_, let operand, _): operand.hasDecimalPoint
    default: false
    }
  }
}
