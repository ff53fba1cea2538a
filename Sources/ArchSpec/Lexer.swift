/// Cuts a source into tokens; comments and newlines travel with the token that follows them.
struct Lexer {
  private let source: Source
  private let bytes: [UInt8]
  private var offset = 0

  /// The longest source that is read; a specification of a network is a few kilobytes.
  static let largestSource = 16 << 20

  init(_ source: Source) throws {
    self.source = source
    bytes = source.bytes
    guard bytes.count <= Self.largestSource else {
      throw Diagnostic("\(source.name) is too large for a specification (\(bytes.count) bytes)", at: .none)
    }
    if let bad = Self.firstInvalidByte(bytes) {
      throw Diagnostic(
        "the file is not valid UTF-8", at: Place(source: source, start: Int32(bad), end: Int32(bad + 1)),
        cause: "byte 0x\(String(bytes[bad], radix: 16, uppercase: true)) cannot stand here",
        help: "specifications are plain text in UTF-8")
    }
    if let bad = bytes.indices.first(where: { isControl(at: $0) }) {
      let code = String(bytes[bad], radix: 16, uppercase: true)
      let isReturn = bytes[bad] == UInt8(ascii: "\r")
      throw Diagnostic(
        "the file has a control character", at: Place(source: source, start: Int32(bad), end: Int32(bad + 1)),
        cause: isReturn ? "a carriage return" : "U+\(String(repeating: "0", count: 4 - code.count))\(code)",
        help: isReturn
          ? "lines end with a line feed, with or without a carriage return before it"
          : "specifications are plain text: nothing in them may move the cursor of a terminal")
    }
  }

  /// A control character that is no tab, no line feed and no part of a line's end.
  private func isControl(at index: Int) -> Bool {
    switch bytes[index] {
    case UInt8(ascii: "\t"), UInt8(ascii: "\n"): false
    case UInt8(ascii: "\r"): index + 1 < bytes.count && bytes[index + 1] != UInt8(ascii: "\n")
    case 0..<0x20, 0x7F: true
    // U+0080 to U+009F
    case 0xC2: index + 1 < bytes.count && bytes[index + 1] < 0xA0
    default: false
    }
  }

  private static func firstInvalidByte(_ bytes: [UInt8]) -> Int? {
    var validator = UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var valid = 0
    while true {
      switch validator.parseScalar(from: &iterator) {
      case .valid(let scalar): valid += scalar.count
      case .emptyInput: return nil
      case .error: return valid
      }
    }
  }

  mutating func tokens() throws -> [Token] {
    var tokens: [Token] = []
    while true {
      let token = try next()
      tokens.append(token)
      guard token.kind == .end else { continue }
      // What is missing at the end of the file is shown right behind the last thing that stands there.
      if tokens.count > 1 {
        let last = tokens[tokens.count - 2].place.end
        tokens[tokens.count - 1].place = Place(source: source, start: last, end: last)
      }
      return tokens
    }
  }

  private mutating func next() throws -> Token {
    let (comments, newlines) = skipBlanksAndComments()
    var token = try scan()
    token.comments = comments
    token.newlineBefore = newlines > 0 || !comments.isEmpty
    token.blankLineBefore = newlines > 1
    return token
  }

  // MARK: Blanks and comments

  private mutating func skipBlanksAndComments() -> ([LexedComment], newlinesAtEnd: Int) {
    var comments: [LexedComment] = []
    var newlines = 0
    let isAtStart = offset == 0
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\n"): newlines += 1; offset += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): offset += 1
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
        let start = offset
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
        var text = source.text(from: start, to: offset)
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
        comments.append(
          LexedComment(
            text: text, isOnItsOwnLine: newlines > 0 || !comments.isEmpty || (isAtStart && comments.isEmpty),
            blankLineBefore: newlines > 1))
        newlines = 0
      case 0xEF where isAtStart && offset == 0 && peek(1) == 0xBB && peek(2) == 0xBF: offset += 3  // byte order mark
      default: return (comments, newlines)
      }
    }
    return (comments, newlines)
  }

  private func peek(_ distance: Int) -> UInt8? {
    offset + distance < bytes.count ? bytes[offset + distance] : nil
  }

  // MARK: Tokens

  private mutating func scan() throws -> Token {
    let start = offset
    guard let byte = peek(0) else { return token(.end, from: start) }
    if byte.isDigit { return try number(from: start) }
    if byte.isLetter || byte >= 0x80 { return try identifier(from: start) }
    if byte == UInt8(ascii: "\"") { return try text(from: start) }
    offset += Self.isPair(byte, peek(1)) ? 2 : 1
    if offset == start + 2 { return token(.punctuation, from: start) }
    let single = token(.punctuation, from: start)
    guard "{}()[],:=+-*/^<>~.;".utf8.contains(byte) else {
      throw Diagnostic(
        "unexpected character '\(single.text)'", at: single.place,
        help: Self.advice[single.text])
    }
    return single
  }

  /// What who writes a character of another language may have meant.
  private static let advice: [String: String] = [
    "&": "write 'and'", "|": "write 'or'", "!": "write 'not', or != for 'differs from'",
    "#": "a comment begins with //",
    "'": "a text stands in double quotes", "%": "a percentage is written 1%", "?": "write: if a then b else c",
  ]

  /// How characters of formulas are typed.
  private static let ascii: [Unicode.Scalar: String] = [
    "→": "->", "×": "* for a product, and a size as 3x3", "·": "*", "−": "-", "–": "-", "÷": "/", "≤": "<=", "≥": ">=",
    "≠": "!=", "≈": "~", "…": "..", "“": "\"", "”": "\"", "\u{A0}": "a plain blank",
  ]

  /// Whether two bytes are one of the signs of two characters: -> == != <= >= and ..
  private static func isPair(_ first: UInt8, _ second: UInt8?) -> Bool {
    switch first {
    case UInt8(ascii: "-"): second == UInt8(ascii: ">")
    case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"): second == UInt8(ascii: "=")
    case UInt8(ascii: "."): second == UInt8(ascii: ".")
    default: false
    }
  }

  private func token(_ kind: Token.Kind, from start: Int) -> Token {
    Token(
      kind: kind, text: source.text(from: start, to: offset),
      place: Place(source: source, start: Int32(start), end: Int32(offset)))
  }

  private mutating func digits() {
    while let byte = peek(0), byte.isDigit { offset += 1 }
  }

  /// `32`, `0.75`, `25.0M`, `1%` or a size such as `3x3`.
  private mutating func number(from start: Int) throws -> Token {
    digits()
    if peek(0) == UInt8(ascii: "x"), peek(1)?.isDigit == true {
      offset += 1
      digits()
      try endOfNumber(from: start)
      return token(.size, from: start)
    }
    if peek(0) == UInt8(ascii: "."), peek(1)?.isDigit == true {
      offset += 1
      digits()
    }
    if let byte = peek(0), "kKMGT%".utf8.contains(byte) { offset += 1 }
    try endOfNumber(from: start)
    return token(.number, from: start)
  }

  private mutating func endOfNumber(from start: Int) throws {
    guard let byte = peek(0), byte.isLetter || byte.isDigit || byte >= 0x80 else { return }
    while let byte = peek(0), byte.isLetter || byte.isDigit || byte >= 0x80 { offset += 1 }
    let bad = token(.number, from: start)
    throw Diagnostic(
      "'\(bad.text)' is not a number", at: bad.place,
      help: "write a product as 4*d, a size as 3x3, and thousands, millions, billions as 70k, 25.6M, 4.1G")
  }

  private mutating func identifier(from start: Int) throws -> Token {
    while let byte = peek(0), byte.isLetter || byte.isDigit { offset += 1 }
    if offset > start, peek(0).map({ $0 < 0x80 }) ?? true { return try checked(token(.identifier, from: start)) }
    offset = start
    let scalars = String(decoding: bytes[start..<min(bytes.count, start + 400)], as: UTF8.self).unicodeScalars
    for scalar in scalars {
      let isPart =
        scalar.isASCII
        ? UInt8(scalar.value).isLetter || UInt8(scalar.value).isDigit
        : scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      if !isPart { break }
      offset += UTF8.width(scalar)
    }
    let name = token(.identifier, from: start)
    guard offset > start else {
      let scalar = scalars.first!
      offset += UTF8.width(scalar)
      throw Diagnostic(
        "unexpected character '\(Character(scalar).isPrintable ? String(scalar) : "")' (U+\(String(scalar.value, radix: 16, uppercase: true)))",
        at: token(.identifier, from: start).place, help: Self.ascii[scalar].map { "write \($0)" })
    }
    return try checked(name)
  }

  private func checked(_ name: Token) throws -> Token {
    guard name.place.end - name.place.start <= 200 else {
      throw Diagnostic("a name of more than 200 bytes", at: name.place)
    }
    return name
  }

  private mutating func text(from start: Int) throws -> Token {
    offset += 1
    while let byte = peek(0), byte != UInt8(ascii: "\"") {
      guard byte != UInt8(ascii: "\n") else { break }
      offset += 1
    }
    guard peek(0) == UInt8(ascii: "\"") else {
      throw Diagnostic(
        "a text without its closing quote", at: token(.text, from: start).place, cause: "it begins here",
        help: "a text ends on the line on which it begins")
    }
    offset += 1
    var token = token(.text, from: start)
    token.text = String(token.text.dropFirst().dropLast())
    return token
  }
}

extension UInt8 {
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  var isLetter: Bool {
    (self | 0x20) >= UInt8(ascii: "a") && (self | 0x20) <= UInt8(ascii: "z") || self == UInt8(ascii: "_")
  }
}
