import Foundation
import Testing

@testable import ArchSpec

/// A comment may stand between any two tokens: `format` keeps it, once, and finds nothing more to do the next time.
@Suite struct CommentTests {
  static let texts: [Fixture] = {
    let examples = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Docs/Examples")
    let files = (try? FileManager.default.contentsOfDirectory(at: examples, includingPropertiesForKeys: nil)) ?? []
    let own = files.filter { $0.pathExtension == "arch" }.map {
      Fixture($0.lastPathComponent, bytes: [UInt8]((try? Data(contentsOf: $0)) ?? Data()))
    }
    return Fixture.catalog + own + Fixture.directory("Snippets")
  }()

  /// Declarations are taken one by one, so that each parse is short; of long ones some gaps are taken.
  @Test(arguments: texts)
  func commentsAnywhereSurvive(_ fixture: Fixture) throws {
    var tried = 0
    for (number, item) in try parse(fixture.source).items.enumerated() {
      let text = String(decoding: fixture.bytes[Int(item.place.start)..<Int(item.place.end)], as: UTF8.self)
      let gaps = try self.gaps(in: text)
      let step =
        ProcessInfo.processInfo.environment["ARCHCALC_ALL_GAPS"] != nil ? 1 : max(1, gaps.count * gaps.count / 1_000)
      var legal: [Int] = []
      for gap in stride(from: number % step, to: gaps.count, by: step) {
        let commented = insert(into: text, at: [gaps[gap]])
        guard (try? parse(Source(name: "one", text: commented))) != nil else { continue }
        legal.append(gaps[gap])
        try expectKept(commented)
        tried += 1
      }
      let all = insert(into: text, at: legal)
      if (try? parse(Source(name: "all", text: all))) != nil { try expectKept(all) }
    }
    #expect(tried > 0)
  }

  /// Where tokens begin, and the end.
  private func gaps(in text: String) throws -> [Int] {
    var lexer = try Lexer(Source(name: "gaps", text: text))
    return try lexer.tokens().map { Int($0.place.start) }
  }

  private func insert(into text: String, at gaps: [Int]) -> String {
    var bytes = Array(text.utf8)
    for gap in gaps.reversed() { bytes.insert(contentsOf: Array(" // gap \(gap)\n".utf8), at: gap) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func expectKept(_ text: String) throws {
    let formatted = format(try parse(Source(name: "commented", text: text)))
    let before = try comments(in: text)
    let after = try comments(in: formatted)
    if before != after { Issue.record("comments \(before) became \(after) in\n\(text)\nformatted as\n\(formatted)") }
    guard let again = try? format(parse(Source(name: "formatted", text: formatted))) else {
      Issue.record("this was formatted as something that cannot be read:\n\(text)\nas\n\(formatted)")
      return
    }
    if again != formatted { Issue.record("formatted twice:\n\(text)\n\(formatted)\n\(again)") }
  }

  private func comments(in text: String) throws -> [String] {
    var lexer = try Lexer(Source(name: "comments", text: text))
    return try lexer.tokens().flatMap(\.comments).map { $0.text.drop { $0 == "/" || $0 == " " }.description }.sorted()
  }
}
