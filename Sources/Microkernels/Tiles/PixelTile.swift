/// The accumulators of a register tile: some output pixels, each with the same vectors of channels.
///
/// Composed like `ChannelTile`: a tile of seven pixels is `Pixels<P4, P3>`.
public protocol PixelTile: SendableMetatype {
  associatedtype C: ChannelTile
  /// How many pixels the tile holds.
  static var pixels: Int { get }
  /// Every pixel starts from the same channels: the bias.
  init(_ start: C)
  /// Pixel i gains what `reader` makes of `address + i * stride`, times `weights`.
  mutating func add<R: TapReader>(_ reader: R.Type, _ address: UnsafePointer<Float>, stride: Int, times weights: C)
  where R.V == C.V
  /// Pixel i gains what stands at `address + i * stride`, its vector j at `j * blockStride` from there.
  mutating func add(_ address: UnsafePointer<Float>, stride: Int, blockStride: Int)
  /// Pixel i gains the lanes at `address + i * stride` in another order, times `weights`.
  mutating func add(_ address: UnsafePointer<Float>, stride: Int, inOrder lanes: C.V.MaskStorage, times weights: C)
  /// Pixel i gains vectors i, i + 1 and i + 2 of a row, times a weight each.
  mutating func add(_ row: inout SlidingRow<C.V>, times first: C, _ second: C, _ third: C)
  mutating func clamp(_ low: C.V, _ high: C.V)
  /// Pixel i goes to `address + i * stride`, its vector j to `j * blockStride` from there.
  func store(_ address: UnsafeMutablePointer<Float>, stride: Int, blockStride: Int)
}

/// A row of pixels whose lanes are put in another order, each once, on its way past the sums that it is for.
public struct SlidingRow<V: FloatVector> {
  @usableFromInline var next: UnsafePointer<Float>
  @usableFromInline let lanes: V.MaskStorage
  @usableFromInline var first: V
  @usableFromInline var second: V

  @_alwaysEmitIntoClient @inline(__always)
  init(_ address: UnsafePointer<Float>, inOrder lanes: V.MaskStorage) {
    self.lanes = lanes
    first = V.load(address).inOrder(lanes)
    second = V.load(address + V.scalarCount).inOrder(lanes)
    next = address + 2 * V.scalarCount
  }
}

/// One pixel.
public struct Pixel<C: ChannelTile>: PixelTile {
  @usableFromInline var channels: C

  @_alwaysEmitIntoClient @inline(__always)
  public init(_ start: C) { channels = start }

  @_alwaysEmitIntoClient @inline(__always)
  public static var pixels: Int { 1 }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func add<R: TapReader>(
    _ reader: R.Type, _ address: UnsafePointer<Float>, stride: Int, times weights: C
  ) where R.V == C.V {
    channels.add(R.read(address), times: weights)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func add(_ address: UnsafePointer<Float>, stride: Int, blockStride: Int) {
    channels.add(address, stride: blockStride)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func add(
    _ address: UnsafePointer<Float>, stride: Int, inOrder lanes: C.V.MaskStorage, times weights: C
  ) {
    channels.add(C.V.load(address).inOrder(lanes), times: weights)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func add(_ row: inout SlidingRow<C.V>, times first: C, _ second: C, _ third: C) {
    let newest = C.V.load(row.next).inOrder(row.lanes)
    channels.add(row.first, times: first)
    channels.add(row.second, times: second)
    channels.add(newest, times: third)
    row.next += C.V.scalarCount
    (row.first, row.second) = (row.second, newest)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func clamp(_ low: C.V, _ high: C.V) { channels.clamp(low, high) }

  @_alwaysEmitIntoClient @inline(__always)
  public func store(_ address: UnsafeMutablePointer<Float>, stride: Int, blockStride: Int) {
    channels.store(address, stride: blockStride)
  }
}

/// The pixels of `A`, then those of `B`.
public struct Pixels<A: PixelTile, B: PixelTile>: PixelTile where A.C == B.C {
  public typealias C = A.C
  @usableFromInline var head: A
  @usableFromInline var tail: B

  @_alwaysEmitIntoClient @inline(__always)
  public init(_ start: C) {
    head = A(start)
    tail = B(start)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static var pixels: Int { A.pixels + B.pixels }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func add<R: TapReader>(
    _ reader: R.Type, _ address: UnsafePointer<Float>, stride: Int, times weights: C
  ) where R.V == C.V {
    head.add(reader, address, stride: stride, times: weights)
    tail.add(reader, address + A.pixels * stride, stride: stride, times: weights)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func add(_ address: UnsafePointer<Float>, stride: Int, blockStride: Int) {
    head.add(address, stride: stride, blockStride: blockStride)
    tail.add(address + A.pixels * stride, stride: stride, blockStride: blockStride)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func add(
    _ address: UnsafePointer<Float>, stride: Int, inOrder lanes: C.V.MaskStorage, times weights: C
  ) {
    head.add(address, stride: stride, inOrder: lanes, times: weights)
    tail.add(address + A.pixels * stride, stride: stride, inOrder: lanes, times: weights)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func add(_ row: inout SlidingRow<C.V>, times first: C, _ second: C, _ third: C) {
    head.add(&row, times: first, second, third)
    tail.add(&row, times: first, second, third)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public mutating func clamp(_ low: C.V, _ high: C.V) {
    head.clamp(low, high)
    tail.clamp(low, high)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public func store(_ address: UnsafeMutablePointer<Float>, stride: Int, blockStride: Int) {
    head.store(address, stride: stride, blockStride: blockStride)
    tail.store(address + A.pixels * stride, stride: stride, blockStride: blockStride)
  }
}

public typealias P1<C: ChannelTile> = Pixel<C>
public typealias P2<C: ChannelTile> = Pixels<P1<C>, P1<C>>
public typealias P3<C: ChannelTile> = Pixels<P2<C>, P1<C>>
public typealias P4<C: ChannelTile> = Pixels<P2<C>, P2<C>>
public typealias P5<C: ChannelTile> = Pixels<P3<C>, P2<C>>
public typealias P6<C: ChannelTile> = Pixels<P3<C>, P3<C>>
public typealias P7<C: ChannelTile> = Pixels<P4<C>, P3<C>>
public typealias P8<C: ChannelTile> = Pixels<P4<C>, P4<C>>
public typealias P9<C: ChannelTile> = Pixels<P5<C>, P4<C>>
public typealias P10<C: ChannelTile> = Pixels<P5<C>, P5<C>>
public typealias P11<C: ChannelTile> = Pixels<P6<C>, P5<C>>
public typealias P12<C: ChannelTile> = Pixels<P6<C>, P6<C>>
public typealias P13<C: ChannelTile> = Pixels<P7<C>, P6<C>>
public typealias P14<C: ChannelTile> = Pixels<P7<C>, P7<C>>
