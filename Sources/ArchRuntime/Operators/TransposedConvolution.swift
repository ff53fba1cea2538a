import Microkernels

/// Transposed convolution as one ordinary convolution for each phase of the stride.
///
/// Output row y gathers kernel row k from input row (y + padding - k·dilation) / stride where that divides. Output rows
/// with the same y mod stride use the same kernel rows, so the outputs of one phase are a stride-1 convolution with a
/// part of the kernel, whose results lie `stride` pixels apart. Nothing is multiplied by inserted zeros.
public struct TransposedConvolution: Sendable {
  public let shape: ConvolutionShape
  public let activation: Activation
  let phases: [Phase]
  let kernels: Kernels

  /// One residue of rows and columns.
  struct Phase: Sendable {
    let rows: PhaseTaps
    let columns: PhaseTaps
    let weights: DenseWeights
  }

  /// `shape` is read as for the forward operator: `padding` shortens the output, whose size is
  /// (input - 1)·stride - padding + span + output padding. Weights are (input channels, output channels of a group,
  /// kernel height, kernel width), as frameworks keep them.
  public init(
    _ shape: ConvolutionShape, weights: [Float], bias: [Float] = [], activation: Activation = .identity,
    kernels: Kernels
  ) {
    self.shape = shape
    self.activation = activation
    self.kernels = kernels
    let (rows, columns) = Self.taps(shape)
    phases = rows.flatMap { row in
      columns.map { column in
        Phase(rows: row, columns: column, weights: Self.pack(shape, row, column, weights, bias, kernels))
      }
    }
  }

  /// Cycles of one core, everything at hand.
  func cycles(_ output: TensorShape) -> Double {
    let width = (output.width + shape.strideWidth - 1) / shape.strideWidth
    let rows = Double(output.images * output.height) / Double(shape.strideHeight)
    return phases.reduce(0) { total, phase in
      let taps = phase.rows.taps.count * phase.columns.taps.count
      return total + rows * phase.weights.cycles(rowPixels: width, taps: taps, kernels)
    }
  }

  public func outputHeight(_ height: Int, outputPadding: Int = 0) -> Int {
    (height - 1) * shape.strideHeight - shape.padding.top - shape.padding.bottom + shape.spanHeight + outputPadding
  }

  public func outputWidth(_ width: Int, outputPadding: Int = 0) -> Int {
    (width - 1) * shape.strideWidth - shape.padding.left - shape.padding.right + shape.spanWidth + outputPadding
  }

  /// The zeros that must surround an input of that size.
  public static func halo(
    _ shape: ConvolutionShape, height: Int, width: Int, outputHeight: Int, outputWidth: Int
  ) -> Halo {
    let (rows, columns) = taps(shape)
    var halo = Halo.none
    for row in rows {
      let reach = row.reach(outputs: outputHeight, stride: shape.strideHeight, inputs: height)
      halo = halo.union(Halo(top: reach.before, bottom: reach.after))
    }
    for column in columns {
      let reach = column.reach(outputs: outputWidth, stride: shape.strideWidth, inputs: width)
      halo = halo.union(Halo(left: reach.before, right: reach.after))
    }
    return halo
  }

  private static func taps(_ shape: ConvolutionShape) -> (rows: [PhaseTaps], columns: [PhaseTaps]) {
    let rows = (0..<shape.strideHeight).map {
      PhaseTaps(
        phase: $0, kernel: shape.kernelHeight, stride: shape.strideHeight, dilation: shape.dilationHeight,
        padding: shape.padding.top)
    }
    let columns = (0..<shape.strideWidth).map {
      PhaseTaps(
        phase: $0, kernel: shape.kernelWidth, stride: shape.strideWidth, dilation: shape.dilationWidth,
        padding: shape.padding.left)
    }
    return (rows, columns)
  }

  /// Floats of weights and bias of all phases.
  static func weightCount(_ shape: ConvolutionShape, lanes: Int) -> Int {
    let (rows, columns) = taps(shape)
    return rows.reduce(0) { total, row in
      columns.reduce(total) { $0 + DenseWeights.count(part(of: shape, row, $1), lanes: lanes) }
    }
  }

  public var weightBytes: Int {
    phases.reduce(0) { $0 + $1.weights.packed.count + $1.weights.bias.count } * MemoryLayout<Float>.stride
  }

  public func run(_ input: BlockedView, to output: BlockedView, on pool: ThreadPool) {
    precondition(input.channels == shape.inputChannels && output.channels == shape.outputChannels)
    let needed = Self.halo(
      shape, height: input.height, width: input.width, outputHeight: output.height, outputWidth: output.width)
    precondition(input.halo.covers(needed), "the halo covers what the phases read")
    for phase in phases {
      let y = phase.rows.phase
      let x = phase.columns.phase
      guard y < output.height, x < output.width else { continue }
      DenseLoop(
        weights: phase.weights, kernels: kernels,
        input: UnsafePointer(input.base) + phase.rows.firstInput * input.rowStride + phase.columns.firstInput
          * input.lanes,
        inputImageStride: input.imageStride, inputBlockStride: input.blockStride, inputLaneStride: 1,
        inputRowStep: input.rowStride, inputPixelStep: input.lanes,
        tapRows: phase.rows.taps.count, tapRowStride: phase.rows.inputStep * input.rowStride,
        tapColumns: phase.columns.taps.count, tapColumnStride: phase.columns.inputStep * input.lanes,
        output: output.base + y * output.rowStride + x * output.lanes,
        outputImageStride: output.imageStride, outputBlockStride: output.blockStride,
        outputRowStride: shape.strideHeight * output.rowStride, outputPixelStride: shape.strideWidth * output.lanes,
        residual: nil, activation: activation.bounds == nil ? .identity : activation, images: input.images,
        rows: (output.height - y + shape.strideHeight - 1) / shape.strideHeight,
        pixels: (output.width - x + shape.strideWidth - 1) / shape.strideWidth
      ).run(on: pool)
    }
    if activation.bounds == nil {
      Pointwise(activation, kernels: kernels).run(output, to: output, on: pool)
    }
  }

  /// What a phase computes.
  private static func part(of shape: ConvolutionShape, _ rows: PhaseTaps, _ columns: PhaseTaps) -> ConvolutionShape {
    var part = shape
    part.kernelHeight = rows.taps.count
    part.kernelWidth = columns.taps.count
    return part
  }

  /// The part of the kernel that falls on a phase, turned round so that input rows and columns ascend.
  private static func pack(
    _ shape: ConvolutionShape, _ rows: PhaseTaps, _ columns: PhaseTaps, _ weights: [Float], _ bias: [Float],
    _ kernels: Kernels
  ) -> DenseWeights {
    let inGroup = shape.inputChannelsPerGroup
    let outGroup = shape.outputChannelsPerGroup
    var values: [Float] = []
    values.reserveCapacity(shape.outputChannels * inGroup * rows.taps.count * columns.taps.count)
    for output in 0..<shape.outputChannels {
      let group = output / outGroup
      for input in (group * inGroup)..<((group + 1) * inGroup) {
        let kernel = (input * outGroup + output % outGroup) * shape.kernelHeight
        for row in rows.taps {
          for column in columns.taps { values.append(weights[(kernel + row) * shape.kernelWidth + column]) }
        }
      }
    }
    return DenseWeights(
      part(of: shape, rows, columns), weights: values, bias: bias, lanes: kernels.lanes,
      maximumVectors: min(2, kernels.maximumVectors))
  }
}
