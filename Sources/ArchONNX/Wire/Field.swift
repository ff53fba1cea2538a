/// The fields of one message type: its table in the published schema (onnx/onnx.proto), as far as it is used.
///
/// Fields that are not in the table are skipped. Reader, writer and tests go by the same table.
public protocol Field: RawRepresentable<Int>, CaseIterable, Hashable, Sendable {
  static var messageName: String { get }
  var kind: FieldKind { get }
}

public enum FieldKind: Sendable, Hashable {
  case integer, float, double, bytes, text, message
  /// Numbers one after another in one field; the unpacked spelling is understood too.
  case integers, floats, doubles

  /// The wire types that may spell it; protocol buffers' encoding specification, "message structure".
  func fits(_ wireType: UInt64) -> Bool {
    switch self {
    case .integer: wireType == 0
    case .float: wireType == 5
    case .double: wireType == 1
    case .bytes, .text, .message: wireType == 2
    case .integers: wireType == 0 || wireType == 2
    case .floats: wireType == 5 || wireType == 2
    case .doubles: wireType == 1 || wireType == 2
    }
  }
}

public enum ModelField: Int, Field {
  case irVersion = 1, producerName = 2, producerVersion = 3, domain = 4, modelVersion = 5, graph = 7, opsetImport = 8
  case metadata = 14, functions = 25

  public static let messageName = "ModelProto"
  public var kind: FieldKind {
    switch self {
    case .irVersion, .modelVersion: .integer
    case .producerName, .producerVersion, .domain: .text
    case .graph, .opsetImport, .metadata, .functions: .message
    }
  }
}

public enum OperatorSetField: Int, Field {
  case domain = 1, version = 2

  public static let messageName = "OperatorSetIdProto"
  public var kind: FieldKind { self == .domain ? .text : .integer }
}

public enum EntryField: Int, Field {
  case key = 1, value = 2

  public static let messageName = "StringStringEntryProto"
  public var kind: FieldKind { .text }
}

public enum GraphField: Int, Field {
  case node = 1, name = 2, initializer = 5, input = 11, output = 12, valueInfo = 13, sparseInitializer = 15

  public static let messageName = "GraphProto"
  public var kind: FieldKind { self == .name ? .text : .message }
}

public enum FunctionField: Int, Field {
  case name = 1, input = 4, output = 5, attribute = 6, node = 7, opsetImport = 9, domain = 10, attributeProto = 11

  public static let messageName = "FunctionProto"
  public var kind: FieldKind {
    switch self {
    case .name, .input, .output, .attribute, .domain: .text
    case .node, .opsetImport, .attributeProto: .message
    }
  }
}

public enum NodeField: Int, Field {
  case input = 1, output = 2, name = 3, operatorType = 4, attribute = 5, domain = 7, metadata = 9

  public static let messageName = "NodeProto"
  public var kind: FieldKind {
    switch self {
    case .input, .output, .name, .operatorType, .domain: .text
    case .attribute, .metadata: .message
    }
  }
}

public enum AttributeField: Int, Field {
  case name = 1, float = 2, integer = 3, bytes = 4, tensor = 5, graph = 6, floats = 7, integers = 8, strings = 9
  case type = 20, reference = 21

  public static let messageName = "AttributeProto"
  public var kind: FieldKind {
    switch self {
    case .name, .reference: .text
    case .float: .float
    case .integer, .type: .integer
    case .bytes, .strings: .bytes
    case .tensor, .graph: .message
    case .floats: .floats
    case .integers: .integers
    }
  }
}

public enum TensorField: Int, Field {
  case dims = 1, dataType = 2, floatData = 4, int32Data = 5, int64Data = 7, name = 8, rawData = 9, doubleData = 10
  case externalData = 13, dataLocation = 14

  public static let messageName = "TensorProto"
  public var kind: FieldKind {
    switch self {
    case .dims, .int32Data, .int64Data: .integers
    case .dataType, .dataLocation: .integer
    case .floatData: .floats
    case .doubleData: .doubles
    case .name: .text
    case .rawData: .bytes
    case .externalData: .message
    }
  }
}

public enum SparseTensorField: Int, Field {
  case values = 1, indices = 2, dims = 3

  public static let messageName = "SparseTensorProto"
  public var kind: FieldKind { self == .dims ? .integers : .message }
}

public enum ValueInfoField: Int, Field {
  case name = 1, type = 2

  public static let messageName = "ValueInfoProto"
  public var kind: FieldKind { self == .name ? .text : .message }
}

public enum TypeField: Int, Field {
  case tensor = 1

  public static let messageName = "TypeProto"
  public var kind: FieldKind { .message }
}

public enum TensorTypeField: Int, Field {
  case elementType = 1, shape = 2

  public static let messageName = "TypeProto.Tensor"
  public var kind: FieldKind { self == .elementType ? .integer : .message }
}

public enum ShapeField: Int, Field {
  case dimension = 1

  public static let messageName = "TensorShapeProto"
  public var kind: FieldKind { .message }
}

public enum DimensionField: Int, Field {
  case value = 1, parameter = 2

  public static let messageName = "TensorShapeProto.Dimension"
  public var kind: FieldKind { self == .value ? .integer : .text }
}
