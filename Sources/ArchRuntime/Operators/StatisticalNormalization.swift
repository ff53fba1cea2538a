/// Layer and group normalisation: values are centred and scaled by statistics of the values themselves.
public struct StatisticalNormalization: Sendable {
  /// Whether the statistics are those of the channels of each pixel, or of all pixels of a group of channels.
  public let perPixel: Bool
  public let groups: Int
  /// One for each channel, or none.
  public let scale: [Float]
  public let shift: [Float]
  public let epsilon: Float

  public init(
    perPixel: Bool, groups: Int = 1, scale: [Float], shift: [Float], epsilon: Float = normalizationEpsilon
  ) {
    self.perPixel = perPixel
    self.groups = groups
    self.scale = scale
    self.shift = shift
    self.epsilon = epsilon
  }

  /// Input and output may be the same view.
  public func run(_ input: BlockedView, to output: BlockedView, on pool: ThreadPool) {
    let channels = input.channels / groups
    pool.forEach(input.images * groups * (perPixel ? input.height : 1)) { item, _ in
      let rows = perPixel ? item % input.height..<(item % input.height + 1) : 0..<input.height
      let part = perPixel ? item / input.height : item
      let range = (part % groups * channels)..<((part % groups + 1) * channels)
      if perPixel, groups == 1 {
        normalizePixels(input, output, image: part, row: rows.lowerBound)
      } else if perPixel {
        for column in 0..<input.width { normalize(input, output, part / groups, range, rows, column..<(column + 1)) }
      } else {
        normalize(input, output, part / groups, range, rows, 0..<input.width)
      }
    }
  }

  /// Each pixel of a row by all of its channels, a lane at a time next to the others.
  private func normalizePixels(_ input: BlockedView, _ output: BlockedView, image: Int, row: Int) {
    let lanes = input.lanes
    let count = Double(input.channels)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: lanes) { sums in
      let sums = sums.baseAddress!
      for column in 0..<input.width {
        func total(_ term: (Double) -> Double) -> Double {
          sums.initialize(repeating: 0, count: lanes)
          for block in 0..<input.blocks {
            let values = input.row(image: image, block: block, row: row) + column * lanes
            let used = min(lanes, input.channels - block * lanes)
            for lane in 0..<used { sums[lane] += term(Double(values[lane])) }
          }
          return (0..<lanes).reduce(0) { $0 + sums[$1] }
        }
        let mean = total { $0 } / count
        let variance = total { ($0 - mean) * ($0 - mean) } / count
        let factor = 1 / (variance + Double(epsilon)).squareRoot()
        for block in 0..<input.blocks {
          let values = input.row(image: image, block: block, row: row) + column * lanes
          let target = output.row(image: image, block: block, row: row) + column * lanes
          let first = block * lanes
          for lane in 0..<min(lanes, input.channels - first) {
            let gain = scale.isEmpty ? 1 : Double(scale[first + lane])
            let added = shift.isEmpty ? 0 : Double(shift[first + lane])
            target[lane] = Float((Double(values[lane]) - mean) * factor * gain + added)
          }
        }
      }
    }
  }

  /// In two passes and in double: the variance of large means would be lost otherwise.
  private func normalize(
    _ input: BlockedView, _ output: BlockedView, _ image: Int, _ channels: Range<Int>, _ rows: Range<Int>,
    _ columns: Range<Int>
  ) {
    let lanes = input.lanes
    func forEach(_ body: (_ channel: Int, _ row: Int, _ offset: Int) -> Void) {
      for channel in channels {
        for row in rows { for column in columns { body(channel, row, column * lanes + channel % lanes) } }
      }
    }
    func value(_ channel: Int, _ row: Int, _ offset: Int) -> Double {
      Double(input.row(image: image, block: channel / lanes, row: row)[offset])
    }
    let count = Double(channels.count * rows.count * columns.count)
    var sum = 0.0
    forEach { sum += value($0, $1, $2) }
    let mean = sum / count
    var squares = 0.0
    forEach {
      let difference = value($0, $1, $2) - mean
      squares += difference * difference
    }
    let factor = 1 / (squares / count + Double(epsilon)).squareRoot()
    forEach { channel, row, offset in
      let gain = scale.isEmpty ? 1 : Double(scale[channel])
      let added = shift.isEmpty ? 0 : Double(shift[channel])
      output.row(image: image, block: channel / lanes, row: row)[offset] = Float(
        (value(channel, row, offset) - mean) * factor * gain + added)
    }
  }
}
