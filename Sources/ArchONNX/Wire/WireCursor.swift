/// A value as it is spelled: a number, or where its bytes lie.
public enum WireValue: Sendable, Hashable {
  case varint(UInt64)
  case fixed32(UInt32)
  case fixed64(UInt64)
  case range(Range<Int>)
}

/// A reading position within a part of the file; nothing beyond the part is ever read.
struct WireCursor {
  struct Key {
    var number: UInt64
    var wireType: UInt64
    /// Where the key begins.
    var offset: Int
  }

  private let bytes: ModelBytes
  private let end: Int
  private(set) var offset: Int

  init(_ bytes: ModelBytes, _ range: Range<Int>) {
    self.bytes = bytes
    offset = range.lowerBound
    end = min(range.upperBound, bytes.count)
  }

  var isAtEnd: Bool { offset >= end }

  /// The next field's key; `nil` at the end.
  mutating func key() throws -> Key? {
    guard !isAtEnd else { return nil }
    let start = offset
    let key = try varint()
    guard key >> 3 != 0 else { throw ModelError("not a protocol buffer: a field has number 0", offset: start) }
    return Key(number: key >> 3, wireType: key & 7, offset: start)
  }

  mutating func value(_ key: Key) throws -> WireValue {
    switch key.wireType {
    case 0: return .varint(try varint())
    case 1: return .fixed64(try fixed64())
    case 2:
      let start = offset
      let length = try varint()
      guard length <= UInt64(end - offset) else {
        throw ModelError(
          "a field of \(length) bytes ends beyond its message: the file is cut short or no model", offset: start)
      }
      let range = offset..<(offset + Int(length))
      offset = range.upperBound
      bytes.passOver(range)
      return .range(range)
    case 5: return .fixed32(try fixed32())
    default: throw ModelError("not a protocol buffer: wire type \(key.wireType)", offset: key.offset)
    }
  }

  /// At most ten bytes of seven bits, the least significant first.
  mutating func varint() throws -> UInt64 {
    let start = offset
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while offset < end {
      let byte = bytes[offset]
      offset += 1
      if shift == 63, byte > 1 { throw ModelError("a number has more than 64 bits", offset: start) }
      result |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return result }
      shift += 7
      if shift > 63 { throw ModelError("a number has more than 64 bits", offset: start) }
    }
    throw ModelError("the file ends within a number", offset: start)
  }

  mutating func fixed32() throws -> UInt32 { UInt32(truncatingIfNeeded: try fixed(4)) }
  mutating func fixed64() throws -> UInt64 { try fixed(8) }

  private mutating func fixed(_ count: Int) throws -> UInt64 {
    guard end - offset >= count else { throw ModelError("the file ends within a number", offset: offset) }
    var result: UInt64 = 0
    for index in 0..<count { result |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
    offset += count
    return result
  }
}
