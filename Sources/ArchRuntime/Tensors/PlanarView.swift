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

  /// Copies (images, channels, height, width) inside and sets the halo to zero.
  public func fill(from source: UnsafePointer<Float>) {
    for plane in 0..<(images * channels) {
      let target = base + plane * planeStride
      (target - halo.top * rowStride - halo.left).update(repeating: 0, count: planeStride)
      for y in 0..<height {
        (target + y * rowStride).update(from: source + (plane * height + y) * width, count: width)
      }
    }
  }
}
