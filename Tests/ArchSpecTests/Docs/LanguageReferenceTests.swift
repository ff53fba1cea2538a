import ArchAlgebra
import Foundation
import Testing

@testable import ArchSpec

/// Docs/Language.md is true: its examples are run, and nothing of the language is missing from it.
@Suite struct LanguageReferenceTests {
  private static let text: String = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Docs/Language.md")
    return (try? String(contentsOf: root.standardized, encoding: .utf8)) ?? ""
  }()

  /// The examples, with the number of the line that each begins on; `isBad` are to fail.
  static let examples: [(fixture: Fixture, isBad: Bool)] = {
    var examples: [(Fixture, Bool)] = []
    var lines: [Substring]?
    var isBad = false
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let open = lines {
        if line == "```" {
          examples.append((Fixture("line \(number - open.count)", open.joined(separator: "\n") + "\n"), isBad))
          lines = nil
        } else {
          lines = open + [line]
        }
      } else if line == "```arch" || line == "```arch bad" {
        lines = []
        isBad = line.hasSuffix("bad")
      }
    }
    return examples
  }()

  @Test(arguments: examples.filter { !$0.isBad }.map(\.fixture))
  func exampleIsBuilt(_ example: Fixture) throws {
    let specification = try Specification(example.source)
    #expect(!specification.networks.isEmpty)
    for network in specification.networks {
      let numbers = try specification.elaborate(network.name.text, as: Int.self)
      let formulas = try specification.elaborate(network.name.text, as: Expr.self)
      try expectAgreement(of: formulas, with: numbers, at: numbers.binding)
    }
    #expect(format(specification.syntax) == example.text)
  }

  @Test(arguments: examples.filter(\.isBad).map(\.fixture))
  func badExampleIsRefused(_ example: Fixture) {
    #expect(throws: Diagnostic.self) {
      let specification = try Specification(example.source)
      for network in specification.networks { try specification.elaborate(network.name.text, as: Int.self) }
    }
  }

  @Test func thereAreExamples() {
    #expect(Self.examples.count > 10)
  }

  /// The row of the table of operators.
  static func row(_ signature: Operators.Signature) -> String {
    let arguments = signature.arguments.map { name, standard in
      switch standard {
      case nil: "`\(name)`"
      case "": "`\(name)` (may be left out)"
      case let value?: "`\(name)` = `\(value)`"
      }
    }
    return "| `\(signature.name)` | \(arguments.joined(separator: ", ")) | \(signature.summary) |"
  }

  @Test(arguments: Operators.all.map(row))
  func operatorIsDocumented(_ row: String) {
    #expect(Self.text.contains(row), "the table of operators in Docs/Language.md lacks\n\(row)")
  }

  private static let words: [String] =
    Array(Parser.reservedWords) + Parser.itemWords + Parser.claimClauses
    + Metadata.keys + Functions.names + StatementScope.metrics + MergeSyntax.Kind.allCases.map(\.rawValue)
    + [
      "divides", "times", "as", "solving", "keeping", "maximizing", "against", "half", "same", "valid", "global",
      "verdict",
    ]

  @Test func everyWordIsDocumented() {
    let written = Set(Self.text.split { !($0.isLetter || $0 == "_") }.map(String.init))
    #expect(Set(Self.words).subtracting(written) == [])
  }
}
