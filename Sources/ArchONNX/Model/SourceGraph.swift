/// The extents of an input or output as the file declares them.
struct DeclaredShape: Sendable {
  enum Extent: Sendable, Hashable {
    case value(Int)
    case parameter(String)
    case unknown
  }

  var name: String
  var type: ElementType
  /// `nil` where not even the rank is told, or where it is no tensor.
  var extents: [Extent]?

  init(_ message: Message<ValueInfoField>) throws {
    name = try message.text(.name) ?? ""
    type = ElementType(rawValue: 0)
    guard let proto = try message.message(.type, TypeField.self),
      let tensor = try proto.message(.tensor, TensorTypeField.self)
    else { return }
    type = ElementType(rawValue: tensor.integer(.elementType) ?? 0)
    guard let shape = try tensor.message(.shape, ShapeField.self) else { return }
    let dimensions = try shape.messages(.dimension, DimensionField.self)
    guard dimensions.count <= ModelLimits.rank else {
      throw ModelError("'\(name)' has more than \(ModelLimits.rank) extents", offset: message.range.lowerBound)
    }
    extents = try dimensions.map { dimension in
      // Old exporters write 0 or −1 for an extent that is not fixed.
      if let value = dimension.integer(.value) { return value > 0 ? .value(value) : .unknown }
      if let name = try dimension.text(.parameter), !name.isEmpty, name != "?" { return .parameter(name) }
      return .unknown
    }
  }
}

/// A graph as the file has it.
struct SourceGraph: Sendable {
  var name: String
  var nodes: [SourceNode]
  var initializers: [TensorReference]
  /// Without those that an initializer gives a value.
  var inputs: [DeclaredShape]
  var outputs: [DeclaredShape]
  var declared: [String: DeclaredShape]

  init(_ message: Message<GraphField>, folder: String?) throws {
    name = try message.text(.name) ?? ""
    let ranges = message.ranges(.node)
    guard ranges.count <= ModelLimits.nodes else {
      throw ModelError("the graph has more than \(ModelLimits.nodes) nodes", offset: message.range.lowerBound)
    }
    nodes = try message.messages(.node).map(SourceNode.init)
    initializers = try message.messages(.initializer).map { try TensorReference($0, folder: folder) }
    for sparse in try message.messages(.sparseInitializer, SparseTensorField.self) {
      guard let values = try sparse.message(.values, TensorField.self) else { continue }
      var tensor = try TensorReference(values, folder: folder)
      tensor.extents = try sparse.integers(.dims, limit: ModelLimits.rank)
      guard tensor.extents.allSatisfy({ $0 >= 0 }), TensorReference.product(tensor.extents) != nil else {
        throw ModelError("tensor '\(tensor.name)' has impossible extents", offset: sparse.range.lowerBound)
      }
      initializers.append(tensor)
    }
    let given = Set(initializers.map(\.name))
    inputs = try message.messages(.input).map(DeclaredShape.init).filter { !given.contains($0.name) }
    outputs = try message.messages(.output).map(DeclaredShape.init)
    declared = [:]
    for shape in try message.messages(.valueInfo).map(DeclaredShape.init) + outputs { declared[shape.name] = shape }
  }
}
