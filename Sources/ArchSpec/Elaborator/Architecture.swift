import ArchAlgebra
import ArchIR

/// A network at given values of its parameters: its graph, and what is said about it.
///
/// Over `Int` it is one network. Over `Expr` the numeric parameters are symbols, and the graph holds wherever the
/// conditions do: each is a choice that the specification makes (`when stride != 1`) and that was made as the given
/// values make it.
public struct Architecture<D: Dimension>: Sendable {
  public var graph: Graph<D>
  /// Where each node is written.
  public var places: [Place]
  /// The parameters that the network mentions, with their values, in the order of their declaration.
  public var settings: [Setting]
  public var conditions: [Condition]
  /// What is known of the symbols: the ranges of the parameters, and the assumptions that hold.
  public var assumptions: Assumptions
  public var metadata: Metadata
  public var documentation: [String]
  public var claims: [ClaimSyntax]
  public var sweeps: [SweepSyntax]

  public struct Setting: Sendable, Hashable {
    public var parameter: Parameter
    public var value: Value

    public init(parameter: Parameter, value: Value) {
      self.parameter = parameter
      self.value = value
    }
  }

  /// The values of the numeric parameters by symbol.
  public var binding: [Symbol: Rational] {
    var binding: [Symbol: Rational] = [:]
    for setting in settings {
      if let number = setting.value.number?.constant { binding[setting.parameter.symbol] = number }
    }
    return binding
  }
}

/// Something that must hold of the parameters for a closed form to be the cost.
public struct Condition: Sendable, Hashable, CustomStringConvertible {
  public enum Relation: String, Sendable, Hashable {
    case equal = "=", notEqual = "≠", less = "<", atMost = "≤", greater = ">", atLeast = "≥"
    /// The left side divides the right side.
    case divides = "divides"

    /// Whether the relation holds of two numbers.
    ///
    /// - Throws: ``ArithmeticError`` where that takes a quotient that does not fit.
    public func holds(_ left: Rational, _ right: Rational) throws -> Bool {
      if self == .divides { return try left != .zero && (right / left).isInteger }
      return holds(left < right ? -1 : left == right ? 0 : 1)
    }

    func holds(_ order: Int) -> Bool {
      switch self {
      case .equal: order == 0
      case .notEqual: order != 0
      case .less: order < 0
      case .atMost: order <= 0
      case .greater: order > 0
      case .atLeast: order >= 0
      case .divides: false
      }
    }

    /// As the specification language spells it.
    var asciiText: String {
      switch self {
      case .equal: "=="
      case .notEqual: "!="
      case .atMost: "<="
      case .atLeast: ">="
      case .less, .greater, .divides: rawValue
      }
    }

    var negated: Relation {
      switch self {
      case .equal: .notEqual
      case .notEqual: .equal
      case .less: .atLeast
      case .atMost: .greater
      case .greater: .atMost
      case .atLeast: .less
      case .divides: .divides
      }
    }
  }

  public var left: Expr
  public var relation: Relation
  public var right: Expr

  /// Whether it holds at the given values.
  public func holds(at values: [Symbol: Rational]) throws -> Bool {
    try relation.holds(try left.evaluated(values), try right.evaluated(values))
  }

  /// Whether a symbol stands on either side.
  public func mentions(_ symbol: Symbol) -> Bool {
    left.symbols.contains(symbol) || right.symbols.contains(symbol)
  }

  public var description: String { description(style: .typographic) }

  public func description(style: Expr.Style) -> String {
    if relation == .divides, left == .one, style == .typographic { return "\(right) is an integer" }
    let word = style == .ascii ? relation.asciiText : relation.rawValue
    return "\(left.description(style: style)) \(word) \(right.description(style: style))"
  }
}

extension [Condition] {
  /// Whether equations and bounds hold at one value of a parameter alone, so that a closed form says nothing about
  /// others.
  ///
  /// - Parameter values: those of all symbols; all conditions hold there.
  public func fix(_ parameter: Parameter, at values: [Symbol: Rational]) -> Bool {
    let own = filter { $0.mentions(parameter.symbol) && $0.relation != .divides }
    if own.contains(where: { $0.relation == .equal }) { return true }
    guard parameter.kind == .integer, case .between(let low, let high, let step) = parameter.range,
      let value = values[parameter.symbol], let before = try? value - (step ?? .one),
      let after = try? value + (step ?? .one)
    else { return false }
    func excludes(_ neighbour: Rational) -> Bool {
      var values = values
      values[parameter.symbol] = neighbour
      return own.contains { (try? $0.holds(at: values)) == false }
    }
    let (isLeast, isMost) = (low.map { before < $0 } ?? false, high.map { after > $0 } ?? false)
    return isLeast && excludes(after) || isMost && excludes(before) || excludes(before) && excludes(after)
  }
}
