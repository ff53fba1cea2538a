/// An array of any rank without gaps, the last axis fastest: what operators with numbered axes work on.
///
/// A view does not own its memory, which reaches to the next multiple of 16 floats.
public struct RowMajorView: @unchecked Sendable {
  public var base: UnsafeMutablePointer<Float>
  public var extents: [Int]

  public init(_ base: UnsafeMutablePointer<Float>, _ extents: [Int]) {
    self.base = base
    self.extents = extents
  }

  public var rank: Int { extents.count }
  public var count: Int { extents.reduce(1, *) }

  /// Floats from a place to the next, for each axis.
  public static func strides(_ extents: [Int]) -> [Int] {
    var strides = extents
    var stride = 1
    for axis in extents.indices.reversed() {
      strides[axis] = stride
      stride *= extents[axis]
    }
    return strides
  }

  /// The strides with which an array is read as one of larger extents: 0 along axes that are stretched.
  public static func strides(of extents: [Int], stretchedTo output: [Int]) -> [Int] {
    let own = strides(extents)
    let missing = output.count - extents.count
    return output.indices.map { axis in
      axis < missing || extents[axis - missing] == 1 ? 0 : own[axis - missing]
    }
  }
}

/// All rows of a box of places, an inner loop's worth at a time.
struct RowLoop: Sendable {
  /// The extents before the last.
  let outer: [Int]
  /// The last extent: the length of a row.
  let count: Int
  /// For each operand, its strides along the outer axes and along the row.
  let strides: [(outer: [Int], inner: Int)]

  init(_ extents: [Int], strides: [[Int]]) {
    outer = Array(extents.dropLast())
    count = extents.last ?? 1
    self.strides = strides.map { (Array($0.dropLast()), $0.last ?? 1) }
  }

  /// Calls `body` with the offsets of each operand at the start of each row.
  func forEach(on pool: ThreadPool, _ body: @Sendable (_ offsets: [Int]) -> Void) {
    let rows = count == 0 ? 0 : outer.reduce(1, *)
    // So many rows to an item that the work outweighs handing it out.
    let each = max(1, 4096 / max(1, count))
    pool.forEach((rows + each - 1) / each) { item, _ in
      var offsets = [Int](repeating: 0, count: strides.count)
      for row in (item * each)..<min((item + 1) * each, rows) {
        for operand in offsets.indices { offsets[operand] = 0 }
        var rest = row
        for axis in outer.indices.reversed() {
          let place = rest % outer[axis]
          rest /= outer[axis]
          for operand in offsets.indices { offsets[operand] += place * strides[operand].outer[axis] }
        }
        body(offsets)
      }
    }
  }
}

extension BlockedView {
  /// Copies (pixels, channels) into a view of one image of one row; the lanes after the last channel become zero.
  func fill(fromVectors vectors: RowMajorView, on pool: ThreadPool) {
    pool.forEach(blocks) { block, _ in
      let here = min(lanes, channels - block * lanes)
      let target = row(image: 0, block: block, row: 0)
      for pixel in 0..<width {
        let source = vectors.base + pixel * channels + block * lanes
        (target + pixel * lanes).update(from: source, count: here)
        (target + pixel * lanes + here).update(repeating: 0, count: lanes - here)
      }
    }
  }

  /// Copies a view of one image of one row to (pixels, channels).
  func write(toVectors vectors: RowMajorView, on pool: ThreadPool) {
    pool.forEach(blocks) { block, _ in
      let here = min(lanes, channels - block * lanes)
      let source = row(image: 0, block: block, row: 0)
      for pixel in 0..<width {
        (vectors.base + pixel * channels + block * lanes).update(from: source + pixel * lanes, count: here)
      }
    }
  }
}
