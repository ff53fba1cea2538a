import ArchRuntime
import Microkernels
import Testing

/// A convolution and the size of its input.
struct ConvolutionCase: CustomTestStringConvertible, Sendable {
  var shape: ConvolutionShape
  var height: Int
  var width: Int
  var images = 1

  var testDescription: String {
    "\(shape.inputChannels)→\(shape.outputChannels) \(shape.kernelHeight)x\(shape.kernelWidth) g\(shape.groups) "
      + "s\(shape.strideHeight),\(shape.strideWidth) d\(shape.dilationHeight) \(images)×\(height)x\(width)"
  }

  init(
    _ input: Int, _ output: Int, kernel: Int = 1, stride: Int = 1, padding: Int? = nil, dilation: Int = 1,
    groups: Int = 1, size: (Int, Int), images: Int = 1, change: (inout ConvolutionShape) -> Void = { _ in }
  ) {
    shape = ConvolutionShape(
      inputChannels: input, outputChannels: output, kernel: kernel, stride: stride,
      padding: padding ?? kernel / 2 * dilation, dilation: dilation, groups: groups)
    change(&shape)
    (height, width) = size
    self.images = images
  }

  var weightCount: Int {
    shape.outputChannels * shape.inputChannelsPerGroup * shape.kernelHeight * shape.kernelWidth
  }

  func reference(_ input: ReferenceTensor, _ weights: [Float], multiplyAdds: inout Int) -> ReferenceTensor {
    let padding = shape.padding
    return input.convolved(
      weights: weights, outputChannels: shape.outputChannels, groups: shape.groups, kernelHeight: shape.kernelHeight,
      kernelWidth: shape.kernelWidth, strideHeight: shape.strideHeight, strideWidth: shape.strideWidth,
      dilationHeight: shape.dilationHeight, dilationWidth: shape.dilationWidth,
      padding: (padding.top, padding.left, padding.bottom, padding.right), multiplyAdds: &multiplyAdds)
  }

  /// Runs the case on numbers of a kind and compares with the reference: exactly where `isExact`, otherwise within the
  /// forward error bound of a sum of K products, K·u·Σ|x·w| (Higham, Accuracy and Stability, 3.1).
  func check(
    _ numbers: (Int, Int) -> [Float], isExact: Bool, kernels: Kernels,
    _ run: (BlockedView, BlockedView, BlockedView, _ weights: [Float], _ bias: [Float]) -> Void
  ) {
    let x = Numbers.tensor(numbers, 1, images: images, channels: shape.inputChannels, height: height, width: width)
    let weights = numbers(weightCount, 2)
    let bias = numbers(shape.outputChannels, 3)
    var multiplyAdds = 0
    let product = reference(x, weights, multiplyAdds: &multiplyAdds)
    #expect(multiplyAdds == shape.multiplyAdds(images: images, height: height, width: width))
    let other = Numbers.tensor(
      numbers, 4, images: images, channels: shape.outputChannels, height: product.height, width: product.width)
    let ones = [Float](repeating: 1, count: bias.count)
    let expected = (product.scaled(by: ones, shift: bias) + other).activated(.relu)

    let input = GuardedTensor(x, lanes: kernels.lanes, halo: shape.halo(height: height, width: width))
    let output = GuardedTensor(
      images: images, channels: shape.outputChannels, height: product.height, width: product.width,
      lanes: kernels.lanes, halo: Halo(top: 1, left: 2, bottom: 1, right: 3))
    let residual = GuardedTensor(other, lanes: kernels.lanes)
    run(input.view, output.view, residual.view, weights, bias)

    var magnitudes = x
    magnitudes.values = x.values.map(abs)
    var ignored = 0
    let scale = reference(magnitudes, weights.map(abs), multiplyAdds: &ignored)
    let terms = Float(shape.inputChannelsPerGroup * shape.kernelHeight * shape.kernelWidth + 3)
    expectClose(output.values, expected) {
      let added = abs(bias[$0 / (scale.height * scale.width) % bias.count]) + abs(other.values[$0])
      return isExact ? 0 : terms * 0x1p-24 * (scale.values[$0] + added)
    }
    #expect(input.guardsAreIntact && output.guardsAreIntact && residual.guardsAreIntact)
  }
}
