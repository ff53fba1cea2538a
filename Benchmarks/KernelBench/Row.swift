import ArchRuntime

/// A layer of a real network and how to run it.
struct Row {
  struct Work {
    /// 0 where the layer does not multiply.
    let multiplyAdds: Int
    /// The part of them that the method really does.
    var saving = 1.0
    /// Activations and weights, each once.
    let bytes: Int
    let run: () -> Void
  }

  let family: String
  let name: String
  /// Why rows of the family can lie far below their roofline.
  var note: String {
    switch family {
    case "winograd": "transforms and the edges of tiles, or weights that a small image uses too few times"
    case "grouped":
      "up to 8 channels: a shuffle for one to three products, on the same port; 16: a load for every product"
    case "interleaved": "a few products for each value read and written: the second-level cache"
    case "depthwise": "nine products for a value read and a value written: the ports of the first-level cache"
    case "first": "three channels: 27 products a sum, and the image is copied into its halo"
    case "1x1s2": "the pixels that are read are put side by side first"
    case "separable": "its depthwise part: nine products for a value read and a value written"
    case "mobilenet2": "few channels: a sum is stored after 16 to 32 products"
    case "linear": "each weight is multiplied once: what counts is how fast they come from memory"
    case "shuffle": "an order of lanes for each block that a block's lanes come from"
    case "pool": "nine values are looked at for each one written"
    default: "short rows or few channels"
    }
  }
  let prepare: (Kernels, ThreadPool) -> Work

  static var all: [Row] { dense + winograd + narrow + memoryBound }

  /// (input channels, output channels, size)
  private static var dense: [Row] {
    let pointwise = [
      (64, 64, 56), (64, 256, 56), (256, 64, 56), (512, 128, 28), (128, 512, 28), (1024, 256, 14), (256, 1024, 14),
      (2048, 512, 7), (512, 2048, 7),
    ]
    let square = [
      (64, 64, 56), (128, 128, 28), (256, 256, 14), (512, 512, 7), (128, 32, 28), (128, 32, 14), (64, 192, 56),
    ]
    let densenet = [(256, 128, 28), (640, 128, 14), (1024, 512, 14)]
    let googlenet = [(192, 64, 28), (480, 192, 14), (832, 384, 7)]
    let mobilenet = [(32, 64, 112), (512, 512, 14), (1024, 1024, 7)]
    let mobilenet2 = [(16, 96, 112), (24, 144, 56), (144, 24, 56), (32, 192, 28), (96, 576, 14), (960, 320, 7)]
    return pointwise.map { convolution("1x1", $0.0, $0.1, $0.2) }
      + densenet.map { convolution("densenet", $0.0, $0.1, $0.2) }
      + googlenet.map { convolution("googlenet", $0.0, $0.1, $0.2) }
      + mobilenet.map { convolution("mobilenet", $0.0, $0.1, $0.2) }
      + mobilenet2.map { convolution("mobilenet2", $0.0, $0.1, $0.2) }
      + square.map { convolution("3x3", $0.0, $0.1, $0.2, kernel: 3) }
      + [(64, 64, 224), (256, 256, 56), (512, 512, 28)].map { convolution("vgg", $0.0, $0.1, $0.2, kernel: 3) }
      + [(128, 128, 56), (256, 256, 28), (512, 512, 14)].map {
        convolution("3x3s2", $0.0, $0.1, $0.2, kernel: 3, stride: 2)
      }
      + [(256, 512, 56), (512, 1024, 28), (1024, 2048, 14)].map { convolution("1x1s2", $0.0, $0.1, $0.2, stride: 2) }
      + [
        first(64, 224, kernel: 7, stride: 2), first(32, 224, kernel: 3, stride: 2),
        first(64, 224, kernel: 3, stride: 1),
      ]
  }

  /// Shares above 100 % are what the method saves.
  private static var winograd: [Row] {
    // (input channels, output channels, size)
    let shapes = [
      (64, 64, 56), (128, 128, 28), (256, 256, 14), (512, 512, 7), (128, 32, 56), (128, 32, 28), (128, 32, 14),
      (64, 192, 56), (96, 208, 14), (64, 64, 224), (128, 128, 112), (256, 256, 56), (512, 512, 28), (512, 512, 14),
    ]
    return shapes.flatMap { shape in [2, 4, 6].map { winograd($0, shape.0, shape.1, shape.2) } }
  }

  static func winograd(_ outputs: Int, _ input: Int, _ output: Int, _ size: Int) -> Row {
    let shape = ConvolutionShape(inputChannels: input, outputChannels: output, kernel: 3, padding: 1)
    return Row(family: "winograd", name: "F(\(outputs),3) \(input)→\(output) @\(size)") { kernels, pool in
      let layer = WinogradConvolution(
        shape, weights: random(output * input * 9, 1), activation: .relu, outputs: outputs, height: size, width: size,
        kernels: kernels)
      let x = BlockedTensor(
        random(input * size * size, 0), channels: input, height: size, width: size, lanes: kernels.lanes,
        halo: layer.halo(height: size, width: size))
      let y = BlockedTensor(channels: output, height: size, width: size, lanes: kernels.lanes)
      return Work(
        multiplyAdds: shape.multiplyAdds(images: 1, height: size, width: size),
        saving: Double((outputs + 2) * (outputs + 2)) / Double(9 * outputs * outputs),
        bytes: 4 * floats(x, y) + layer.weightBytes
      ) { layer.run(x.view, to: y.view, on: pool) }
    }
  }

  private static var narrow: [Row] {
    // (channels, size, groups, stride): ResNeXt-50 32x4d.
    let grouped = [
      (128, 56, 32, 1), (256, 28, 32, 1), (512, 14, 32, 1), (1024, 7, 32, 1), (256, 56, 32, 2), (512, 28, 32, 2),
    ]
    // (channels, size, kernel, stride)
    let depthwise = [
      (32, 112, 3, 1), (64, 112, 3, 2), (128, 56, 3, 1), (512, 14, 3, 1), (1024, 7, 3, 1), (144, 56, 3, 1),
      (240, 28, 5, 1), (672, 14, 5, 1), (384, 14, 7, 1),
    ]
    // (channels, outputs, size, stride): MobileNet, MobileNet v2, Xception.
    let separable = [(32, 64, 112, 1), (64, 128, 112, 2), (128, 128, 56, 1), (144, 24, 56, 1), (128, 128, 147, 1)]
    return grouped.map { Row.grouped($0.0, $0.1, groups: $0.2, stride: $0.3) }
      + [(128, 56), (256, 28), (512, 14)].map { Row.interleaved($0.0, $0.1, partitions: 4) }
      + depthwise.map { Row.depthwise($0.0, $0.1, kernel: $0.2, stride: $0.3) }
      + separable.map { Row.separable($0.0, $0.1, $0.2, stride: $0.3) }
  }

  private static var memoryBound: [Row] {
    [linear(2048, 1000), linear(4096, 4096), linear(25088, 4096), linear(2048, 1000, images: 8)]
      + [pool(64, 112), pool(192, 28)]
      + [shuffle(116, 28, groups: 2), shuffle(240, 28, groups: 3), shuffle(384, 14, groups: 24)]
  }

  private static func random(_ count: Int, _ tensor: Int) -> [Float] {
    WeightGenerator(seed: 1).kernel(tensor: tensor, count: count, fanIn: 64).values
  }

  private static func floats(_ views: BlockedTensor...) -> Int {
    views.reduce(0) { $0 + $1.view.images * $1.view.blocks * $1.view.pixels * $1.view.lanes }
  }

  static func convolution(
    _ family: String, _ input: Int, _ output: Int, _ size: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1
  ) -> Row {
    let shape = ConvolutionShape(
      inputChannels: input, outputChannels: output, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups)
    return Row(family: family, name: "\(input)→\(output) \(kernel)x\(kernel) s\(stride) g\(groups) @\(size)") {
      kernels, pool in
      let out = shape.outputHeight(size)
      let x = BlockedTensor(
        random(input * size * size, 0), channels: input, height: size, width: size, lanes: kernels.lanes,
        halo: shape.halo(height: size, width: size))
      let y = BlockedTensor(channels: output, height: out, width: out, lanes: kernels.lanes)
      let weights = random(output * shape.inputChannelsPerGroup * kernel * kernel, 1)
      let bytes = 4 * (floats(x, y) + weights.count)
      let multiplyAdds = shape.multiplyAdds(images: 1, height: size, width: size)
      if LanewiseConvolution.supports(shape, lanes: kernels.lanes) {
        let layer = LanewiseConvolution(shape, weights: weights, activation: .relu, kernels: kernels)
        return Work(multiplyAdds: multiplyAdds, bytes: bytes) { layer.run(x.view, to: y.view, on: pool) }
      }
      let layer = DirectConvolution(
        shape, weights: weights, activation: .relu, rowPixels: kernel == 1 && stride == 1 ? out * out : out,
        kernels: kernels)
      return Work(multiplyAdds: multiplyAdds, bytes: bytes) { layer.run(x.view, to: y.view, on: pool) }
    }
  }

  static func grouped(_ channels: Int, _ size: Int, groups: Int, stride: Int) -> Row {
    convolution("grouped", channels, channels, size, kernel: 3, stride: stride, groups: groups)
  }

  static func depthwise(_ channels: Int, _ size: Int, kernel: Int, stride: Int) -> Row {
    convolution("depthwise", channels, channels, size, kernel: kernel, stride: stride, groups: channels)
  }

  /// A depthwise convolution and the 1×1 convolution after it in one step.
  static func separable(_ input: Int, _ output: Int, _ size: Int, stride: Int) -> Row {
    let first = ConvolutionShape(
      inputChannels: input, outputChannels: input, kernel: 3, stride: stride, padding: 1, groups: input)
    let second = ConvolutionShape(inputChannels: input, outputChannels: output)
    return Row(family: "separable", name: "\(input)→\(output) 3x3 s\(stride), 1x1 @\(size)") { kernels, pool in
      let out = first.outputHeight(size)
      let x = BlockedTensor(
        random(input * size * size, 0), channels: input, height: size, width: size, lanes: kernels.lanes,
        halo: first.halo(height: size, width: size))
      let y = BlockedTensor(channels: output, height: out, width: out, lanes: kernels.lanes)
      let layer = SeparableConvolution(
        depthwise: LanewiseConvolution(first, weights: random(input * 9, 1), activation: .relu, kernels: kernels),
        pointwise: DirectConvolution(
          second, weights: random(input * output, 2), activation: .relu, rowPixels: out * out, kernels: kernels))
      return Work(
        multiplyAdds: first.multiplyAdds(images: 1, height: size, width: size)
          + second.multiplyAdds(images: 1, height: out, width: out),
        bytes: 4 * floats(x, y) + layer.weightBytes
      ) { layer.run(x.view, to: y.view, on: pool) }
    }
  }

  static func first(_ output: Int, _ size: Int, kernel: Int, stride: Int) -> Row {
    let shape = ConvolutionShape(
      inputChannels: 3, outputChannels: output, kernel: kernel, stride: stride, padding: kernel / 2)
    return Row(family: "first", name: "3→\(output) \(kernel)x\(kernel) s\(stride) @\(size)") { kernels, pool in
      let out = shape.outputHeight(size)
      let halo = shape.halo(height: size, width: size)
      let image = random(3 * size * size, 0)
      let memory = AlignedBuffer(
        count: PlanarView.count(images: 1, channels: 3, height: size, width: size, halo: halo))
      let x = PlanarView(memory: memory.pointer, images: 1, channels: 3, height: size, width: size, halo: halo)
      let y = BlockedTensor(channels: output, height: out, width: out, lanes: kernels.lanes)
      let layer = DirectConvolution(
        shape, weights: random(output * 3 * kernel * kernel, 1), activation: .relu, rowPixels: out, kernels: kernels)
      return Work(
        multiplyAdds: shape.multiplyAdds(images: 1, height: size, width: size),
        bytes: 4 * (image.count + floats(y)) + layer.weightBytes
      ) {
        image.withUnsafeBufferPointer { x.fill(from: $0.baseAddress!, on: pool) }
        layer.run(x, to: y.view, on: pool)
        withExtendedLifetime(memory) {}
      }
    }
  }

  static func linear(_ input: Int, _ output: Int, images: Int = 1) -> Row {
    let shape = ConvolutionShape(inputChannels: input, outputChannels: output)
    return Row(family: "linear", name: "\(input)→\(output) batch \(images)") { kernels, pool in
      let x = BlockedTensor(
        random(input * images, 0), images: images, channels: input, height: 1, width: 1, lanes: kernels.lanes)
      let y = BlockedTensor(images: images, channels: output, height: 1, width: 1, lanes: kernels.lanes)
      let layer = DirectConvolution(shape, weights: random(output * input, 1), rowPixels: images, kernels: kernels)
      return Work(multiplyAdds: images * input * output, bytes: layer.weightBytes + 4 * floats(x, y)) {
        layer.run(x.view, to: y.view, on: pool)
      }
    }
  }

  /// The secondary part of an interleaved group convolution.
  static func interleaved(_ channels: Int, _ size: Int, partitions: Int) -> Row {
    Row(family: "interleaved", name: "\(channels) in \(partitions) partitions @\(size)") { kernels, pool in
      let x = BlockedTensor(
        random(channels * size * size, 0), channels: channels, height: size, width: size, lanes: kernels.lanes)
      let y = BlockedTensor(channels: channels, height: size, width: size, lanes: kernels.lanes)
      let layer = InterleavedConvolution(
        channels: channels, partitions: partitions, weights: random(channels * partitions, 1), kernels: kernels)!
      return Work(multiplyAdds: channels * partitions * size * size, bytes: 4 * floats(x, y) + layer.weightBytes) {
        layer.run(x.view, to: y.view, on: pool)
      }
    }
  }

  /// ShuffleNet's, and an interleaved group convolution's.
  static func shuffle(_ channels: Int, _ size: Int, groups: Int) -> Row {
    Row(family: "shuffle", name: "\(channels) in \(groups) groups @\(size)") { kernels, pool in
      let x = BlockedTensor(
        random(channels * size * size, 0), channels: channels, height: size, width: size, lanes: kernels.lanes)
      let y = BlockedTensor(channels: channels, height: size, width: size, lanes: kernels.lanes)
      let layer = ChannelGather(DenseKernel.shuffleOrder(channels: channels, groups: groups), kernels: kernels)
      return Work(multiplyAdds: 0, bytes: 4 * floats(x, y)) { layer.run(x.view, to: y.view, on: pool) }
    }
  }

  /// Counts a comparison as a multiply-add, to have something to divide by.
  static func pool(_ channels: Int, _ size: Int) -> Row {
    Row(family: "pool", name: "max 3x3 s2 \(channels) @\(size)") { kernels, pool in
      let axis = PoolAxis(size: size, window: 3, stride: 2, before: 1, after: 1)
      let x = BlockedTensor(
        random(channels * size * size, 0), channels: channels, height: size, width: size, lanes: kernels.lanes)
      let y = BlockedTensor(channels: channels, height: axis.count, width: axis.count, lanes: kernels.lanes)
      let layer = Pooling(.max, rows: axis, columns: axis, kernels: kernels)
      return Work(multiplyAdds: channels * axis.count * axis.count * 9, bytes: 4 * floats(x, y)) {
        layer.run(x.view, to: y.view, on: pool)
      }
    }
  }
}
