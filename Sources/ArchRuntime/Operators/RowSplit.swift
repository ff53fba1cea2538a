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

  func pixels(of tile: Int) -> Int { tile < longTiles ? longPixels : shortPixels }

  func start(of tile: Int) -> Int { tile * longPixels - max(0, tile - longTiles) }
}
