import ArchAlgebra
import ArchSpec

/// Evaluates a network's costs at the points of a space of parameters.
public struct SweepEngine: Sendable {
  public let specification: Specification
  public let network: String
  public let space: PointSpace
  public let metrics: [Metric]
  private let options: ElaborationOptions
  /// The axes whose values are numbers, their denominators, and the other axes.
  private let numeric: [Int]
  private let denominators: [Int]
  private let other: [Int]
  /// Regimes by the values of the axes that are no numbers.
  private var regimes: [[Value]: [Regime]] = [:]
  /// Those where all axes are numbers.
  private var plain: [Regime] = []
  private var numerators: [Int]
  /// Whether a metric has no closed form, so that every point is a network of its own.
  private var isByNumbers = false

  public enum Outcome: Sendable, Equatable {
    case network
    /// There is no network at this point, and why if it was asked in full.
    case none(String?)
  }

  /// - Throws: ``SettingError``, ``ArithmeticError`` where axes have values that cannot be held.
  public init(
    _ specification: Specification, network: String, options: ElaborationOptions, space: PointSpace, metrics: [Metric]
  ) throws {
    self.specification = specification
    self.network = network
    self.options = options
    self.space = space
    self.metrics = metrics
    var numeric: [Int] = []
    var denominators: [Int] = []
    var other: [Int] = []
    for (index, axis) in space.axes.enumerated() {
      guard let denominator = try axis.commonDenominator() else {
        other.append(index)
        continue
      }
      numeric.append(index)
      denominators.append(denominator)
    }
    self.numeric = numeric
    self.denominators = denominators
    self.other = other
    numerators = [Int](repeating: 0, count: numeric.count)
  }

  /// Whether every axis is one of numbers.
  var isNumeric: Bool { other.isEmpty }

  /// The integer that stands for a value of an axis where all are numbers.
  func numerator(of value: Value, axis: Int) throws -> Int { try numerator(of: value, position: axis) }

  private func numerator(of value: Value, position: Int) throws -> Int {
    let value = value.number!.constant!
    return try value.numerator.multiplied(by: denominators[position] / value.denominator)
  }

  /// Appends the metrics at a point that known closed forms tell of, where every axis is one of numbers.
  ///
  /// - Returns: whether there is a network; `nil` where it has to be found out.
  func evaluate(numerators: [Int], into results: inout [Int]) -> Bool? {
    let known = results.count
    do { return try Self.evaluate(plain, at: numerators, into: &results) } catch {
      results.removeLast(results.count - known)
      return nil
    }
  }

  /// What the first of some closed forms that holds at a point tells of it; `nil` if none does.
  private static func evaluate(_ regimes: [Regime], at numerators: [Int], into results: inout [Int]) throws -> Bool? {
    try numerators.withUnsafeBufferPointer { point in
      for regime in regimes where try regime.holds(at: point) { return try regime.evaluate(point, into: &results) }
      return nil
    }
  }

  /// Appends the metrics at a point, whose values are given, to `results`: none where they leave the range of integers.
  public mutating func evaluate(_ values: [Value], into results: inout [Int]) throws -> Outcome {
    let known = results.count
    do {
      if !isByNumbers { return try evaluateForms(values, into: &results) }
    } catch is NoClosedForm {
      isByNumbers = true
    } catch is ArithmeticError {
      // What is too large for the closed forms is told by the network.
      results.removeLast(results.count - known)
    }
    do {
      let study = try Study(specification, network: network, options: options(at: values))
      results += try metrics.map { try $0.value(of: study) }
      return .network
    } catch let error as Diagnostic {
      return .none(error)
    } catch let error as ArithmeticError {
      return .none("the network is too large to be counted: \(error)")
    }
  }

  /// The same by closed forms, new ones where none of those that are known holds.
  private mutating func evaluateForms(_ values: [Value], into results: inout [Int]) throws -> Outcome {
    for (position, axis) in numeric.enumerated() {
      numerators[position] = try numerator(of: values[axis], position: position)
    }
    let key = other.map { values[$0] }
    if let found = try Self.evaluate(regimes[key] ?? [], at: numerators, into: &results) {
      return found ? .network : .none(nil)
    }
    do {
      let regime = try Regime(
        specification, network: network, options: options(at: values),
        symbols: numeric.map { space.axes[$0].parameter.symbol }, denominators: denominators, metrics: metrics)
      regimes[key, default: []].append(regime)
      if key.isEmpty { plain.append(regime) }
      let isNetwork = try numerators.withUnsafeBufferPointer { try regime.evaluate($0, into: &results) }
      return isNetwork ? .network : .none(nil)
    } catch let error as Diagnostic {
      return .none(error)
    }
  }

  private func options(at values: [Value]) -> ElaborationOptions {
    var options = options
    for (axis, value) in zip(space.axes, values) { options.settings[axis.parameter.name] = value }
    return options
  }
}

extension SweepEngine.Outcome {
  fileprivate static func none(_ error: Diagnostic) -> Self {
    .none(error.cause.map { "\(error.message): \($0)" } ?? error.message)
  }
}

extension Axis {
  /// The least common denominator of the values; `nil` if they are no numbers.
  fileprivate func commonDenominator() throws -> Int? {
    switch values {
    case .range(let first, let step, _): return try leastCommonMultiple(first.denominator, step.denominator)
    case .list(let values):
      var result = 1
      for value in values {
        guard let number = value.number?.constant else { return nil }
        result = try leastCommonMultiple(result, number.denominator)
      }
      return result
    }
  }
}

private func leastCommonMultiple(_ a: Int, _ b: Int) throws -> Int {
  var (x, y) = (a, b)
  while y != 0 { (x, y) = (y, x % y) }
  return try (a / x).multiplied(by: b)
}
