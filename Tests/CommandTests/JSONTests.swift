import ArchReport
import ArchSpec
import Testing

@Suite("JSON") struct JSONTests {
  @Test(
    "numbers that are read back from what was written are written the same",
    arguments: [
      ("0.1", "0.1"), ("-2.50", "-2.50"), ("1e-5", "0.00001"), ("2.5E+1", "25"), ("1.25e1", "12.5"),
      ("9007199254740993", "9007199254740993"), ("1e19", "1e+19"), ("2.5e20", "2.5e+20"),
      // More digits than a double has.
      ("11.4947968494849479684947947968", "11.4947968494849"), ("0.12345678901234567890", "0.123456789012346"),
      ("4503599627370497.5", "4503599627370498"),
    ]
  )
  func numbers(_ read: String, _ written: String) throws {
    #expect(try Self.rewritten(read) == written)
    #expect(try Self.rewritten(written) == written)
  }

  @Test(
    "numbers near nothing and of many digits are stable",
    arguments: [
      "1e-320", "-3e-400", "1e-99999999999999999999", "0.\(String(repeating: "0", count: 5_000))1", "7e-22", "123e-25",
    ])
  func small(_ number: String) throws {
    let written = try Self.rewritten(number)
    #expect(try Self.rewritten(written) == written)
  }

  private static func rewritten(_ text: String) throws -> String {
    try JSON(parsing: Source(name: "number", text: text)).compactText()
  }
}
