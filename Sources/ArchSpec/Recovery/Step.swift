import ArchAlgebra
import ArchIR

/// One step of a specification that is being recovered from a graph: a call, branches that are joined, or a repetition.
///
/// It is ``StepSyntax`` before it is written: arguments have all their values, those that may be left out among them, so
/// that two steps can be compared place by place.
struct Step: Hashable {
  enum Head: Hashable {
    /// An operator or a block, by its name.
    case call(String)
    case merge(MergeSyntax.Kind)
    /// `branches[0]`, so often as the argument says.
    case repetition
    /// A further result of the network, by its name.
    case output(String)
  }

  var head: Head
  var arguments: [Argument] = []
  var branches: [[Step]] = []
  /// What later steps call the result.
  var label: String?
  var origin = Origin()

  struct Argument: Hashable {
    var name: String
    var value: ArgumentValue
    /// What it is where it is left out; `nil` where it must be given.
    var standard: ArgumentValue?
  }

  /// The module that all of the step's nodes stand in, as the graph names it. Where a step comes from is not part of what
  /// it is: all origins are equal.
  struct Origin: Hashable {
    var module: String?

    static func == (a: Origin, b: Origin) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
  }

  init(_ head: Head, _ arguments: [Argument] = [], branches: [[Step]] = []) {
    self.head = head
    self.arguments = arguments
    self.branches = branches
  }

  /// What is written of the arguments.
  var givenArguments: [Argument] { arguments.filter { $0.value.comparable != $0.standard?.comparable } }

  /// About how many words it takes to write it.
  var size: Int {
    branches.reduce(1 + givenArguments.count + (label == nil ? 0 : 1)) { $0 + 1 + $1.size }
  }
}

extension [Step] {
  var size: Int { reduce(0) { $0 + $1.size } }
}

/// The value of an argument.
enum ArgumentValue: Hashable {
  case number(Int)
  /// Height by width.
  case size(Int, Int)
  case sides([Int])
  case list([Int])
  case fraction(Rational)
  /// `true`, `half`, `bilinear`, …
  case word(String)
  /// The channels that come in.
  case input
  /// The result of a step that has this label.
  case label(String)
  /// An argument of the block that the step stands in, so many times.
  case parameter(String, times: Int)

  /// A size of equal extents is one number for both.
  var comparable: ArgumentValue {
    if case .size(let height, let width) = self, height == width { .number(height) } else { self }
  }

  var syntax: ExprSyntax {
    func number(_ value: Int) -> ExprSyntax {
      .number(NumberSyntax(text: "\(value)", value: Rational(value)), at: .none)
    }
    func name(_ text: String) -> ExprSyntax { .name(Name(text)) }
    switch self {
    case .number(let value): return value < 0 ? .unary(.minus, number(-value), at: .none) : number(value)
    case .size(let height, let width): return .size(height, width, at: .none)
    case .sides(let sides): return .tuple(sides.map(number), at: .none)
    case .list(let elements): return .list(elements.map(number), at: .none)
    case .word(let word): return name(word)
    case .input: return .input(at: .none)
    case .label(let label): return name(label)
    case .parameter(let parameter, times: 1): return name(parameter)
    case .parameter(let parameter, let times): return .binary(.times, number(times), name(parameter), at: .none)
    case .fraction(let value): return value.syntax
    }
  }
}

extension Rational {
  /// A decimal where it is one, else a quotient.
  fileprivate var syntax: ExprSyntax {
    func literal(_ text: String, _ value: Rational) -> ExprSyntax {
      .number(NumberSyntax(text: text, value: value), at: .none)
    }
    if self < .zero, let positive = try? Rational.zero - self { return .unary(.minus, positive.syntax, at: .none) }
    for digits in 0..<10 {
      let power = (0..<digits).reduce(1) { product, _ in product * 10 }
      guard power % denominator == 0 else { continue }
      let (scaled, overflow) = numerator.multipliedReportingOverflow(by: power / denominator)
      guard !overflow else { break }
      let fraction = String(scaled % power)
      let text =
        digits == 0
        ? "\(scaled)" : "\(scaled / power)." + String(repeating: "0", count: digits - fraction.count) + fraction
      return literal(text, self)
    }
    return .binary(
      .dividedBy, literal("\(numerator)", Rational(numerator)), literal("\(denominator)", Rational(denominator)),
      at: .none)
  }
}
