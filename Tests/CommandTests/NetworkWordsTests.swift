import Foundation
import Testing

/// Files with several networks, on command lines that take several.
@Suite("Networks of one file")
struct NetworkWordsTests {
  private let bench: Workbench
  private let file: String
  private let single: String

  init() throws {
    bench = try Workbench()
    file = try bench.write(
      "two.arch",
      """
      param width = 4
      network one { input(3, 8, 8) -> conv(3x3, width) }
      network alexnet {
        alias "Alex-Net"
        input(3, 8, 8) -> conv(5x5, width)
      }
      """)
    single = try bench.write("single.arch", "param width = 4\nnetwork only { input(3, 8, 8) -> conv(1x1, width) }\n")
  }

  /// Names and widths of the networks that a comparison shows.
  private func compared(_ words: String...) throws -> [String] {
    let result = try Archcalc.run(["compare"] + words + ["--json"])
    #expect(result.status == 0, "\(result.errors)")
    let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    return try #require(json?["networks"] as? [[String: Any]]).map { network in
      let width = (network["parameters"] as? [String: Any])?["width"] as? Int
      return "\(network["network"] as? String ?? "") \(width ?? 0)"
    }
  }

  @Test("a network has the names that its file gives it") func alias() throws {
    let result = try Archcalc.run(file, "alex-net", "--json")
    let report = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    #expect(report?["network"] as? String == "alexnet")
  }

  @Test("a comparison reads them as a page does") func comparison() throws {
    let both = ["one 4", "alexnet 4"]
    #expect(try compared(file, "one", "alexnet") == both)
    #expect(try compared(file, "one", file, "alexnet") == both)
    #expect(try compared(file, "one:width=2", "alexnet:width=3") == ["one 2", "alexnet 3"])
    #expect(try compared(file, "alexnet", single, "resnet18") == ["alexnet 4", "only 4", "resnet18 0"])
    #expect(try compared(single, single + ":width=8") == ["only 4", "only 8"])
    #expect(try compared(single + ":width=8", "only") == ["only 8", "only 4"])
    let once = try Archcalc.run(
      "compare", "-", "only", "resnet18", input: Data(contentsOf: URL(fileURLWithPath: single)))
    #expect(once.status == 0 && once.output.hasPrefix("only · resnet18\n"), "\(once.errors)")
  }

  @Test("a page has all that are named") func page() throws {
    func names(_ words: String...) throws -> [String] {
      let result = try Archcalc.run(["report"] + words)
      #expect(result.status == 0, "\(result.errors)")
      return try ReportTests.networks(result.output).map { network in
        let width = ((network["settings"] as? [[String: Any]])?.first { $0["name"] as? String == "width" })?["value"]
        return "\(network["name"] as? String ?? "") \(width as? String ?? "")"
      }
    }
    #expect(try names(file, "one", "alexnet") == ["one 4", "alexnet 4"])
    #expect(try names(file) == ["one 4", "alexnet 4"])
    #expect(try names("--width", "6", file, "one", "--width=5", "alexnet") == ["one 5", "alexnet 6"])
    #expect(try names(file, "--width", "5", "one", single) == ["one 5", "only 4"])
  }

  @Test("one of the same file goes before one of the zoo") func sameFile() throws {
    let json = try Archcalc.json(file, "one", "--compare", "alexnet")
    let totals = (json["reference"] as? [String: Any])?["totals"] as? [String: Any]
    #expect(totals?["macs"] as? Int == 25 * 3 * 4 * 64)
    let match = try Archcalc.run("solve", file, "one", "--vary", "width", "--match", "alexnet", "--cost", "macs")
    #expect(match.status == 0 && match.output.contains("for 19.20 K macs, as alexnet"), "\(match.output)")
  }

  @Test("what names none is told", arguments: ["compare", "report", "", "run", "sweep"])
  func unknown(_ command: String) throws {
    let result = try Archcalc.run((command.isEmpty ? [] : [command]) + [file, "one", "nosuch"])
    #expect(result.status == 2 && result.output.isEmpty && result.errors.contains("'nosuch'"), "\(result.errors)")
    guard command == "compare" || command == "report" else { return }
    #expect(result.errors.contains("help: \(file) has one, alexnet"), "\(result.errors)")
    let near = try Archcalc.run(command, file, "one", "alexnett")
    #expect(near.status == 2 && near.errors.contains("did you mean 'alexnet'?"), "\(near.errors)")
  }

  @Test("errors name the way") func way() throws {
    let several = try Archcalc.run("compare", file, "resnet18")
    #expect(several.status == 2 && several.errors.contains("its name stands after the file: \(file) one; there are"))
    let compare = try Archcalc.run("resnet18", "--compare", file)
    #expect(compare.status == 2 && compare.errors.contains("help: archcalc compare NETWORK \(file) one; there are"))
    let match = try Archcalc.run("solve", single, "--vary", "width", "--match", file)
    #expect(match.status == 2 && match.errors.contains("--match takes the name of one"), "\(match.errors)")
    let many = try Archcalc.run(file, "one", "alexnet")
    #expect(many.status == 2 && many.errors.contains("help: archcalc compare \(file) one alexnet"), "\(many.errors)")
  }

  @Test("an option takes its value, also where it is a network's name") func valueOfOption() throws {
    let result = try Archcalc.run("report", "resnet18", "--compare", "resnet34")
    #expect(result.status == 2 && result.errors.contains("report has no option --compare"), "\(result.errors)")
    let kinds = try bench.write(
      "kinds.arch",
      """
      param kind = "one" in {"one", "two"}
      network two { input(3, 8, 8) -> conv(3x3, 4) }
      network one { input(3, 8, 8) -> when kind == "two" { conv(3x3, 8) } }
      """)
    let page = try Archcalc.run("report", kinds, "one", "--kind", "two")
    #expect(page.status == 0, "\(page.errors)")
    #expect(try ReportTests.networks(page.output).map { $0["name"] as? String } == ["one"])
  }
}
