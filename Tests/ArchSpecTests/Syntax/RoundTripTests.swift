import Testing

@testable import ArchSpec

/// Printing and parsing are inverses: what is read back from a printed tree is the tree, comments included.
@Suite struct RoundTripTests {
  static let texts = Fixture.catalog + Fixture.directory("Snippets")

  @Test(arguments: texts)
  func printedTextGivesTheTree(_ fixture: Fixture) throws {
    let tree = try parse(fixture.source)
    let printed = format(tree)
    let again = try parse(Source(name: fixture.name, text: printed))
    #expect((again == tree) == true, "\(firstDifference(between: tree, and: again) ?? "")")
    #expect(format(again) == printed)
  }

  @Test(arguments: texts)
  func noCommentIsLost(_ fixture: Fixture) throws {
    let before = try comments(in: fixture.source)
    let after = try comments(in: Source(name: fixture.name, text: format(try parse(fixture.source))))
    #expect(before.sorted() == after.sorted())
  }

  /// The words of every comment.
  private func comments(in source: Source) throws -> [String] {
    var lexer = try Lexer(source)
    return try lexer.tokens().flatMap(\.comments).map { $0.text.drop { $0 == "/" || $0 == " " }.description }
  }

  @Test(arguments: Fixture.catalog)
  func shippedSpecificationsAreInCanonicalFormat(_ fixture: Fixture) throws {
    #expect(format(try parse(fixture.source)) == fixture.text)
  }

  @Test(arguments: 0..<200)
  func randomTrees(_ seed: Int) throws {
    var random = RandomSyntax(seed: UInt64(seed))
    let tree = random.file()
    let printed = format(tree)
    let again = try parse(Source(name: "random", text: printed))
    #expect((again == tree) == true, "\(firstDifference(between: tree, and: again) ?? "") in\n\(printed)")
    #expect((format(again) == printed) == true)
  }
}

/// Where two values first differ, by the path of their members; a whole tree is too large to be read.
func firstDifference(between a: Any, and b: Any, path: String = "") -> String? {
  if a is Place { return nil }
  let (left, right) = (Array(Mirror(reflecting: a).children), Array(Mirror(reflecting: b).children))
  for (x, y) in zip(left, right) where x.label != "isInline" {
    if x.label != y.label { return "\(path): \(x.label ?? "") is not \(y.label ?? "")" }
    if let found = firstDifference(between: x.value, and: y.value, path: "\(path).\(x.label ?? "_")") { return found }
  }
  if left.count != right.count { return "\(path): \(left.count) members, not \(right.count)" }
  guard left.isEmpty, "\(a)" != "\(b)" else { return nil }
  return "\(path): \(a) is not \(b)"
}
