import ArchAlgebra
import ArchSpec

/// One parameter of a sweep and the values that it takes.
public struct Axis: Sendable {
  public enum Values: Sendable {
    case list([Value])
    /// `count` values from `first` on in steps of `step`; never held all at once.
    case range(first: Rational, step: Rational, count: Int)
  }

  public let parameter: Parameter
  public let values: Values

  public var count: Int {
    switch values {
    case .list(let values): values.count
    case .range(_, _, let count): count
    }
  }

  public init(_ parameter: Parameter, values: Values) {
    self.parameter = parameter
    self.values = values
  }

  /// Reads `128,160,192`, `1..64` or `0.25..1:0.25`.
  ///
  /// A range without a step has the values between its ends that the parameter may take: those that it lists, those in
  /// its own steps, or the integers.
  ///
  /// - Throws: ``SettingError`` if it is no such text, if the range is empty or endless, or if the parameter may not take a
  ///   value.
  public init(_ parameter: Parameter, parsing text: String) throws {
    self.parameter = parameter
    guard text.contains(".."), parameter.kind == .integer || parameter.kind == .rational else {
      let parts = parameter.kind == .list ? [text[...]] : text.split(separator: ",", omittingEmptySubsequences: false)
      guard parts.allSatisfy({ !$0.isEmpty }) else {
        throw SettingError(
          parameter: parameter.name, value: text.isEmpty ? "empty" : text, reason: "a value is missing")
      }
      values = .list(try parts.map { try parameter.value(parsing: String($0)) })
      return
    }
    func invalid(_ reason: String) -> SettingError {
      SettingError(parameter: parameter.name, value: text, reason: reason)
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let dots = parts[0].firstRange(of: ".."), let first = try? Rational(parsing: parts[0][..<dots.lowerBound]),
      let last = try? Rational(parsing: parts[0][dots.upperBound...])
    else { throw invalid("a range is written first..last or first..last:step") }
    guard last >= first else { throw invalid("the range is empty") }
    var step = Rational.one
    if parts.count == 2 {
      guard let given = try? Rational(parsing: parts[1]) else { throw invalid("the step must be a number") }
      step = given
    } else if case .members(let members) = parameter.range {
      let numbers = members.compactMap { $0.number?.constant }.filter { first <= $0 && $0 <= last }.sorted()
      guard !numbers.isEmpty else { throw invalid("it must be \(parameter.rangeText)") }
      values = .list(numbers.map { .number(Expr($0)) })
      return
    } else if case .between(_, _, let own?) = parameter.range {
      step = own
    } else if !first.isInteger || !last.isInteger {
      throw invalid("a range that does not begin and end at integers needs a step, as 0.25..1:0.25")
    }
    guard step > .zero else { throw invalid("the step must be positive") }
    let count = try ((last - first) / step).floor.adding(1)
    values = .range(first: first, step: step, count: count)
    try check()
  }

  /// Makes sure that the parameter may take every value of a range: of one that is listed each is looked at, which ends
  /// soon, and otherwise the ends and the second one tell of all.
  private func check() throws {
    if case .members = parameter.range {
      for index in 0..<count { try parameter.check(value(at: index)) }
    } else {
      for index in [0, count - 1, min(1, count - 1)] { try parameter.check(value(at: index)) }
    }
  }

  /// The value at an index.
  public func value(at index: Int) throws -> Value {
    switch values {
    case .list(let values): values[index]
    case .range(let first, let step, _): .number(Expr(try first + step * Rational(index)))
    }
  }
}

/// All combinations of some axes, by number: the last axis runs fastest.
public struct PointSpace: Sendable {
  public let axes: [Axis]
  public let count: Int
  /// The first so many axes take their first values together, then their second ones, and so on.
  public let joined: Int

  /// - Parameter joined: how many axes at the beginning are joined; they must have as many values each.
  /// - Throws: ``ArithmeticError`` if there are more points than integers.
  public init(_ axes: [Axis], joined: Int = 0) throws {
    self.axes = axes
    self.joined = joined
    let free = axes.dropFirst(max(0, joined - 1))
    count = try free.reduce(1) { try $0.multiplied(by: $1.count) }
  }

  /// The values at a point, one for each axis.
  public func values(at point: Int) throws -> [Value] {
    var rest = point
    var values: [Value] = []
    for axis in axes.dropFirst(joined).reversed() {
      values.append(try axis.value(at: rest % axis.count))
      rest /= axis.count
    }
    for axis in axes.prefix(joined).reversed() { values.append(try axis.value(at: rest)) }
    return values.reversed()
  }

  /// The points of one of `of` shards: shards are consecutive and together all points.
  public func shard(_ index: Int, of shards: Int) -> Range<Int> {
    let bounds = (index - 1, index)
    func start(_ k: Int) -> Int { Int((Int128(count) * Int128(k)) / Int128(shards)) }
    return start(bounds.0)..<start(bounds.1)
  }
}
