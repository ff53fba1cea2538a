/// A JSON value that keeps the order of its keys and writes integers exactly.
public enum JSON: Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  /// A number that is no integer, as text with a fixed number of digits so that it is the same everywhere.
  case decimal(Double, digits: Int)
  case string(String)
  case array([JSON])
  case object([(String, JSON)])

  /// The value over several lines; arrays of numbers stay on one.
  public func text() -> String {
    var result = ""
    write(to: &result, indent: 0)
    return result + "\n"
  }

  private func write(to text: inout String, indent: Int) {
    switch self {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .decimal(let value, let digits):
      text += value.isFinite ? String(NumberText.fixed(value, digits).map { $0 == "−" ? "-" : $0 }) : "null"
    case .string(let value): Self.quote(value, into: &text)
    case .array(let elements): writeArray(elements, to: &text, indent: indent)
    case .object(let members):
      guard !members.isEmpty else { return text += "{}" }
      let isFlat = indent >= 2 && members.allSatisfy { $0.1.isFlat }
      text += isFlat ? "{" : "{\n"
      for (index, member) in members.enumerated() {
        if !isFlat { text += String(repeating: "  ", count: indent + 1) }
        Self.quote(member.0, into: &text)
        text += ": "
        member.1.write(to: &text, indent: indent + 1)
        if index < members.count - 1 { text += isFlat ? ", " : "," }
        if !isFlat { text += "\n" }
      }
      text += isFlat ? "}" : String(repeating: "  ", count: indent) + "}"
    }
  }

  private func writeArray(_ elements: [JSON], to text: inout String, indent: Int) {
    let isFlat = elements.allSatisfy { $0.isFlat && !$0.isObject }
    guard !isFlat else {
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += ", " }
        element.write(to: &text, indent: indent + 1)
      }
      return text += "]"
    }
    text += "[\n"
    for (index, element) in elements.enumerated() {
      text += String(repeating: "  ", count: indent + 1)
      element.write(to: &text, indent: indent + 1)
      text += index < elements.count - 1 ? ",\n" : "\n"
    }
    text += String(repeating: "  ", count: indent) + "]"
  }

  private var isObject: Bool { if case .object = self { true } else { false } }

  /// Whether it is written on one line: scalars, and arrays and objects of flat things.
  private var isFlat: Bool {
    switch self {
    case .array(let elements): elements.allSatisfy { $0.isFlat && !$0.isObject }
    case .object: false
    default: true
    }
  }

  private static func quote(_ value: String, into text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
