import ArchAlgebra
import TestSupport
import Testing

@testable import ArchSpec

/// Specifications with slips of the pen, and with worse than slips: each is read or refused, never a crash.
@Suite struct MutationTests {
  private static let small = Fixture.directory("Snippets").filter { $0.name == "everything.arch" }

  @Test(arguments: 0..<12)
  func isReadOrRefused(_ seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<150 {
      // Mostly the one that is soon built.
      let fixture = random.pick(random.chance(95) ? Self.small : Array(Fixture.catalog.prefix(4)))
      let bytes = random.chance(30) ? flipped(fixture.bytes, &random) : shuffled(fixture, &random)
      do {
        let specification = try Specification(Source(name: fixture.name, bytes: bytes))
        #expect((try parse(Source(name: "", text: format(specification.syntax))) == specification.syntax) == true)
        guard let network = specification.networks.randomElement(using: &random)?.name.text else { continue }
        try elaborate(network, of: specification, as: Int.self)
        try elaborate(network, of: specification, as: Expr.self)
      } catch let error as Diagnostic {
        #expect(!"\(error)".isEmpty)
      } catch is SettingError {
      }
    }
  }

  private func elaborate<D: Dimension>(_ network: String, of specification: Specification, as: D.Type) throws {
    do {
      let architecture = try specification.elaborate(network, as: D.self)
      #expect(architecture.graph.violations() == [])
    } catch let error as Diagnostic {
      #expect(error.place.source != nil, "\(error)")
      throw error
    }
  }

  /// Some bytes changed, to anything.
  private func flipped(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<random.count(1...3) {
      let index = random.pick(bytes.indices)
      bytes[index] = random.chance(50) ? bytes[index] ^ (1 << UInt8(random.count(0...7))) : UInt8(random.count(0...255))
    }
    return bytes
  }

  /// Some tokens deleted, doubled, swapped or replaced by others.
  private func shuffled(_ fixture: Fixture, _ random: inout SeededGenerator) -> [UInt8] {
    var lexer = try! Lexer(fixture.source)
    let tokens = try! lexer.tokens().dropLast()
    // Each with the blanks and comments before it.
    var pieces: [[UInt8]] = []
    var start = 0
    for token in tokens {
      pieces.append(Array(fixture.bytes[start..<Int(token.place.end)]))
      start = Int(token.place.end)
    }
    for _ in 0..<random.count(1...2) {
      let index = random.pick(pieces.indices)
      switch random.count(0...4) {
      case 0: pieces.remove(at: index)
      case 1: pieces.insert(pieces[index], at: index)
      case 2: pieces.swapAt(index, random.pick(pieces.indices))
      case 3: pieces[index] = random.pick(pieces)
      default: pieces[index] = [0x20] + Array(random.pick(Self.extremes).utf8)
      }
    }
    return Array(pieces.joined())
  }

  private static let extremes = [
    "0", "1", "-1", "7", "0.3", "9223372036854775807", "-9223372036854775808", "in", "in.height", "99999", "[]", "true",
    "\"\"", "(0 - 1)", "1/3", "2^63", "x", "{", "}", "1..3", "a/(a - a)", "3x3", "0x0",
  ]
}
