import Foundation
import Testing

@Suite("What the command prints")
struct OutputTests {
  @Test("JSON has the fields of the schema, exactly") func json() throws {
    let json = try Archcalc.json("resnext50", "--cardinality", "32", "--width", "4")
    #expect(json["schema"] as? String == "archcalc.analysis/1")
    #expect(json["network"] as? String == "resnext50")
    let parameters = try #require(json["parameters"] as? [String: Int])
    #expect(parameters["cardinality"] == 32 && parameters["width"] == 4)
    #expect(json["input"] as? [Int] == [1, 3, 224, 224])
    #expect(json["convention"] as? String == "macs")
    #expect(json["complete"] as? Bool == true)
    let totals = try #require(json["totals"] as? [String: Any])
    let params = try #require(totals["params"] as? [String: Int])
    #expect(params["trainable"] == 25_028_904 && params["weights"] == 24_959_680 && params["biases"] == 1000)
    #expect(params["normalization"] == 68_224 && params["buffers"] == 68_224)
    #expect(totals["macs"] as? Int == 4_230_479_872 && totals["count"] as? Int == 4_230_479_872)
    for key in ["flops", "elementwise", "activation_elements", "peak_activation_bytes"] {
      #expect((totals[key] as? Int ?? 0) > 0, "\(key)")
    }
    let layers = try #require(json["layers"] as? [[String: Any]])
    #expect(layers.compactMap { $0["macs"] as? Int }.reduce(0, +) == 4_230_479_872)
    #expect(layers.compactMap { $0["params"] as? Int }.reduce(0, +) == 25_028_904)
    let grouped = try #require(layers.first { $0["groups"] as? Int == 32 })
    #expect(grouped["name"] as? String == "conv2.1.conv2")
    #expect(grouped["kernel"] as? [Int] == [3, 3] && grouped["padding"] as? [Int] == [1, 1, 1, 1])
    #expect(grouped["input"] as? [[Int]] == [[1, 128, 56, 56]] && grouped["output"] as? [Int] == [1, 128, 56, 56])
  }

  @Test("a file that is replaced stays as readable as it was", arguments: [0o600, 0o640, 0o444, 0o755])
  func mode(_ mode: Int) throws {
    let folder = try Folder()
    defer { folder.remove() }
    let spec = try folder.write("network  n {\n input(3, 8, 8)\n conv(3x3, 4)\n}\n", to: "n.arch")
    let report = try folder.write("old", to: "report")
    for (path, arguments) in [(report, [spec, "-o", report]), (spec, ["format", "--write", spec])] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      let old = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(try Archcalc.run(arguments).status == 0)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) != old)
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == mode, "\(arguments)")
    }
  }

  @Test("two runs print the same bytes") func deterministic() throws {
    for arguments in [["resnet50", "--json"], ["mobilenet", "--symbolic"], ["igc", "--params", "4672", "--sweep"]] {
      #expect(try Archcalc.run(arguments).output == Archcalc.run(arguments).output)
    }
  }

  @Test("0.5, 1/2 and .5-like decimals are one value") func exactRationals() throws {
    let decimal = try Archcalc.run("mobilenet", "--alpha", "0.5", "--resolution", "160", "--json")
    let fraction = try Archcalc.run("mobilenet", "--alpha=1/2", "--resolution=160", "--json")
    #expect(decimal.status == 0 && decimal.output == fraction.output)
    let json = try Archcalc.json("mobilenet", "--alpha", "0.5", "--resolution", "160")
    #expect((json["totals"] as? [String: Any])?["macs"] as? Int == 76_524_800)
  }

  @Test("a specification from standard input, with its parameters as options") func standardInput() throws {
    let text = "param width = 4\nnetwork mine {\n  input(3, 8, 8)\n  conv(3x3, width)\n}\n"
    let result = try Archcalc.run("-", "--width", "8", "--json", input: Data(text.utf8))
    let json = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect((json["totals"] as? [String: Any])?["macs"] as? Int == 8 * 27 * 64)
  }

  @Test("the terminal's width is kept", arguments: [80, 100, 160])
  func width(_ columns: Int) throws {
    for arguments in [
      ["resnext50"], ["resnet50", "--by", "layer"], ["mobilenet", "--by", "type"],
      ["igc", "--params", "17536", "--sweep"], columns == 80 ? ["list"] : ["list", "inception"],
    ] {
      let output = try Archcalc.run(arguments, environment: ["COLUMNS": String(columns)]).output
      #expect(!output.isEmpty)
      for line in output.split(separator: "\n") { #expect(line.count <= columns, "\(line)") }
    }
  }

  @Test("rows of a tree add up, also where equal siblings are one row") func rowsAddUp() throws {
    let csv = try Archcalc.run("mobilenet", "--by", "block", "--csv").output
    let rows = csv.split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let (name, macs) = (0, try #require(rows[0].firstIndex(of: "MACs")))
    func sum(_ isWanted: (String) -> Bool) -> Int {
      rows.dropFirst().filter { isWanted($0[name]) }.compactMap { Int($0[macs]) }.reduce(0, +)
    }
    #expect(sum { $0 != "total" && !$0.contains(".") } == 568_740_352)
    #expect(sum { $0 == "7-11" } == 261_416_960)
    #expect(sum { $0.hasPrefix("7-11.") } == 261_416_960)
    #expect(csv.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test("a replaced input takes its parameters out, and is compared with the same input") func replacedInput() throws {
    let json = try Archcalc.json("resnext50", "--input", "3x160x192")
    #expect((json["parameters"] as? [String: Any])?["resolution"] == nil)
    #expect((json["parameters"] as? [String: Any])?["width"] as? Int == 4)
    let symbolic = try #require(json["symbolic"] as? [String: Any])
    #expect((symbolic["conditions"] as? [String])?.isEmpty == true)
    #expect((symbolic["symbols"] as? [String: String])?.values.contains("resolution") == false)
    let reference = (json["reference"] as? [String: Any])?["totals"] as? [String: Any]
    let resnet50 = try Archcalc.json("resnet50", "--input", "3x160x192")["totals"] as? [String: Any]
    #expect(reference?["macs"] as? Int == resnet50?["macs"] as? Int)
    let both = try Archcalc.run("resnext50", "--input", "3x160x192", "--resolution", "160")
    #expect(both.status == 2 && both.errors.contains("resolution"))
  }

  @Test("what is compared with is set alike") func comparedAlike() throws {
    let json = try Archcalc.json("resnet18", "--resolution", "160", "--compare", "resnet34")
    let reference = (json["reference"] as? [String: Any])?["totals"] as? [String: Any]
    let other = try Archcalc.json("resnet34", "--resolution", "160")["totals"] as? [String: Any]
    #expect(reference?["macs"] as? Int == other?["macs"] as? Int)
  }

  @Test("options may stand before the network, and switches can be turned off") func orderOfOptions() throws {
    let plain = try Archcalc.run("resnet50", "--compare", "resnet18", "--json").output
    #expect(try Archcalc.run("--compare", "resnet18", "resnet50", "--json").output == plain)
    #expect(try Archcalc.run("--json", "--compare=resnet18", "resnet50").output == plain)
    let text = try Archcalc.run("resnet50").output
    #expect(try Archcalc.run("--no-json", "resnet50", "--symbolic=false").output == text)
    #expect(try Archcalc.run("resnet50", "--symbolic=foo").status == 2)
    #expect(try Archcalc.run("resnet50", "-b2").output == Archcalc.run("resnet50", "--batch", "2").output)
    let folder = try Folder()
    defer { folder.remove() }
    let two = "network one {\n  input(3, 8, 8)\n  relu\n}\nnetwork two {\n  input(3, 8, 8)\n  bn\n}\n"
    let file = try folder.write(two, to: "two.arch")
    #expect(try Archcalc.run(file, "--json", "two").output.contains("\"network\": \"two\""))
  }

  @Test("a switch takes true and false, yes and no, on and off, with = or as a word") func switches() throws {
    let text = "param f = true\nnetwork a {\n  input(3, 8, 8)\n  when f { conv(3x3, 5) }\n}\n"
    func macs(_ arguments: String...) throws -> Int? {
      let output = try Archcalc.run(["-", "--json"] + arguments, input: Data(text.utf8)).output
      let json = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
      return (json?["totals"] as? [String: Any])?["macs"] as? Int
    }
    let on = 27 * 5 * 64
    #expect(try macs() == on && macs("--f") == on && macs("--f", "on") == on)
    #expect(try macs("--f", "off") == 0 && macs("--f=no") == 0 && macs("--no-f") == 0)
    #expect(try Archcalc.run("--json", "off", "resnet18").output == Archcalc.run("resnet18").output)
    let csv = try Archcalc.run("resnet18", "--csv").output
    #expect(try Archcalc.run("resnet18", "--csv", "--no-json").output == csv)
    #expect(try Archcalc.run("-", "--f", "maybe", input: Data(text.utf8)).status == 2)
  }

  @Test("a sweep that is not declared is refused before anything is analysed") func undeclaredSweep() throws {
    let text = "network a {\n  input(3, 8, 8)\n  conv(9x9, 4, padding: valid)\n}\n"
    let result = try Archcalc.run("-", "--params", "4672", "--sweep", input: Data(text.utf8))
    #expect(result.status == 2 && result.errors.contains("declares no iso-cost sweep"))
  }

  @Test(
    "a sweep takes no options about the table of a network", arguments: ["--by=layer", "--compare=resnet18", "-d2"])
  func sweepOptions(_ option: String) throws {
    let result = try Archcalc.run("igc", "--params", "4672", "--sweep", option)
    #expect(result.status == 2 && result.errors.contains("says nothing about a sweep"))
  }

  @Test("arithmetic intensity of layers and of the whole") func intensity() throws {
    let json = try Archcalc.json("resnet18")
    let first = try #require((json["layers"] as? [[String: Any]])?.first { $0["name"] as? String == "conv1.conv" })
    // 2 · 118,013,952 FLOPs on (3·224² + 64·112² + 9,408) numbers of 4 bytes.
    #expect(first["intensity"] as? Double == 61.290)
    #expect((json["totals"] as? [String: Any])?["intensity"] as? Double == 31.107)
  }

  @Test("a link stays a link when a report is written to it") func links() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let file = try folder.write("old", to: "report.json")
    let link = folder.url.appendingPathComponent("link.json").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    #expect(try Archcalc.run("resnet18", "--json", "-o", link).status == 0)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == file)
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("{"))
  }

  @Test(
    "two outputs do not go to one file, however it is named",
    arguments: [
      ["sweep", "mobilenet", "--alpha", "0.5,1", "-o", "a", "--svg", "a"], ["igc", "-o", "a", "--svg", "./a"],
      ["solve", "mobilenet", "--vary", "alpha,resolution", "--macs", "150M", "-o", "./a", "--svg", "a"],
      ["run", "igc", "--trace", "a", "--values", "a"], ["run", "igc", "--output", "a.npy", "--values", "a.npy"],
    ])
  func twoOutputs(_ words: [String]) throws {
    let bench = try Workbench()
    let line = "cd '\(bench.folder.path)' && \"$ARCHCALC\" " + words.joined(separator: " ")
    let result = try Archcalc.shell(line, environment: try RunCommandTests.calibrated(bench))
    #expect(result.status == 2 && result.output.isEmpty && result.errors.contains(" both go to "), "\(result.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder.path) == ["archcalc"])
    #expect(try Archcalc.run("igc", "-o", "/dev/null", "--svg", "/dev/null").status == 0)
  }

  @Test("a parameter does not hide the options of the report") func reservedOptions() throws {
    let text = "param json = 3\nnetwork a {\n  input(3, 8, 8)\n  conv(3x3, json)\n}\n"
    let mistaken = try Archcalc.run("-", "--json", "5", input: Data(text.utf8))
    #expect(mistaken.status == 2 && mistaken.errors.contains("no network '5'"))
    #expect(try Archcalc.run("-", "--help", input: Data(text.utf8)).output.contains("--set json=3"))
    let output = try Archcalc.run("-", "--set", "json=5", "--json", input: Data(text.utf8)).output
    let json = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
    #expect((json?["parameters"] as? [String: Int])?["json"] == 5)
  }

  @Test("equal parts become one where they have numbers, not where one has a label") func labels() throws {
    let bench = try Workbench()
    let path = try bench.write(
      "n.arch",
      """
      block unit(out) {
        conv(3x3, out) -> bn
        relu
      }
      network n {
        input(8, 8, 8)
        stem: unit(8)
        repeat 3 { unit(8) }
      }
      """)
    let rows = try Archcalc.run(path).output.split(separator: "\n").map { $0.prefix { $0 != " " } }
    #expect(rows.contains("stem") && rows.contains("1–3"), "\(rows)")
  }

  @Test("depth and receptive field are of the deepest way to an output") func depthOverOutputs() throws {
    let text = """
      network a {
        input(3, 32, 32)
        stem: conv(3x3, 8)
        output aux { conv(5x5, 8) -> conv(5x5, 8) }
        relu
      }
      """
    let output = try Archcalc.run("-", "--json", input: Data(text.utf8)).output
    let json = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
    #expect((json?["totals"] as? [String: Any])?["depth"] as? Int == 3)
  }

  @Test("colors only where they are wanted") func colors() throws {
    #expect(try !Archcalc.run("resnet18").output.contains("\u{1B}"))
    #expect(try Archcalc.run("resnet18", "--color", "always").output.contains("\u{1B}"))
    #expect(try !Archcalc.run("resnet18", "--color", "never", environment: ["NO_COLOR": "1"]).output.contains("\u{1B}"))
  }

  @Test("CSV and Markdown hold exact numbers") func tables() throws {
    let csv = try Archcalc.run("resnet18", "--by", "stage", "--csv").output
    let lines = csv.split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let total = Dictionary(uniqueKeysWithValues: zip(lines[0], try #require(lines.first { $0[0] == "total" })))
    #expect(total["params"] == "11689512" && total["MACs"] == "1814073344")
    #expect(total["weights"] == "11678912" && total["biases"] == "1000" && total["buffers"] == "9600")
    #expect(csv.utf8.allSatisfy { $0 < 0x80 })
    for grouping in ["layer", "block", "stage", "type"] {
      let header = try Archcalc.run("mobilenet", "--by", grouping, "--csv").output.prefix { $0 != "\r\n" }.split(
        separator: ",")
      #expect(Set(header).count == header.count, "no two columns have one name")
    }
    let markdown = try Archcalc.run("resnet18", "--by", "stage", "--markdown").output
    #expect(markdown.contains("| **total** |"))
    #expect(markdown.contains("**11,689,512**"))
  }

  @Test("closed forms are printed as a person writes them") func closedForms() throws {
    let output = try Archcalc.run("resnext_block", "--symbolic").output
    #expect(output.contains("C·d·(9·d + 512) = 9·C·d² + 512·C·d"))
    let types = try Archcalc.run("resnext50", "--symbolic", "--by", "type").output
    #expect(types.contains("conv 3×3 grouped") && types.contains("9·C·R²·d²"))
    #expect(!types.contains("times"), "no column without content")
  }

  @Test("formatting is idempotent and in place") func formatting() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let file = try folder.write("network   a { // note\ninput( 3,8 , 8)\n relu }\n", to: "a.arch")
    #expect(try Archcalc.run("format", "--check", file).status == 1)
    #expect(try Archcalc.run("format", "--write", file).status == 0)
    #expect(try Archcalc.run("format", "--check", file).status == 0)
    #expect(try String(contentsOfFile: file, encoding: .utf8).contains("// note"))
  }

  @Test("completion scripts know networks and parameters", arguments: ["bash", "zsh", "fish"])
  func completions(_ shell: String) throws {
    let script = try Archcalc.run("completions", shell).output
    #expect(script.contains("resnext50") && script.contains("cardinality") && script.contains("symbolic"))
  }

  @Test("help lists the parameters of a network") func help() throws {
    for arguments in [["help", "resnext50"], ["resnext50", "--help"]] {
      let output = try Archcalc.run(arguments).output
      #expect(output.contains("--cardinality") && output.contains("groups of each 3x3 convolution"))
    }
    for command in ["run", "show", "sweep", "check"] {
      #expect(try Archcalc.run(command, "resnet18", "--help").output == Archcalc.run("help", command).output)
    }
    #expect(try Archcalc.run("--version").output.hasPrefix("archcalc "))
    #expect(try Archcalc.run().output.contains("archcalc NETWORK"))
  }

  @Test("parameters go before general options of the same name, letters do not") func shadowing() throws {
    let text = """
      param depth = 2
      param wide = false
      param ratio = 1 in {1, 3/4}
      block unit() {
        conv(3x3, 4*ratio)
        relu
      }
      network mine {
        input(3, 8, 8)
        repeat depth { unit }
        when wide { conv(1x1, 8) }
      }
      """
    func macs(_ arguments: String...) throws -> Int? {
      let result = try Archcalc.run(["-"] + arguments + ["--json"], input: Data(text.utf8))
      let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
      return (json?["totals"] as? [String: Any])?["macs"] as? Int
    }
    let one = 27 * 4 * 64
    let more = 36 * 4 * 64
    #expect(try macs() == one + more)
    #expect(try macs("--depth", "3", "-d", "1") == one + 2 * more)
    #expect(try macs("--set", "depth=1") == one)
    #expect(try macs("--ratio", "0.75", "--depth", "1") == 27 * 3 * 64)
    for wide in [["--wide"], ["--wide", "true"], ["--wide=yes"]] {
      let result = try Archcalc.run(["-"] + wide + ["--depth", "1", "--json"], input: Data(text.utf8))
      let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
      #expect((json?["totals"] as? [String: Any])?["macs"] as? Int == one + 32 * 64)
    }
    #expect(try macs("--no-wide", "--depth", "1") == one)
  }
}
