extension ReferenceTensor {
  /// Output (y, x) is input (⌊y·height/outputHeight⌋, ⌊x·width/outputWidth⌋).
  public func upsampledNearest(height outputHeight: Int, width outputWidth: Int) -> ReferenceTensor {
    .make(images: images, channels: channels, height: outputHeight, width: outputWidth) {
      self[$0, $1, $2 * height / outputHeight, $3 * width / outputWidth]
    }
  }

  /// Bilinear interpolation between pixel centres, or between the corner pixels.
  public func upsampledBilinear(height outputHeight: Int, width outputWidth: Int, alignCorners: Bool) -> ReferenceTensor
  {
    func place(_ output: Int, _ outputs: Int, _ inputs: Int) -> (low: Int, high: Int, mix: Double) {
      let source =
        alignCorners
        ? (outputs > 1 ? Double(output * (inputs - 1)) / Double(outputs - 1) : 0)
        : max(0, (Double(output) + 0.5) * Double(inputs) / Double(outputs) - 0.5)
      let low = min(Int(source), inputs - 1)
      return (low, min(low + 1, inputs - 1), source - Double(low))
    }
    return .make(images: images, channels: channels, height: outputHeight, width: outputWidth) { image, channel, y, x in
      let row = place(y, outputHeight, height)
      let column = place(x, outputWidth, width)
      func line(_ sy: Int) -> Double {
        let left = Double(self[image, channel, sy, column.low])
        return left + (Double(self[image, channel, sy, column.high]) - left) * column.mix
      }
      return Float(line(row.low) + (line(row.high) - line(row.low)) * row.mix)
    }
  }
}
