import ArchONNX
import TestSupport
import Testing

@Suite("The wire format")
struct WireTests {
  /// A message of random fields, and what it must be read as.
  private static func random<F: Field>(_ generator: inout SeededGenerator, _ type: F.Type) -> (
    [UInt8], [(F, WireValue)]
  ) {
    var encoder = WireEncoder()
    var expected: [(F, WireValue)] = []
    let known = Set(F.allCases.map(\.rawValue))
    for _ in 0..<Int.random(in: 0...20, using: &generator) {
      let field = F.allCases.randomElement(using: &generator)!
      if Int.random(in: 0..<4, using: &generator) == 0 {
        // A field that the table does not know, of any wire type, is skipped.
        let number = Int.random(in: 50...100_000, using: &generator)
        guard !known.contains(number) else { continue }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0:
          encoder.key(number, 0)
          encoder.varint(UInt64.random(in: 0...UInt64.max, using: &generator))
        case 1:
          encoder.key(number, 1)
          encoder.fixed(7, 8)
        case 2:
          encoder.key(number, 2)
          encoder.varint(3)
          encoder.raw([1, 2, 3])
        default:
          encoder.key(number, 5)
          encoder.fixed(9, 4)
        }
        continue
      }
      switch field.kind {
      case .integer, .integers:
        // Every length of a varint.
        let value = UInt64.random(in: 0...UInt64.max, using: &generator) >> UInt64.random(in: 0...63, using: &generator)
        encoder.integer(field, Int(Int64(bitPattern: value)))
        expected.append((field, .varint(value)))
      case .float, .floats:
        let value = Float.random(in: -1e6...1e6, using: &generator)
        encoder.float(field, value)
        expected.append((field, .fixed32(value.bitPattern)))
      case .double, .doubles:
        let value = Double.random(in: -1e6...1e6, using: &generator)
        encoder.key(field.rawValue, 1)
        encoder.fixed(value.bitPattern, 8)
        expected.append((field, .fixed64(value.bitPattern)))
      case .bytes, .text, .message:
        let data = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
          UInt8.random(in: 0...255, using: &generator)
        }
        encoder.data(field, data)
        expected.append((field, .range((encoder.bytes.count - data.count)..<encoder.bytes.count)))
      }
    }
    return (encoder.bytes, expected)
  }

  private static func check<F: Field>(_ type: F.Type, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<40 {
      let (bytes, expected) = random(&generator, type)
      let message = try Message<F>(ModelBytes(bytes), 0..<bytes.count)
      for field in F.allCases {
        #expect(message.values(field) == expected.filter { $0.0 == field }.map(\.1))
      }
      // Every proper beginning is a message that ends early or an error, never a crash.
      for end in stride(from: 0, to: bytes.count, by: 7) {
        _ = try? Message<F>(ModelBytes(Array(bytes[..<end])), 0..<end)
      }
    }
  }

  @Test("random messages of every type are read as they were written")
  func roundTrip() throws {
    try Self.check(ModelField.self, seed: 1)
    try Self.check(GraphField.self, seed: 2)
    try Self.check(NodeField.self, seed: 3)
    try Self.check(AttributeField.self, seed: 4)
    try Self.check(TensorField.self, seed: 5)
    try Self.check(DimensionField.self, seed: 6)
  }

  @Test("numbers may be packed or one by one, and mixed")
  func packed() throws {
    var encoder = WireEncoder()
    encoder.integer(TensorField.dims, 3)
    var inner = WireEncoder()
    for value in [1, 300, -2] { inner.varint(UInt64(bitPattern: Int64(value))) }
    encoder.data(TensorField.dims, inner.bytes)
    encoder.integer(TensorField.dims, 70_000)
    let message = try Message<TensorField>(ModelBytes(encoder.bytes), 0..<encoder.bytes.count)
    #expect(try message.integers(.dims, limit: 10) == [3, 1, 300, -2, 70_000])
    #expect(throws: ModelError.self) { try message.integers(.dims, limit: 4) }
  }

  @Test("of a field that is given twice, the last one counts")
  func lastWins() throws {
    var encoder = WireEncoder()
    encoder.text(NodeField.name, "a")
    encoder.text(NodeField.name, "b")
    #expect(try Message<NodeField>(ModelBytes(encoder.bytes), 0..<encoder.bytes.count).text(.name) == "b")
  }

  @Test(
    "bytes that are no message are refused with their place",
    arguments: [
      ("a number that never ends", [0x08] + [UInt8](repeating: 0xff, count: 11), "64 bits"),
      ("a number that the file cuts off", [0x08, 0x80], "ends within a number"),
      ("a length beyond the file", [0x3a, 0x7f, 0x00], "ends beyond"),
      ("a length of almost 2^64", [0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], "ends beyond"),
      ("a field with the number 0", [0x00, 0x00], "number 0"),
      ("a group, which ONNX has none of", [0x0b], "wire type 3"),
      ("an unknown wire type", [0x0e], "wire type 6"),
      ("a text for a number", [0x0a, 0x01, 0x41], "wire type 2"),
      ("half a double", [0x21, 0x01], "ends within"),
    ] as [(String, [UInt8], String)])
  func refused(name: String, bytes: [UInt8], words: String) throws {
    do {
      _ = try Message<ModelField>(ModelBytes(bytes), 0..<bytes.count)
      Issue.record("\(name) was read")
    } catch let error as ModelError {
      #expect(error.message.contains(words), "\(error)")
      #expect(error.offset != nil)
    }
  }
}
