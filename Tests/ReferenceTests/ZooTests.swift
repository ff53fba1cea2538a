import ArchCost
import ArchIR
import Foundation
import Testing
import TestSupport

/// Every network of the catalog that somebody has published figures of, and what counting tools print of them.
@Suite struct ZooTests {
  struct Row: CustomTestStringConvertible {
    var network, bindings, convention, note: String
    var parameters, weights, count: Int?
    var source: String
    /// What a tool does not see of this network: quantities, each as often as it says, and plain numbers.
    var missing: [Substring] = []

    init(_ cells: [String: String]) {
      func integer(_ column: String) -> Int? { cells[column].flatMap { Int($0) } }
      network = cells["network"]!
      bindings = cells["bindings"]!
      convention = cells["convention"]!
      (parameters, weights, count) = (integer("params"), integer("weights"), integer("count"))
      source = cells["source"] ?? cells["measured"]!
      note = cells["note"] ?? cells["why"] ?? ""
      missing = cells["missing"]?.split(separator: " ") ?? []
    }

    var testDescription: String { "\(network) \(bindings) by \(convention) (\(source))" }
  }

  static let figures = try! Fixture("zoo.tsv").rows.map(Row.init)
  static let totals = try! Fixture("zoo-tools.tsv").rows.map(Row.init)

  @Test(arguments: figures) func publishedFigures(_ row: Row) throws {
    let cost = try Analysis(Zoo.elaborate(row.network, row.bindings, as: Int.self).graph).total
    let convention = try #require(CountingConvention.named(row.convention))
    if let parameters = row.parameters { #expect(try convention.parameters(cost) == parameters) }
    if let weights = row.weights { #expect(cost.parameters.weights == weights) }
    if let count = row.count { #expect(try convention.count(cost) == count) }
    #expect(row.parameters != nil || row.weights != nil || row.count != nil, "a row without a figure")
  }

  @Test(arguments: totals) func totalsOfTools(_ row: Row) throws {
    let cost = try Analysis(Zoo.elaborate(row.network, row.bindings, as: Int.self).graph).total
    var count = try #require(CountingConvention.named(row.convention)).count(cost)
    for term in row.missing {
      if let number = Int(term) {
        count -= number
      } else {
        let parts = term.split(separator: "*")
        let quantity = try #require(Quantity(rawValue: String(parts[0])), "\(term)")
        count -= cost.tally[quantity] * (parts.count == 2 ? Int(parts[1])! : 1)
      }
    }
    #expect(count == row.count)
    #expect(row.missing.isEmpty == row.note.isEmpty, "a difference is explained, and nothing else is")
  }

  /// What is said of the differences is what was just tested. With ARCHCALC_RECORD=1 the table is written anew.
  @Test func differencesAreDocumented() throws {
    var lines: [(key: String, networks: [String])] = []
    for row in Self.totals where !row.missing.isEmpty {
      let key = "| `\(row.convention)` | \(row.note) |"
      let cost = try Analysis(Zoo.elaborate(row.network, row.bindings, as: Int.self).graph).total
      let difference = try CountingConvention.named(row.convention)!.count(cost) - row.count!
      let network = "\(row.source) (\(difference > 0 ? "−" : "+")\(abs(difference)))"
      if let line = lines.firstIndex(where: { $0.key == key }) {
        lines[line].networks.append(network)
      } else {
        lines.append((key, [network]))
      }
    }
    lines.sort { $0.key < $1.key }
    let table = lines.map { "\($0.key) \($0.networks.joined(separator: ", ")) |\n" }.joined()
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appendingPathComponent("Docs/Conventions.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let start = try #require(text.range(of: "| tool | what it does | networks |\n|---|---|---|\n")).upperBound
    let end =
      text.range(of: "\n\n", range: start..<text.endIndex).map { text.index(after: $0.lowerBound) } ?? text.endIndex
    if ProcessInfo.processInfo.environment["ARCHCALC_RECORD"] == "1" {
      try text.replacingCharacters(in: start..<end, with: table).write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(text[start..<end] == table, "run ARCHCALC_RECORD=1 swift test --filter differencesAreDocumented")
  }

  @Test func theTablesAreWhole() {
    #expect(Self.figures.count == 213)
    #expect(Self.totals.count == 334)
  }
}
