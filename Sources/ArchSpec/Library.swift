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
  private static func scan(_ source: Source, file: Int) -> [Entry] {
    var entries: [Entry] = []
    var start = 0
    let bytes = source.bytes
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      defer { start = end + 1 }
      guard let word = bytes[start..<end].first(where: { $0 != UInt8(ascii: " ") }) else { continue }
      guard word == UInt8(ascii: "n") || word == UInt8(ascii: "a") else { continue }
      let line = String(decoding: bytes[start..<end], as: UTF8.self)
      if line.hasPrefix("network ") {
        let name = line.dropFirst(8).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        entries.append(Entry(network: String(name), file: file, aliases: []))
      } else if !entries.isEmpty, let alias = line.trimmedPrefix("alias ") {
        entries[entries.count - 1].aliases += aliases(alias)
      }
    }
    return entries
  }

  private static func aliases(_ text: Substring) -> [String] {
    text.split(separator: ",").map { part in String(part.filter { $0 != "\"" && $0 != " " }) }.filter { !$0.isEmpty }
  }
}

extension String {
  /// The rest after blanks and `prefix`, if it begins so.
  fileprivate func trimmedPrefix(_ prefix: String) -> Substring? {
    let trimmed = drop { $0 == " " }
    return trimmed.hasPrefix(prefix) ? trimmed.dropFirst(prefix.count) : nil
  }
}
