import Microkernels

/// Enlarges images by nearest neighbour or bilinear interpolation.
public struct Upsample: Sendable {
  public enum Mode: Sendable {
    case nearest
    /// Between pixel centres; with `alignCorners` between the corner pixels.
    case bilinear(alignCorners: Bool)
  }

  public let mode: Mode
  let kernels: Kernels

  public init(_ mode: Mode, kernels: Kernels) {
    self.mode = mode
    self.kernels = kernels
  }

  public func run(_ input: BlockedView, to output: BlockedView, on pool: ThreadPool) {
    let rows = Sampling(mode, from: input.height, to: output.height)
    let columns = Sampling(mode, from: input.width, to: output.width)
    let kernel = if case .nearest = mode { kernels.table.nearest } else { kernels.table.bilinear }
    pool.forEach(input.images * input.blocks) { item, _ in
      let image = item / input.blocks
      let block = item % input.blocks
      columns.withPointers { left, right, mix in
        for row in 0..<output.height {
          var task = ResampleTask(
            upper: input.row(image: image, block: block, row: Int(rows.first[row])),
            lower: input.row(image: image, block: block, row: Int(rows.second[row])),
            output: output.row(image: image, block: block, row: row), count: output.width, left: left, right: right,
            mix: mix, rowMix: rows.mix[row])
          kernel(&task)
        }
      }
    }
  }

  /// For each place of the output along an axis, the two places of the input and the weight of the second.
  struct Sampling: Sendable {
    let first: [Int32]
    let second: [Int32]
    let mix: [Float]

    init(_ mode: Mode, from inputs: Int, to outputs: Int) {
      let places: [(Int32, Int32, Float)] = (0..<outputs).map { output in
        switch mode {
        case .nearest:
          let place = Int32(output * inputs / outputs)
          return (place, place, 0)
        case .bilinear(let alignCorners):
          let source =
            alignCorners
            ? (outputs > 1 ? Float(output) * Float(inputs - 1) / Float(outputs - 1) : 0)
            : max(0, (Float(output) + 0.5) * Float(inputs) / Float(outputs) - 0.5)
          let place = min(Int(source), inputs - 1)
          return (Int32(place), Int32(min(place + 1, inputs - 1)), source - Float(place))
        }
      }
      first = places.map(\.0)
      second = places.map(\.1)
      mix = places.map(\.2)
    }

    func withPointers<R>(_ body: (UnsafePointer<Int32>, UnsafePointer<Int32>, UnsafePointer<Float>) -> R) -> R {
      first.withUnsafeBufferPointer { first in
        second.withUnsafeBufferPointer { second in
          mix.withUnsafeBufferPointer { body(first.baseAddress!, second.baseAddress!, $0.baseAddress!) }
        }
      }
    }
  }
}
