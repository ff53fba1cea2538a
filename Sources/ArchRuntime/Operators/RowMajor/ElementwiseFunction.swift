import ArchIR

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A function of the elements at one place of up to three operands, which are stretched to one shape.
public struct ElementwiseFunction: Sendable {
  public let function: Elementwise
  private let extents: [Int]
  private let strides: [[Int]]

  /// - Returns: `nil` for functions that the graph names by their family only.
  public init?(_ function: Elementwise, operands: [[Int]], output: [Int]) {
    guard function.isExecutable else { return nil }
    self.function = function
    extents = output
    strides = operands.map { RowMajorView.strides(of: $0, stretchedTo: output) }
  }

  public func run(_ inputs: [RowMajorView], to output: RowMajorView, on pool: ThreadPool) {
    switch inputs.count {
    case 1: unary(inputs[0], strides[0], to: output, on: pool)
    case 3 where function == .select: select(inputs, to: output, on: pool)
    default:
      let own = RowMajorView.strides(extents)
      for index in 1..<inputs.count {
        // What the operands before have made stands in the output.
        let (first, steps) = index == 1 ? (inputs[0], strides[0]) : (output, own)
        binary(first, steps, inputs[index], strides[index], to: output, on: pool)
      }
      if function == .mean {
        let share = 1 / Float(inputs.count)
        rows(output, own, to: output, on: pool) { $0 * share }
      }
    }
  }

  private func unary(_ x: RowMajorView, _ steps: [Int], to output: RowMajorView, on pool: ThreadPool) {
    switch function {
    case .negate: rows(x, steps, to: output, on: pool) { -$0 }
    case .absolute: rows(x, steps, to: output, on: pool) { abs($0) }
    case .sign: rows(x, steps, to: output, on: pool) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
    case .exponential: rows(x, steps, to: output, on: pool) { expf($0) }
    case .logarithm: rows(x, steps, to: output, on: pool) { logf($0) }
    case .squareRoot: rows(x, steps, to: output, on: pool) { $0.squareRoot() }
    case .reciprocal: rows(x, steps, to: output, on: pool) { 1 / $0 }
    case .errorFunction: rows(x, steps, to: output, on: pool) { erff($0) }
    case .floor: rows(x, steps, to: output, on: pool) { $0.rounded(.down) }
    case .ceiling: rows(x, steps, to: output, on: pool) { $0.rounded(.up) }
    case .round: rows(x, steps, to: output, on: pool) { $0.rounded(.toNearestOrEven) }
    case .elu, .celu: rows(x, steps, to: output, on: pool) { $0 > 0 ? $0 : expm1f($0) }
    case .selu:
      rows(x, steps, to: output, on: pool) { 1.050_700_98 * ($0 > 0 ? $0 : 1.673_263_24 * expm1f($0)) }
    case .softplus: rows(x, steps, to: output, on: pool) { max($0, 0) + log1pf(expf(-abs($0))) }
    case .softsign: rows(x, steps, to: output, on: pool) { $0 / (1 + abs($0)) }
    case .mish: rows(x, steps, to: output, on: pool) { $0 * tanhf(max($0, 0) + log1pf(expf(-abs($0)))) }
    default: rows(x, steps, to: output, on: pool) { $0 }  // one operand of many, and other names for the same numbers
    }
  }

  private func binary(
    _ a: RowMajorView, _ first: [Int], _ b: RowMajorView, _ second: [Int], to output: RowMajorView, on pool: ThreadPool
  ) {
    func each(_ body: @Sendable (Float, Float) -> Float) { rows(a, first, b, second, to: output, on: pool, body) }
    switch function {
    case .subtract: each { $0 - $1 }
    case .divide: each { $0 / $1 }
    case .power: each { powf($0, $1) }
    case .minimum: each { $0 < $1 || $0.isNaN ? $0 : $1 }
    case .maximum: each { $0 > $1 || $0.isNaN ? $0 : $1 }
    default: each { $0 + $1 }  // a mean is a sum first
    }
  }

  private func select(_ inputs: [RowMajorView], to output: RowMajorView, on pool: ThreadPool) {
    let loop = RowLoop(extents, strides: strides + [RowMajorView.strides(extents)])
    loop.forEach(on: pool) { at in
      for place in 0..<loop.count {
        let condition = inputs[0].base[at[0] + place * loop.strides[0].inner]
        let chosen = condition != 0 ? 1 : 2
        output.base[at[3] + place] = inputs[chosen].base[at[chosen] + place * loop.strides[chosen].inner]
      }
    }
  }

  @inline(__always)
  private func rows(
    _ x: RowMajorView, _ steps: [Int], to output: RowMajorView, on pool: ThreadPool,
    _ body: @Sendable (Float) -> Float
  ) {
    Self.map(extents, x, steps, to: output, on: pool, body)
  }

  /// `body` of every element.
  @inline(__always)
  static func map(
    _ extents: [Int], _ x: RowMajorView, _ steps: [Int], to output: RowMajorView, on pool: ThreadPool,
    _ body: @Sendable (Float) -> Float
  ) {
    let loop = RowLoop(extents, strides: [steps, RowMajorView.strides(extents)])
    let step = loop.strides[0].inner
    loop.forEach(on: pool) { at in
      let (source, target) = (x.base + at[0], output.base + at[1])
      for place in 0..<loop.count { target[place] = body(source[place * step]) }
    }
  }

  @inline(__always)
  private func rows(
    _ a: RowMajorView, _ first: [Int], _ b: RowMajorView, _ second: [Int], to output: RowMajorView,
    on pool: ThreadPool, _ body: @Sendable (Float, Float) -> Float
  ) {
    Self.combine(extents, a, first, b, second, to: output, on: pool, body)
  }

  /// `body` of the elements of two operands at each place.
  @inline(__always)
  static func combine(
    _ extents: [Int], _ a: RowMajorView, _ first: [Int], _ b: RowMajorView, _ second: [Int], to output: RowMajorView,
    on pool: ThreadPool, _ body: @Sendable (Float, Float) -> Float
  ) {
    let loop = RowLoop(extents, strides: [first, second, RowMajorView.strides(extents)])
    let (left, right) = (loop.strides[0].inner, loop.strides[1].inner)
    loop.forEach(on: pool) { at in
      let (x, y, target) = (a.base + at[0], b.base + at[1], output.base + at[2])
      for place in 0..<loop.count { target[place] = body(x[place * left], y[place * right]) }
    }
  }
}

extension Elementwise {
  /// Whether the name says what is computed. A comparison does not say which, bounds and thresholds are not told.
  var isExecutable: Bool {
    switch self {
    case .subtract, .divide, .power, .minimum, .maximum, .mean, .negate, .absolute, .sign, .exponential, .logarithm,
      .squareRoot, .reciprocal, .errorFunction, .floor, .ceiling, .round, .select, .elu, .selu, .celu, .softplus,
      .softsign, .mish, .convert:
      true
    case .modulo, .trigonometric, .compare, .and, .or, .not, .clip, .thresholded, .quantize, .dequantize: false
    }
  }
}

/// Sum or product of operands that are stretched to one shape.
public struct StretchedArithmetic: Sendable {
  public enum Kind: Sendable { case add, multiply }

  private let kind: Kind
  private let extents: [Int]
  private let strides: [[Int]]

  public init(_ kind: Kind, operands: [[Int]], output: [Int]) {
    self.kind = kind
    extents = output
    strides = operands.map { RowMajorView.strides(of: $0, stretchedTo: output) }
  }

  public func run(_ inputs: [RowMajorView], to output: RowMajorView, on pool: ThreadPool) {
    let own = RowMajorView.strides(extents)
    if inputs.count == 1 {
      return StridedCopy(extents: extents, source: strides[0]).run(inputs[0], to: output, on: pool)
    }
    for index in 1..<inputs.count {
      let (first, steps) = index == 1 ? (inputs[0], strides[0]) : (output, own)
      switch kind {
      case .add:
        ElementwiseFunction.combine(
          extents, first, steps, inputs[index], strides[index], to: output, on: pool
        ) { $0 + $1 }
      case .multiply:
        ElementwiseFunction.combine(
          extents, first, steps, inputs[index], strides[index], to: output, on: pool
        ) { $0 * $1 }
      }
    }
  }
}
