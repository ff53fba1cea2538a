/// A function of the model as the file has it: nodes that stand for one.
struct SourceFunction: Sendable {
  /// The operator that it is, with its domain.
  var key: String
  var inputs: [String]
  var outputs: [String]
  /// The attributes that a call need not give.
  private var defaults: [String: Message<AttributeField>] = [:]
  private var body: [SourceNode]

  init(_ message: Message<FunctionField>) throws {
    key = "\(try message.text(.domain) ?? "").\(try message.text(.name) ?? "")"
    inputs = try message.texts(.input)
    outputs = try message.texts(.output)
    for attribute in try message.messages(.attributeProto, AttributeField.self) {
      defaults[try attribute.text(.name) ?? ""] = attribute
    }
    body = try message.messages(.node).map(SourceNode.init)
  }

  /// Its nodes, where what refers to an attribute of the function has the value that the call gives.
  func nodes(for call: SourceNode) throws -> [SourceNode] {
    var nodes = body
    for index in nodes.indices {
      for (name, attribute) in nodes[index].attributes {
        guard let reference = try attribute.text(.reference), !reference.isEmpty else { continue }
        nodes[index].attributes[name] = call.attributes[reference] ?? defaults[reference]
      }
    }
    return nodes
  }
}
