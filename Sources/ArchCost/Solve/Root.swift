import ArchAlgebra

/// A positive value of one symbol at which a closed form meets a target.
public struct Root: Sendable {
  public var value: Double
  /// How it is written exactly: `4`, `(−512 + √5022208)/18`; `nil` where there is no such writing.
  public var exact: String?
  /// Whether the closed form leaps over the target there, as rounding does, and never meets it.
  public var isLeap = false

  /// All roots of `cost` = `target` within bounds, in ascending order.
  ///
  /// Up to degree two they are those of the formula; beyond, they are found where the difference changes its sign on a
  /// geometric grid, and then by halving.
  ///
  /// - Throws: ``ArithmeticError`` where the closed form has other symbols.
  public static func all(of cost: Expr, in symbol: Symbol, target: Int, within bounds: ClosedRange<Double>) throws
    -> [Root]
  {
    let difference = try cost.subtracting(Expr(target))
    if let coefficients = try difference.coefficients(in: symbol)?.map(\.constant),
      coefficients.allSatisfy({ $0 != nil }),
      (2...3).contains(coefficients.count)
    {
      return try quadratic(coefficients.map { $0! }).filter { bounds.contains($0.value) }.sorted { $0.value < $1.value }
    }
    let compiled = try CompiledExpr(difference, variables: [symbol])
    var roots: [Root] = []
    let steps = 400
    var low = bounds.lowerBound
    var atLow = compiled.evaluateDouble([low])
    for step in 1...steps {
      let part = Double(step) / Double(steps)
      let high =
        step == steps ? bounds.upperBound : bounds.lowerBound * raise(bounds.upperBound / bounds.lowerBound, part)
      let atHigh = compiled.evaluateDouble([high])
      if atLow == 0 {
        roots.append(Root(value: low, exact: nil))
      } else if atLow.isFinite, atHigh.isFinite, (atLow < 0) != (atHigh < 0), atHigh != 0 {
        let (before, after) = halve(compiled, low, high, isRising: atLow < 0)
        let leap = compiled.evaluateDouble([after]) - compiled.evaluateDouble([before])
        roots.append(
          Root(value: (before + after) / 2, exact: nil, isLeap: leap.magnitude > 1e-9 * Double(target).magnitude))
      }
      (low, atLow) = (high, atHigh)
    }
    if atLow == 0 { roots.append(Root(value: low, exact: nil)) }
    return roots
  }

  private static func halve(_ compiled: CompiledExpr, _ low: Double, _ high: Double, isRising: Bool)
    -> (before: Double, after: Double)
  {
    var (low, high) = (low, high)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if (compiled.evaluateDouble([middle]) < 0) == isRising { low = middle } else { high = middle }
    }
    return (low, high)
  }

  /// a + b·x = 0, or a + b·x + c·x² = 0.
  private static func quadratic(_ coefficients: [Rational]) throws -> [Root] {
    let (a, b) = (coefficients[0], coefficients[1])
    guard coefficients.count == 3 else {
      let value = try a.negated().divided(by: b)
      return [Root(value: value.doubleValue, exact: value.description)]
    }
    // Without fractions and common factors the exact root is short.
    if let whole = try? integral(coefficients), whole != coefficients { return try quadratic(whole) }
    let c = coefficients[2]
    guard let discriminant = try? b.multiplied(by: b).subtracting(a.multiplied(by: c).multiplied(by: 4)) else {
      // Too large for exact numbers: the same formula, rounded; the form that does not cancel.
      let (a, b, c) = (a.doubleValue, b.doubleValue, c.doubleValue)
      let inner = b * b - 4 * a * c
      guard inner >= 0 else { return [] }
      let q = -(b + (b < 0 ? -1 : 1) * inner.squareRoot()) / 2
      return (q == 0 ? [0] : [q / c, a / q]).map { Root(value: $0, exact: nil) }
    }
    guard discriminant >= .zero else { return [] }
    let root = discriminant.doubleValue.squareRoot()
    let q = -(b.doubleValue + (b < .zero ? -1 : 1) * root) / 2
    let values = q == 0 ? [0.0] : [q / c.doubleValue, a.doubleValue / q]
    let isWhole = discriminant.isInteger && root == root.rounded() && root < 1e15
    return values.map { value in
      if isWhole, value == value.rounded() { return Root(value: value, exact: String(Int(value))) }
      let bottom = (try? c.multiplied(by: 2).description) ?? ""
      let isAdded = value * c.doubleValue * 2 + b.doubleValue >= 0
      let top = b == .zero ? (isAdded ? "" : "−") : ((try? b.negated().description) ?? "") + (isAdded ? " + " : " − ")
      return Root(
        value: value,
        exact: (b == .zero ? "\(top)√\(discriminant)/\(bottom)" : "(\(top)√\(discriminant))/\(bottom)").replacingMinus)
    }
  }

  /// The same equation with integers that have no common factor.
  private static func integral(_ coefficients: [Rational]) throws -> [Rational] {
    var multiple = 1
    for coefficient in coefficients {
      multiple = try (multiple / common(multiple, coefficient.denominator)).multiplied(by: coefficient.denominator)
    }
    let scaled = try coefficients.map { try $0.multiplied(by: Rational(multiple)) }
    let divisor = scaled.reduce(0) { common($0, $1.numerator) }
    return divisor == 0 ? scaled : try scaled.map { try $0.divided(by: Rational(divisor)) }
  }

  private static func common(_ a: Int, _ b: Int) -> Int {
    var (x, y) = (a.magnitude, b.magnitude)
    while y != 0 { (x, y) = (y, x % y) }
    return Int(clamping: x)
  }

  /// A positive number to a power between 0 and 1, by halving the exponent.
  private static func raise(_ base: Double, _ exponent: Double) -> Double {
    var result = 1.0
    var root = base
    var rest = exponent
    for _ in 0..<60 {
      root = root.squareRoot()
      rest *= 2
      if rest >= 1 {
        result *= root
        rest -= 1
      }
      if rest == 0 { break }
    }
    return exponent >= 1 ? base : result
  }
}

extension String {
  fileprivate var replacingMinus: String { String(map { $0 == "-" ? "−" : $0 }) }
}
