/// What a convolution computes, apart from its weights.
public struct ConvolutionShape: Hashable, Sendable {
  public var inputChannels: Int
  public var outputChannels: Int
  public var groups = 1
  public var kernelHeight = 1
  public var kernelWidth = 1
  public var strideHeight = 1
  public var strideWidth = 1
  public var dilationHeight = 1
  public var dilationWidth = 1
  public var padding = Halo.none

  public init(
    inputChannels: Int, outputChannels: Int, kernel: Int = 1, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1
  ) {
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.groups = groups
    kernelHeight = kernel
    kernelWidth = kernel
    strideHeight = stride
    strideWidth = stride
    dilationHeight = dilation
    dilationWidth = dilation
    self.padding = Halo(top: padding, left: padding, bottom: padding, right: padding)
  }

  public var inputChannelsPerGroup: Int { inputChannels / groups }
  public var outputChannelsPerGroup: Int { outputChannels / groups }
  /// The rows and columns that the kernel spans, dilation included.
  public var spanHeight: Int { (kernelHeight - 1) * dilationHeight + 1 }
  public var spanWidth: Int { (kernelWidth - 1) * dilationWidth + 1 }

  /// Whether only some of the pixels are read, each once for all output channels.
  var isSubsampling: Bool {
    kernelHeight == 1 && kernelWidth == 1 && padding == .none && (strideHeight > 1 || strideWidth > 1)
  }

  public func outputHeight(_ height: Int) -> Int {
    (height + padding.top + padding.bottom - spanHeight) / strideHeight + 1
  }

  public func outputWidth(_ width: Int) -> Int {
    (width + padding.left + padding.right - spanWidth) / strideWidth + 1
  }

  /// The zeros that the kernels really read around an image of that size: never more than the padding, less where the
  /// last stride does not reach the edge.
  public func halo(height: Int, width: Int) -> Halo {
    Halo(
      top: padding.top, left: padding.left,
      bottom: max(0, (outputHeight(height) - 1) * strideHeight + spanHeight - padding.top - height),
      right: max(0, (outputWidth(width) - 1) * strideWidth + spanWidth - padding.left - width))
  }

  /// outputs × input channels of a group × kernel height × kernel width: padded zeros are multiplied like any value.
  public func multiplyAdds(images: Int, height: Int, width: Int) -> Int {
    images * outputChannels * outputHeight(height) * outputWidth(width) * inputChannelsPerGroup * kernelHeight
      * kernelWidth
  }
}
