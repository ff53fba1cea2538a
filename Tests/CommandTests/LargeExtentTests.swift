import ArchAlgebra
import ArchCost
import ArchIR
import ArchReport
import ArchRuntime
import ArchSpec
import Testing

/// Every operator of the language with extents, widths, kernels and batches near 2^62 and 2^63: a cost that is right or an
/// error, never a trap, whether the numbers are written, are parameters, or are symbols of a closed form.
@Suite("Extents near 2^62") struct LargeExtentTests {
  private static let edges = [
    1, 2, 3, (1 << 31) + 1, (1 << 32) - 1, (1 << 62) - 1, 1 << 62, (1 << 62) + 1, .max - 1, .max,
  ]

  /// What arguments that are no plain numbers are; the others are drawn from the edges.
  private static let words: [String: [String]] = [
    "bias": ["true", "false"], "scale": ["true", "false"], "shift": ["true", "false"], "ceil": ["true", "false"],
    "countpadding": ["true", "false"], "mode": ["\"nearest\"", "bilinear"], "order": ["[2, 0, 1]"], "label": ["start"],
    "index": ["0"], "start": ["0"],
    "slope": ["0.1"], "rate": ["0.5"],
  ]

  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var arguments: [String]
    var testDescription: String { name }
  }

  static let operators = Operators.all.map { Case(name: $0.name, arguments: $0.arguments.map(\.name)) }

  @Test(arguments: operators) func isCountedOrRefused(_ op: Case) throws {
    var random = SystemlessGenerator(state: op.name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    var counted = 0
    for trial in 0..<24 {
      let numbers = (0..<8).map { _ in Self.edges.randomElement(using: &random)! }
      // Some of them large is what reaches the end of the rules; all of them large fails at the first product.
      let large = trial == 1 ? -1 : trial % 8
      func value(_ place: Int) -> String {
        // A pool's kernel is larger than its padding.
        let small = op.name.hasSuffix("pool") ? [7, 1, 3, 1, 1, 1, 1, 3] : [1, 1, 3, 0, 1, 1, 1, 3]
        return String(place == large || trial % 3 == 0 ? numbers[place % 8] : small[place])
      }
      let arguments = op.arguments.enumerated().map { place, name -> String in
        let choices = op.name == "upsample" && name == "scale" ? nil : Self.words[name]
        return "\(name): "
          + (choices.map { $0.randomElement(using: &random)! } ?? (trial % 2 == 0 ? value(place) : "p\(place)"))
      }
      let given =
        switch op.name {
        case "input": ""
        case "linear": "start: input(p5)\n"
        case "permute": "start: input(3, p6, p7)\n"
        default: "start: input(p5, p6, p7)\n"
        }
      let parameters = (0..<8).map { "param p\($0) = \(value($0))\n" }.joined()
      let text =
        parameters
        + "network n {\n\(given)\(op.name)(\(arguments.joined(separator: ", ")))\nadd {} { relu }\nconcat {} {}\n}\n"
      var options = ElaborationOptions()
      options.batch = trial % 5 == 0 ? numbers[4] : 1
      if try isCounted(text, options) { counted += 1 }
    }
    #expect(counted > 0, "no set of extents got through")
  }

  /// - Returns: whether the network has a cost.
  private func isCounted(_ text: String, _ options: ElaborationOptions) throws -> Bool {
    let specification = try Specification(Source(name: "n", text: text))
    let formulas = try? ClosedForms(specification, network: "n", options: options)
    let study: Study
    do { study = try Study(specification, network: "n", options: options) } catch let error as Diagnostic {
      #expect(!error.message.isEmpty)
      return false
    }
    for bytes in [4, 16] {
      var layout = AnalysisLayout()
      layout.bytesPerElement = bytes
      do {
        let document = AnalysisDocument(study, reference: study, forms: nil, layout: layout)
        _ = TextRenderer(width: 80, usesColor: false).render(try document.document())
        _ = try AnalysisJSON(study, reference: nil, forms: .failure(.init(reason: "")), layout: layout, version: "0")
          .json().text()
      } catch is ArithmeticError {
      } catch is Diagnostic {
      }
    }
    for convention in CountingConvention.all { _ = try? convention.count(study.total) }
    if let formulas, let macs = try? study.total.macs, let form = try? formulas.analysis.total.macs {
      let values = Dictionary(
        uniqueKeysWithValues: study.subject.settings.compactMap { setting in
          setting.value.number?.constant.map { (setting.parameter.symbol, $0) }
        })
      if let value = try? form.evaluated(values) { #expect(value == Rational(macs), "\(text)") }
    }
    return true
  }

  @Test("the runtime refuses what no memory holds") func planned() throws {
    for extent in [1 << 20, 1 << 31, 1 << 40, (1 << 62) - 1] {
      for line in [
        "relu", "conv(1x1, 2)", "maxpool(1x1)", "convtranspose(1x1, 2)", "upsample(1)", "concat {} { relu }",
      ] {
        let specification = try Specification(
          Source(name: "n", text: "network n {\ninput(1, \(extent), 1)\n\(line)\n}\n"))
        guard let graph = try? specification.elaborate("n", as: Int.self).graph else { continue }
        _ = try? Planner(graph)
      }
    }
  }
}

/// A linear congruential generator: the same extents in every run.
private struct SystemlessGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
