/// The product of two tensors as matrices: (…, rows, inner) · (…, inner, columns), what comes before stretched.
public struct MatrixProduct: Sendable {
  private let inner: Int
  private let columns: Int
  private let loop: RowLoop

  public init(_ a: [Int], _ b: [Int], output: [Int]) {
    let (rows, inner, columns) = (a[a.count - 2], a[a.count - 1], b[b.count - 1])
    (self.inner, self.columns) = (inner, columns)
    let outer = Array(output.dropLast(2))
    // A row of the output is an item: its offsets are those of its row of `a`, its matrix `b` and itself.
    let left = RowMajorView.strides(of: Array(a.dropLast(2)), stretchedTo: outer).map { $0 * rows * inner }
    let right = RowMajorView.strides(of: Array(b.dropLast(2)), stretchedTo: outer).map { $0 * inner * columns }
    loop = RowLoop(
      outer + [rows, columns],
      strides: [left + [inner, 0], right + [0, 1], RowMajorView.strides(outer + [rows, columns])])
  }

  /// Sums grow in the order of `inner`, whatever the split.
  public func run(_ a: RowMajorView, _ b: RowMajorView, to output: RowMajorView, on pool: ThreadPool) {
    loop.forEach(on: pool) { offsets in
      let line = a.base + offsets[0]
      let matrix = b.base + offsets[1]
      let sums = output.base + offsets[2]
      sums.update(repeating: 0, count: columns)
      for place in 0..<inner {
        let factor = line[place]
        let row = matrix + place * columns
        for column in 0..<columns { sums[column] += factor * row[column] }
      }
    }
  }
}

/// A sum over products of all operands, with a stride for each letter.
public struct EinsteinSum: Sendable {
  private let loop: RowLoop
  private let summed: [Int]
  /// For each operand its strides along the summed letters.
  private let strides: [[Int]]
  private let operands: Int

  /// - letters: of each operand's axes; extents of 1 are stretched.
  public init(_ operands: [[Int]], _ letters: [[Character]], result: [Character]) {
    var extents: [Character: Int] = [:]
    var steps: [[Character: Int]] = []
    for (shape, names) in zip(operands, letters) {
      var own: [Character: Int] = [:]
      for (name, (extent, stride)) in zip(names, zip(shape, RowMajorView.strides(shape))) {
        extents[name] = max(extents[name] ?? 1, extent)
        // A letter that stands twice is a diagonal.
        if extent != 1 { own[name, default: 0] += stride }
      }
      steps.append(own)
    }
    let rest = extents.keys.filter { !result.contains($0) }.sorted()
    summed = rest.map { extents[$0]! }
    strides = steps.map { own in rest.map { own[$0] ?? 0 } }
    self.operands = operands.count
    let output = result.map { extents[$0]! }
    // One place to a row: the sums are the inner loops.
    loop = RowLoop(
      output + [1],
      strides: steps.map { own in result.map { own[$0] ?? 0 } + [0] } + [RowMajorView.strides(output) + [1]])
  }

  public func run(_ inputs: [RowMajorView], to output: RowMajorView, on pool: ThreadPool) {
    let count = summed.reduce(1, *)
    loop.forEach(on: pool) { offsets in
      var sum = 0.0
      for index in 0..<count {
        var product = 1.0
        for operand in 0..<operands {
          var (rest, place) = (index, offsets[operand])
          for axis in summed.indices.reversed() {
            place += rest % summed[axis] * strides[operand][axis]
            rest /= summed[axis]
          }
          product *= Double(inputs[operand].base[place])
        }
        sum += product
      }
      output.base[offsets[operands]] = Float(sum)
    }
  }
}
