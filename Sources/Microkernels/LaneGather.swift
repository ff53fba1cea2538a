/// A block of channels made of lanes of several others: what a shuffle, a slice or a concatenation between blocks is.
public struct LaneGatherTask {
  /// Where the first pixel of each block that is read stands.
  public var inputs: UnsafePointer<UnsafePointer<Float>>
  /// For each of these blocks V numbers: which of its lanes goes to a lane of the output, or -1.
  public var lanes: UnsafePointer<Int32>
  public var blocks: Int
  /// Lanes that nothing goes to stay as they are.
  public var output: UnsafeMutablePointer<Float>
  public var pixels: Int

  public init(
    inputs: UnsafePointer<UnsafePointer<Float>>, lanes: UnsafePointer<Int32>, blocks: Int,
    output: UnsafeMutablePointer<Float>, pixels: Int
  ) {
    (self.inputs, self.lanes, self.blocks, self.output, self.pixels) = (inputs, lanes, blocks, output, pixels)
  }
}

@_alwaysEmitIntoClient @inline(__always)
func gatherLanes<V: FloatVector>(_ task: UnsafePointer<LaneGatherTask>, _: V.Type) {
  let task = task.pointee
  let width = V.scalarCount
  var offset = 0
  var pixels = task.pixels
  while pixels >= 4 {
    let output = task.output + offset
    var a = V.load(output)
    var b = V.load(output + width)
    var c = V.load(output + 2 * width)
    var d = V.load(output + 3 * width)
    var block = 0
    while block < task.blocks {
      let input = task.inputs[block] + offset
      let lanes = laneNumbers(V.self, task.lanes + block * width)
      a.take(lanes, of: V.load(input))
      b.take(lanes, of: V.load(input + width))
      c.take(lanes, of: V.load(input + 2 * width))
      d.take(lanes, of: V.load(input + 3 * width))
      block += 1
    }
    a.store(output)
    b.store(output + width)
    c.store(output + 2 * width)
    d.store(output + 3 * width)
    offset += 4 * width
    pixels -= 4
  }
  while pixels > 0 {
    var a = V.load(task.output + offset)
    var block = 0
    while block < task.blocks {
      a.take(laneNumbers(V.self, task.lanes + block * width), of: V.load(task.inputs[block] + offset))
      block += 1
    }
    a.store(task.output + offset)
    offset += width
    pixels -= 1
  }
}

@_alwaysEmitIntoClient @inline(__always)
func laneNumbers<V: FloatVector>(_: V.Type, _ address: UnsafePointer<Int32>) -> V.MaskStorage {
  V.load(UnsafeRawPointer(address).assumingMemoryBound(to: Float.self)).bits
}
