/// The text of a specification and the name that errors call it by.
public final class Source: Sendable {
  public let name: String
  public let bytes: [UInt8]
  /// The offsets at which lines start.
  let lineStarts: [Int]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    lineStarts = bytes.withUnsafeBytes(Self.lineStarts)
  }

  /// Eight bytes at a time: the whole catalog is looked through before any of its networks is found.
  private static func lineStarts(of bytes: UnsafeRawBufferPointer) -> [Int] {
    let (ones, newline) = (0x0101_0101_0101_0101 as UInt, UInt8(ascii: "\n"))
    var starts = [0]
    var block = 0
    while block < bytes.count {
      let end = min(block + 8, bytes.count)
      // Bytes that are zero where the word has a newline: only they borrow into a top bit that they had not.
      let word =
        end - block == 8 ? bytes.loadUnaligned(fromByteOffset: block, as: UInt.self) ^ ones &* UInt(newline) : 0
      if (word &- ones) & ~word & (ones << 7) != 0 {
        for offset in block..<end where bytes[offset] == newline { starts.append(offset + 1) }
      }
      block = end
    }
    return starts
  }

  public convenience init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// The 1-based line that holds the byte at `offset`.
  public func line(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// The 1-based column, in characters, of the byte at `offset`.
  public func column(at offset: Int) -> Int {
    text(from: lineStarts[line(at: offset) - 1], to: offset).count + 1
  }

  /// The text of a 1-based line, without its end.
  public func text(ofLine line: Int) -> String {
    let start = lineStarts[line - 1]
    var end = line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return text(from: start, to: end)
  }

  public func text(from start: Int, to end: Int) -> String {
    String(decoding: bytes[min(start, bytes.count)..<min(max(start, end), bytes.count)], as: UTF8.self)
  }
}

/// Where something stands in a source.
///
/// All places are equal: where a thing stands is not part of what it is, so that trees that were parsed from
/// different layouts, or built in Swift, can be compared.
public struct Place: Sendable, Hashable {
  public var source: Source?
  public var start: Int32
  public var end: Int32

  public static let none = Place(source: nil, start: 0, end: 0)

  public init(source: Source?, start: Int32, end: Int32) {
    self.source = source
    self.start = start
    self.end = end
  }

  public static func == (a: Place, b: Place) -> Bool { true }
  public func hash(into hasher: inout Hasher) {}

  /// From the start of this place to the end of `other`.
  public func through(_ other: Place) -> Place {
    source == nil ? other : Place(source: source, start: start, end: max(end, other.end))
  }

  /// `file:line:column`, or `nil` for what was not read from a text.
  public var description: String? {
    guard let source else { return nil }
    return "\(source.name):\(source.line(at: Int(start))):\(source.column(at: Int(start)))"
  }
}
