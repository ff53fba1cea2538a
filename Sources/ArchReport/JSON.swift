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
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }

  /// The value on one line without blanks: for programs alone.
  public func compactText() -> String {
    var writer = JSONWriter()
    writer.isCompact = true
    writer.write(self, indent: 0)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  fileprivate var isObject: Bool { if case .object = self { true } else { false } }

  /// Whether it is written on one line.
  fileprivate var isFlat: Bool {
    switch self {
    case .array(let elements): elements.allSatisfy { $0.isFlat && !$0.isObject }
    case .object: false
    default: true
    }
  }
}

/// Writes JSON as bytes: a report of a large network has millions of them.
private struct JSONWriter {
  var bytes: [UInt8] = []
  var isCompact = false

  mutating func write(_ value: JSON, indent: Int) {
    switch value {
    case .null: put("null")
    case .boolean(let value): put(value ? "true" : "false")
    case .integer(let value): put(value)
    case .decimal(let value, let digits):
      put(value.isFinite ? String(NumberText.fixed(value, digits).map { $0 == "−" ? "-" : $0 }) : "null")
    case .string(let value): quote(value)
    case .array(let elements):
      let isFlat = elements.allSatisfy { $0.isFlat && !$0.isObject }
      list("[", "]", count: elements.count, isFlat: isFlat, indent: indent) {
        $0.write(elements[$1], indent: indent + 1)
      }
    case .object(let members):
      let isFlat = members.isEmpty || (indent >= 2 && members.allSatisfy { $0.1.isFlat })
      list("{", "}", count: members.count, isFlat: isFlat, indent: indent) { writer, index in
        writer.quote(members[index].0)
        writer.put((writer.isCompact ? ":" : ": ") as StaticString)
        writer.write(members[index].1, indent: indent + 1)
      }
    }
  }

  private mutating func list(
    _ opening: StaticString, _ closing: StaticString, count: Int, isFlat: Bool, indent: Int,
    element: (inout JSONWriter, Int) -> Void
  ) {
    put(opening)
    for index in 0..<count {
      if isCompact {} else if !isFlat { newline(indent + 1) } else if index > 0 { put(" ") }
      element(&self, index)
      if index < count - 1 { put(",") }
    }
    if !isFlat, !isCompact { newline(indent) }
    put(closing)
  }

  private mutating func put(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func put(_ text: String) {
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  private mutating func put(_ value: Int) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    let magnitude = value.magnitude
    var unit: UInt = 1
    while magnitude / unit >= 10 { unit *= 10 }
    while unit > 0 {
      bytes.append(0x30 + UInt8(truncatingIfNeeded: magnitude / unit % 10))
      unit /= 10
    }
  }

  private mutating func newline(_ indent: Int) {
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * 2))
  }

  private mutating func quote(_ text: String) {
    var text = text
    bytes.append(UInt8(ascii: "\""))
    text.withUTF8 { characters in
      if characters.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
        bytes.append(contentsOf: characters)
      } else {
        for byte in characters { escape(byte) }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): put("\\\"" as StaticString)
    case UInt8(ascii: "\\"): put("\\\\" as StaticString)
    case UInt8(ascii: "\n"): put("\\n" as StaticString)
    case UInt8(ascii: "\t"): put("\\t" as StaticString)
    case UInt8(ascii: "\r"): put("\\r" as StaticString)
    case 0..<0x20:
      put("\\u00" as StaticString)
      for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
    default: bytes.append(byte)
    }
  }
}
