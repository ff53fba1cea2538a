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
