import Foundation
import Testing

/// Specifications that are larger than any that is meant: an answer, or an error that says what is too much.
@Suite("Limits are errors or remarks, never a crash")
struct LimitTests {
  @Test("constants that hang together by many operators")
  func constants() throws {
    let chain = (1..<60).map { "let x\($0) = x\($0 - 1)" + String(repeating: " + 1", count: 190) }.joined(
      separator: "\n")
    let text = "let x0 = 1\n\(chain)\nnetwork n {\n  input(3, 8, 8)\n  conv(1x1, x59)\n}\n"
    let result = try Archcalc.run("-", input: Data(text.utf8))
    #expect(result.status == 1 && result.errors.contains("through more than 300 operators"), "\(result.errors)")
    let short =
      "let x0 = 1\n" + (1..<20).map { "let x\($0) = x\($0 - 1) + 1 + 2\n" }.joined()
      + "network n {\n  input(3, 8, 8)\n  conv(1x1, x19)\n}\n"
    #expect(try Archcalc.run("-", input: Data(short.utf8)).status == 0)
  }

  @Test("blocks that call one another within braces")
  func calls() throws {
    let blocks = (0..<98).map { index in
      "block b\(index)() { " + String(repeating: "add { ", count: 20)
        + (index < 97 ? "b\(index + 1)()" : "conv(1x1, 3)")
        + String(repeating: " } {}", count: 20) + " }\n"
    }
    let text = blocks.joined() + "network n {\n  input(3, 8, 8)\n  b0()\n}\n"
    let result = try Archcalc.run("-", input: Data(text.utf8))
    #expect(result.status == 1 && result.errors.contains("more than 400 deep"), "\(result.errors)")
  }

  /// Numbers are given, and why there are no formulas.
  @Test(
    "formulas that nobody would read",
    arguments: [
      ("conv(k, 8, stride: s, dilation: d, padding: same)\n", 6, "symbols and numbers"),
      ("conv(1x1, (k + s + d + a + b + c + e + f + g + h)^8 - 10^8)\n", 1, "terms"),
    ])
  func formulas(_ line: String, _ count: Int, _ reason: String) throws {
    let parameters =
      "abcefgh".map { "param \($0) = 1\n" }.joined() + "param k = 3\nparam s = 2\nparam d = 1\nparam R = 64\n"
    let text = parameters + "network n {\n  input(3, R, R)\n" + String(repeating: line, count: count) + "}\n"
    let bench = try Workbench()
    let file = try bench.write("n.arch", text)
    let json = try Archcalc.json(file)
    let symbolic = try #require(json["symbolic"] as? [String: Any])
    #expect(symbolic["macs"] is NSNull && (symbolic["reason"] as? String)?.contains(reason) == true, "\(symbolic)")
    #expect(((json["totals"] as? [String: Any])?["macs"] as? Int ?? 0) > 0)
    let shown = try Archcalc.run(file, "--symbolic")
    #expect(shown.status == 0 && shown.output.contains("No closed forms: "))
  }

  @Test("a case for each of thousands of values")
  func cases() throws {
    let cases = (0..<3_000).map { "else when k == \($0 + 100) { relu }" }.joined(separator: "\n")
    let text = "param k = 3\nnetwork n {\n  input(3, 8, 8)\n  when k == 99 { relu }\n\(cases)\n  conv(1x1, k)\n}\n"
    let bench = try Workbench()
    let symbolic = try Archcalc.json(bench.write("n.arch", text))["symbolic"] as? [String: Any]
    #expect((symbolic?["conditions"] as? [String])?.count == 3_001)
  }

  @Test("thousands of claims, of settings in claims, and of networks in a budget")
  func counts() throws {
    let bench = try Workbench()
    func claims(_ count: Int) -> String {
      "param k = 8\nnetwork n {\n  input(3, 8, 8)\n  conv(3x3, k)\n"
        + (1...count).map { "  claim weights(k: \($0)) == 27*\($0)\n" }.joined() + "}\n"
    }
    let most = try Archcalc.run("verify", bench.write("most.arch", claims(1_998)))
    #expect(most.status == 0 && most.output.contains("1,998"), "\(most.errors)")
    let many = try Archcalc.run("verify", bench.write("many.arch", claims(1_999)))
    #expect(many.status == 1 && many.errors.contains("more than 2000 declarations"), "\(many.errors)")
    #expect(many.errors.contains("many.arch:2003:3"), "\(many.errors)")
    let budget = (0...1_000).map { "alexnet --classes \($0 + 1)\n  macs 1G\n" }.joined()
    let check = try Archcalc.run("check", "--budget", bench.write("many.budget", budget))
    #expect(check.status == 1 && check.errors.contains("more than 1000 networks"), "\(check.errors)")
    #expect(check.errors.contains("many.budget:2001:1"), "\(check.errors)")
  }
}
