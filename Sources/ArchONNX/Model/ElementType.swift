/// The type of a tensor's elements, by its number in TensorProto.DataType.
public struct ElementType: RawRepresentable, Hashable, Sendable {
  public var rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  public static let float = ElementType(rawValue: 1)
  public static let int32 = ElementType(rawValue: 6)
  public static let int64 = ElementType(rawValue: 7)
  public static let boolean = ElementType(rawValue: 9)
  public static let float16 = ElementType(rawValue: 10)
  public static let double = ElementType(rawValue: 11)
  public static let bfloat16 = ElementType(rawValue: 16)

  /// float, float16, double, bfloat16, the float8 family and float4.
  public var isFloatingPoint: Bool { [1, 10, 11, 16, 17, 18, 19, 20, 23, 24].contains(rawValue) }

  /// The bytes of an element as it is stored; `nil` for texts, complex numbers and elements smaller than a byte.
  public var size: Int? {
    switch rawValue {
    case 2, 3, 9, 17, 18, 19, 20: 1
    case 4, 5, 10, 16: 2
    case 1, 6, 12: 4
    case 7, 11, 13: 8
    default: nil
    }
  }
}
