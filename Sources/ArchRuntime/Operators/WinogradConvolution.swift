import Microkernels

/// Dense 3×3 convolution of stride 1 by minimal filtering: tiles are transformed, multiplied as (m + 2)² products of
/// matrices, and transformed back, with bias, residual and activation on the way.
///
/// The input's halo must cover `WinogradChoice.halo`. The transformed tiles of a chunk live in scratch memory.
public struct WinogradConvolution: Sendable {
  public let shape: ConvolutionShape
  public let activation: Activation
  let choice: WinogradChoice
  let weights: WinogradWeights
  let kernels: Kernels
  /// What products are added to: the bias comes with the transform.
  fileprivate let zeros: AlignedBuffer

  /// - weights: (output channels, input channels, 3, 3)
  init(
    _ shape: ConvolutionShape, weights: some NumberSource, bias: [Float] = [], activation: Activation = .identity,
    choice: WinogradChoice, kernels: Kernels
  ) {
    self.shape = shape
    self.activation = activation
    self.choice = choice
    self.weights = WinogradWeights(shape, weights: weights, bias: bias, choice: choice, lanes: kernels.lanes)
    self.kernels = kernels
    zeros = AlignedBuffer(count: choice.vectors * kernels.lanes)
  }

  /// F(m×m, 3×3) with m = `outputs` for images of a size; `weights` are (output channels, input channels, 3, 3).
  public init(
    _ shape: ConvolutionShape, weights: some NumberSource, bias: [Float] = [], activation: Activation = .identity,
    outputs: Int,
    images: Int = 1, height: Int, width: Int, kernels: Kernels
  ) {
    precondition(WinogradChoice.applies(to: shape) && [2, 4, 6].contains(outputs))
    let choice = WinogradChoice.of(outputs, shape, images: images, height: height, width: width, kernels: kernels)
    self.init(shape, weights: weights, bias: bias, activation: activation, choice: choice, kernels: kernels)
  }

  /// The zeros that are read around the input.
  public func halo(height: Int, width: Int) -> Halo { choice.halo(shape, height: height, width: width) }

  /// Bytes of packed weights and bias.
  public var weightBytes: Int { (weights.packed.count + weights.bias.count) * MemoryLayout<Float>.stride }

  public func run(
    _ input: BlockedView, to output: BlockedView, adding residual: BlockedView? = nil, on pool: ThreadPool
  ) {
    precondition(input.channels == shape.inputChannels && output.channels == shape.outputChannels)
    precondition(input.halo.covers(choice.halo(shape, height: input.height, width: input.width)))
    let choice = choice.divided(shape, images: input.images, threads: pool.threads)
    let loop = WinogradLoop(self, choice, input: input, output: output, residual: residual)
    let count = choice.chunks(images: input.images)
    let size = choice.scratch(shape, images: input.images, threads: pool.threads, lanes: kernels.lanes)
    let scratch = pool.scratch(size)
    let half = choice.elements * kernels.lanes
    if !size.isShared {
      pool.forEach(count) { chunk, worker in
        let (half, memory) = (scratch[worker], scratch[worker] + half)
        for block in 0..<input.blocks { loop.transformInput(block, chunk, to: memory, half: half) }
        for pass in weights.passes {
          for element in 0..<choice.elements {
            for tile in pass { loop.multiply(element, tile, pass, chunk, memory, sumsOf: pass) }
          }
          for block in loop.blocks(of: pass) { loop.transformOutput(block, chunk, memory, half: half, sumsOf: pass) }
        }
      }
    } else {
      // Too few chunks for a thread each: the threads share every step of one.
      let everything = 0..<weights.tiles.count
      let halves = pool.threads * half
      for chunk in 0..<count {
        pool.forEach(input.blocks) { block, worker in
          loop.transformInput(block, chunk, to: scratch[0] + halves, half: scratch[0] + worker * half)
        }
        for pass in weights.passes {
          pool.forEach(choice.elements * pass.count) { item, _ in
            let tile = pass.lowerBound + item % pass.count
            loop.multiply(item / pass.count, tile, pass, chunk, scratch[0] + halves, sumsOf: everything)
          }
        }
        pool.forEach(output.blocks) { block, worker in
          loop.transformOutput(block, chunk, scratch[0] + halves, half: scratch[0] + worker * half, sumsOf: everything)
        }
      }
    }
  }
}

/// The three steps of a chunk of tiles on given tensors.
private struct WinogradLoop: @unchecked Sendable {
  let layer: WinogradConvolution
  let choice: WinogradChoice
  let input: BlockedView
  let output: BlockedView
  let residual: BlockedView?
  let lanes: Int
  let tiles: Int
  /// Tiles of a whole chunk.
  let chunk: Int

  init(
    _ layer: WinogradConvolution, _ choice: WinogradChoice, input: BlockedView, output: BlockedView,
    residual: BlockedView?
  ) {
    self.layer = layer
    self.choice = choice
    self.input = input
    self.output = output
    self.residual = residual
    lanes = layer.kernels.lanes
    chunk = choice.tilesInChunk
    tiles = input.images * choice.tileRows * choice.tileColumns
  }

  private var inputElementStride: Int { choice.elementStride(blocks: input.blocks, lanes: lanes) }
  private func sumElementStride(blocks: Int) -> Int { choice.elementStride(blocks: blocks, lanes: lanes) }
  private var inputFloats: Int { choice.elements * inputElementStride }

  /// The output blocks of some dense tiles.
  func blocks(of pass: Range<Int>) -> Range<Int> {
    let (first, last) = (layer.weights.tiles[pass.lowerBound], layer.weights.tiles[pass.upperBound - 1])
    return first.firstBlock..<(last.firstBlock + last.vectors)
  }

  private func range(_ index: Int) -> Range<Int> { (index * chunk)..<min((index + 1) * chunk, tiles) }

  /// Calls `body` for the tiles of a chunk that lie side by side.
  private func forEachRun(
    _ index: Int, _ body: (_ image: Int, _ row: Int, _ column: Int, _ tiles: Int, _ firstInChunk: Int) -> Void
  ) {
    let columns = choice.tileColumns
    let range = range(index)
    var tile = range.lowerBound
    while tile < range.upperBound {
      let column = tile % columns
      let count = min(columns - column, range.upperBound - tile)
      let row = tile / columns
      body(row / choice.tileRows, row % choice.tileRows, column, count, tile - range.lowerBound)
      tile += count
    }
  }

  func transformInput(
    _ block: Int, _ index: Int, to memory: UnsafeMutablePointer<Float>, half: UnsafeMutablePointer<Float>
  ) {
    let outputs = choice.outputs
    let kernel = layer.kernels.winograd(outputs: outputs).input
    forEachRun(index) { image, row, column, count, first in
      let source =
        input.row(image: image, block: block, row: row * outputs - layer.shape.padding.top)
        + (column * outputs - layer.shape.padding.left) * lanes
      var task = WinogradInputTask(
        input: source, rowStride: input.rowStride, output: memory + (block * chunk + first) * lanes,
        elementStride: inputElementStride, tiles: count, half: half)
      kernel(&task)
    }
  }

  /// One element of one dense tile; the sums of `sumsOf`'s blocks stand after the inputs.
  func multiply(
    _ element: Int, _ number: Int, _ pass: Range<Int>, _ index: Int, _ memory: UnsafeMutablePointer<Float>,
    sumsOf: Range<Int>
  ) {
    let tile = layer.weights.tiles[number]
    let count = range(index).count
    let blocks = blocks(of: sumsOf)
    let sums = memory + inputFloats + element * sumElementStride(blocks: blocks.count)
    let offset = layer.weights.offset(element: element, tile: tile, pass: pass)
    var task = ConvolutionTask(
      input: memory + element * inputElementStride, weights: layer.weights.packed.pointer + offset,
      bias: layer.zeros.pointer, output: sums + (tile.firstBlock - blocks.lowerBound) * chunk * lanes)
    task.blocks = tile.inputBlocks
    task.blockStride = chunk * lanes
    task.lanes = lanes
    task.lastLanes = tile.lastLanes
    task.laneStride = 1
    task.pixelStride = lanes
    task.outputPixelStride = lanes
    task.outputBlockStride = chunk * lanes
    // The weights of the next product follow on these.
    let end = offset + tile.weightCount
    let steps = layer.shape.inputChannels
    var ahead = WeightsAhead(
      layer.weights.packed.pointer + end, count: min(tile.weightCount, layer.weights.packed.count - end),
      steps: layer.kernels.tiles(pixels: count, vectors: tile.vectors) * steps)
    task.run(pixels: count, vectors: tile.vectors, steps: steps, &ahead, layer.kernels)
  }

  func transformOutput(
    _ block: Int, _ index: Int, _ memory: UnsafeMutablePointer<Float>, half: UnsafeMutablePointer<Float>,
    sumsOf: Range<Int>
  ) {
    let blocks = blocks(of: sumsOf)
    let sums = memory + inputFloats + (block - blocks.lowerBound) * chunk * lanes
    let elementStride = sumElementStride(blocks: blocks.count)
    let outputs = choice.outputs
    let kernel = layer.kernels.winograd(outputs: outputs).output
    let bounds = layer.activation.bounds
    forEachRun(index) { image, row, column, count, firstTile in
      let y = row * outputs
      let x = column * outputs
      let target = output.row(image: image, block: block, row: y) + x * lanes
      var task = WinogradOutputTask(
        input: sums + firstTile * lanes, elementStride: elementStride, tiles: count, half: half,
        bias: layer.weights.bias.pointer + block * lanes, output: target, outputRowStride: output.rowStride,
        rows: min(outputs, output.height - y), columns: min(count * outputs, output.width - x))
      if let residual {
        task.residual = UnsafePointer(residual.row(image: image, block: block, row: y) + x * lanes)
        task.residualRowStride = residual.rowStride
      }
      (task.low, task.high) = bounds ?? (-.infinity, .infinity)
      kernel(&task)
      if bounds == nil {
        for line in 0..<task.rows {
          let start = target + line * output.rowStride
          layer.kernels.table.activate(layer.activation, start, start, task.columns)
        }
      }
    }
  }
}
