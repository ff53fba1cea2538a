import ArchONNX

/// Writes messages of the wire format, well-formed and otherwise: what the tests feed the reader with.
struct WireEncoder {
  private(set) var bytes: [UInt8] = []

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func key(_ number: Int, _ wireType: UInt64) { varint(UInt64(number) << 3 | wireType) }

  mutating func integer<F: Field>(_ field: F, _ value: Int) {
    key(field.rawValue, 0)
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func data<F: Field>(_ field: F, _ data: [UInt8]) {
    key(field.rawValue, 2)
    varint(UInt64(data.count))
    bytes += data
  }

  mutating func text<F: Field>(_ field: F, _ text: String) { data(field, Array(text.utf8)) }

  mutating func float<F: Field>(_ field: F, _ value: Float) {
    key(field.rawValue, 5)
    fixed(UInt64(value.bitPattern), 4)
  }

  mutating func message<F: Field>(_ field: F, _ build: (inout WireEncoder) -> Void) {
    var inner = WireEncoder()
    build(&inner)
    data(field, inner.bytes)
  }

  mutating func fixed(_ value: UInt64, _ count: Int) {
    for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
  }

  /// The fields of a tensor of floats.
  mutating func tensor(_ values: [Float], _ extents: [Int]) {
    for extent in extents { integer(TensorField.dims, extent) }
    integer(TensorField.dataType, 1)
    var raw = WireEncoder()
    for value in values { raw.fixed(UInt64(value.bitPattern), 4) }
    data(TensorField.rawData, raw.bytes)
  }

  mutating func raw(_ bytes: [UInt8]) { self.bytes += bytes }
}

/// A model written by hand.
struct ModelWriter {
  private var nodes: [WireEncoder] = []
  private var graph = WireEncoder()
  var opset = 17

  mutating func input(_ name: String, _ extents: [Any]) { value(.input, name, extents) }
  mutating func output(_ name: String, _ extents: [Any] = []) { value(.output, name, extents) }

  private mutating func value(_ field: GraphField, _ name: String, _ extents: [Any]) {
    graph.message(field) { info in
      info.text(ValueInfoField.name, name)
      info.message(ValueInfoField.type) { type in
        type.message(TypeField.tensor) { tensor in
          tensor.integer(TensorTypeField.elementType, 1)
          guard !extents.isEmpty else { return }
          tensor.message(TensorTypeField.shape) { shape in
            for extent in extents {
              shape.message(ShapeField.dimension) { dimension in
                if let value = extent as? Int { dimension.integer(DimensionField.value, value) }
                if let name = extent as? String, !name.isEmpty { dimension.text(DimensionField.parameter, name) }
              }
            }
          }
        }
      }
    }
  }

  /// A tensor without its elements: in a file that is not there.
  mutating func weight(_ name: String, _ extents: [Int], location: String = "weights") {
    graph.message(GraphField.initializer) { tensor in
      for extent in extents { tensor.integer(TensorField.dims, extent) }
      tensor.integer(TensorField.dataType, 1)
      tensor.text(TensorField.name, name)
      tensor.integer(TensorField.dataLocation, 1)
      tensor.message(TensorField.externalData) { entry in
        entry.text(EntryField.key, "location")
        entry.text(EntryField.value, location)
      }
    }
  }

  mutating func integers(_ name: String, _ values: [Int], scalar: Bool = false) {
    graph.message(GraphField.initializer) { tensor in
      if !scalar { tensor.integer(TensorField.dims, values.count) }
      tensor.integer(TensorField.dataType, 7)
      tensor.text(TensorField.name, name)
      var raw = WireEncoder()
      for value in values { raw.fixed(UInt64(bitPattern: Int64(value)), 8) }
      tensor.data(TensorField.rawData, raw.bytes)
    }
  }

  mutating func numbers(_ name: String, _ values: [Float], extents: [Int]) {
    graph.message(GraphField.initializer) {
      $0.tensor(values, extents)
      $0.text(TensorField.name, name)
    }
  }

  /// A tensor that a node makes.
  mutating func made(_ name: String, _ values: [Float], extents: [Int]? = nil, named output: String? = nil) {
    rawNode { node in
      node.text(NodeField.output, output ?? name)
      node.text(NodeField.name, name)
      node.text(NodeField.operatorType, "Constant")
      node.message(NodeField.attribute) { attribute in
        attribute.text(AttributeField.name, "value")
        attribute.message(AttributeField.tensor) { $0.tensor(values, extents ?? [values.count]) }
      }
    }
  }

  mutating func node(
    _ op: String, _ inputs: [String], _ outputs: [String], name: String = "", domain: String = "",
    integers: [String: Int] = [:], lists: [String: [Int]] = [:], texts: [String: String] = [:],
    floats: [String: Float] = [:], graphs: [String: (inout ModelWriter) -> Void] = [:]
  ) {
    graph.message(GraphField.node) { node in
      for input in inputs { node.text(NodeField.input, input) }
      for output in outputs { node.text(NodeField.output, output) }
      node.text(NodeField.name, name.isEmpty ? "\(op).\(outputs.first ?? "")" : name)
      node.text(NodeField.operatorType, op)
      if !domain.isEmpty { node.text(NodeField.domain, domain) }
      for (name, value) in integers.sorted(by: { $0.key < $1.key }) {
        node.message(NodeField.attribute) {
          $0.text(AttributeField.name, name)
          $0.integer(AttributeField.integer, value)
        }
      }
      for (name, values) in lists.sorted(by: { $0.key < $1.key }) {
        node.message(NodeField.attribute) { attribute in
          attribute.text(AttributeField.name, name)
          for value in values { attribute.integer(AttributeField.integers, value) }
        }
      }
      for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
        node.message(NodeField.attribute) {
          $0.text(AttributeField.name, name)
          $0.text(AttributeField.bytes, text)
        }
      }
      for (name, value) in floats.sorted(by: { $0.key < $1.key }) {
        node.message(NodeField.attribute) {
          $0.text(AttributeField.name, name)
          $0.float(AttributeField.float, value)
        }
      }
      for (name, build) in graphs.sorted(by: { $0.key < $1.key }) {
        var inner = ModelWriter()
        build(&inner)
        node.message(NodeField.attribute) {
          $0.text(AttributeField.name, name)
          $0.data(AttributeField.graph, inner.graph.bytes)
        }
      }
    }
  }

  mutating func rawNode(_ build: (inout WireEncoder) -> Void) { graph.message(GraphField.node, build) }

  var bytes: [UInt8] {
    var model = WireEncoder()
    model.integer(ModelField.irVersion, 8)
    model.message(ModelField.opsetImport) { $0.integer(OperatorSetField.version, opset) }
    model.data(ModelField.graph, graph.bytes)
    return model.bytes
  }

  func file() throws -> ModelFile { try ModelFile(ModelBytes(bytes)) }

  static func build(_ build: (inout ModelWriter) -> Void) -> ModelWriter {
    var writer = ModelWriter()
    build(&writer)
    return writer
  }
}
