/// The smallest piece of a specification's text.
struct Token {
  enum Kind: Hashable {
    case identifier, number, size, text, punctuation, end
  }

  var kind: Kind
  /// As written; for `.text` without the quotes.
  var text: String
  var place: Place
  var newlineBefore = false
  var blankLineBefore = false
  var comments: [LexedComment] = []

  /// How an error calls it.
  var spelling: String {
    switch kind {
    case .end: "the end of the file"
    case .text: "the text \"\(text)\""
    default: "'\(text)'"
    }
  }
}

struct LexedComment {
  /// With its slashes.
  var text: String
  /// Whether nothing but blanks stands before it on its line.
  var isOnItsOwnLine: Bool
  var blankLineBefore: Bool

  /// The text where it can document nothing: within a statement it is a comment like any other.
  var remark: String { isDocumentation ? "//" + text.dropFirst(3) : text }
  var isDocumentation: Bool { text.hasPrefix("///") && !text.hasPrefix("////") }

  /// The text of a `///` comment.
  var documentation: String {
    var content = text.dropFirst(3)
    if content.first == " " { content = content.dropFirst() }
    return String(content)
  }
}
