/// Multiply-adds between registers, with as many independent sums as the tile has: the rate that no kernel can pass.
@_alwaysEmitIntoClient @inline(__always)
func peak<P: PixelTile>(_: P.Type, rounds: Int) -> (operations: Int, value: Float) {
  typealias V = P.C.V
  let width = V.scalarCount
  return withUnsafeTemporaryAllocation(of: Float.self, capacity: (P.pixels + 1) * P.C.vectors * width) { buffer in
    let memory = buffer.baseAddress!
    var index = 0
    while index < buffer.count {
      memory[index] = 0.5
      index += 1
    }
    let weights = P.C.load(memory, stride: width)
    var sums = P(weights)
    var round = 0
    while round < rounds {
      sums.add(Broadcast<V>.self, memory, stride: 0, times: weights)
      round += 1
    }
    let output = memory + P.C.vectors * width
    sums.store(output, stride: P.C.vectors * width, blockStride: width)
    return (2 * rounds * P.pixels * P.C.vectors * width, output[0])
  }
}
