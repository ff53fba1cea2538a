import ArchRuntime
import Testing

@Suite("NumPy files")
struct NumpyArrayTests {
  private func read(_ bytes: [UInt8]) throws -> NumpyArray { try bytes.withUnsafeBytes { try NumpyArray($0) } }

  /// A file as NumPy writes it.
  private func file(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let size = version == 1 ? 2 : 4
    let count = header.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + (0..<size).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
      + Array(header.utf8) + data
  }

  private func header(_ type: String, _ shape: String, fortran: Bool = false) -> String {
    "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
  }

  @Test("what is written is read back", arguments: [[], [1], [7], [2, 3], [1, 3, 4, 5], [0], [3, 0, 2]] as [[Int]])
  func roundTrip(_ shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let array = NumpyArray(shape: shape, values: (0..<count).map { Float($0) / 3 - 1 })
    #expect(try read(array.file) == array)
    #expect((array.file.count - 4 * count) % 64 == 0)
  }

  @Test("every type of numbers, in both byte orders")
  func types() throws {
    let cases: [(String, [UInt8], [Float])] = [
      ("<f4", [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], [1, -2]), (">f4", [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0], [1, -2]),
      ("<f8", [0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0], [1.5, -2]),
      ("<f2", [0, 0x3c, 1, 0x80], [1, -0x1p-24]), ("|u1", [0, 255], [0, 255]), ("|i1", [127, 128], [127, -128]),
      ("<i2", [0xff, 0xff, 0x10, 0x27], [-1, 10_000]), (">u2", [0xff, 0xff, 0x27, 0x10], [65_535, 10_000]),
      ("<i8", [UInt8](repeating: 0xff, count: 8) + [5, 0, 0, 0, 0, 0, 0, 0], [-1, 5]), ("|b1", [1, 0], [1, 0]),
    ]
    for (type, bytes, expected) in cases {
      #expect(try read(file(header(type, "(2,)"), bytes)).values == expected, "\(type)")
    }
  }

  @Test("columns first becomes rows first; versions 2 and 3")
  func order() throws {
    // [[0, 1, 2], [3, 4, 5]]
    for version in [1, 2, 3] as [UInt8] {
      let array = try read(file(header("|u1", "(2, 3)", fortran: true), [0, 3, 1, 4, 2, 5], version: version))
      #expect(array.shape == [2, 3] && array.values == [0, 1, 2, 3, 4, 5])
    }
  }

  @Test("what is no array of numbers is refused with a reason")
  func refused() throws {
    let good = file(header("<f4", "(1,)"), [0, 0, 0, 0])
    let cases: [(bytes: [UInt8], reason: String)] = [
      ([], "no .npy file"), (Array("PK\u{3}\u{4}0123456789".utf8), "no .npy file"), (Array(good[..<9]), "no .npy file"),
      (Array(good[..<40]), "header is cut short"), (Array(good.dropLast()), "3 bytes of data"),
      (good + [0], "5 bytes of data"),
      (file(header("<c8", "(1,)"), [UInt8](repeating: 0, count: 8)), "'<c8'"),
      (file(header("|O", "(1,)"), [0]), "'|O'"),
      (file(header("<U4", "(1,)"), [0]), "'<U4'"),
      (file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", []), "records"),
      (file("{'fortran_order': False, 'shape': (1,)}", []), "type"),
      (file("{'descr': '<f4', 'shape': (1,)}", []), "order"),
      (file("{'descr': '<f4', 'fortran_order': False}", []), "shape"), (file(header("<f4", "(-1,)"), []), "'-1'"),
      (file(header("<f4", "(4611686018427387904, 4)"), []), "too large"), (file(header("<f4", "(1, a)"), []), "'a'"),
      (file(header("<f4", "(\(String(repeating: "1, ", count: 40)))"), []), "40 extents"),
      (file(header("<f4", "(1,)"), [0, 0, 0, 0], version: 9), "version 9"),
    ]
    for (bytes, reason) in cases {
      let error = #expect(throws: NumpyError.self) { try read(bytes) }
      #expect(error?.description.contains(reason) == true, "\(error?.description ?? "") for \(reason)")
    }
  }
}
