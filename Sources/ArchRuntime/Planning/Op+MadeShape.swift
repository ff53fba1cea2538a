import ArchAlgebra
import ArchIR

extension Op where D == Int {
  /// The extents of what the operator's kernel makes of memory with these extents, by the kernel's own loops: how many
  /// windows lie in the image, how many channels are copied. The rules that predicted the shape have no part in it.
  ///
  /// - Returns: `nil` for operators on arrays, whose kernels are told what to make.
  func madeShape(_ inputs: [TensorShape]) -> TensorShape? {
    guard var shape = inputs.first else { return nil }
    switch self {
    case .convolution(let convolution):
      let own = ConvolutionShape(convolution, inputChannels: shape.channels)
      shape.channels = own.outputChannels
      if convolution.isTransposed {
        let added = rowsAndColumns(convolution.outputPadding, default: 0)
        shape.height =
          (shape.height - 1) * own.strideHeight + own.spanHeight + added.rows - own.padding.top - own.padding.bottom
        shape.width =
          (shape.width - 1) * own.strideWidth + own.spanWidth + added.columns - own.padding.left - own.padding.right
      } else {
        (shape.height, shape.width) = (own.outputHeight(shape.height), own.outputWidth(shape.width))
      }
    case .linear(let linear): (shape.channels, shape.height, shape.width) = (linear.outputFeatures, 1, 1)
    case .pool(let pool):
      let (rows, columns) = pool.axes(height: shape.height, width: shape.width)
      (shape.height, shape.width) = (rows.count, columns.count)
    case .adaptivePool(let pool):
      let output = rowsAndColumns(pool.output, default: 1)
      shape.height = PoolAxis(size: shape.height, adaptiveTo: output.rows).count
      shape.width = PoolAxis(size: shape.width, adaptiveTo: output.columns).count
    case .multiply: shape = inputs.max { $0.pixels < $1.pixels }!
    case .concatenation: shape.channels = inputs.reduce(0) { $0 + $1.channels }
    case .permutation(.explicit(let order)): shape.channels = order.count
    case .slice(let slice): shape.channels = slice.count
    case .padding(let padding):
      let (before, after) = (rowsAndColumns(padding.before, default: 0), rowsAndColumns(padding.after, default: 0))
      shape.height += before.rows + after.rows
      shape.width += before.columns + after.columns
    case .channelPadding(let padding): shape.channels += padding.before + padding.after
    case .flatten: (shape.channels, shape.height, shape.width) = (shape.channels * shape.pixels, 1, 1)
    case .upsample(let upsample):
      let scale = rowsAndColumns(upsample.scale, default: 1)
      (shape.height, shape.width) = (shape.height * scale.rows, shape.width * scale.columns)
    case .normalization, .activation, .add, .permutation(.shuffle), .dropout, .localResponseNormalization, .scale,
      .constantScale:
      break
    case .input, .tensor: return nil
    }
    return shape
  }
}

extension ArchIR.Pool where D == Int {
  /// The windows along the rows and along the columns of an image.
  func axes(height: Int, width: Int) -> (rows: PoolAxis, columns: PoolAxis) {
    let window = rowsAndColumns(kernel, default: 1)
    let step = rowsAndColumns(stride, default: 1)
    let before = rowsAndColumns(padding.before, default: 0)
    let after = rowsAndColumns(padding.after, default: 0)
    let gap = rowsAndColumns(dilation, default: 1)
    return (
      PoolAxis(
        size: height, window: window.rows, stride: step.rows, before: before.rows, after: after.rows,
        dilation: gap.rows, ceil: roundsUp, countsPadding: countsPadding),
      PoolAxis(
        size: width, window: window.columns, stride: step.columns, before: before.columns, after: after.columns,
        dilation: gap.columns, ceil: roundsUp, countsPadding: countsPadding)
    )
  }
}
