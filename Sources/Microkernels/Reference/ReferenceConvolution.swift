extension ReferenceTensor {
  /// Convolution with weights (output channels, channels / groups, kernelHeight, kernelWidth), no bias; adds the
  /// multiply-adds it does to `multiplyAdds`.
  public func convolved(
    weights: [Float], outputChannels: Int, groups: Int, kernelHeight: Int, kernelWidth: Int, strideHeight: Int,
    strideWidth: Int, dilationHeight: Int, dilationWidth: Int,
    padding: (top: Int, left: Int, bottom: Int, right: Int), multiplyAdds: inout Int
  ) -> ReferenceTensor {
    let source = padded(top: padding.top, left: padding.left, bottom: padding.bottom, right: padding.right)
    let inGroup = channels / groups
    let outGroup = outputChannels / groups
    var result = ReferenceTensor(
      images: images, channels: outputChannels,
      height: (source.height - (kernelHeight - 1) * dilationHeight - 1) / strideHeight + 1,
      width: (source.width - (kernelWidth - 1) * dilationWidth - 1) / strideWidth + 1)
    var count = 0
    for image in 0..<images {
      for output in 0..<outputChannels {
        for y in 0..<result.height {
          for x in 0..<result.width {
            var sum = 0.0
            for channel in 0..<inGroup {
              for row in 0..<kernelHeight {
                for column in 0..<kernelWidth {
                  let value = source[
                    image, output / outGroup * inGroup + channel, y * strideHeight + row * dilationHeight,
                    x * strideWidth + column * dilationWidth]
                  let weight = weights[((output * inGroup + channel) * kernelHeight + row) * kernelWidth + column]
                  sum += Double(value) * Double(weight)
                  count += 1
                }
              }
            }
            result[image, output, y, x] = Float(sum)
          }
        }
      }
    }
    multiplyAdds += count
    return result
  }

  /// Transposed convolution with weights (channels, output channels / groups, kernelHeight, kernelWidth), no bias.
  ///
  /// Every input value is multiplied by every weight of its group, into an output without padding that is then cropped.
  public func transposeConvolved(
    weights: [Float], outputChannels: Int, groups: Int, kernelHeight: Int, kernelWidth: Int, strideHeight: Int,
    strideWidth: Int, dilationHeight: Int, dilationWidth: Int,
    padding: (top: Int, left: Int, bottom: Int, right: Int), outputPadding: (height: Int, width: Int),
    multiplyAdds: inout Int
  ) -> ReferenceTensor {
    let inGroup = channels / groups
    let outGroup = outputChannels / groups
    let fullHeight = (height - 1) * strideHeight + (kernelHeight - 1) * dilationHeight + 1 + outputPadding.height
    let fullWidth = (width - 1) * strideWidth + (kernelWidth - 1) * dilationWidth + 1 + outputPadding.width
    var sums = [Double](repeating: 0, count: images * outputChannels * fullHeight * fullWidth)
    var count = 0
    for image in 0..<images {
      for channel in 0..<channels {
        for y in 0..<height {
          for x in 0..<width {
            let value = Double(self[image, channel, y, x])
            for output in 0..<outGroup {
              let plane = (image * outputChannels + channel / inGroup * outGroup + output) * fullHeight
              for row in 0..<kernelHeight {
                for column in 0..<kernelWidth {
                  let weight = weights[((channel * outGroup + output) * kernelHeight + row) * kernelWidth + column]
                  let place =
                    (plane + y * strideHeight + row * dilationHeight) * fullWidth + x * strideWidth
                    + column * dilationWidth
                  sums[place] += value * Double(weight)
                  count += 1
                }
              }
            }
          }
        }
      }
    }
    multiplyAdds += count
    return ReferenceTensor(
      images: images, channels: outputChannels, height: fullHeight, width: fullWidth, values: sums.map { Float($0) }
    ).padded(top: -padding.top, left: -padding.left, bottom: -padding.bottom, right: -padding.right)
  }
}
