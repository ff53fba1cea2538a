/// The 32-bit numbers of a tensor where they lie in its file, for those who need no copy of them.
///
/// The memory that they were read into goes back to the system with the last reference.
public final class MappedFloats: Sendable {
  public let count: Int
  private let bytes: ModelBytes
  private let range: Range<Int>

  fileprivate init(_ bytes: ModelBytes, _ range: Range<Int>) {
    (self.bytes, self.range) = (bytes, range)
    count = range.count / 4
  }

  deinit { bytes.passOver(range) }

  /// Copies the numbers from place `start` on.
  public func copy(from start: Int, into target: UnsafeMutableBufferPointer<Float>) {
    precondition(start >= 0 && start + target.count <= count, "the numbers are there")
    let raw = bytes.bytes((range.lowerBound + 4 * start)..<(range.lowerBound + 4 * (start + target.count)))
    for place in target.indices {
      // Little-endian, as ONNX stores them.
      let bits = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self))
      target.initializeElement(at: place, to: Float(bitPattern: bits))
    }
  }
}

extension TensorReference {
  /// The elements where they lie; `nil` for other types, and where they are not stored raw or not there.
  ///
  /// - Throws: ``ModelError`` where the data is shorter or longer than the extents say.
  public func mappedFloats() throws -> MappedFloats? {
    guard type == .float, let raw = try rawBytes() else { return nil }
    guard raw.range.count.isMultiple(of: 4), raw.range.count / 4 == count else {
      throw ModelError("tensor '\(name)' has \(raw.range.count) bytes where its extents give \(count) numbers of four")
    }
    return MappedFloats(raw.bytes, raw.range)
  }
}
