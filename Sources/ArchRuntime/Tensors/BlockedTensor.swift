/// A blocked view together with its memory: for tests, benchmarks and what lives as long as a plan.
public final class BlockedTensor: Sendable {
  public let view: BlockedView
  private let buffer: AlignedBuffer

  public init(images: Int = 1, channels: Int, height: Int, width: Int, lanes: Int, halo: Halo = .none) {
    buffer = AlignedBuffer(
      count: BlockedView.count(
        images: images, channels: channels, height: height, width: width, lanes: lanes, halo: halo))
    view = BlockedView(
      memory: buffer.pointer, images: images, channels: channels, height: height, width: width, lanes: lanes, halo: halo
    )
  }

  /// Blocks `values`, which are (images, channels, height, width).
  public convenience init(
    _ values: [Float], images: Int = 1, channels: Int, height: Int, width: Int, lanes: Int, halo: Halo = .none
  ) {
    self.init(images: images, channels: channels, height: height, width: width, lanes: lanes, halo: halo)
    values.withUnsafeBufferPointer { view.fill(fromPlanar: $0.baseAddress!) }
  }

  /// The values as (images, channels, height, width).
  public var planar: [Float] {
    Array(unsafeUninitializedCapacity: view.images * view.channels * view.pixels) { buffer, count in
      view.write(toPlanar: buffer.baseAddress!)
      count = view.images * view.channels * view.pixels
    }
  }
}

extension BlockedView {
  /// Copies (images, channels, height, width) into the view; the lanes after the last channel become zero.
  public func fill(fromPlanar source: UnsafePointer<Float>) {
    for image in 0..<images {
      for block in 0..<blocks {
        for y in 0..<height {
          let target = row(image: image, block: block, row: y)
          for lane in 0..<lanes {
            let channel = block * lanes + lane
            if channel < channels {
              let plane = source + (image * channels + channel) * pixels + y * width
              for x in 0..<width { target[x * lanes + lane] = plane[x] }
            } else {
              for x in 0..<width { target[x * lanes + lane] = 0 }
            }
          }
        }
      }
    }
  }

  /// Copies the view to (images, channels, height, width).
  public func write(toPlanar target: UnsafeMutablePointer<Float>) {
    for image in 0..<images {
      for channel in 0..<channels {
        for y in 0..<height {
          let source = row(image: image, block: channel / lanes, row: y) + channel % lanes
          let plane = target + (image * channels + channel) * pixels + y * width
          for x in 0..<width { plane[x] = source[x * lanes] }
        }
      }
    }
  }
}
