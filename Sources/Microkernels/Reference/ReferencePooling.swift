extension ReferenceTensor {
  /// The larger value, or NaN if one is.
  static func larger(_ a: Float, _ b: Float) -> Float { a.isNaN || a > b ? a : b }

  /// Max pooling; a window sees only what lies inside the image, and one that sees a NaN is NaN.
  public func maxPooled(
    kernelHeight: Int, kernelWidth: Int, strideHeight: Int, strideWidth: Int,
    dilationHeight: Int = 1, dilationWidth: Int = 1, top: Int, left: Int, outputHeight: Int, outputWidth: Int
  ) -> ReferenceTensor {
    .make(images: images, channels: channels, height: outputHeight, width: outputWidth) { image, channel, y, x in
      var largest = -Float.infinity
      for row in 0..<kernelHeight {
        for column in 0..<kernelWidth {
          let sy = y * strideHeight + row * dilationHeight - top
          let sx = x * strideWidth + column * dilationWidth - left
          guard (0..<height).contains(sy), (0..<width).contains(sx) else { continue }
          largest = Self.larger(largest, self[image, channel, sy, sx])
        }
      }
      return largest
    }
  }

  /// Average pooling. A sum is divided by the places of its window that lie in the image, or with `countsPadding` by
  /// those that lie in the image or its padding.
  public func averagePooled(
    kernelHeight: Int, kernelWidth: Int, strideHeight: Int, strideWidth: Int,
    dilationHeight: Int = 1, dilationWidth: Int = 1,
    padding: (top: Int, left: Int, bottom: Int, right: Int), countsPadding: Bool, outputHeight: Int, outputWidth: Int
  ) -> ReferenceTensor {
    .make(images: images, channels: channels, height: outputHeight, width: outputWidth) { image, channel, y, x in
      var sum = 0.0
      var inside = 0
      var paddedPlaces = 0
      for row in 0..<kernelHeight {
        for column in 0..<kernelWidth {
          let sy = y * strideHeight + row * dilationHeight - padding.top
          let sx = x * strideWidth + column * dilationWidth - padding.left
          if sy < height + padding.bottom, sx < width + padding.right { paddedPlaces += 1 }
          guard (0..<height).contains(sy), (0..<width).contains(sx) else { continue }
          sum += Double(self[image, channel, sy, sx])
          inside += 1
        }
      }
      return Float(sum / Double(countsPadding ? paddedPlaces : inside))
    }
  }

  /// Averages over windows that share the image; (1, 1) is global.
  public func adaptivelyAveraged(height outputHeight: Int, width outputWidth: Int) -> ReferenceTensor {
    .make(images: images, channels: channels, height: outputHeight, width: outputWidth) { image, channel, y, x in
      let rows = (y * height / outputHeight)..<(((y + 1) * height + outputHeight - 1) / outputHeight)
      let columns = (x * width / outputWidth)..<(((x + 1) * width + outputWidth - 1) / outputWidth)
      var sum = 0.0
      for sy in rows { for sx in columns { sum += Double(self[image, channel, sy, sx]) } }
      return Float(sum / Double(rows.count * columns.count))
    }
  }
}
