/// An image batch as it comes: (images, channels, rows, columns), with zeros around each plane.
public struct PlanarView: @unchecked Sendable {
  /// Pixel (0, 0) of the first plane.
  public var base: UnsafeMutablePointer<Float>
  public var images: Int
  public var channels: Int
  public var height: Int
  public var width: Int
  public var imageStride: Int
  public var planeStride: Int
  public var rowStride: Int
  public var halo: Halo

  public static func count(images: Int, channels: Int, height: Int, width: Int, halo: Halo = .none) -> Int {
    BlockedView.count(images: images, channels: channels, height: height, width: width, lanes: 1, halo: halo)
  }

  public init(
    memory: UnsafeMutablePointer<Float>, images: Int, channels: Int, height: Int, width: Int, halo: Halo = .none
  ) {
    self.images = images
    self.channels = channels
    self.height = height
    self.width = width
    self.halo = halo
    rowStride = width + halo.left + halo.right
    planeStride = (height + halo.top + halo.bottom) * rowStride
    imageStride = channels * planeStride
    base = memory + halo.top * rowStride + halo.left
  }

  /// Copies (images, channels, height, width) inside and sets the halo to zero, each thread the rows of all channels that
  /// it will read when it computes its part of the first layer.
  public func fill(from source: UnsafePointer<Float>, on pool: ThreadPool) {
    let lines = halo.top + height + halo.bottom
    let pieces = min(lines, pool.threads)
    nonisolated(unsafe) let source = source
    pool.forEach(images * channels * pieces) { item, _ in
      let (part, channel) = item.quotientAndRemainder(dividingBy: channels)
      let (image, piece) = part.quotientAndRemainder(dividingBy: pieces)
      let plane = image * channels + channel
      let start = base + plane * planeStride - halo.left
      for y in (lines * piece / pieces - halo.top)..<(lines * (piece + 1) / pieces - halo.top) {
        let line = start + y * rowStride
        guard (0..<height).contains(y) else {
          line.update(repeating: 0, count: rowStride)
          continue
        }
        line.update(repeating: 0, count: halo.left)
        (line + halo.left).update(from: source + (plane * height + y) * width, count: width)
        (line + halo.left + width).update(repeating: 0, count: halo.right)
      }
    }
  }
}
