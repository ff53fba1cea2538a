/// A block of channels made of lanes of several others: what a shuffle, a slice or a concatenation between blocks is.
public struct LaneGatherTask {
  /// The first pixel of the first block, and the floats from one block to the next.
  public var input: UnsafePointer<Float>
  public var blockStride: Int
  /// The blocks that are read.
  public var blocks: UnsafePointer<Int32>
  /// For each of them V numbers: which of its lanes goes to a lane of the output, or -1.
  public var lanes: UnsafePointer<Int32>
  public var count: Int
  /// Lanes that nothing goes to stay as they are.
  public var output: UnsafeMutablePointer<Float>
  public var pixels: Int

  public init(
    input: UnsafePointer<Float>, blockStride: Int, blocks: UnsafePointer<Int32>, lanes: UnsafePointer<Int32>,
    count: Int, output: UnsafeMutablePointer<Float>, pixels: Int
  ) {
    (self.input, self.blockStride) = (input, blockStride)
    (self.blocks, self.lanes, self.count) = (blocks, lanes, count)
    (self.output, self.pixels) = (output, pixels)
  }
}

public typealias LaneGatherKernel = @Sendable (UnsafePointer<LaneGatherTask>) -> Void

@_alwaysEmitIntoClient @inline(__always)
func gatherLanes<V: FloatVector>(_ task: UnsafePointer<LaneGatherTask>, _: V.Type) {
  var pixel = 0
  gatherLanes(task.pointee, Twice<Twice<Twice<OnePixel<V>>>>.self, &pixel)
  gatherLanes(task.pointee, Twice<Twice<OnePixel<V>>>.self, &pixel)
  gatherLanes(task.pointee, OnePixel<V>.self, &pixel)
}

/// As many pixels from there on as are whole groups. The numbers of the lanes are read once for a group.
@_alwaysEmitIntoClient @inline(__always)
func gatherLanes<P: PixelGroup>(_ task: LaneGatherTask, _: P.Type, _ pixel: inout Int) {
  let width = P.V.scalarCount
  while pixel + P.pixels <= task.pixels {
    let output = task.output + pixel * width
    let input = task.input + pixel * width
    var group = P(output)
    var block = 0
    while block < task.count {
      let lanes = UnsafeRawPointer(task.lanes + block * width).assumingMemoryBound(to: Float.self)
      group.take(P.V.load(lanes).bits, of: input + Int(task.blocks[block]) * task.blockStride)
      block += 1
    }
    group.store(output)
    pixel += P.pixels
  }
}

/// Neighbouring pixels of a block, in registers.
@usableFromInline protocol PixelGroup {
  associatedtype V: FloatVector
  static var pixels: Int { get }
  init(_ address: UnsafePointer<Float>)
  mutating func take(_ lanes: V.MaskStorage, of address: UnsafePointer<Float>)
  func store(_ address: UnsafeMutablePointer<Float>)
}

@usableFromInline struct OnePixel<V: FloatVector>: PixelGroup {
  @usableFromInline var value: V

  @_alwaysEmitIntoClient @inline(__always)
  static var pixels: Int { 1 }

  @_alwaysEmitIntoClient @inline(__always)
  init(_ address: UnsafePointer<Float>) { value = .load(address) }

  @_alwaysEmitIntoClient @inline(__always)
  mutating func take(_ lanes: V.MaskStorage, of address: UnsafePointer<Float>) {
    value.take(lanes, of: .load(address))
  }

  @_alwaysEmitIntoClient @inline(__always)
  func store(_ address: UnsafeMutablePointer<Float>) { value.store(address) }
}

@usableFromInline struct Twice<Half: PixelGroup>: PixelGroup {
  @usableFromInline typealias V = Half.V
  @usableFromInline var head: Half
  @usableFromInline var tail: Half

  @_alwaysEmitIntoClient @inline(__always)
  static var pixels: Int { 2 * Half.pixels }

  @_alwaysEmitIntoClient @inline(__always)
  init(_ address: UnsafePointer<Float>) {
    head = Half(address)
    tail = Half(address + Half.pixels * V.scalarCount)
  }

  @_alwaysEmitIntoClient @inline(__always)
  mutating func take(_ lanes: V.MaskStorage, of address: UnsafePointer<Float>) {
    head.take(lanes, of: address)
    tail.take(lanes, of: address + Half.pixels * V.scalarCount)
  }

  @_alwaysEmitIntoClient @inline(__always)
  func store(_ address: UnsafeMutablePointer<Float>) {
    head.store(address)
    tail.store(address + Half.pixels * V.scalarCount)
  }
}
