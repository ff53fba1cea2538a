/// Numbers that are made or read where they are wanted, piece by piece.
///
/// A kernel is packed into the order in which its tiles read it: were it handed over as an array, a layer's weights
/// would lie in memory twice meanwhile, and a linear layer has hundreds of megabytes.
public protocol NumberSource: Sendable {
  var count: Int { get }
  /// Writes the numbers from place `start` on; `target` ends before the last of them or with it.
  func read(from start: Int, into target: UnsafeMutableBufferPointer<Float>)
}

extension NumberSource {
  /// All of them at once.
  public var values: [Float] {
    if let array = self as? [Float] { return array }
    return Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      read(from: 0, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }
}

extension [Float]: NumberSource {
  public func read(from start: Int, into target: UnsafeMutableBufferPointer<Float>) {
    precondition(start >= 0 && start + target.count <= count, "the numbers are there")
    withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      target.baseAddress?.update(from: base + start, count: target.count)
    }
  }
}

/// Numbers of which each run of `each` is multiplied by a factor of its own: a normalisation folded into a kernel.
struct ScaledNumbers: NumberSource {
  let source: any NumberSource
  let factors: [Float]
  let each: Int

  var count: Int { source.count }

  func read(from start: Int, into target: UnsafeMutableBufferPointer<Float>) {
    source.read(from: start, into: target)
    var place = 0
    while place < target.count {
      let run = (start + place) / each
      let end = min(target.count, (run + 1) * each - start)
      let factor = factors[run]
      while place < end {
        target[place] *= factor
        place += 1
      }
    }
  }
}
