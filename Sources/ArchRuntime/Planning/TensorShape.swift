import ArchAlgebra
import ArchIR

/// The extents of a tensor as the kernels see it: vectors are images of one pixel, signals are images of one row.
public struct TensorShape: Hashable, Sendable {
  public var images: Int
  public var channels: Int
  public var height: Int
  public var width: Int

  public var pixels: Int { height * width }

  /// Nil for tensors with more than two spatial extents, which the kernels do not know.
  public init?(_ shape: Shape<Int>) {
    switch shape.rank {
    case 2: (height, width) = (1, 1)
    case 3: (height, width) = (1, shape.extents[2])
    case 4: (height, width) = (shape.extents[2], shape.extents[3])
    default: return nil
    }
    (images, channels) = (shape.extents[0], shape.extents[1])
  }

  init(images: Int, channels: Int, height: Int, width: Int) {
    (self.images, self.channels, self.height, self.width) = (images, channels, height, width)
  }

  public var elements: Int { images * channels * pixels }
}

/// The two entries of a per-axis attribute, where an operator has one axis or two.
func rowsAndColumns(_ values: [Int], default missing: Int) -> (rows: Int, columns: Int) {
  values.count == 1 ? (missing, values[0]) : (values[0], values[1])
}
