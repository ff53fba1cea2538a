/// How one input pixel becomes the vector that is multiplied by the weights.
public protocol TapReader: SendableMetatype {
  associatedtype V: FloatVector
  static func read(_ address: UnsafePointer<Float>) -> V
}

/// One input channel for all lanes: dense convolution.
public enum Broadcast<V: FloatVector>: TapReader {
  @_alwaysEmitIntoClient @inline(__always)
  public static func read(_ address: UnsafePointer<Float>) -> V { V(repeating: address.pointee) }
}

/// Each lane its own channel: depthwise convolution.
public enum EachLane<V: FloatVector>: TapReader {
  @_alwaysEmitIntoClient @inline(__always)
  public static func read(_ address: UnsafePointer<Float>) -> V { V.load(address) }
}
