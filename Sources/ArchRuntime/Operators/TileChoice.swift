/// Which dense tile suits a layer: a small model of the core's ports decides how many vectors a tile should have.
enum TileChoice {
  /// Floats of a tile's weights that fit the second-level cache together with as many that are on their way.
  private static let tileFloats = 160_000

  /// The number of vectors with which all pixels and blocks take the fewest cycles.
  ///
  /// - runs: lengths of the runs of output blocks that may share a tile.
  /// - rowPixels: pixels of an output row (of the whole image where rows touch).
  /// - weightsOfVector: floats of weights that each vector of a tile meets. Two tiles' weights, one's in use and the
  ///   next one's on their way, must fit the second-level cache.
  static func vectors(runs: [Int], rowPixels: Int, weightsOfVector: Int = 0, kernels: Kernels) -> Int {
    let candidates = (1...kernels.maximumVectors).filter {
      kernels.maximumPixels(vectors: $0) > 0 && ($0 == 1 || $0 * weightsOfVector <= Self.tileFloats)
    }
    return candidates.min { a, b in
      let left = cycles(vectors: a, runs: runs, rowPixels: rowPixels, kernels)
      let right = cycles(vectors: b, runs: runs, rowPixels: rowPixels, kernels)
      // On a draw the wider tile reads the input fewer times.
      return left == right ? a > b : left < right
    }!
  }

  /// Cycles for one step along the input channels of every tile of a row.
  static func cycles(vectors: Int, runs: [Int], rowPixels: Int, _ kernels: Kernels) -> Double {
    runs.reduce(0) { total, run in
      let rest = run % vectors
      return total + Double(run / vectors) * row(vectors, rowPixels, kernels)
        + (rest == 0 ? 0 : row(rest, rowPixels, kernels))
    }
  }

  private static func row(_ vectors: Int, _ pixels: Int, _ kernels: Kernels) -> Double {
    let split = RowSplit(pixels: pixels, atMost: kernels.maximumPixels(vectors: vectors))
    return Double(split.longTiles) * step(split.longPixels, vectors)
      + Double(split.shortTiles) * step(split.shortPixels, vectors)
  }

  /// Two multiply-adds and two loads a cycle; a sum waits four cycles for itself; about half a cycle goes to the loop.
  private static func step(_ pixels: Int, _ vectors: Int) -> Double {
    let products = Double(pixels * vectors) / 2
    let loads = Double(pixels + vectors) / 2
    return max(products, loads, 4) + 0.5
  }
}
