/// Reference kernels: what every operator means, one scalar at a time on planar tensors.
///
/// They are the specification that the fast kernels are tested against, and they count the multiply-adds that they
/// really do. Padding is made explicit before a convolution starts, and its zeros are multiplied like any other value:
/// the count of a convolution is outputs × input channels of a group × kernel height × kernel width, which is what the
/// cost rules predict. Sums are kept in double, so a reference result is the exact one rounded once, for all practical
/// purposes.

/// Values as (images, channels, height, width).
public struct ReferenceTensor: Equatable, Sendable {
  public let images: Int
  public let channels: Int
  public let height: Int
  public let width: Int
  public var values: [Float]

  public init(images: Int = 1, channels: Int, height: Int, width: Int, values: [Float]? = nil) {
    self.images = images
    self.channels = channels
    self.height = height
    self.width = width
    let count = images * channels * height * width
    precondition(values == nil || values!.count == count)
    self.values = values ?? [Float](repeating: 0, count: count)
  }

  public subscript(image: Int, channel: Int, y: Int, x: Int) -> Float {
    get { values[((image * channels + channel) * height + y) * width + x] }
    set { values[((image * channels + channel) * height + y) * width + x] = newValue }
  }

  /// The tensor whose value at each place is `body(image, channel, y, x)`.
  public static func make(
    images: Int, channels: Int, height: Int, width: Int, _ body: (Int, Int, Int, Int) -> Float
  ) -> ReferenceTensor {
    var result = ReferenceTensor(images: images, channels: channels, height: height, width: width)
    var index = 0
    for image in 0..<images {
      for channel in 0..<channels {
        for y in 0..<height {
          for x in 0..<width {
            result.values[index] = body(image, channel, y, x)
            index += 1
          }
        }
      }
    }
    return result
  }

  /// The tensor with so many more rows and columns around, all of one value; negative numbers crop.
  public func padded(top: Int, left: Int, bottom: Int, right: Int, with value: Float = 0) -> ReferenceTensor {
    .make(images: images, channels: channels, height: height + top + bottom, width: width + left + right) {
      let y = $2 - top
      let x = $3 - left
      return (0..<height).contains(y) && (0..<width).contains(x) ? self[$0, $1, y, x] : value
    }
  }

  /// The tensor with so many channels of zeros before and after its own.
  public func padded(channelsBefore before: Int, after: Int) -> ReferenceTensor {
    .make(images: images, channels: before + channels + after, height: height, width: width) {
      (before..<before + channels).contains($1) ? self[$0, $1 - before, $2, $3] : 0
    }
  }
}
