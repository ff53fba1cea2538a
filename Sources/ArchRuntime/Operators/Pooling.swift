import Microkernels

/// Max and average pooling of every kind: the windows decide.
public struct Pooling: Sendable {
  public enum Kind: Sendable { case max, average }

  public let kind: Kind
  public let rows: PoolAxis
  public let columns: PoolAxis
  let kernels: Kernels

  public init(_ kind: Kind, rows: PoolAxis, columns: PoolAxis, kernels: Kernels) {
    self.kind = kind
    self.rows = rows
    self.columns = columns
    self.kernels = kernels
  }

  public func run(_ input: BlockedView, to output: BlockedView, on pool: ThreadPool) {
    precondition(output.height == rows.count && output.width == columns.count && output.channels == input.channels)
    let kernel = kind == .max ? kernels.table.maxPool : kernels.table.averagePool
    // Few blocks with many rows are shared by rows, many blocks by block.
    let rowsEach = input.images * input.blocks >= 4 * pool.threads ? rows.count : 1
    let parts = (rows.count + rowsEach - 1) / rowsEach
    pool.forEach(input.images * input.blocks * parts) { item, _ in
      let image = item / parts / input.blocks
      let block = item / parts % input.blocks
      let first = item % parts * rowsEach
      columns.withPointers { begin, end, scale in
        for row in first..<Swift.min(first + rowsEach, rows.count) {
          let window = rows.window(row)
          var task = PoolTask(
            input: input.row(image: image, block: block, row: window.first),
            output: output.row(image: image, block: block, row: row), count: columns.count, first: begin, end: end,
            scale: scale)
          task.rows = Swift.max(0, (window.end - window.first + rows.step - 1) / rows.step)
          task.rowStride = input.rowStride * rows.step
          task.step = columns.step
          task.rowScale = window.scale
          kernel(&task)
        }
      }
    }
  }
}
