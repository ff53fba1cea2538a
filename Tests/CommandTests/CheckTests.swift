import Foundation
import Testing

@Suite("Budgets that CI holds networks to")
struct CheckTests {
  private static let network = """
    param groups as G = 2
    network small {
      input(16, 8, 8)
      stem: conv(3x3, 32)
      body: conv(3x3, 64, groups: G) -> conv(1x1, 64)
    }

    """
  // MACs: stem 9·16·32·64 = 294,912; body 9·16·64·64 + 64·64·64 = 589,824 + 262,144.

  @Test("within is 0, over is 1, and the block to blame is named") func options() throws {
    let bench = try Workbench()
    let path = try bench.write("small.arch", Self.network)
    let within = try Archcalc.run("check", path, "--max-macs", "1.147M")
    #expect(within.status == 0 && within.errors.isEmpty)
    #expect(try Archcalc.run("check", path, "--max-macs", "1146880").status == 0)
    let over = try Archcalc.run("check", path, "--max-macs", "1146879", "--max-params", "1G")
    #expect(over.status == 1 && over.errors == "failed: 1 of 2 limits are exceeded\n")
    let sentence = over.output.split(separator: "\n").suffix(2).joined(separator: " ")
    #expect(sentence.hasPrefix("small: MACs are 1.147 M, 1 (+0.00 %) over 1.147 M: body has"), "\(sentence)")
    #expect(sentence.contains("852.0 K of it (74.3 %), 589.8 K in body."), "\(sentence)")
    #expect(try Archcalc.run("check", path, "--max-macs=1146879", "--tolerance", "1%").status == 0)
    #expect(try Archcalc.run("check", path, "--groups", "1", "--max-macs", "1.147M").status == 1)
  }

  @Test("each figure is that of the report") func figures() throws {
    let json = try Archcalc.json("resnet18", "--batch", "2", "--bytes", "2")
    let totals = try #require(json["totals"] as? [String: Any])
    let params = try #require(totals["params"] as? [String: Int])
    let values: [String: Int?] = [
      "params": params["trainable"], "weights": params["weights"], "macs": totals["macs"] as? Int,
      "flops": totals["flops"] as? Int,
      "peak-memory": totals["peak_activation_bytes"] as? Int, "activations": totals["activation_elements"] as? Int,
      "weights-bytes": 2 * (params["trainable"]! + params["buffers"]!), "depth": totals["depth"] as? Int,
      "traffic": totals["traffic_bytes"] as? Int, "count": totals["count"] as? Int,
    ]
    for (name, value) in values {
      let value = try #require(value)
      let options = ["check", "resnet18", "--batch", "2", "--bytes", "2"]
      #expect(try Archcalc.run(options + ["--max-\(name)", String(value)]).status == 0, "\(name)")
      #expect(try Archcalc.run(options + ["--max-\(name)", String(value - 1)]).status == 1, "\(name)")
    }
  }

  @Test("a budget file limits several networks, found from where it stands") func file() throws {
    let bench = try Workbench()
    try bench.write("nets/small.arch", Self.network)
    let budget = try bench.write(
      "nets/archcalc.budget",
      "# what CI allows\nsmall.arch --groups 4\n  macs <= 852K tolerance 0.1%\n  params 1e\n\nresnet18\n  params 11.7M\n"
    )
    let bad = try Archcalc.run("check", "--budget", budget)
    #expect(bad.status == 1 && bad.errors.contains("archcalc.budget:4:10") && bad.errors.contains("this is no amount"))
    try bench.write(
      "nets/archcalc.budget",
      "# what CI allows\nsmall.arch --groups 4\n  macs <= 852K tolerance 0.1%\n\nresnet18\n  params 11.7M\n  tolerance 1%\n"
    )
    // 294,912 + 294,912 + 262,144 = 851,968; ResNet-18 has 11,689,512.
    #expect(try Archcalc.run("check", budget).status == 0)
    #expect(try Archcalc.run("check", bench.folder.path + "/nets/small.arch").status == 0)
    try bench.write("nets/archcalc.budget", "small.arch\n  macs 852K\nresnet18\n  params 11.6M\n")
    let result = try Archcalc.run("check", "--budget", budget, "--json")
    #expect(result.status == 1)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(json["passed"] as? Bool == false)
    let networks = try #require(json["networks"] as? [[String: Any]])
    #expect(networks.map { $0["network"] as? String } == ["small", "resnet18"])
    let limit = try #require((networks[0]["limits"] as? [[String: Any]])?.first)
    #expect(limit["value"] as? Int == 1_146_880 && limit["excess"] as? Int == 294_880 && limit["over"] as? Bool == true)
    #expect((limit["blame"] as? [String: Any])?["layer"] as? String == "body.conv1")
    #expect(try Archcalc.run("check", "resnet18", "--budget", budget).status == 1)
  }

  @Test("an amount beyond 64 bits is too large, and not none at all") func tooLarge() throws {
    let bench = try Workbench()
    let path = try bench.write("x.budget", "igc\n  macs 9223372036854775807\n  params 9223372036854775808 B\n")
    let budget = try Archcalc.run("check", path)
    #expect(budget.errors.hasPrefix("error: this amount is too large\n --> \(path):3:10\n"), "\(budget.errors)")
    let limit = try Archcalc.run("check", "igc", "--max-macs", "9999999999G")
    #expect(limit.status == 2 && limit.errors.hasPrefix("error: --max-macs 9999999999G is too large\n"))
    let target = try Archcalc.run("solve", "resnext50", "--vary", "width", "--macs", "9223372036854775808")
    #expect(target.status == 2 && target.errors.hasPrefix("error: --macs 9223372036854775808 is too large\n"))
    let increase = try Archcalc.run("diff", "a", "b", "--fail-on-increase", "macs=99999999999999999999")
    #expect(increase.status == 2 && increase.errors.contains("99999999999999999999 is too large"), "\(increase.errors)")
    for text in ["9999999999Q", "1e30", "99999999999999999999.x", "-99999999999999999999"] {
      let none = try Archcalc.run("check", "igc", "--max-macs", text)
      #expect(none.status == 2 && none.errors.contains("must be an amount"), "\(none.errors)")
    }
  }

  @Test("a budget as an editor of Windows writes it is the same") func marks() throws {
    let bench = try Workbench()
    let path = try bench.write("marked.budget", "\u{FEFF}resnet18 # the small one\r\n\tmacs 1.9G\r\n\r\n")
    let result = try Archcalc.run("check", "--budget", path)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
  }

  @Test("a violation stands at the line of the layer, for GitHub and in SARIF") func annotations() throws {
    let bench = try Workbench()
    let path = try bench.write("a b.arch", Self.network)
    let github = try Archcalc.run("check", path, "--max-macs", "1M", "--github")
    #expect(github.status == 1)
    #expect(
      github.output.hasPrefix("::error file=\(path),line=5,col=9,title=small%3A MACs over budget::small: MACs are"),
      "\(github.output)")
    let sarif = try Archcalc.run("check", path, "--max-macs", "1M", "--max-params", "1G", "--sarif")
    #expect(sarif.status == 1)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(sarif.output.utf8)) as? [String: Any])
    #expect(json["version"] as? String == "2.1.0")
    let run = try #require((json["runs"] as? [[String: Any]])?.first)
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.count == 1 && results[0]["ruleId"] as? String == "budget/macs")
    let location = (results[0]["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]
    #expect((location?["region"] as? [String: Int])?["startLine"] == 5)
    #expect(((location?["artifactLocation"] as? [String: String])?["uri"])?.hasSuffix("a%20b.arch") == true)
    #expect(try Archcalc.run("check", path, "--max-macs", "1G", "--github").output.isEmpty)
  }

  @Test(
    "what makes no sense is an error",
    arguments: [
      (["check"], 2), (["check", "resnet18"], 2), (["check", "resnet18", "--max-cats", "1"], 2),
      (["check", "resnet18", "--max-macs", "lots"], 2), (["check", "resnet18", "--max-macs", "-1"], 2),
      (["check", "nonsense", "--max-macs", "1G"], 2),
      (["check", "resnet18", "--max-macs", "1G", "--tolerance", "x"], 2),
      (["check", "resnet18", "--max-macs", "1G", "-o", "/nonexistent/file"], 1),
    ])
  func errors(_ arguments: [String], _ status: Int) throws {
    let result = try Archcalc.run(arguments)
    #expect(Int(result.status) == status && result.errors.hasPrefix("error: "), "\(result.errors)")
  }

  @Test(
    "errors of a budget file have their place",
    arguments: [
      ("  macs 1G\n", ":1:3"), ("resnet18\n", ":1:1"), ("resnet18\n  cats 4\n", ":2:3"), ("resnet18\n  macs\n", ":2:3"),
      ("resnet18\n  macs 1G\n  macs 2G\n", ":3:3"), ("resnet18\n  macs 1G tolerance\n", ":2:11"),
      ("nonsense\n  macs 1G\n", ":1:1"),
      ("resnet18 --wings 2\n  macs 1G\n", ":1:1"), ("igc\n  macs 1G\nmissing.arch\n  macs 1G\n", ":3:1"),
      ("resnext50 --width \"4\n  macs 9G\n", ":1:19"), ("igc\n  macs 9999999999G\n", ":2:8"),
      ("resnext50 --width 0\n  macs 1G\n", ":1:1"),
    ])
  func places(_ text: String, _ place: String) throws {
    let bench = try Workbench()
    let path = try bench.write("x.budget", text)
    let result = try Archcalc.run("check", path)
    #expect(result.status == 1 && result.errors.contains("x.budget\(place)\n"), "\(result.errors)")
  }
}
