/// The networks of several specifications, found by their names and by what people call them.
///
/// A file is parsed when a network of it is asked for; which networks it has is read off its text, so that a command
/// about one network does not pay for all the others.
public struct Library: Sendable {
  public struct Entry: Sendable {
    public var network: String
    public var file: Int
    public var aliases: [String]
  }

  public let sources: [Source]
  public let entries: [Entry]

  public init(_ sources: [Source]) {
    self.sources = sources
    entries = sources.indices.flatMap { index in Self.scan(sources[index], file: index) }
  }

  /// The entry for a name or an alias; names go before aliases, case does not matter in aliases.
  public func entry(named name: String) -> Entry? {
    let folded = name.lowercased()
    return entries.first { $0.network == name }
      ?? entries.first { $0.network.lowercased() == folded || $0.aliases.contains { $0.lowercased() == folded } }
  }

  public func specification(of entry: Entry) throws -> Specification { try Specification(sources[entry.file]) }

  /// What could be typed.
  public var names: [String] { entries.map(\.network) + entries.flatMap(\.aliases) }

  /// The networks declared at the beginning of lines, and the aliases within them.
  ///
  /// Works on bytes: this is done for every file of the catalog whatever the command is about.
  private static func scan(_ source: Source, file: Int) -> [Entry] {
    var entries: [Entry] = []
    let bytes = source.bytes
    for (index, lineStart) in source.lineStarts.enumerated() {
      var start = lineStart
      while start < bytes.count, bytes[start] == UInt8(ascii: " ") { start += 1 }
      guard start < bytes.count, bytes[start] == UInt8(ascii: "n") || bytes[start] == UInt8(ascii: "a") else {
        continue
      }
      let end = index + 1 < source.lineStarts.count ? source.lineStarts[index + 1] - 1 : bytes.count
      guard start < end else { continue }
      if let rest = bytes[start..<end].rest(after: "network "), start == lineStart {
        let name = rest.prefix { $0 >= 0x80 || $0 == UInt8(ascii: "_") || $0.isAlphanumeric }
        entries.append(Entry(network: String(decoding: name, as: UTF8.self), file: file, aliases: []))
      } else if !entries.isEmpty, let rest = bytes[start..<end].rest(after: "alias ") {
        entries[entries.count - 1].aliases += aliases(rest)
      }
    }
    return entries
  }

  private static func aliases(_ text: ArraySlice<UInt8>) -> [String] {
    text.split(separator: UInt8(ascii: ",")).compactMap { part in
      let name = part.filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: " ") }
      return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }
  }
}

extension UInt8 {
  fileprivate var isAlphanumeric: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}

extension ArraySlice<UInt8> {
  /// What follows `prefix`, if this begins so.
  fileprivate func rest(after prefix: StaticString) -> ArraySlice<UInt8>? {
    let length = prefix.utf8CodeUnitCount
    guard count >= length else { return nil }
    for offset in 0..<length where self[startIndex + offset] != prefix.utf8Start[offset] { return nil }
    return dropFirst(length)
  }
}
