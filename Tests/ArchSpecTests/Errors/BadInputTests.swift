import ArchAlgebra
import Foundation
import Testing

@testable import ArchSpec

/// What is said about each specification in `Bad/`; the expected text stands beside it.
///
/// A missing expectation is recorded, to be read and kept, and fails the test.
@Suite struct BadInputTests {
  /// A bad specification and the first error in it.
  struct Case: Sendable, CustomTestStringConvertible {
    var fixture: Fixture
    var message: String?
    var testDescription: String { fixture.name }
  }

  static let cases = Fixture.directory("Bad").map { Case(fixture: $0, message: firstError(in: $0)) }

  @Test(arguments: cases)
  func isExplained(_ bad: Case) throws {
    let message = try #require(bad.message, "nothing was wrong with it")
    let expectation = Fixture.folder("Bad").appending(path: bad.fixture.name.replacing(".arch", with: ".txt"))
    guard let expected = try? String(contentsOf: expectation, encoding: .utf8) else {
      try Data((message + "\n").utf8).write(to: expectation)
      Issue.record("recorded \(expectation.lastPathComponent); read it and run the test again")
      return
    }
    #expect(message + "\n" == expected)
  }

  @Test(arguments: cases)
  func hasAPlace(_ bad: Case) throws {
    let message = try #require(bad.message)
    #expect(message.contains("--> \(bad.fixture.name):"))
    #expect(message.split(separator: "\n").allSatisfy { $0.count < 250 })
  }

  /// As numbers, then as closed forms.
  private static func firstError(in fixture: Fixture) -> String? {
    do {
      let specification = try Specification(fixture.source)
      for network in specification.networks { try specification.elaborate(network.name.text, as: Int.self) }
      for network in specification.networks { try specification.elaborate(network.name.text, as: Expr.self) }
      return nil
    } catch {
      return "\(error)"
    }
  }
}
