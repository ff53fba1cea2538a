/// A row of pixels cut into tiles whose sizes differ by at most one.
///
/// 35 pixels with tiles of at most 14 become 12 + 12 + 11 and not 14 + 14 + 7: a short tile waits for its multiply-adds.
struct RowSplit: Hashable, Sendable {
  /// `longTiles` of `longPixels`, then `shortTiles` of one pixel less.
  let longPixels: Int
  let longTiles: Int
  let shortTiles: Int

  init(pixels: Int, atMost maximum: Int) {
    let tiles = (pixels + maximum - 1) / maximum
    let short = tiles == 0 ? 0 : pixels / tiles
    let remainder = pixels - short * tiles
    if remainder == 0 {
      (longPixels, longTiles, shortTiles) = (short, tiles, 0)
    } else {
      (longPixels, longTiles, shortTiles) = (short + 1, remainder, tiles - remainder)
    }
  }

  var shortPixels: Int { longPixels - 1 }

  var tiles: Int { longTiles + shortTiles }

  func pixels(of tile: Int) -> Int { tile < longTiles ? longPixels : shortPixels }

  func start(of tile: Int) -> Int { tile * longPixels - max(0, tile - longTiles) }

  /// Calls `body` with each size of tile that there is, and how many there are of it, in the row's order.
  @inline(__always)
  func forEachSize(_ body: (_ pixels: Int, _ tiles: Int) -> Void) {
    if longTiles > 0 { body(longPixels, longTiles) }
    if shortTiles > 0 { body(shortPixels, shortTiles) }
  }
}
