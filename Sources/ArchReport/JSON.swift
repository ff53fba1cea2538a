/// A JSON value that keeps the order of its keys and writes integers exactly.
public enum JSON: Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  /// A number that is no integer, as text with a fixed number of digits so that it is the same everywhere.
  case decimal(Double, digits: Int)
  case string(String)
  case array([JSON])
  case object([(String, JSON)])

  /// The value over several lines; arrays of scalars stay on one, and so do objects of them that lie deep.
  public func text() -> String {
    var writer = JSONWriter()
    writer.write(self, indent: 0)
    writer.append(UInt8(ascii: "\n"))
    return writer.text
  }

  /// The value on one line without blanks: for programs alone.
  public func compactText() -> String {
    var writer = JSONWriter(isCompact: true)
    writer.write(self, indent: 0)
    return writer.text
  }

  /// Whether it is written on one line.
  fileprivate var isFlat: Bool {
    switch self {
    case .array(let elements): elements.allSatisfy(\.isFlat)
    case .object: false
    default: true
    }
  }
}

/// Writes JSON as bytes. A report of a large network has millions of them: room is made once for each piece, and
/// the pieces go straight to their place.
private struct JSONWriter: ~Copyable {
  private var start: UnsafeMutablePointer<UInt8>
  private var count = 0
  private var capacity = 1 << 16
  private let isCompact: Bool

  init(isCompact: Bool = false) {
    self.isCompact = isCompact
    start = .allocate(capacity: capacity)
  }

  deinit { start.deallocate() }

  var text: String { String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) }

  mutating func write(_ value: JSON, indent: Int) {
    switch value {
    case .null: append("null")
    case .boolean(let value): append(value ? "true" : "false")
    case .integer(let value): append(value)
    case .decimal(let value, let digits):
      append(value.isFinite ? String(NumberText.fixed(value, digits).map { $0 == "−" ? "-" : $0 }) : "null")
    case .string(let value): quote(value)
    case .array(let elements):
      let isFlat = value.isFlat
      append(UInt8(ascii: "["))
      for index in elements.indices {
        separate(index, isFlat: isFlat, indent: indent)
        write(elements[index], indent: indent + 1)
      }
      if !isFlat { newline(indent) }
      append(UInt8(ascii: "]"))
    case .object(let members):
      let isFlat = members.isEmpty || (indent >= 2 && members.allSatisfy { $0.1.isFlat })
      append(UInt8(ascii: "{"))
      for index in members.indices {
        separate(index, isFlat: isFlat, indent: indent)
        quote(members[index].0)
        append(UInt8(ascii: ":"))
        if !isCompact { append(UInt8(ascii: " ")) }
        write(members[index].1, indent: indent + 1)
      }
      if !isFlat { newline(indent) }
      append(UInt8(ascii: "}"))
    }
  }

  /// What stands before the element at an index.
  private mutating func separate(_ index: Int, isFlat: Bool, indent: Int) {
    if index > 0 { append(UInt8(ascii: ",")) }
    if !isFlat { newline(indent + 1) } else if index > 0, !isCompact { append(UInt8(ascii: " ")) }
  }

  private mutating func newline(_ indent: Int) {
    guard !isCompact else { return }
    makeRoom(1 + indent * 2)
    start[count] = UInt8(ascii: "\n")
    (start + count + 1).initialize(repeating: UInt8(ascii: " "), count: indent * 2)
    count += 1 + indent * 2
  }

  private mutating func quote(_ text: String) {
    var text = text
    append(UInt8(ascii: "\""))
    text.withUTF8 { characters in
      if characters.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
        append(characters)
      } else {
        for byte in characters { escape(byte) }
      }
    }
    append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): append("\\\"")
    case UInt8(ascii: "\\"): append("\\\\")
    case UInt8(ascii: "\n"): append("\\n")
    case UInt8(ascii: "\t"): append("\\t")
    case UInt8(ascii: "\r"): append("\\r")
    case 0..<0x20:
      append("\\u00")
      for digit in [byte >> 4, byte & 15] { append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
    default: append(byte)
    }
  }

  private mutating func append(_ value: Int) {
    makeRoom(DecimalDigits.mostDigits)
    count += DecimalDigits.write(value, to: start + count)
  }

  private mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }

  private mutating func append(_ characters: UnsafeBufferPointer<UInt8>) {
    guard let source = characters.baseAddress else { return }
    makeRoom(characters.count)
    (start + count).initialize(from: source, count: characters.count)
    count += characters.count
  }

  mutating func append(_ byte: UInt8) {
    makeRoom(1)
    start[count] = byte
    count += 1
  }

  private mutating func makeRoom(_ extra: Int) {
    if capacity - count < extra { grow(extra) }
  }

  private mutating func grow(_ extra: Int) {
    capacity = max(2 * capacity, count + extra)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.moveInitialize(from: start, count: count)
    start.deallocate()
    start = larger
  }
}
