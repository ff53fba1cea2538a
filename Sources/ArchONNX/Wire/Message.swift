/// A message of the wire format, its fields found but not read: those with a length are ranges of the file.
///
/// Reading a message takes time in proportion to its fields, not to its bytes, so that a model's graph is found among
/// gigabytes of tensors at once.
public struct Message<F: Field>: Sendable {
  public let bytes: ModelBytes
  public let range: Range<Int>
  let depth: Int
  private let entries: [Entry]

  private struct Entry: Sendable {
    var field: F
    var value: WireValue
  }

  /// - Throws: ``ModelError`` with the offset where the bytes are no such message.
  public init(_ bytes: ModelBytes, _ range: Range<Int>, depth: Int = 0) throws {
    guard depth <= ModelLimits.depth else {
      throw ModelError("messages are nested more than \(ModelLimits.depth) deep", offset: range.lowerBound)
    }
    self.bytes = bytes
    self.range = range
    self.depth = depth
    var cursor = WireCursor(bytes, range)
    var entries: [Entry] = []
    while let key = try cursor.key() {
      let value = try cursor.value(key)
      guard let number = Int(exactly: key.number), let field = F(rawValue: number) else { continue }
      guard field.kind.fits(key.wireType) else {
        throw ModelError(
          "\(F.messageName).\(field) has wire type \(key.wireType), which does not fit its type \(field.kind)",
          offset: key.offset)
      }
      guard entries.count < ModelLimits.fields else {
        throw ModelError("\(F.messageName) has more than \(ModelLimits.fields) fields", offset: key.offset)
      }
      entries.append(Entry(field: field, value: value))
    }
    self.entries = entries
  }

  public func has(_ field: F) -> Bool { entries.contains { $0.field == field } }

  /// The values of a field in their order.
  public func values(_ field: F) -> [WireValue] { entries.lazy.filter { $0.field == field }.map(\.value) }

  /// Of a field that is no list, the last one counts.
  private func last(_ field: F) -> WireValue? { entries.last { $0.field == field }?.value }

  public func integer(_ field: F) -> Int? {
    if case .varint(let value)? = last(field) { Int(truncatingIfNeeded: value) } else { nil }
  }

  public func float(_ field: F) -> Float? {
    if case .fixed32(let value)? = last(field) { Float(bitPattern: value) } else { nil }
  }

  public func data(_ field: F) -> Range<Int>? {
    if case .range(let range)? = last(field) { range } else { nil }
  }

  public func ranges(_ field: F) -> [Range<Int>] {
    values(field).compactMap { if case .range(let range) = $0 { range } else { nil } }
  }

  /// - Throws: ``ModelError`` for a text that is too long.
  public func text(_ field: F) throws -> String? { try data(field).map(text) }

  public func texts(_ field: F) throws -> [String] { try ranges(field).map(text) }

  /// Bytes that are not UTF-8 are replaced, and what a terminal would obey is spelled out: names are compared and shown,
  /// nothing more.
  private func text(_ range: Range<Int>) throws -> String {
    guard range.count <= ModelLimits.name else {
      throw ModelError("a name is longer than \(ModelLimits.name) bytes", offset: range.lowerBound)
    }
    let bytes = bytes.bytes(range)
    let text = String(decoding: bytes, as: UTF8.self)
    if bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  public func message<G: Field>(_ field: F, _ type: G.Type = G.self) throws -> Message<G>? {
    try data(field).map { try Message<G>(bytes, $0, depth: depth + 1) }
  }

  public func messages<G: Field>(_ field: F, _ type: G.Type = G.self) throws -> [Message<G>] {
    try ranges(field).map { try Message<G>(bytes, $0, depth: depth + 1) }
  }

  // MARK: Lists of numbers

  /// - Parameter limit: how many numbers at most are read.
  public func integers(_ field: F, limit: Int) throws -> [Int] {
    try numbers(field, limit: limit) { try Int(truncatingIfNeeded: $0.varint()) }
  }

  public func floats(_ field: F, limit: Int) throws -> [Float] {
    try numbers(field, limit: limit) { Float(bitPattern: try $0.fixed32()) }
  }

  public func doubles(_ field: F, limit: Int) throws -> [Double] {
    try numbers(field, limit: limit) { Double(bitPattern: try $0.fixed64()) }
  }

  private func numbers<T>(_ field: F, limit: Int, _ read: (inout WireCursor) throws -> T) throws -> [T] {
    var result: [T] = []
    func append(_ cursor: inout WireCursor) throws {
      guard result.count < limit else {
        throw ModelError("\(F.messageName).\(field) has more than \(limit) numbers", offset: cursor.offset)
      }
      result.append(try read(&cursor))
    }
    for value in values(field) {
      // An unpacked number is read again from where it stands.
      let span: Range<Int>
      switch value {
      case .range(let range): span = range
      case .varint(let number):
        guard let integer = Int(truncatingIfNeeded: number) as? T else { continue }
        guard result.count < limit else { throw ModelError("\(F.messageName).\(field) has more than \(limit) numbers") }
        result.append(integer)
        continue
      case .fixed32(let bits):
        if let number = Float(bitPattern: bits) as? T { result.append(number) }
        continue
      case .fixed64(let bits):
        if let number = Double(bitPattern: bits) as? T { result.append(number) }
        continue
      }
      var cursor = WireCursor(bytes, span)
      while !cursor.isAtEnd { try append(&cursor) }
    }
    return result
  }
}
