import ArchSpec
import TestSupport
import Testing

/// Names of layers and patterns for them.
@Suite struct LayerWordsTests {
  @Test(arguments: [
    ("conv4", "conv4", true), ("conv4.1.conv2", "conv4", true), ("conv40", "conv4", false), ("conv4", "conv4.1", false),
    ("conv4.1.conv2", "conv4.*.conv2", true), ("conv4.1.2.conv2", "conv4.*.conv2", false), ("conv4", "*4", true),
    ("conv4", "**4*", true), ("conv4.1", "*", true), ("", "*", true), ("a.b", "*.*", true), ("a", "*.*", false),
    ("a.b", "a*b", false), ("conv", "", false), (".a", "", true),
  ])
  func fits(_ name: String, _ pattern: String, _ expected: Bool) {
    #expect(LayerWords.fits(name, pattern) == expected)
  }

  /// By the definition: `*` is any part of a level, and the rest of a name after a dot may be left out.
  private func definition(_ name: Substring, _ pattern: Substring) -> Bool {
    guard let first = pattern.first else { return name.isEmpty || name.first == "." }
    if first == "*" {
      let level = name.firstIndex(of: ".") ?? name.endIndex
      return name.indices.filter { $0 <= level }.contains { definition(name[$0...], pattern.dropFirst()) }
        || level == name.endIndex && definition("", pattern.dropFirst())
    }
    return name.first == first && definition(name.dropFirst(), pattern.dropFirst())
  }

  @Test func randomPatterns() {
    var random = SeededGenerator(seed: 3)
    var fitting = 0
    for _ in 0..<20_000 {
      let name = String((0..<random.count(0...7)).map { _ in random.pick("aab.") })
      let pattern = String((0..<random.count(0...6)).map { _ in random.pick("ab.**") })
      let fits = LayerWords.fits(name, pattern)
      #expect(fits == definition(name[...], pattern[...]), "\(name) \(pattern)")
      fitting += fits ? 1 : 0
    }
    #expect(fitting > 1_000)
  }

  @Test func manyStarsTakeNoTime() {
    let name = String(repeating: "a", count: 2_000)
    #expect(!LayerWords.fits(name, String(repeating: "*a", count: 500) + "*b"))
    #expect(LayerWords.fits(name, String(repeating: "*a", count: 500)))
    #expect(LayerWords.fits(name, String(repeating: "*", count: 5_000)))
  }
}
