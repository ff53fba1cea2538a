import Microkernels

/// e^x / Σ e^x along one axis.
public struct AxisSoftmax: Sendable {
  private let count: Int
  private let inner: Int
  private let lines: Int
  private let kernels: Kernels

  public init(_ extents: [Int], axis: Int, kernels: Kernels) {
    count = extents[axis]
    inner = extents[(axis + 1)...].reduce(1, *)
    lines = count == 0 ? 0 : extents.reduce(1, *) / count
    self.kernels = kernels
  }

  /// Input and output may be the same view.
  public func run(_ input: RowMajorView, to output: RowMajorView, on pool: ThreadPool) {
    let vectors = count.blocks(of: kernels.lanes)
    let scratch = pool.scratch(Softmax.scratch(count, lanes: kernels.lanes))
    let each = max(1, 1024 / max(1, count))
    let softmax = Softmax(kernels: kernels)
    pool.forEach((lines + each - 1) / each) { item, worker in
      for number in (item * each)..<min((item + 1) * each, lines) {
        let start = number / inner * count * inner + number % inner
        let line = scratch[worker]
        for place in 0..<count { line[place] = input.base[start + place * inner] }
        softmax.normalize(line, channels: count, vectors: vectors)
        for place in 0..<count { output.base[start + place * inner] = line[place] }
      }
    }
  }
}

/// The layer normalisation of transformers: over all extents from an axis on, with a factor and a term for each place.
public struct AxisNormalization: Sendable {
  private let rows: Int
  private let count: Int
  private let scale: [Float]
  private let shift: [Float]
  private let isCentred: Bool
  private let epsilon: Float

  /// - scale, shift: one for each place, or none.
  public init(
    _ extents: [Int], axis: Int, scale: [Float], shift: [Float], isCentred: Bool, epsilon: Float = normalizationEpsilon
  ) {
    count = extents[axis...].reduce(1, *)
    rows = extents[..<axis].reduce(1, *)
    (self.scale, self.shift, self.isCentred, self.epsilon) = (scale, shift, isCentred, epsilon)
  }

  /// In two passes and in double: the variance of large means would be lost otherwise.
  public func run(_ input: RowMajorView, to output: RowMajorView, on pool: ThreadPool) {
    pool.forEach(rows) { row, _ in
      let line = input.base + row * count
      let into = output.base + row * count
      var sum = 0.0
      if isCentred { for place in 0..<count { sum += Double(line[place]) } }
      let mean = sum / Double(max(1, count))
      var squares = 0.0
      for place in 0..<count {
        let difference = Double(line[place]) - mean
        squares += difference * difference
      }
      let factor = 1 / (squares / Double(max(1, count)) + Double(epsilon)).squareRoot()
      for place in 0..<count {
        let gain = scale.isEmpty ? 1 : Double(scale[place])
        let added = shift.isEmpty ? 0 : Double(shift[place])
        into[place] = Float((Double(line[place]) - mean) * factor * gain + added)
      }
    }
  }
}

/// x, or x · slope where x is negative: one slope for all, or one for each place along axis 1.
public struct ParametricRelu: Sendable {
  private let slopes: [Float]
  private let inner: Int
  private let rows: Int

  public init(_ extents: [Int], slopes: [Float]) {
    self.slopes = slopes
    inner = slopes.count == 1 ? extents.reduce(1, *) : extents.dropFirst(2).reduce(1, *)
    rows = slopes.count == 1 ? 1 : extents[0] * extents[1]
  }

  public func run(_ input: RowMajorView, to output: RowMajorView, on pool: ThreadPool) {
    pool.forEach(rows) { row, _ in
      let slope = slopes[row % slopes.count]
      for place in (row * inner)..<((row + 1) * inner) {
        let x = input.base[place]
        output.base[place] = x < 0 ? x * slope : x
      }
    }
  }
}
