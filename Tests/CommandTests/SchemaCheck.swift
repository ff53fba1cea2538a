import Foundation
import Testing

/// The part of JSON Schema that the schemas in Reports use: types, constants, enumerations, required and allowed
/// members, items, least values. CI holds the reports to the schemas with a full validator; this needs no Python.
struct SchemaCheck {
  private let schema: [String: Any]

  init(_ name: String, file: StaticString = #filePath) throws {
    let root = URL(fileURLWithPath: "\(file)").deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data = try Data(contentsOf: root.appendingPathComponent("Reports/\(name).schema.json"))
    schema = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  func expectValid(_ value: Any, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let problem = try problem(value, schema, at: "report")
    #expect(problem == nil, sourceLocation: sourceLocation)
  }

  private static let known: Set<String> = [
    "$schema", "$id", "title", "description", "type", "const", "enum", "required", "additionalProperties", "properties",
    "items", "minItems", "minimum",
  ]

  private func problem(_ value: Any, _ schema: [String: Any], at place: String) throws -> String? {
    let unknown = schema.keys.filter { !Self.known.contains($0) }
    try #require(unknown.isEmpty, "the check does not know \(unknown)")
    if let types = schema["type"] as? [String] ?? (schema["type"] as? String).map({ [$0] }),
      !types.contains(where: { matches($0, value) })
    {
      return "\(place) is \(value), not \(types)"
    }
    if let constant = schema["const"] as? String, value as? String != constant {
      return "\(place) is \(value), not \(constant)"
    }
    if let names = schema["enum"] as? [String], !names.contains(value as? String ?? "") {
      return "\(place) is \(value), not of \(names)"
    }
    if let least = schema["minimum"] as? Double, let number = value as? Double, number < least {
      return "\(place) is \(number)"
    }
    if let items = schema["items"] as? [String: Any], let elements = value as? [Any] {
      if elements.count < schema["minItems"] as? Int ?? 0 { return "\(place) has \(elements.count) elements" }
      for (index, element) in elements.enumerated() {
        if let problem = try problem(element, items, at: "\(place)[\(index)]") { return problem }
      }
    }
    guard let members = value as? [String: Any] else { return nil }
    let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
    for name in schema["required"] as? [String] ?? [] where members[name] == nil { return "\(place) has no \(name)" }
    for (name, member) in members {
      guard let own = properties[name] else {
        if schema["additionalProperties"] as? Bool == false { return "\(place) has \(name)" }
        continue
      }
      if let problem = try problem(member, own, at: "\(place).\(name)") { return problem }
    }
    return nil
  }

  private func matches(_ type: String, _ value: Any) -> Bool {
    let isBoolean = (value as? NSNumber).map { Self.isBoolean($0) } ?? false
    switch type {
    case "object": return value is [String: Any]
    case "array": return value is [Any]
    case "string": return value is String
    case "null": return value is NSNull
    case "boolean": return isBoolean
    case "integer": return !isBoolean && (value as? Double).map { $0 == $0.rounded() } ?? false
    case "number": return !isBoolean && value is Double
    default: return false
    }
  }

  /// Numbers and booleans of Foundation convert into each other; a boolean's type is a character.
  private static func isBoolean(_ number: NSNumber) -> Bool { ["c", "B"].contains(String(cString: number.objCType)) }
}
