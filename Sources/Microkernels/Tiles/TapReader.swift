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

/// Each pair of lanes the even one of its two channels. From memory this costs a load and no shuffle.
public enum EvenOfPair<V: FloatVector>: TapReader {
  @_alwaysEmitIntoClient @inline(__always)
  public static func read(_ address: UnsafePointer<Float>) -> V { V.load(address).evenLanesTwice }
}

/// Each pair of lanes the odd one of its two channels.
public enum OddOfPair<V: FloatVector>: TapReader {
  @_alwaysEmitIntoClient @inline(__always)
  public static func read(_ address: UnsafePointer<Float>) -> V { V.load(address).oddLanesTwice }
}
