/// An array of numbers as NumPy's `.npy` files hold them (NEP 1, versions 1.0 to 3.0): what other tools give and take.
public struct NumpyArray: Sendable, Hashable {
  public var shape: [Int]
  /// In row-major order.
  public var values: [Float]

  public init(shape: [Int], values: [Float]) {
    precondition(shape.reduce(1, *) == values.count, "as many values as the shape has")
    (self.shape, self.values) = (shape, values)
  }
}

/// Why a file cannot be read as an array.
public struct NumpyError: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String

  init(_ description: String) { self.description = description }
}

extension NumpyArray {
  /// Reads a file's bytes: numbers of any type, of either byte order and either order of the axes, as 32-bit floats.
  ///
  /// - Throws: ``NumpyError`` for what is no such file or holds something else than numbers.
  public init(_ bytes: UnsafeRawBufferPointer) throws {
    let magic: [UInt8] = [0x93] + "NUMPY".utf8
    guard bytes.count >= 10, zip(bytes, magic).allSatisfy({ $0 == $1 }) else { throw NumpyError("it is no .npy file") }
    let version = bytes[6]
    guard (1...3).contains(version) else { throw NumpyError("its format has version \(version), which is not known") }
    let sizeBytes = version == 1 ? 2 : 4
    guard bytes.count >= 8 + sizeBytes else { throw NumpyError("the file is cut short") }
    let headerCount = (0..<sizeBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = 8 + sizeBytes
    guard headerCount <= 1 << 20, headerCount <= bytes.count - start else {
      throw NumpyError("its header is cut short")
    }
    let text = String(decoding: bytes[start..<(start + headerCount)], as: UTF8.self)
    let header = try NumpyHeader(text)
    guard let count = header.count else { throw NumpyError("its shape \(header.shape) is too large") }
    let data = UnsafeRawBufferPointer(rebasing: bytes[(start + headerCount)...])
    guard data.count.isMultiple(of: header.type.size), data.count / header.type.size == count else {
      throw NumpyError("it has \(data.count) bytes of data where \(count) numbers of \(header.type.size) bytes belong")
    }
    shape = header.shape
    let stored = (0..<count).map { header.type.value(data, $0) }
    values = header.isFortran ? Self.rowMajor(stored, shape) : stored
  }

  /// Reorders numbers whose first axis runs fastest.
  private static func rowMajor(_ stored: [Float], _ shape: [Int]) -> [Float] {
    guard shape.count > 1, !stored.isEmpty else { return stored }
    var strides = [1]
    for extent in shape.dropLast() { strides.append(strides.last! * extent) }
    var place = [Int](repeating: 0, count: shape.count)
    return stored.indices.map { _ in
      let value = stored[zip(place, strides).reduce(0) { $0 + $1.0 * $1.1 }]
      var axis = shape.count - 1
      while axis >= 0 {
        place[axis] += 1
        if place[axis] < shape[axis] { break }
        place[axis] = 0
        axis -= 1
      }
      return value
    }
  }

  /// A shape as NumPy writes it: `(1, 3, 8, 8)`, `(5,)`.
  public static func text(ofShape shape: [Int]) -> String {
    "(" + shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? ",)" : ")")
  }

  /// The file's bytes: version 1.0, little-endian 32-bit floats, the data at a multiple of 64.
  public var file: [UInt8] {
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(Self.text(ofShape: shape)), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes += [UInt8(header.utf8.count & 0xff), UInt8(header.utf8.count >> 8)]
    bytes += header.utf8
    bytes.reserveCapacity(bytes.count + 4 * values.count)
    for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    return bytes
  }
}
