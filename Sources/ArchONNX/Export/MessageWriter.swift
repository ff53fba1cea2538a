/// Writes messages of the wire format by the same tables that the reader goes by.
///
/// A message is a list of pieces: bytes that are there, and tensors whose numbers are asked for only when the file is
/// written. So a model of gigabytes is written with one tensor in memory.
struct MessageWriter<F: Field> {
  fileprivate(set) var pieces = Pieces()

  mutating func integer(_ field: F, _ value: Int) {
    pieces.key(field.rawValue, 0)
    pieces.varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func float(_ field: F, _ value: Float) {
    pieces.key(field.rawValue, 5)
    pieces.append(bits: UInt64(value.bitPattern), count: 4)
  }

  mutating func text(_ field: F, _ text: String) { data(field, Array(text.utf8)) }

  mutating func data(_ field: F, _ data: [UInt8]) {
    pieces.key(field.rawValue, 2)
    pieces.varint(UInt64(data.count))
    pieces.append(data)
  }

  mutating func integers(_ field: F, _ values: [Int]) { for value in values { integer(field, value) } }

  /// Little-endian floats that are made when the file is written.
  mutating func floats(_ field: F, count: Int, _ make: @escaping () -> [Float]) {
    pieces.key(field.rawValue, 2)
    pieces.varint(UInt64(count * 4))
    pieces.append(floats: count, make)
  }

  mutating func message<G: Field>(_ field: F, _ message: MessageWriter<G>) {
    pieces.key(field.rawValue, 2)
    pieces.varint(UInt64(message.pieces.byteCount))
    pieces.append(message.pieces)
  }

  /// The fields of another message after those of this one.
  mutating func append(_ other: MessageWriter) { pieces.append(other.pieces) }

  mutating func message<G: Field>(_ field: F, _ type: G.Type, _ build: (inout MessageWriter<G>) -> Void) {
    var inner = MessageWriter<G>()
    build(&inner)
    message(field, inner)
  }
}

/// Bytes, some of which are made later.
struct Pieces {
  private enum Piece {
    case bytes([UInt8])
    case floats(Int, () -> [Float])
  }

  private var pieces: [Piece] = []
  private(set) var byteCount = 0

  mutating func key(_ number: Int, _ wireType: UInt64) { varint(UInt64(number) << 3 | wireType) }

  mutating func varint(_ value: UInt64) {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    append(bytes + [UInt8(rest)])
  }

  mutating func append(bits: UInt64, count: Int) {
    append((0..<count).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) })
  }

  mutating func append(_ bytes: [UInt8]) {
    byteCount += bytes.count
    if case .bytes(var last)? = pieces.last {
      pieces.removeLast()
      last += bytes
      pieces.append(.bytes(last))
    } else {
      pieces.append(.bytes(bytes))
    }
  }

  mutating func append(floats count: Int, _ make: @escaping () -> [Float]) {
    byteCount += 4 * count
    pieces.append(.floats(count, make))
  }

  mutating func append(_ other: Pieces) {
    for piece in other.pieces {
      switch piece {
      case .bytes(let bytes): append(bytes)
      case .floats(let count, let make): append(floats: count, make)
      }
    }
  }

  /// Hands all bytes over in order.
  func write(to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    for piece in pieces {
      switch piece {
      case .bytes(let bytes): try bytes.withUnsafeBytes(sink)
      case .floats(let count, let make):
        let numbers = make()
        guard numbers.count == count else {
          throw ModelError("a tensor of \(count) numbers was given \(numbers.count)")
        }
        try numbers.map { $0.bitPattern.littleEndian }.withUnsafeBytes(sink)
      }
    }
  }
}
