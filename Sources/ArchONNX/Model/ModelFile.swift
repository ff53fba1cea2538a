/// An ONNX file, opened: its graph is read, its tensors are not.
public struct ModelFile: Sendable {
  public let producer: String
  public let producerVersion: String
  /// The version of ONNX's own operators.
  public let opset: Int
  /// Before, shapes met where attributes said.
  private static let firstOpset = 7
  let folder: String?
  let graph: SourceGraph
  /// By operator and domain.
  let functions: [String: SourceFunction]

  /// - Throws: ``ModelError`` where the file cannot be read or is no model.
  public init(path: String) throws {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    try self.init(try ModelBytes(path: path), folder: folder)
  }

  /// - Parameter folder: where external data may lie; `nil` for nowhere.
  public init(_ bytes: ModelBytes, folder: String? = nil) throws {
    guard bytes.count > 0 else { throw ModelError("the file is empty") }
    let message = try Message<ModelField>(bytes, 0..<bytes.count)
    guard let graph = try message.message(.graph, GraphField.self) else {
      throw ModelError("the file has no graph: it is no ONNX model")
    }
    self.folder = folder
    producer = try message.text(.producerName) ?? ""
    producerVersion = try message.text(.producerVersion) ?? ""
    var opset: Int?
    for entry in try message.messages(.opsetImport, OperatorSetField.self) {
      let domain = try entry.text(.domain) ?? ""
      if domain.isEmpty || domain == "ai.onnx" { opset = entry.integer(.version) }
    }
    guard let opset else { throw ModelError("the model does not say of which opset its operators are") }
    guard opset >= Self.firstOpset else {
      throw ModelError(
        "the model is of opset \(opset): operators meant something else before opset \(Self.firstOpset)",
        help: "onnx.version_converter makes it one of a newer opset")
    }
    self.opset = opset
    let functions = try message.messages(.functions, FunctionField.self).map(SourceFunction.init)
    self.functions = Dictionary(functions.map { ($0.key, $0) }) { $1 }
    self.graph = try SourceGraph(graph, folder: folder)
  }
}
