/// A node as the file has it.
struct SourceNode: Sendable {
  var name: String
  var op: String
  var domain: String
  /// Empty names stand for inputs that are left out.
  var inputs: [String]
  var outputs: [String]
  var attributes: [String: Message<AttributeField>]
  /// The modules that the exporter says it comes from.
  var namespace: String?
  /// Where it stands in the file.
  var offset: Int

  init(_ message: Message<NodeField>) throws {
    offset = message.range.lowerBound
    op = try message.text(.operatorType) ?? ""
    let domain = try message.text(.domain) ?? ""
    self.domain = domain == "ai.onnx" ? "" : domain
    inputs = try message.texts(.input)
    outputs = try message.texts(.output)
    let given = try message.text(.name) ?? ""
    name = given.isEmpty ? outputs.first { !$0.isEmpty } ?? op : given
    guard !op.isEmpty else { throw ModelError("a node has no operator", offset: offset, node: name) }
    attributes = [:]
    for attribute in try message.messages(.attribute, AttributeField.self) {
      let name = try attribute.text(.name) ?? ""
      guard attributes.updateValue(attribute, forKey: name) == nil else {
        throw ModelError("the attribute '\(name)' is given twice", offset: attribute.range.lowerBound, node: self.name)
      }
    }
    for entry in try message.messages(.metadata, EntryField.self) {
      if try entry.text(.key) == "namespace" { namespace = try entry.text(.value) }
    }
  }

  /// The operator with its domain, where that is not ONNX's own.
  var fullName: String { domain.isEmpty ? op : "\(domain).\(op)" }

  func integer(_ name: String) -> Int? { attributes[name]?.integer(.integer) }
  func float(_ name: String) -> Float? { attributes[name]?.float(.float) }

  func integers(_ name: String) throws -> [Int]? {
    guard let attribute = attributes[name], attribute.has(.integers) else { return nil }
    return try attribute.integers(.integers, limit: ModelLimits.knownElements)
  }

  func floats(_ name: String) throws -> [Float]? {
    guard let attribute = attributes[name], attribute.has(.floats) else { return nil }
    return try attribute.floats(.floats, limit: ModelLimits.knownElements)
  }

  func text(_ name: String) -> String? {
    guard let attribute = attributes[name], let range = attribute.data(.bytes), range.count < ModelLimits.name else {
      return nil
    }
    return String(decoding: attribute.bytes.bytes(range), as: UTF8.self)
  }

  func graph(_ name: String) throws -> Message<GraphField>? { try attributes[name]?.message(.graph) }

  /// The graphs among the attributes, by the attributes' names.
  var graphs: [String] { attributes.filter { $0.value.has(.graph) }.keys.sorted() }

  func tensor(_ name: String, folder: String?) throws -> TensorReference? {
    guard let message: Message<TensorField> = try attributes[name]?.message(.tensor) else { return nil }
    return try TensorReference(message, folder: folder)
  }

  func hasInput(_ index: Int) -> Bool { index < inputs.count && !inputs[index].isEmpty }
}
