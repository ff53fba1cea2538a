import ArchSpec

extension JSON {
  /// Reads JSON strictly (RFC 8259): nothing but white space around one value, no duplicate keys, valid UTF-8.
  /// Integers of 64 bits stay exact, other numbers become the nearest floating-point number.
  ///
  /// - Throws: ``Diagnostic`` with the place of what is no JSON.
  public init(parsing source: Source) throws {
    var reader = JSONReader(source)
    self = try reader.document()
  }

  /// The value of a key of an object.
  public subscript(key: String) -> JSON? { members?.first { $0.0 == key }?.1 }

  public var members: [(String, JSON)]? { if case .object(let members) = self { members } else { nil } }
  public var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }
  public var integerValue: Int? { if case .integer(let value) = self { value } else { nil } }
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
  public var booleanValue: Bool? { if case .boolean(let value) = self { value } else { nil } }

  /// An integer or a decimal.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .decimal(let value, _): value
    default: nil
    }
  }
}

private struct JSONReader {
  /// Reports nest a handful of levels; a file that nests more is none, and must not overflow the stack.
  private static let depth = 64

  private let source: Source
  private let bytes: [UInt8]
  private var position = 0

  init(_ source: Source) {
    self.source = source
    bytes = source.bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  mutating func document() throws -> JSON {
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw error("text after the end of the JSON value") }
    return value
  }

  private mutating func value(depth: Int) throws -> JSON {
    skipSpace()
    guard depth < Self.depth else { throw error("nested more than \(Self.depth) deep") }
    switch peek {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw error("the file ends before its JSON value does")
    case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte): return try number()
    default: throw error("this is no JSON value")
    }
  }

  private mutating func object(depth: Int) throws -> JSON {
    var members: [(String, JSON)] = []
    var keys: Set<String> = []
    position += 1
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object([]) }
    repeat {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw error("a key in quotation marks is missing") }
      let start = position
      let key = try string()
      guard keys.insert(key).inserted else {
        position = start
        throw error("the key occurs twice")
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw error("a colon is missing") }
      members.append((key, try value(depth: depth + 1)))
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw error("the object is not closed") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws -> JSON {
    var elements: [JSON] = []
    position += 1
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array([]) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw error("the array is not closed") }
    return .array(elements)
  }

  // MARK: Scalars

  private mutating func word(_ word: StaticString, _ value: JSON) throws -> JSON {
    let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard bytes[position...].starts(with: expected) else { throw error("this is no JSON value") }
    position += expected.count
    return value
  }

  private mutating func number() throws -> JSON {
    let start = position
    _ = take(UInt8(ascii: "-"))
    let whole = position
    guard digits() > 0, bytes[whole] != UInt8(ascii: "0") || position == whole + 1 else {
      throw error("this is no JSON number")
    }
    var fraction = 0
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      fraction = digits()
      guard fraction > 0 else { throw error("this is no JSON number") }
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      let isSmall = !take(UInt8(ascii: "+")) && take(UInt8(ascii: "-"))
      let exponent = position
      guard digits() > 0 else { throw error("this is no JSON number") }
      // The digits that it has after the point without the power of ten; no double has more than some hundreds.
      let power = min(Int(String(decoding: bytes[exponent..<position], as: UTF8.self)) ?? .max, 400)
      fraction = max(0, fraction + (isSmall ? power : -power))
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let integer = Int(text) { return .integer(integer) }
    guard let value = Double(text), value.isFinite else { throw error("the number is too large") }
    return .decimal(value, digits: fraction)
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = peek, Self.isDigit(byte) { position += 1 }
    return position - start
  }

  private mutating func string() throws -> String {
    let start = position
    var text: [UInt8] = []
    position += 1
    while let byte = peek {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          position = start
          throw error("the text is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text += try escape()
      case 0..<0x20:
        position -= 1
        throw error("a control character within a text")
      default: text.append(byte)
      }
    }
    position = start
    throw error("the text is not closed")
  }

  private mutating func escape() throws -> [UInt8] {
    guard let byte = peek else { throw error("the text is not closed") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code) {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw error("half of a surrogate pair") }
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
      return Array(String(Character(scalar)).utf8)
    default:
      position -= 1
      throw error("an unknown escape")
    }
  }

  private mutating func hexadecimal() throws -> UInt32 {
    let end = min(position + 4, bytes.count)
    let digits = bytes[position..<end]
    guard digits.count == 4, let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
      digits.first != UInt8(ascii: "+")
    else { throw error("\\u needs four hexadecimal digits") }
    position = end
    return value
  }

  // MARK: Bytes

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private func error(_ cause: String) -> Diagnostic {
    let place = Place(source: source, start: Int32(clamping: position), end: Int32(clamping: position + 1))
    return Diagnostic("\(source.name) is not valid JSON", at: place, cause: cause)
  }
}
