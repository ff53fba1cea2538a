extension TensorReference {
  /// The elements as doubles or integers.
  public enum Elements: Sendable, Hashable {
    case integers([Int])
    case numbers([Double])
  }

  /// Reads the elements.
  ///
  /// - Parameter limit: the most elements that are read.
  /// - Returns: `nil` for more elements than the limit, and for types that are not understood.
  /// - Throws: ``ModelError`` where the data is shorter or longer than the extents say.
  public func elements(limit: Int) throws -> Elements? {
    let count = count
    guard count <= limit else { return nil }
    if count == 0 { return type.isFloatingPoint ? .numbers([]) : .integers([]) }
    let offset = message.range.lowerBound
    func check(_ found: Int) throws {
      guard found == count else {
        throw ModelError("tensor '\(name)' has \(found) elements where its extents give \(count)", offset: offset)
      }
    }
    if let raw = try rawBytes() {
      guard let size = type.size else { return nil }
      guard raw.range.count.isMultiple(of: size), raw.range.count / size == count else {
        throw ModelError(
          "tensor '\(name)' has \(raw.range.count) bytes where its extents give \(count) elements of \(size)",
          offset: offset)
      }
      return decode(raw.bytes, raw.range, size: size)
    }
    if external != nil { return nil }
    switch type {
    case .int64:
      let values = try message.integers(.int64Data, limit: limit)
      try check(values.count)
      return .integers(values)
    case .float:
      let values = try message.floats(.floatData, limit: limit)
      try check(values.count)
      return .numbers(values.map(Double.init))
    case .double:
      let values = try message.doubles(.doubleData, limit: limit)
      try check(values.count)
      return .numbers(values)
    default:
      guard !type.isFloatingPoint, type.size != nil else { return nil }
      let values = try message.integers(.int32Data, limit: limit)
      try check(values.count)
      return .integers(values)
    }
  }

  /// The elements of a tensor of floating-point numbers, of any size.
  ///
  /// - Returns: `nil` for types that are none, and where the tensor is kept in a file that is not there.
  /// - Throws: ``ModelError`` where the data is shorter or longer than the extents say.
  public func floats() throws -> [Float]? {
    if let mapped = try mappedFloats() {
      return Array(unsafeUninitializedCapacity: mapped.count) { buffer, initialized in
        mapped.copy(from: 0, into: UnsafeMutableBufferPointer(rebasing: buffer[..<mapped.count]))
        initialized = mapped.count
      }
    }
    guard type.isFloatingPoint, case .numbers(let numbers)? = try elements(limit: .max) else { return nil }
    return numbers.map { Float($0) }
  }

  /// Whether there are as many elements as the extents say, without reading them: those in another file may not be there.
  ///
  /// - Throws: ``ModelError`` where there are more or fewer.
  public var isPresent: Bool {
    get throws {
      guard let size = type.size, let raw = try rawBytes() else { return try external == nil && floats() != nil }
      guard raw.range.count.isMultiple(of: size), raw.range.count / size == count else {
        throw ModelError(
          "tensor '\(name)' has \(raw.range.count) bytes where its extents give \(count) elements of \(size)")
      }
      return true
    }
  }

  /// Where the raw bytes lie: in the model, or mapped from the file beside it; `nil` where they are not stored raw, or
  /// not there.
  public func rawBytes() throws -> (bytes: ModelBytes, range: Range<Int>)? {
    guard let external else { return message.data(.rawData).map { (message.bytes, $0) } }
    guard let folder, let bytes = try ExternalData.open(external.location, of: name, in: folder) else { return nil }
    let (whole, isTooLong) = count.multipliedReportingOverflow(by: type.size ?? 0)
    let length = external.length ?? whole
    guard !isTooLong, external.offset <= bytes.count, length <= bytes.count - external.offset else {
      throw ModelError("external data of tensor '\(name)' ends beyond its file '\(external.location)'")
    }
    return (bytes, external.offset..<(external.offset + length))
  }

  /// Little-endian elements, as ONNX stores them.
  private func decode(_ bytes: ModelBytes, _ range: Range<Int>, size: Int) -> Elements? {
    let raw = bytes.bytes(range)
    func bits(_ index: Int) -> UInt64 {
      var result: UInt64 = 0
      for byte in 0..<size { result |= UInt64(raw[index * size + byte]) << UInt64(8 * byte) }
      return result
    }
    let indices = 0..<(range.count / size)
    switch type {
    case .float: return .numbers(indices.map { Double(Float(bitPattern: UInt32(bits($0)))) })
    case .double: return .numbers(indices.map { Double(bitPattern: bits($0)) })
    case .float16: return .numbers(indices.map { Double(HalfFloat.value(UInt16(bits($0)))) })
    case .bfloat16: return .numbers(indices.map { Double(Float(bitPattern: UInt32(bits($0)) << 16)) })
    default:
      guard !type.isFloatingPoint else { return nil }
      let isSigned = [3, 5, 6, 7].contains(type.rawValue)
      let shift = UInt64(64 - 8 * size)
      return .integers(
        indices.map { index in
          let value = bits(index)
          return isSigned ? Int(Int64(bitPattern: value << shift) >> Int64(shift)) : Int(truncatingIfNeeded: value)
        })
    }
  }
}

/// IEEE 754 half precision; Swift's `Float16` does not exist on every platform.
enum HalfFloat {
  static func value(_ bits: UInt16) -> Float {
    let (exponent, fraction) = (Int(bits >> 10) & 31, UInt32(bits & 0x3ff))
    let magnitude: Float
    switch exponent {
    case 0: magnitude = Float(fraction) * 0x1p-24
    case 31: magnitude = fraction == 0 ? .infinity : .nan
    default: magnitude = Float(bitPattern: UInt32(exponent + 112) << 23 | fraction << 13)
    }
    return bits >> 15 == 0 ? magnitude : -magnitude
  }
}
