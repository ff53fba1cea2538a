/// Multiply-adds with as many independent sums as the tile has: the rate that no kernel can pass. Returns how many
/// floating-point operations they are.
///
/// `memory` holds as many floats as the tile, small ones, and the sums at the end; `step` is 0. The compiler must know
/// neither: to it every factor may be another one in each round, so that it can compute no product and no sum but once
/// for each round and pixel.
@_alwaysEmitIntoClient @inline(__always)
func peak<P: PixelTile>(_: P.Type, _ memory: UnsafeMutablePointer<Float>, rounds: Int, step: Int) -> Int {
  let width = P.C.V.scalarCount
  let weights = P.C.load(memory, stride: width)
  var sums = P(weights)
  var address = UnsafePointer(memory)
  var round = 0
  while round < rounds {
    sums.add(Broadcast<P.C.V>.self, address, stride: 1, times: weights)
    address += step
    round += 1
  }
  sums.store(memory, stride: P.C.vectors * width, blockStride: width)
  return 2 * rounds * P.pixels * P.C.vectors * width
}
