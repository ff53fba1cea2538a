import ArchAlgebra
import ArchSpec

/// What networks may cost at most, as a file says it.
///
///     # the network as on the command line, then its limits
///     resnext50 --cardinality 32
///       macs           4.3G
///       params         25.1M   tolerance 1%
///       peak-memory    12 MiB
///       weights-bytes  110MB
///
/// A line that begins without a blank names a network; the indented ones after it limit it. `<=` before an amount is
/// allowed, `tolerance P` on a line of its own is that of all limits of the network that have none.
public struct Budget: Sendable {
  public struct Limit: Sendable {
    public var figure: CostFigure
    public var amount: Int
    /// How much over the amount is still within, as a share of it.
    public var tolerance: Rational
    public var place: Place

    public init(_ figure: CostFigure, _ amount: Int, tolerance: Rational = .zero, at place: Place = .none) {
      self.figure = figure
      self.amount = amount
      self.tolerance = tolerance
      self.place = place
    }

    /// The greatest value that is within.
    var greatest: Int {
      // What cannot be held is more than any cost.
      guard let margin = try? (Rational(amount) * tolerance).floor, let sum = try? amount.adding(margin) else {
        return .max
      }
      return sum
    }
  }

  public struct Entry: Sendable {
    /// The network and its options, as on the command line.
    public var words: [String]
    public var limits: [Limit]
    public var place: Place
  }

  public var entries: [Entry] = []

  /// The most networks of one file: each of them is analysed.
  public static let mostNetworks = 1_000

  /// - Throws: ``Diagnostic`` with the place of what is not understood.
  public init(_ source: Source) throws {
    var reader = BudgetReader(source)
    entries = try reader.entries()
  }
}

private struct BudgetReader {
  private struct Word {
    var text: String
    var place: Place
  }

  private let source: Source

  init(_ source: Source) { self.source = source }

  mutating func entries() throws -> [Budget.Entry] {
    var entries: [Budget.Entry] = []
    var tolerances: [Int: Rational] = [:]  // by entry
    var own: Set<[Int]> = []  // limits with their own tolerance, as entry and limit
    for line in try lines() {
      guard let first = line.words.first else { continue }
      if !line.isIndented {
        let place = first.place.through(line.words.last!.place)
        guard entries.count < Budget.mostNetworks else {
          throw Diagnostic(
            "there are more than \(Budget.mostNetworks) networks", at: place, cause: "this one is too many",
            help: "a budget may be cut into several files: archcalc check --budget FILE")
        }
        entries.append(Budget.Entry(words: line.words.map(\.text), limits: [], place: place))
        continue
      }
      guard let entry = entries.indices.last else {
        throw Diagnostic(
          "a limit without a network", at: first.place, help: "the network stands on a line before, not indented")
      }
      if first.text == "tolerance" {
        tolerances[entry] = try tolerance(line.words)
        continue
      }
      let (limit, hasTolerance) = try limit(line.words)
      if let other = entries[entry].limits.first(where: { $0.figure == limit.figure }) {
        throw Diagnostic("\(limit.figure.rawValue) is limited twice", at: limit.place).noting(
          "it is first limited here", at: other.place)
      }
      if hasTolerance { own.insert([entry, entries[entry].limits.count]) }
      entries[entry].limits.append(limit)
    }
    for entry in entries.indices {
      guard !entries[entry].limits.isEmpty else {
        throw Diagnostic("a network without limits", at: entries[entry].place, help: "limits are indented: macs 4.3G")
      }
      for limit in entries[entry].limits.indices where !own.contains([entry, limit]) {
        entries[entry].limits[limit].tolerance = tolerances[entry] ?? .zero
      }
    }
    return entries
  }

  /// `macs <= 4.3G tolerance 1%`
  private func limit(_ words: [Word]) throws -> (Budget.Limit, hasTolerance: Bool) {
    let figure = try CostFigure.named(words[0].text, at: words[0].place)
    var rest = words.dropFirst()
    if let sign = rest.first?.text, sign == "<=" || sign == "≤" { rest.removeFirst() }
    let split = rest.firstIndex { $0.text == "tolerance" } ?? rest.endIndex
    let amount = rest[..<split]
    guard let first = amount.first, let last = amount.last else {
      throw Diagnostic("\(figure.rawValue) needs an amount", at: words[0].place, help: "\(figure.rawValue) 4.3G")
    }
    let place = first.place.through(last.place)
    let text = amount.map(\.text).joined(separator: " ")
    guard let value = Amount.parse(text) else {
      if Amount.isTooLarge(text) {
        throw Diagnostic("this amount is too large", at: place, cause: "it does not fit in a 64-bit integer")
      }
      throw Diagnostic("this is no amount", at: place, help: "an amount is 4300000000, 4.3G, 48 MiB or 100MB")
    }
    let hasTolerance = split < rest.endIndex
    let tolerance = hasTolerance ? try tolerance(Array(rest[split...])) : .zero
    return (
      Budget.Limit(figure, value, tolerance: tolerance, at: words[0].place.through(words.last!.place)), hasTolerance
    )
  }

  /// `tolerance 1%`
  private func tolerance(_ words: [Word]) throws -> Rational {
    guard words.count == 2, let share = Amount.parseShare(words[1].text) else {
      throw Diagnostic("a tolerance is a share", at: words[min(1, words.count - 1)].place, help: "tolerance 1%")
    }
    return share
  }

  // MARK: Lines

  private func lines() throws -> [(isIndented: Bool, words: [Word])] {
    var lines: [(isIndented: Bool, words: [Word])] = []
    var start = source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0  // byte order mark
    while start < source.bytes.count {
      let end = source.bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? source.bytes.count
      let isIndented = source.bytes[start] == 0x20 || source.bytes[start] == 0x09
      lines.append((isIndented, try words(start..<end)))
      start = end + 1
    }
    return lines
  }

  /// Words between blanks, up to a `#`; quotation marks hold words together.
  ///
  /// - Throws: ``Diagnostic`` for a quotation mark that no other closes.
  private func words(_ range: Range<Int>) throws -> [Word] {
    var words: [Word] = []
    var position = range.lowerBound
    while position < range.upperBound {
      let byte = source.bytes[position]
      if byte == 0x20 || byte == 0x09 || byte == 0x0D { position += 1; continue }
      if byte == UInt8(ascii: "#") { break }
      let start = position
      let isQuoted = byte == UInt8(ascii: "\"")
      if isQuoted { position += 1 }
      while position < range.upperBound {
        let byte = source.bytes[position]
        if isQuoted ? byte == UInt8(ascii: "\"") : byte == 0x20 || byte == 0x09 || byte == 0x0D { break }
        position += 1
      }
      let text = source.text(from: isQuoted ? start + 1 : start, to: position)
      func place(to end: Int) -> Place {
        Place(source: source, start: Int32(clamping: start), end: Int32(clamping: end))
      }
      if isQuoted {
        guard position < range.upperBound else {
          throw Diagnostic(
            "this quotation mark is not closed", at: place(to: start + 1), help: "another one ends it on the same line")
        }
        position += 1
      }
      words.append(Word(text: text, place: place(to: position)))
    }
    return words
  }
}
