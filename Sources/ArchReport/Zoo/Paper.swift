import ArchSpec

/// A paper, as a specification names it: `Xie, Girshick, Dollár, Tu, He: Aggregated …, CVPR 2017`.
public struct Paper: Hashable, Sendable {
  public var text: String
  public var year: Int?
  /// `arXiv:1611.05431`
  public var identifier: String?

  public init(text: String, year: Int? = nil, identifier: String? = nil) {
    (self.text, self.year, self.identifier) = (text, year, identifier)
  }

  /// What a network says that it was made from; `nil` where it says nothing.
  public init?(_ metadata: Metadata) {
    guard let text = metadata.paper else { return nil }
    self.init(text: text, year: metadata.year, identifier: metadata.identifier)
  }

  init?(_ json: JSON) {
    guard let text = json["paper"]?.stringValue else { return nil }
    self.init(text: text, year: json["year"]?.integerValue, identifier: json["identifier"]?.stringValue)
  }

  var json: JSON {
    .object([
      ("paper", .string(text)), ("year", year.map { .integer($0) } ?? .null),
      ("identifier", identifier.map { .string($0) } ?? .null),
    ])
  }

  private var title: String? { text.firstRange(of: ": ").map { String(text[$0.upperBound...]) } }

  /// How others cite it: `Xie et al. 2017`, `Tan and Le 2019`, `Chollet 2017`.
  private var citations: [String] {
    guard let year, let colon = text.firstRange(of: ": ") else { return [] }
    let authors = text[..<colon.lowerBound].split(separator: ", ")
    guard let first = authors.first else { return [] }
    switch authors.count {
    case 1: return ["\(first) \(year)"]
    case 2: return ["\(first) and \(authors[1]) \(year)", "\(first) et al. \(year)"]
    default: return ["\(first) et al. \(year)"]
    }
  }

  /// Whether a text names it: by its identifier, as a citation, or by the beginning of its title.
  func isNamed(in text: String) -> Bool {
    if let identifier, text.contains(identifier) { return true }
    if citations.contains(where: { text.contains($0) }) { return true }
    return title?.hasPrefix(text) ?? false
  }
}

/// A table of a paper: `Howard et al. 2017, Table 4`.
struct TableCitation: Hashable {
  /// Who prints it, as it is cited; empty for the paper of the specification itself.
  var source: String
  /// `Table 4`
  var table: String

  /// The tables that a citation names: `Section 3; Xie et al., Table 3` has one, `Tables 6 and 7` two.
  static func all(in citation: String) -> [TableCitation] {
    citation.split(separator: ";").flatMap { part -> [TableCitation] in
      let words = part.split(separator: " ").map(String.init)
      guard let position = words.firstIndex(where: { ["table", "tables"].contains($0.lowercased()) }) else { return [] }
      var source = words[..<position].joined(separator: " ")
      if source.hasSuffix(",") { source.removeLast() }
      let numbers = words[(position + 1)...].map { $0.filter { $0.isLetter || $0.isNumber || $0 == "." } }
        .prefix { $0 == "and" || isNumeral($0) }.filter { $0 != "and" }
      // A table without a number has a name.
      if numbers.isEmpty { return [TableCitation(source: "", table: words.joined(separator: " "))] }
      return numbers.map { TableCitation(source: source, table: "Table \($0)") }
    }
  }

  /// `4`, `A.1`, `IV`
  private static func isNumeral(_ word: String) -> Bool {
    !word.isEmpty
      && (word.contains { $0.isNumber } || word.allSatisfy { "IVX".contains($0) }
        || (word.count == 1 && word.first!.isUppercase))
  }
}
