/// Integers as decimal digits, straight into memory: reports and sweeps write millions of them.
enum DecimalDigits {
  /// Of the least integer, its sign included.
  static let mostDigits = 20

  /// Writes an integer to memory with room for ``mostDigits``.
  ///
  /// - Returns: how many bytes it took.
  static func write(_ value: Int, to memory: UnsafeMutablePointer<UInt8>) -> Int {
    var start = memory
    if value < 0 {
      start.initialize(to: UInt8(ascii: "-"))
      start += 1
    }
    var end = start
    var rest = value.magnitude
    repeat {
      end.initialize(to: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      end += 1
      rest /= 10
    } while rest > 0
    // The last digit came first.
    var (left, right) = (start, end - 1)
    while left < right {
      swap(&left.pointee, &right.pointee)
      left += 1
      right -= 1
    }
    return end - memory
  }
}
