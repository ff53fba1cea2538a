import Microkernels

/// Operators that look at each value, or at two in the same place, once.
public struct Pointwise: Sendable {
  public let activation: Activation
  let kernels: Kernels

  public init(_ activation: Activation, kernels: Kernels) {
    self.activation = activation
    self.kernels = kernels
  }

  /// Input and output may be the same view.
  public func run(_ input: BlockedView, to output: BlockedView, on pool: ThreadPool) {
    Self.forEachRun(input, output, on: pool) { source, target, pixels, _, _ in
      kernels.table.activate(activation, source, target, pixels)
    }
  }

  /// Calls `body` for every stretch of pixels that is contiguous in both views, with its image and block.
  static func forEachRun(
    _ input: BlockedView, _ output: BlockedView, on pool: ThreadPool,
    _ body:
      @Sendable (
        _ source: UnsafeMutablePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ pixels: Int, _ image: Int,
        _ block: Int
      ) -> Void
  ) {
    precondition(input.channels == output.channels && input.height == output.height && input.width == output.width)
    let together = input.rowsTouch && output.rowsTouch
    let from = together ? input.flattened : input
    let to = together ? output.flattened : output
    pool.forEach(from.images * from.blocks) { item, _ in
      let image = item / from.blocks
      let block = item % from.blocks
      for row in 0..<from.height {
        body(
          from.row(image: image, block: block, row: row), to.row(image: image, block: block, row: row), from.width,
          image, block)
      }
    }
  }
}

/// The sum of two tensors, then an activation.
public struct Addition: Sendable {
  public let activation: Activation
  let kernels: Kernels

  public init(activation: Activation = .identity, kernels: Kernels) {
    self.activation = activation
    self.kernels = kernels
  }

  /// The output may be either input.
  public func run(_ a: BlockedView, _ b: BlockedView, to output: BlockedView, on pool: ThreadPool) {
    let bounds = activation.bounds
    pool.forEach(a.images * a.blocks) { item, _ in
      let image = item / a.blocks
      let block = item % a.blocks
      for row in 0..<a.height {
        let target = output.row(image: image, block: block, row: row)
        kernels.table.add(
          a.row(image: image, block: block, row: row), b.row(image: image, block: block, row: row), target, a.width,
          bounds?.low ?? -.infinity, bounds?.high ?? .infinity)
        if bounds == nil { kernels.table.activate(activation, target, target, a.width) }
      }
    }
  }
}

/// The product of two tensors of one shape, or of a tensor and one value for each of its channels.
public struct Multiplication: Sendable {
  let kernels: Kernels

  public init(kernels: Kernels) { self.kernels = kernels }

  /// `b` has the shape of `a`, or one pixel. The output may be `a`.
  public func run(_ a: BlockedView, _ b: BlockedView, to output: BlockedView, on pool: ThreadPool) {
    let isGate = b.pixels == 1 && a.pixels != 1
    let zeros = AlignedBuffer(count: kernels.lanes)
    pool.forEach(a.images * a.blocks) { item, _ in
      let image = item / a.blocks
      let block = item % a.blocks
      for row in 0..<a.height {
        let source = a.row(image: image, block: block, row: row)
        let target = output.row(image: image, block: block, row: row)
        if isGate {
          let gate = b.row(image: image, block: block, row: 0)
          kernels.table.affine(source, gate, zeros.pointer, target, a.width, -.infinity, .infinity)
        } else {
          kernels.table.multiply(source, b.row(image: image, block: block, row: row), target, a.width)
        }
      }
    }
    withExtendedLifetime(zeros) {}
  }
}

/// x · scale + shift with one scale and shift for each channel, then an activation: batch normalisation on its own.
public struct ChannelAffine: Sendable {
  public let activation: Activation
  /// Applied to the channels while they are read.
  var order: ChannelGather?
  let scale: AlignedBuffer
  let shift: AlignedBuffer
  let kernels: Kernels

  public init(scale: [Float], shift: [Float], activation: Activation = .identity, kernels: Kernels) {
    let rest = [Float](repeating: 0, count: (kernels.lanes - scale.count % kernels.lanes) % kernels.lanes)
    self.scale = AlignedBuffer(scale + rest)
    self.shift = AlignedBuffer(shift + rest)
    self.activation = activation
    self.kernels = kernels
  }

  /// Input and output may be the same view, unless channels change their places.
  public func run(_ input: BlockedView, to output: BlockedView, on pool: ThreadPool) {
    guard let order else { return Pointwise.forEachRun(input, output, on: pool, apply) }
    pool.forEach(output.images * output.blocks) { item, _ in
      let (image, block) = item.quotientAndRemainder(dividingBy: output.blocks)
      for row in 0..<output.height {
        let target = output.row(image: image, block: block, row: row)
        order.copy(block: block, of: image, row: row, in: input, to: target, pixels: output.width)
        apply(target, target, output.width, image, block)
      }
    }
  }

  private func apply(
    _ source: UnsafeMutablePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ pixels: Int, _: Int, _ block: Int
  ) {
    let bounds = activation.bounds
    kernels.table.affine(
      source, scale.pointer + block * kernels.lanes, shift.pointer + block * kernels.lanes, target, pixels,
      bounds?.low ?? -.infinity, bounds?.high ?? .infinity)
    if bounds == nil { kernels.table.activate(activation, target, target, pixels) }
  }
}
