import Foundation
import Testing

@Suite("Pages about networks")
struct ReportTests {
  /// The data that a page carries.
  private static func data(_ html: String) throws -> [String: Any] {
    let start = try #require(html.range(of: "id=\"data\">"))
    let end = try #require(html[start.upperBound...].range(of: "</script>"))
    let data = try JSONSerialization.jsonObject(with: Data(html[start.upperBound..<end.lowerBound].utf8))
    return try #require(data as? [String: Any])
  }

  /// The networks of a page.
  static func networks(_ html: String) throws -> [[String: Any]] {
    try #require(try data(html)["networks"] as? [[String: Any]])
  }

  @Test("a page names nothing outside itself and carries the closed forms") func page() throws {
    let html = try Archcalc.run("report", "resnext50", "resnet50").output
    #expect(html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n"))
    #expect(!html.contains("src=") && !html.contains("@import") && !html.contains("url("))
    #expect(!html.contains("{{"))
    let networks = try #require(try Self.data(html)["networks"] as? [[String: Any]])
    #expect(networks.map { $0["name"] as? String } == ["resnext50", "resnet50"])
    #expect((networks[0]["expected"] as? [String: String])?["macs"] == "4230479872")
    #expect((networks[0]["settings"] as? [[String: Any]])?.map { $0["symbol"] as? String } == ["C", "d", "R", "K"])
    #expect(try Archcalc.run("report", "resnext50", "resnet50").output == html)
  }

  @Test("names that look like markup stay data") func hostile() throws {
    let bench = try Workbench()
    let attack = "</script><img src=x onerror=alert(1)>"
    let spec = try bench.write(
      "x.arch", "title \"\(attack)\"\n\n/// \(attack)\nnetwork evil {\n  input(3, 8, 8)\n  conv(3x3, 4)\n}\n")
    let html = try Archcalc.run("report", spec).output
    #expect(!html.contains("<img") && html.components(separatedBy: "</script>").count == 3)
    let network = try #require((try Self.data(html)["networks"] as? [[String: Any]])?.first)
    #expect((network["title"] as? String)?.contains(attack) == true)
  }

  @Test("options go with the network before them, those in front with all") func options() throws {
    let html = try Archcalc.run("report", "--bytes", "2", "resnext50", "--cardinality", "16", "resnext50").output
    let networks = try #require(try Self.data(html)["networks"] as? [[String: Any]])
    #expect(networks.allSatisfy { $0["bytes"] as? Int == 2 })
    let cardinalities = networks.map { (($0["settings"] as? [[String: Any]])?.first)?["value"] as? String }
    #expect(cardinalities == ["16", "32"])
  }

  @Test(
    "what makes no sense is an error, and writes no file",
    arguments: [
      ["report"], ["report", "nonsense"], ["report", "resnet18", "--wings", "2"],
      ["report", "resnet18", "--run", "/nonexistent"],
    ])
  func errors(_ arguments: [String]) throws {
    let bench = try Workbench()
    let file = bench.folder.appendingPathComponent("page.html").path
    let result = try Archcalc.run(arguments + ["-o", file])
    #expect(result.status != 0 && result.errors.hasPrefix("error: ") && !FileManager.default.fileExists(atPath: file))
  }

  @Test("a run or a verification that is none is an error") func wrongReports() throws {
    let bench = try Workbench()
    let other = try bench.report("other.json", "resnet18")
    for option in ["--run", "--verify"] {
      let result = try Archcalc.run("report", "resnet18", option, other)
      #expect(result.status == 1 && result.errors.contains("archcalc.analysis/1"), "\(result.errors)")
    }
    let broken = try bench.write("broken.json", "{")
    #expect(try Archcalc.run("report", "resnet18", "--run", broken).errors.contains("not valid JSON"))
  }

  @Test("a run of a network that is not on the page is an error") func otherRun() throws {
    let bench = try Workbench()
    let run = try bench.write(
      "run.json", #"{"schema": "archcalc.run/1", "network": "resnet34", "layers": [], "machine": {}}"#)
    let result = try Archcalc.run("report", "resnet18", "--run", run)
    #expect(result.status == 2 && result.errors.contains("a run of resnet34"), "\(result.errors)")
  }

  @Test("a specification comes from standard input too") func standardInput() throws {
    let spec = Data("network piped {\n  input(3, 8, 8)\n  conv(3x3, 4)\n}\n".utf8)
    let result = try Archcalc.run("report", "-", input: spec)
    let network = try #require((try Self.data(result.output)["networks"] as? [[String: Any]])?.first)
    #expect((network["expected"] as? [String: String])?["macs"] == String(9 * 3 * 4 * 8 * 8))
  }

  @Test("a page carries the cases of what its parameters decide") func cases() throws {
    let bench = try Workbench()
    let spec = try bench.write(
      "cases.arch",
      """
      param kind = "plain" in {"plain", "double", "deep"}
      param wide = false
      param n = 3 in 1..4
      network cases {
        input(3, 32, 32)
        when wide { conv(3x3, 64) } else { conv(3x3, 16) }
        when kind == "double" { conv(1x1, 2*in) } else when kind == "deep" { conv(1x1, 8) -> conv(1x1, 8) }
        repeat n { conv(1x1, 2*in) }
      }

      """)
    let network = try #require(
      (try Self.data(try Archcalc.run("report", spec).output)["networks"] as? [[String: Any]])?.first)
    let cases = try #require(network["cases"] as? [[String: Any]])
    let words = Set(cases.compactMap { $0["words"] as? [String: String] })
    #expect(words.count == 6, "\(words)")
    let conditions = try #require(network["conditions"] as? [[Any]]).compactMap { $0[3] as? String }
    #expect(Set(conditions) == ["n = 1", "n = 2", "n = 3", "n = 4"])
    #expect(cases.count == 24)
  }

  @Test("what is repeated with more each time stands once on a page, for every number of copies") func numbered() throws
  {
    for network in ["densenet40", "densenet_bc250"] {
      let html = try Archcalc.run("report", network).output
      #expect(html.utf8.count < 200_000)
      let data = try #require((try Self.data(html)["networks"] as? [[String: Any]])?.first)
      let cases = try #require(data["cases"] as? [[String: Any]])
      #expect(cases.count < 12)
      let folds = try #require(cases.first?["folds"] as? [[Any]])
      #expect(folds.count == 3 && folds.allSatisfy { $0.last as? String == "i" }, "\(folds)")
    }
  }

  @Test("the tables that papers print are reproduced row by row") func tables() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let spec = try folder.write(
      """
      paper "Doe, Roe, Poe: Networks, 2020"
      year 2020
      param w = 4 in 1..64
      param b = 0 in 0..1
      network plain {
        input(1, 8, 8)
        conv(3x3, w, bias: false)
        sweep w in {4, 8} citing "Table 2"
      }
      /// In words.
      claim first: params(plain) ~ p and macs(plain)/macs(plain, w: 4) ~ 1.5
        over (w, p) in {(4, 36), (8, 70)} within 40% citing "Table 2 (i)"
      claim other: citing "Tables 2 and 4" because "accuracy"
      claim own: params(plain, w: 2) == 18 citing "Doe et al. 2020, Table 4"
      claim theirs: params(plain, w: 1) == 9 citing "Roe et al. 2019, Table 4"
      claim none: params(plain, w: 1) == 9 citing "Section 3"

      """, to: "tables.arch")
    let claims = folder.url.path + "/claims.json"
    #expect(try Archcalc.run("verify", spec, "-o", claims, "--json").status == 0)
    let result = try Archcalc.run("report", spec, "--verify", claims, "-o", folder.url.path)
    #expect(result.status == 0, "\(result.errors)")
    let page = try String(contentsOfFile: folder.url.path + "/tables.md", encoding: .utf8)
    let lines = page.split(separator: "\n").map(String.init)
    #expect(
      lines.filter { $0.hasPrefix("#") } == [
        "# Published tables, reproduced", "## Doe, Roe, Poe: Networks, 2020", "### Table 2", "### Table 4",
        "## Roe et al. 2019", "### Table 4",
      ])
    let network = "[plain](networks/plain.json)"
    #expect(
      lines.filter { $0.contains("[first, true](claims.md#first)") } == [
        "| \(network) | w = 4 | `params(plain)` | 36 | 36 | 0 | exactly | [first, true](claims.md#first) |",
        "| \(network) | w = 4 | `macs(plain)/macs(plain, w: 4)` | 1.5 | 1 | −33.3 % | off by -33.33 %, within 40% | [first, true](claims.md#first) |",
        "| \(network) | w = 8 | `params(plain)` | 70 | 72 | +2 (+2.86 %) | off by +2.86 %, within 40% | [first, true](claims.md#first) |",
        "| \(network) | w = 8 | `macs(plain)/macs(plain, w: 4)` | 1.5 | 2 | +33.3 % | off by +33.33 %, within 40% | [first, true](claims.md#first) |",
      ])
    #expect(
      lines.contains("| \(network) | `params(plain, w: 2)` | 18 | 18 | 0 | exactly | [own, true](claims.md#own) |"))
    #expect(lines.contains("| 8 | 72 | 4,608 |"))
    // Every link leads somewhere.
    let all = try String(contentsOfFile: folder.url.path + "/claims.md", encoding: .utf8)
    for claim in ["first", "other", "own", "theirs"] {
      #expect(page.contains("(claims.md#\(claim))") && all.contains("<a id=\"\(claim)\"></a>"))
    }
  }
}
