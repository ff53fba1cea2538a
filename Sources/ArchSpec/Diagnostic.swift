import ArchAlgebra

/// An error in a specification: what is wrong, where, why, and what to do about it.
public struct Diagnostic: Error, Sendable {
  public struct Note: Sendable {
    public var message: String
    public var place: Place
  }

  public var message: String
  public var place: Place
  /// What is written beside the caret.
  public var cause: String?
  public var notes: [Note] = []
  public var help: String?

  public init(
    _ message: String, at place: Place, cause: String? = nil, notes: [Note] = [], help: String? = nil
  ) {
    self.message = message
    self.place = place
    self.cause = cause
    self.notes = notes
    self.help = help
  }

  /// Arithmetic that has no exact result, at the place where it is asked for.
  init(_ error: ArithmeticError, at place: Place) {
    let summary =
      switch error {
      case .overflow: "a number is too large"
      case .divisionByZero: "a division by zero"
      case .notAnInteger: "this must be an integer"
      case .notConstant, .undefinedSymbol: "this must be a number that is known"
      case .notDivisible: "this division must leave no remainder"
      case .notPositive: "this must be greater than zero"
      case .unsupported: "this cannot be computed exactly"
      case .tooLarge: "the formula becomes too large"
      }
    self.init(summary, at: place, cause: error.description)
  }

  /// The same error with one more note; notes beyond a handful say nothing new and are left out.
  public func noting(_ message: String, at place: Place) -> Diagnostic {
    guard notes.count < 4, !notes.contains(where: { $0.message == message && $0.place.start == place.start }) else {
      return self
    }
    var copy = self
    copy.notes.append(Note(message: message, place: place))
    return copy
  }
}

extension Diagnostic: CustomStringConvertible {
  /// The summary, the place, the source line with a caret, the notes and the help, on lines of their own.
  ///
  ///     error: groups must divide the input channels
  ///      --> Specs/igc.arch:5:37
  ///     5 |   secondary: conv(1x1, L*M, groups: M + 1) -> shuffle(M)
  ///       |                                     ^^^^^ 3 does not divide 48
  public var description: String {
    var lines = ["error: \(message)"]
    lines += Self.excerpt(place, label: cause)
    for note in notes {
      lines.append("note: \(note.message)")
      if let text = note.place.description { lines.append(" --> \(text)") }
    }
    if let help { lines.append("help: \(help)") }
    return lines.joined(separator: "\n")
  }

  private static func excerpt(_ place: Place, label: String?) -> [String] {
    guard let source = place.source, let text = place.description else { return label.map { ["  " + $0] } ?? [] }
    let number = source.line(at: Int(place.start))
    let gutter = String(repeating: " ", count: String(number).count)
    let column = source.column(at: Int(place.start))
    var line = source.text(ofLine: number)
    var shift = 0
    let widest = 160
    if line.count > widest {
      // A line of a hundred thousand characters must not flood the terminal: show the neighbourhood.
      shift = max(0, column - 40)
      line = String(line.dropFirst(shift).prefix(widest))
    }
    let isTabbed = line.contains("\t")
    if isTabbed { line = String(line.map { $0 == "\t" ? " " : $0 }) }
    line = String(line.map { $0.isPrintable ? $0 : "\u{FFFD}" })
    let length = source.text(from: Int(place.start), to: Int(place.end)).prefix { $0 != "\n" }.count
    let room = max(1, line.count - (column - 1 - shift))
    let carets = String(repeating: "^", count: max(1, min(length, room)))
    let indent = String(repeating: " ", count: column - 1 - shift)
    return [
      "\(gutter)--> \(text)",
      "\(number) | \(line)",
      "\(gutter) | \(indent)\(carets)\(label.map { " " + $0 } ?? "")",
    ]
  }
}

extension Character {
  /// Whether a terminal may be shown this character: control characters could move its cursor or change its title.
  var isPrintable: Bool {
    unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && !(0x80...0x9F).contains($0.value) }
  }
}
