#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What a reduction gathers of many values, in double.
public enum ReductionKind: Sendable {
  case mean, sum, maximum, minimum, product, l1, l2, sumOfSquares, logarithmOfSum, logarithmOfExponentials

  /// - values: called with a body that it calls for every value; twice where the kind needs it.
  @inline(__always)
  func result(count: Int, _ forEach: ((Double) -> Void) -> Void) -> Double {
    var gathered = start
    switch self {
    case .mean, .sum, .logarithmOfSum: forEach { gathered += $0 }
    case .maximum: forEach { gathered = $0 > gathered || $0.isNaN ? $0 : gathered }
    case .minimum: forEach { gathered = $0 < gathered || $0.isNaN ? $0 : gathered }
    case .product: forEach { gathered *= $0 }
    case .l1: forEach { gathered += abs($0) }
    case .l2, .sumOfSquares: forEach { gathered += $0 * $0 }
    case .logarithmOfExponentials:
      var largest = -Double.infinity
      forEach { largest = max(largest, $0) }
      guard largest.isFinite else { return largest }
      forEach { gathered += exp($0 - largest) }
      return largest + log(gathered)
    }
    switch self {
    case .mean: return gathered / Double(count)
    case .l2: return gathered.squareRoot()
    case .logarithmOfSum: return log(gathered)
    default: return gathered
    }
  }

  private var start: Double {
    switch self {
    case .maximum: -.infinity
    case .minimum: .infinity
    case .product: 1
    default: 0
    }
  }
}

/// Gathers the values that differ along some axes only.
public struct AxisReduction: Sendable {
  public let kind: ReductionKind
  private let loop: RowLoop
  private let inner: [Int]
  private let strides: [Int]

  public init(_ kind: ReductionKind, _ extents: [Int], axes: [Int]) {
    self.kind = kind
    let all = RowMajorView.strides(extents)
    let kept = extents.indices.filter { !axes.contains($0) }
    inner = axes.sorted().map { extents[$0] }
    strides = axes.sorted().map { all[$0] }
    let outer = kept.map { extents[$0] }
    loop = RowLoop(outer + [1], strides: [kept.map { all[$0] } + [0], RowMajorView.strides(outer) + [1]])
  }

  public func run(_ input: RowMajorView, to output: RowMajorView, on pool: ThreadPool) {
    let count = inner.reduce(1, *)
    let (last, step) = (inner.last ?? 1, strides.last ?? 0)
    loop.forEach(on: pool) { offsets in
      let base = input.base + offsets[0]
      output.base[offsets[1]] = Float(
        kind.result(count: count) { body in
          for row in 0..<(last == 0 ? 0 : count / last) {
            var (rest, place) = (row, 0)
            for axis in inner.indices.dropLast().reversed() {
              place += rest % inner[axis] * strides[axis]
              rest /= inner[axis]
            }
            for index in 0..<last { body(Double(base[place + index * step])) }
          }
        })
    }
  }
}
