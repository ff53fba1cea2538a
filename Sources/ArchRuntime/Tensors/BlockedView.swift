/// Zeros kept around an image, in pixels.
public struct Halo: Hashable, Sendable {
  public var top, left, bottom, right: Int

  public init(top: Int = 0, left: Int = 0, bottom: Int = 0, right: Int = 0) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  public static let none = Halo()

  /// Room for both.
  public func union(_ other: Halo) -> Halo {
    Halo(
      top: max(top, other.top), left: max(left, other.left), bottom: max(bottom, other.bottom),
      right: max(right, other.right))
  }

  public func covers(_ other: Halo) -> Bool { union(other) == self }
}

/// Where the activations of a batch lie: (images, blocks, rows, columns, lanes), channel c in lane c % lanes of block
/// c / lanes.
///
/// A view does not own its memory. Part of the channels is a view again where it starts at a block, which is what makes
/// concatenation and slicing free. Around the image lie `halo` pixels that whoever owns the memory keeps at zero; the
/// lanes after the last channel hold finite values that nobody relies on.
public struct BlockedView: @unchecked Sendable {
  /// Pixel (0, 0) of the first block of the first image.
  public var base: UnsafeMutablePointer<Float>
  public var images: Int
  public var channels: Int
  public var height: Int
  public var width: Int
  public var lanes: Int
  /// Floats from an image, block or row to the next.
  public var imageStride: Int
  public var blockStride: Int
  public var rowStride: Int
  public var halo: Halo

  public var blocks: Int { channels.blocks(of: lanes) }
  public var pixels: Int { height * width }
  /// Channels in the last block.
  public var lastLanes: Int { channels - (blocks - 1) * lanes }
  /// Whether a row follows the one before it without a gap, so that the image is one long row.
  public var rowsTouch: Bool { rowStride == width * lanes }

  public func row(image: Int, block: Int, row: Int) -> UnsafeMutablePointer<Float> {
    base + image * imageStride + block * blockStride + row * rowStride
  }

  /// The floats that such a tensor takes, halo included.
  public static func count(images: Int, channels: Int, height: Int, width: Int, lanes: Int, halo: Halo = .none) -> Int {
    factors(images: images, channels: channels, height: height, width: width, lanes: lanes, halo: halo).reduce(1, *)
  }

  /// What the floats are the product of, for tensors whose product may be more than there is.
  static func factors(images: Int, channels: Int, height: Int, width: Int, lanes: Int, halo: Halo) -> [Int] {
    [images, channels.blocks(of: lanes) * lanes, height + halo.top + halo.bottom, width + halo.left + halo.right]
  }

  /// A view of memory that holds exactly such a tensor.
  public init(
    memory: UnsafeMutablePointer<Float>, images: Int, channels: Int, height: Int, width: Int, lanes: Int,
    halo: Halo = .none
  ) {
    self.images = images
    self.channels = channels
    self.height = height
    self.width = width
    self.lanes = lanes
    self.halo = halo
    rowStride = (width + halo.left + halo.right) * lanes
    blockStride = (height + halo.top + halo.bottom) * rowStride
    imageStride = channels.blocks(of: lanes) * blockStride
    base = memory + halo.top * rowStride + halo.left * lanes
  }

  /// The channels of `range`, which starts at a block.
  public func slice(_ range: Range<Int>) -> BlockedView {
    precondition(range.lowerBound % lanes == 0 && range.upperBound <= channels, "a slice starts at a block of channels")
    var view = self
    view.base += range.lowerBound / lanes * blockStride
    view.channels = range.count
    return view
  }

  /// Some rows of one image of the batch, as an image without a halo.
  func part(image: Int, rows: Range<Int>) -> BlockedView {
    var view = self
    view.base = row(image: image, block: 0, row: rows.lowerBound)
    view.images = 1
    view.height = rows.count
    view.halo = .none
    return view
  }

  /// The same memory as one image row of all pixels.
  public var flattened: BlockedView {
    precondition(rowsTouch)
    var view = self
    view.width = pixels
    view.height = 1
    view.rowStride = pixels * lanes
    return view
  }

  /// Sets the halo of one block to zero.
  public func clearHalo(image: Int, block: Int) {
    guard halo != .none else { return }
    let start = row(image: image, block: block, row: 0)
    let line = halo.left + width + halo.right
    for above in -halo.top..<0 {
      (start + above * rowStride - halo.left * lanes).update(repeating: 0, count: line * lanes)
    }
    for below in height..<(height + halo.bottom) {
      (start + below * rowStride - halo.left * lanes).update(repeating: 0, count: line * lanes)
    }
    for inside in 0..<height {
      (start + inside * rowStride - halo.left * lanes).update(repeating: 0, count: halo.left * lanes)
      (start + inside * rowStride + width * lanes).update(repeating: 0, count: halo.right * lanes)
    }
  }
}

extension Int {
  /// The blocks of so many lanes that hold as many channels as this; the last may be filled in part.
  func blocks(of lanes: Int) -> Int { (self + lanes - 1) / lanes }
}
