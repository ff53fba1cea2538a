import Foundation
import Testing

@Suite("The difference of two reports")
struct DiffTests {
  @Test("an attribute's change is told by block, with what it costs") func attributes() throws {
    let bench = try Workbench()
    let old = try bench.report("old.json", "resnext50", "--cardinality", "32", "--width", "4")
    let new = try bench.report("new.json", "resnext50", "--cardinality", "16", "--width", "8")
    let result = try Archcalc.run("diff", old, new, "--markdown")
    #expect(result.status == 0)
    // 28·28·256·9 multiply-adds for each channel of a group, 8 before and 16 after, in 4 layers.
    #expect(
      result.output.contains("groups 32 → 16 in 4 layers: +57.80 M MACs, +73.73 K parameters"), "\(result.output)")
    let json = try Archcalc.json("diff", old, new)
    let blocks = try #require(json["blocks"] as? [[String: Any]])
    #expect(blocks.map { $0["block"] as? String } == ["conv2", "conv3", "conv4", "conv5"])
    let changes = try #require(blocks[1]["changes"] as? [[String: Any]])
    #expect(changes.count == 1 && changes[0]["change"] as? String == "groups 32 → 16")
    #expect((changes[0]["layers"] as? [String])?.first == "conv3.1.conv2")
    #expect(json["settings"] as? [String] == ["cardinality 32 → 16", "width 4 → 8"])
    let totals = try #require(json["totals"] as? [String: [String: Int]])
    #expect(totals["macs"]?["old"] == 4_230_479_872)
    let sum = blocks.compactMap { ($0["macs"] as? [String: Int]).map { $0["new"]! - $0["old"]! } }.reduce(0, +)
    #expect(sum == totals["macs"]!["new"]! - totals["macs"]!["old"]!)
  }

  @Test("a change of a specification: layers that came, went and changed") func specification() throws {
    let bench = try Workbench()
    func report(_ name: String, _ body: String) throws -> String {
      let spec = try bench.write("net.arch", "network net {\n  input(8, 16, 16)\n\(body)}\n")
      return try bench.report(name, spec)
    }
    let old = try report("old.json", "  a: conv(3x3, 8, groups: 8) -> bn\n  b: conv(1x1, 16)\n")
    let new = try report("new.json", "  a: conv(3x3, 8, groups: 4) -> bn\n  c: conv(1x1, 16)\n")
    let text = try Archcalc.run("diff", old, new).output
    // 9·8·256·(2 − 1) multiply-adds more; 8·16·256 come and go.
    #expect(text.contains("groups 8 → 4: +18.43 K MACs, +72 parameters"), "\(text)")
    #expect(text.contains("c:  added: +32.77 K MACs, +128 parameters") && text.contains("b:  removed: −32.77 K MACs"))
    let same = try Archcalc.run("diff", old, old)
    #expect(same.status == 0 && same.output.contains("costs the same") && same.output.contains("No layer changed."))
  }

  @Test("growth over a limit is status 1, growth within is 0") func limits() throws {
    let bench = try Workbench()
    let old = try bench.report("old.json", "resnet18")
    let new = try bench.report("new.json", "resnet34")
    #expect(try Archcalc.run("diff", old, new, "--fail-on-increase", "macs=200%").status == 0)
    let failed = try Archcalc.run("diff", old, new, "--fail-on-increase", "macs=1%", "--fail-on-increase", "depth=0")
    #expect(failed.status == 1)
    #expect(
      failed.errors.contains("MACs grew by") && failed.errors.contains("more than 1.0 %")
        && failed.errors.contains("depth grew by 16"))
    #expect(try Archcalc.run("diff", new, old, "--fail-on-increase", "macs=0").status == 0)
    #expect(try Archcalc.run("diff", old, new, "--fail-on-increase", "params=10108160").status == 0)
    #expect(try Archcalc.run("diff", old, new, "--fail-on-increase", "params=10108159").status == 1)
  }

  @Test(
    "what is no report is a clear error",
    arguments: [
      ("", "not valid JSON"), ("{", "a key in quotation marks is missing"),
      ("{\"schema\": \"archcalc.analysis/1\"}", "'network' is missing"),
      ("[1, 2", "not closed"), ("{\"a\": 1, \"a\": 2}", "twice"), ("{\"a\": 01}", "number"),
      ("{\"a\": \"\\ud800\"}", "surrogate"),
      ("{\"a\": 1} x", "after the end"), ("{\"schema\": 3}", "names no schema"), ("[]", "names no schema"),
      ("{\"a\": nul}", "no JSON value"),
      ("{\"schema\": \"archcalc.analysis/2\"}", "newer schema archcalc.analysis/2"),
      ("{\"schema\": \"archcalc.sweep/1\"}", "is archcalc.sweep/1, and a difference is of"),
      (String(repeating: "[", count: 100), "nested"),
    ])
  func errors(_ text: String, _ message: String) throws {
    let bench = try Workbench()
    let good = try bench.report("good.json", "resnet18")
    let bad = try bench.write("bad.json", text)
    for pair in [[good, bad], [bad, good]] {
      let result = try Archcalc.run(["diff"] + pair)
      #expect(result.status == 1 && result.output.isEmpty && result.errors.contains(message), "\(result.errors)")
      #expect(result.errors.contains("bad.json"))
    }
  }

  @Test("what makes no sense is an error") func usage() throws {
    let bench = try Workbench()
    let good = try bench.report("good.json", "resnet18")
    for arguments in [
      [], [good], [good, good, good], [good, good, "--wings"], [good, good, "--fail-on-increase", "cats=1%"],
      [good, good, "--fail-on-increase", "macs"], [good, good, "--fail-on-increase", "macs=-1%"],
      [good, good, "--depth", "0"],
    ] {
      let result = try Archcalc.run(["diff"] + arguments)
      #expect(result.status == 2 && result.errors.hasPrefix("error: "), "\(arguments): \(result.errors)")
    }
    #expect(try Archcalc.run("diff", good, bench.folder.path + "/none.json").status == 1)
  }
}
