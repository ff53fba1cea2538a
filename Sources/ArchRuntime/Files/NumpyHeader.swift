/// The header of an `.npy` file: a Python dictionary of three entries.
struct NumpyHeader {
  var type: NumpyType
  var isFortran: Bool
  var shape: [Int]

  /// The number of elements; `nil` where it leaves the range of integers.
  var count: Int? {
    if shape.contains(0) { return 0 }
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      count = product
    }
    return count
  }

  /// - Throws: ``NumpyError`` where an entry is missing or is not understood.
  init(_ text: String) throws {
    guard let descriptor = Self.entry("descr", of: text) else { throw NumpyError("its header does not say a type") }
    guard let quote = descriptor.first, quote == "'" || quote == "\"" else {
      throw NumpyError("it holds records, not numbers")
    }
    let name = String(descriptor.dropFirst().prefix { $0 != quote })
    guard let type = NumpyType(name) else {
      throw NumpyError("it holds '\(name.prefix(40))', which are no real numbers; save it as float32")
    }
    self.type = type
    guard let order = Self.entry("fortran_order", of: text) else {
      throw NumpyError("its header does not say the order")
    }
    if order.hasPrefix("True") {
      isFortran = true
    } else if order.hasPrefix("False") {
      isFortran = false
    } else {
      throw NumpyError("its order is neither True nor False")
    }
    guard let tuple = Self.entry("shape", of: text), tuple.first == "(", let end = tuple.firstIndex(of: ")") else {
      throw NumpyError("its header does not say a shape")
    }
    let parts = tuple[tuple.index(after: tuple.startIndex)..<end].split(separator: ",").map { $0.filter { $0 != " " } }
    shape = []
    for (index, part) in parts.enumerated() where !(part.isEmpty && index == parts.count - 1) {
      let digits = part.last == "L" ? String(part.dropLast()) : part  // Python 2
      guard let extent = Int(digits), extent >= 0 else {
        throw NumpyError("its shape has '\(part.prefix(20))' for an extent")
      }
      shape.append(extent)
    }
    guard shape.count <= 32 else { throw NumpyError("its shape has \(shape.count) extents") }
  }

  /// What follows a key and its colon.
  private static func entry(_ key: String, of text: String) -> Substring? {
    for quote in ["'", "\""] {
      guard let range = text.firstRange(of: quote + key + quote) else { continue }
      var rest = text[range.upperBound...].drop { $0 == " " }
      guard rest.first == ":" else { continue }
      rest = rest.dropFirst().drop { $0 == " " }
      return rest
    }
    return nil
  }
}

/// A type of numbers, as `<f4`.
struct NumpyType {
  private enum Kind { case signed, unsigned, floating }

  private let kind: Kind
  let size: Int
  private let isBigEndian: Bool

  /// - Returns: `nil` for complex numbers, texts, dates and objects.
  init?(_ name: String) {
    var rest = Substring(name)
    var order = rest.first
    if let first = order, "<>=|".contains(first) { rest.removeFirst() } else { order = "=" }
    guard let letter = rest.first, let size = Int(rest.dropFirst()) else { return nil }
    switch (letter, size) {
    case ("f", 2), ("f", 4), ("f", 8): kind = .floating
    case ("i", 1), ("i", 2), ("i", 4), ("i", 8): kind = .signed
    case ("u", 1), ("u", 2), ("u", 4), ("u", 8), ("b", 1): kind = .unsigned
    default: return nil
    }
    self.size = size
    isBigEndian = order == ">"
  }

  func value(_ data: UnsafeRawBufferPointer, _ index: Int) -> Float {
    var bits: UInt64 = 0
    for byte in 0..<size {
      bits |= UInt64(data[index * size + byte]) << UInt64(8 * (isBigEndian ? size - 1 - byte : byte))
    }
    switch (kind, size) {
    case (.floating, 2): return Self.half(UInt16(bits))
    case (.floating, 4): return Float(bitPattern: UInt32(bits))
    case (.floating, _): return Float(Double(bitPattern: bits))
    case (.unsigned, _): return Float(bits)
    case (.signed, _):
      let shift = UInt64(64 - 8 * size)
      return Float(Int64(bitPattern: bits << shift) >> Int64(shift))
    }
  }

  /// IEEE 754 half precision; Swift's `Float16` does not exist on every platform.
  private static func half(_ bits: UInt16) -> Float {
    let (exponent, fraction) = (UInt32(bits >> 10) & 31, UInt32(bits & 0x3ff))
    let magnitude: Float
    switch exponent {
    case 0: magnitude = Float(fraction) * 0x1p-24
    case 31: magnitude = fraction == 0 ? .infinity : .nan
    default: magnitude = Float(bitPattern: (exponent + 112) << 23 | fraction << 13)
    }
    return bits >> 15 == 0 ? magnitude : -magnitude
  }
}
