extension ReferenceTensor {
  /// Layer normalisation (statistics of the channels of each pixel) or group normalisation (of all pixels of a group).
  public func statisticallyNormalized(
    perPixel: Bool, groups: Int, scale: [Float], shift: [Float], epsilon: Double = 1e-5
  ) -> ReferenceTensor {
    let each = channels / groups
    /// Mean and factor of the set that a value belongs to.
    func statistics(_ image: Int, _ group: Int, _ y: Range<Int>, _ x: Range<Int>) -> (mean: Double, factor: Double) {
      var values: [Double] = []
      for channel in (group * each)..<((group + 1) * each) {
        for sy in y { for sx in x { values.append(Double(self[image, channel, sy, sx])) } }
      }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      return (mean, 1 / (variance + epsilon).squareRoot())
    }
    var result = self
    for image in 0..<images {
      for group in 0..<groups {
        for y in perPixel ? Array(0..<height) : [0] {
          for x in perPixel ? Array(0..<width) : [0] {
            let rows = perPixel ? y..<(y + 1) : 0..<height
            let columns = perPixel ? x..<(x + 1) : 0..<width
            let (mean, factor) = statistics(image, group, rows, columns)
            for channel in (group * each)..<((group + 1) * each) {
              let gain = scale.isEmpty ? 1 : Double(scale[channel])
              let added = shift.isEmpty ? 0 : Double(shift[channel])
              for sy in rows {
                for sx in columns {
                  let centred = Double(self[image, channel, sy, sx]) - mean
                  result[image, channel, sy, sx] = Float(centred * factor * gain + added)
                }
              }
            }
          }
        }
      }
    }
    return result
  }

  /// The channels of some tensors one after the other.
  public static func concatenated(_ tensors: [ReferenceTensor]) -> ReferenceTensor {
    let places = tensors.indices.flatMap { tensor in (0..<tensors[tensor].channels).map { (tensor, $0) } }
    let first = tensors[0]
    return .make(images: first.images, channels: places.count, height: first.height, width: first.width) {
      tensors[places[$1].0][$0, places[$1].1, $2, $3]
    }
  }

  /// The greatest of windows that share the image.
  public func adaptiveMaximum(height outputHeight: Int, width outputWidth: Int) -> ReferenceTensor {
    .make(images: images, channels: channels, height: outputHeight, width: outputWidth) { image, channel, y, x in
      var largest = -Float.infinity
      for sy in (y * height / outputHeight)..<(((y + 1) * height + outputHeight - 1) / outputHeight) {
        for sx in (x * width / outputWidth)..<(((x + 1) * width + outputWidth - 1) / outputWidth) {
          largest = Self.larger(largest, self[image, channel, sy, sx])
        }
      }
      return largest
    }
  }
}
