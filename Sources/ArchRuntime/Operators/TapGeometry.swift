/// How the taps of a convolution walk through its input, whatever its layout: all strides in floats.
struct TapGeometry: @unchecked Sendable {
  /// Pixel (0, 0), before the padding is subtracted.
  var base: UnsafePointer<Float>
  var imageStride: Int
  var blockStride: Int
  var rowStride: Int
  var columnStride: Int
  var laneStride: Int

  init(_ view: BlockedView) {
    base = UnsafePointer(view.base)
    imageStride = view.imageStride
    blockStride = view.blockStride
    rowStride = view.rowStride
    columnStride = view.lanes
    laneStride = 1
  }

  /// A planar image is one block whose lanes are a plane apart.
  init(_ view: PlanarView) {
    base = UnsafePointer(view.base)
    imageStride = view.imageStride
    blockStride = 0
    rowStride = view.rowStride
    columnStride = 1
    laneStride = view.planeStride
  }
}
