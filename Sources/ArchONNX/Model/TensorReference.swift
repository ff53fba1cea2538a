/// A tensor of a model: what it is and where its elements lie. They are read when somebody asks for them.
public struct TensorReference: Sendable {
  public var name: String
  public var type: ElementType
  public var extents: [Int]
  /// The folder of the model, within which external data must lie.
  let folder: String?
  let message: Message<TensorField>

  /// Elements in another file.
  public struct External: Sendable, Hashable {
    public var location: String
    public var offset: Int
    public var length: Int?
  }

  public let external: External?

  init(_ message: Message<TensorField>, folder: String?) throws {
    self.message = message
    self.folder = folder
    name = try message.text(.name) ?? ""
    type = ElementType(rawValue: message.integer(.dataType) ?? 0)
    extents = try message.integers(.dims, limit: ModelLimits.rank)
    let place = message.range.lowerBound
    guard extents.allSatisfy({ $0 >= 0 }) else {
      throw ModelError("tensor '\(name)' has a negative extent", offset: place)
    }
    guard Self.product(extents) != nil else {
      throw ModelError("tensor '\(name)' is too large to be counted", offset: place)
    }
    external = message.integer(.dataLocation) == 1 ? try Self.external(message, name) : nil
  }

  /// The number of elements.
  public var count: Int { Self.product(extents)! }  // checked when it was read

  static func product(_ extents: [Int]) -> Int? {
    if extents.contains(0) { return 0 }
    var result = 1
    for extent in extents {
      let (product, overflow) = result.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      result = product
    }
    return result
  }

  private static func external(_ message: Message<TensorField>, _ name: String) throws -> External {
    var result = External(location: "", offset: 0, length: nil)
    for entry in try message.messages(.externalData, EntryField.self) {
      let value = try entry.text(.value) ?? ""
      func number() throws -> Int {
        guard let number = Int(value), number >= 0 else {
          throw ModelError(
            "external data of tensor '\(name)': '\(value)' is no number of bytes", offset: entry.range.lowerBound)
        }
        return number
      }
      switch try entry.text(.key) {
      case "location": result.location = value
      case "offset": result.offset = try number()
      case "length": result.length = try number()
      default: break
      }
    }
    try ExternalData.check(result.location, of: name, at: message.range.lowerBound)
    return result
  }
}
