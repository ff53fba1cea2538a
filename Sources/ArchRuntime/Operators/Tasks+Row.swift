import Microkernels

extension ConvolutionTask {
  /// Computes so many pixels of a row in tiles of one size or two, while the weights of what follows come nearer.
  ///
  /// - steps: how often a tile's sums gain products.
  mutating func run(pixels: Int, vectors: Int, steps: Int, _ ahead: inout WeightsAhead, _ kernels: Kernels) {
    RowSplit(pixels: pixels, atMost: kernels.maximumPixels(vectors: vectors)).forEachSize { size, count in
      tiles = count
      ahead.prepare(&self, steps: count * steps)
      kernels.convolution(pixels: size, vectors: vectors)(&self)
      input += count * size * pixelStride
      output += count * size * outputPixelStride
      if let residual { self.residual = residual + count * size * residualPixelStride }
    }
  }
}

extension LanewiseTask {
  /// Computes so many pixels of every line in tiles of one size or two, and what the activation does beyond bounds.
  mutating func run(pixels: Int, activation: Activation, _ kernels: Kernels) {
    let (start, bounds) = (output, activation.bounds)
    (low, high) = bounds ?? (-.infinity, .infinity)
    RowSplit(pixels: pixels, atMost: kernels.maximumLanewisePixels).forEachSize { size, count in
      tiles = count
      let kernel = orders == nil ? kernels.depthwise(pixels: size) : kernels.grouped(pixels: size)
      kernel(&self)
      input += count * size * pixelStride
      output += count * size * kernels.lanes
      if let residual { self.residual = residual + count * size * kernels.lanes }
    }
    guard bounds == nil else { return }
    for line in 0..<lines {
      let target = start + line * outputLineStride
      kernels.table.activate(activation, target, target, pixels)
    }
  }
}
