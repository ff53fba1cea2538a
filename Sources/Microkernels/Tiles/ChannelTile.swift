/// Some vectors of output channels that belong to one pixel: the short side of a register tile.
///
/// A tile is a *type*: `Channels<Channel<V>, Channel<V>>` is two vectors. Composition replaces loops over registers, so
/// nothing depends on whether the optimiser unrolls, and every accumulator is a named field that lives in a register.
public protocol ChannelTile: SendableMetatype {
  associatedtype V: FloatVector
  /// How many vectors the tile holds.
  static var vectors: Int { get }
  init(repeating value: V)
  /// Vector i comes from `address + i * stride`.
  static func load(_ address: UnsafePointer<Float>, stride: Int) -> Self
  /// Vector i goes to `address + i * stride`.
  func store(_ address: UnsafeMutablePointer<Float>, stride: Int)
  /// Each vector gains `x` times the vector of `weights` in the same place.
  mutating func add(_ x: V, times weights: Self)
  /// Each vector gains what stands in memory in its place.
  mutating func add(_ address: UnsafePointer<Float>, stride: Int)
  mutating func clamp(_ low: V, _ high: V)
}

/// One vector.
public struct Channel<V: FloatVector>: ChannelTile {
  @usableFromInline var value: V

  @_alwaysEmitIntoClient @inline(__always)
  public init(repeating value: V) { self.value = value }

  @_alwaysEmitIntoClient @inline(__always)
  public static var vectors: Int { 1 }

  @_alwaysEmitIntoClient @inline(__always)
  public static func load(_ address: UnsafePointer<Float>, stride: Int) -> Self { Self(repeating: .load(address)) }

  @_alwaysEmitIntoClient @inline(__always)
  public func store(_ address: UnsafeMutablePointer<Float>, stride: Int) { value.store(address) }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func add(_ x: V, times weights: Self) { value = V.multiplyAdd(value, x, weights.value) }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func add(_ address: UnsafePointer<Float>, stride: Int) { value = value + V.load(address) }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func clamp(_ low: V, _ high: V) { value = value.clamped(low, high) }
}

/// The vectors of `A`, then those of `B`.
public struct Channels<A: ChannelTile, B: ChannelTile>: ChannelTile where A.V == B.V {
  public typealias V = A.V
  @usableFromInline var head: A
  @usableFromInline var tail: B

  @_alwaysEmitIntoClient @inline(__always)
  init(head: A, tail: B) {
    self.head = head
    self.tail = tail
  }

  @_alwaysEmitIntoClient @inline(__always)
  public init(repeating value: V) {
    head = A(repeating: value)
    tail = B(repeating: value)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static var vectors: Int { A.vectors + B.vectors }

  @_alwaysEmitIntoClient @inline(__always)
  public static func load(_ address: UnsafePointer<Float>, stride: Int) -> Self {
    Self(head: .load(address, stride: stride), tail: .load(address + A.vectors * stride, stride: stride))
  }

  @_alwaysEmitIntoClient @inline(__always)
  public func store(_ address: UnsafeMutablePointer<Float>, stride: Int) {
    head.store(address, stride: stride)
    tail.store(address + A.vectors * stride, stride: stride)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func add(_ x: V, times weights: Self) {
    head.add(x, times: weights.head)
    tail.add(x, times: weights.tail)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func add(_ address: UnsafePointer<Float>, stride: Int) {
    head.add(address, stride: stride)
    tail.add(address + A.vectors * stride, stride: stride)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func clamp(_ low: V, _ high: V) {
    head.clamp(low, high)
    tail.clamp(low, high)
  }
}

public typealias C1<V: FloatVector> = Channel<V>
public typealias C2<V: FloatVector> = Channels<Channel<V>, Channel<V>>
public typealias C3<V: FloatVector> = Channels<C2<V>, Channel<V>>
public typealias C4<V: FloatVector> = Channels<C2<V>, C2<V>>
