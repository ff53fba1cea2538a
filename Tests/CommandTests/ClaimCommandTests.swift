import Foundation
import Testing

/// `archcalc verify`, `solve` and `compare` as a user runs them.
@Suite struct ClaimCommandTests {
  @Test func claimsOfANetworkAgree() throws {
    let report = try Archcalc.json("verify", "--source", "claims_igc_width", "--kind", "optimum")
    #expect(report["agrees"] as? Bool == true)
    let claims = try #require(report["claims"] as? [[String: Any]])
    #expect(claims.contains { $0["id"] as? String == "C44" && $0["verdict"] as? String == "true" })
    #expect(claims.allSatisfy { $0["kind"] as? String == "optimum" })
  }

  /// Claims of other files that mention a network, by any of its names.
  @Test func claimsAreFoundByWhatTheyMention() throws {
    for name in ["resnext_block_b", "early_concatenation_block"] {
      let report = try Archcalc.json("verify", "--network", name, "--kind", "execution")
      let claims = try #require(report["claims"] as? [[String: Any]]).compactMap { $0["claim"] as? String }
      #expect(claims.count > 1 && claims.allSatisfy { $0.contains("resnext_block") })
    }
  }

  @Test func markdownTablesAreAligned() throws {
    let lines = try Archcalc.run("verify", "--source", "claims_igc_width", "--kind", "optimum", "--markdown").output
      .split(separator: "\n")
    let table = lines.filter { $0.hasPrefix("|") }
    #expect(table.count == 4 && Set(table.map(\.count)).count == 1)
    #expect(lines.contains { $0.hasPrefix("- **conditional** C43: ") })
  }

  @Test func aWrongVerdictFails() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = try folder.write(
      """
      network n {
        input(3, 8, 8)
        conv(3x3, 8)
        claim right: weights == 216
        claim wrong: weights == 217
        claim recorded: weights == 218 verdict false
      }
      """, to: "n.arch")
    let result = try Archcalc.run("verify", path)
    #expect(result.status == 1)
    #expect(result.errors.contains("wrong") && !result.errors.contains("right"))
    #expect(result.output.contains("3 claims, 3 of them decided; 1 verdict is not the recorded one."))
    #expect(try Archcalc.run("verify", path, "--claim", "recorded").status == 0)
  }

  @Test func aFileOfStandardInputIsReadOnce() throws {
    let text = "network n {\n  input(3, 8, 8)\n  conv(3x3, 8)\n  claim weights == 216\n}\n"
    let result = try Archcalc.run(["verify", "-"], input: Data(text.utf8))
    #expect(result.status == 0 && result.output.contains("1 claim, "), "\(result.errors)\(result.output)")
  }

  @Test func aFileMayHaveNoClaims() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = try folder.write("network n {\n  input(3, 8, 8)\n  conv(3x3, 8)\n}\n", to: "n.arch")
    let result = try Archcalc.run("verify", path)
    #expect(result.status == 2 && result.errors.contains("\(path) has no claims"), "\(result.errors)")
  }

  /// A slip in the name of a convention is found before claims are judged, and where its network is analysed.
  @Test func conventionsAndLayersOfClaimsAreThere() throws {
    let folder = try Folder()
    defer { folder.remove() }
    for (claim, words) in [
      ("claim macs > 0 under \"torchvison\"", "did you mean 'torchvision'?"),
      ("claim macs(\"@heda\") == 0", "'@head'?"),
    ] {
      let text = "network n {\n  input(3, 8, 8)\n  head: conv(3x3, 8)\n  \(claim)\n}\n"
      let path = try folder.write(text, to: "n.arch")
      for arguments in [[path], ["verify", path]] {
        let result = try Archcalc.run(arguments)
        #expect(result.status == 1 && result.errors.contains(words), "\(arguments): \(result.errors)")
      }
    }
  }

  @Test(arguments: [
    (["verify", "--kind", "guess"], "arithmetic"), (["verify", "--verdict", "flase"], "did you mean 'false'"),
    (["verify", "--network", "resnet51"], "did you mean"), (["verify", "--jsn"], "did you mean --json"),
    (["verify", "--claim", "nobody"], "there is no such claim"),
    (["verify", "resnet18"], "archcalc verify --network resnet18"),
    (["verify", "m.onnx"], "m.onnx is a model"), (["show", "m.onnx"], "m.onnx is a model"),
    (["format", "m.onnx"], "m.onnx is a model"), (["solve", "resnext50"], "what may vary"),
    (["solve", "resnext50", "--vary", "width"], "needs a target"),
    (["solve", "resnext50", "--vary", "widht", "--macs", "1G"], "did you mean 'width'"),
    (["solve", "resnext50", "--vary", "width", "--macs", "lots"], "must be a positive number"),
    (["solve", "resnext50", "--vary", "width", "--macs", "1G", "--params", "1M"], "one target"),
    (["solve", "resnext50", "--vary", "width,width", "--macs", "1G"], "width varies once"),
    (["solve", "resnext50", "--vary", "width", "--width", "4", "--macs", "1G"], "solved for"),
    (["compare", "resnet50"], "at least two"), (["compare", "resnet50", "resnet50:depth=3"], "no parameter 'depth'"),
    (["compare", "resnet50", "resnet50:base"], "NAME=VALUE"),
  ])
  func badCommandLines(_ arguments: [String], _ words: String) throws {
    let result = try Archcalc.run(arguments)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains(words), "\(result.errors)")
  }

  /// Table 2 of the ResNeXt paper: pairs of cardinality and width that cost as much as ResNet-50.
  @Test func pairsOfEqualCost() throws {
    let report = try Archcalc.json(
      "solve", "resnext50", "--vary", "width", "--cardinality", "1,2,4,8,32", "--match", "resnet50")
    let rows = try #require(report["rows"] as? [[String: Any]])
    let widths = rows.compactMap { ($0["best"] as? [String: Any])?["value"] as? Int }
    #expect(widths == [64, 40, 24, 14, 4])
    #expect((rows[0]["best"] as? [String: Any])?["difference"] as? Double == 0)
  }

  /// The resolutions of a paper are multiples of 32; the widths that exist for α are not all numbers.
  @Test func solutionsAreNetworks() throws {
    let report = try Archcalc.json("solve", "mobilenet", "--vary", "alpha,resolution", "--macs", "150M")
    let rows = try #require(report["rows"] as? [[String: Any]])
    let best = rows.compactMap { ($0["best"] as? [String: Any])?["value"] as? Int }
    #expect(best.count == 4 && best.allSatisfy { $0 % 32 == 0 } && best[2] == 224)
    let alpha = try Archcalc.json("solve", "mobilenet", "--vary", "alpha", "--macs", "150M")
    let row = try #require((alpha["rows"] as? [[String: Any]])?.first?["best"] as? [String: Any])
    #expect(row["cost"] as? Int == 149_497_088)
  }

  /// Ranges that begin off their step, and that end where integers do: 12·16·16·3 multiply-adds for each channel.
  @Test(arguments: [("55 in 5..95:10", 25), ("5 in 1..9223372036854775807", 25), ("7 in 7..1000:6", 25)])
  func rangesOfAllKinds(_ range: String, _ expected: Int) throws {
    let bench = try Workbench()
    let path = try bench.write(
      "n.arch", "param a = \(range)\nnetwork n {\n  input(3, 16, 12)\n  conv(1x1, a)\n}\n")
    let report = try Archcalc.json("solve", path, "--vary", "a", "--macs", "\(expected * 3 * 16 * 12)")
    let best = (report["rows"] as? [[String: Any]])?.first?["best"] as? [String: Any]
    #expect(best?["value"] as? Int == expected && best?["difference"] as? Double == 0)
    #expect(try Archcalc.run("solve", path, "--vary", "a", "--macs", "1").status == 1)
  }

  /// Costs whose closed form is another one at other values: dense blocks, windows that are odd or even, cases, zero
  /// channels more.
  @Test(arguments: [
    ("densenet40", "layers", "--macs", 43), ("naive_inception", "modules", "--macs", 4),
    ("dense_convolution", "kernel", "--macs", 6), ("convolution_twice", "kernel", "--macs", 8),
    ("efficientnet_b0", "depth", "--params", 4),
  ]) func formsThatChange(_ network: String, _ parameter: String, _ cost: String, _ value: Int) throws {
    let own = try Archcalc.json(network, "--\(parameter)", "\(value)")
    let totals = try #require(own["totals"] as? [String: Any])
    let number = cost == "--macs" ? totals["macs"] as? Int : (totals["params"] as? [String: Any])?["trainable"] as? Int
    let target = try #require(number)
    let report = try Archcalc.json("solve", network, "--vary", parameter, cost, "\(target)")
    let best = try #require((report["rows"] as? [[String: Any]])?.first?["best"] as? [String: Any])
    #expect(best["cost"] as? Int == target)
  }

  /// Rounding leaps over the target: the networks on both sides are the neighbours, and there is no root.
  @Test(arguments: [
    ("inception_v3", "--macs", 5_000_000_000, 286, 287), ("alexnet", "--params", 74_596_713, 290, 291),
  ]) func leaps(_ network: String, _ cost: String, _ target: Int, _ below: Int, _ above: Int) throws {
    let report = try Archcalc.json("solve", network, "--vary", "resolution", cost, "\(target)")
    let row = try #require((report["rows"] as? [[String: Any]])?.first)
    #expect((row["below"] as? [String: Any])?["value"] as? Int == below)
    #expect((row["above"] as? [String: Any])?["value"] as? Int == above)
    #expect((row["roots"] as? [Any])?.isEmpty == true)
  }

  /// What is assumed of other parameters rules no value of this one out.
  @Test func assumptionsOnOthers() throws {
    let bench = try Workbench()
    let path = try bench.write(
      "n.arch",
      """
      param width = 8
      param depth = 3
      assume 2 divides depth
      network n { input(3, 8, 8) -> conv(3x3, width)
        repeat depth { conv(3x3, width) } }
      """)
    // 27 w + 27 w².
    let report = try Archcalc.json("solve", path, "--vary", "width", "--params", "2970")
    let row = try #require((report["rows"] as? [[String: Any]])?.first)
    #expect((row["best"] as? [String: Any])?["value"] as? Int == 10)
    #expect((report["assumptions"] as? [String])?.isEmpty != false)
  }

  @Test func whatCannotBeMetTellsTheNearest() throws {
    let result = try Archcalc.run("solve", "resnext50", "--vary", "width", "--macs", "1k")
    #expect(result.status == 1)
    #expect(result.errors.contains("the nearest that was found is 1,374,060,544, at width 1"))
  }

  @Test func comparisonsAreExact() throws {
    let report = try Archcalc.json("compare", "resnet50", "resnext50", "resnet50:resolution=192")
    let networks = try #require(report["networks"] as? [[String: Any]])
    let macs = networks.compactMap { ($0["totals"] as? [String: Any])?["macs"] as? Int }
    #expect(macs == [4_089_184_256, 4_230_479_872, 3_004_841_984])
    let differences = try #require(report["differences"] as? [[String: Any]])
    #expect(differences.contains { $0["network"] as? String == "resnext50" && $0["formula"] as? String == "2816*R^2" })
    let stages = try #require(report["stages"] as? [[String: Any]]).compactMap { $0["stage"] as? String }
    #expect(stages == ["conv1", "conv2", "conv3", "conv4", "conv5", "head"])
  }

  @Test func threeNetworksDifferInAbsoluteAndPerCent() throws {
    let text = try Archcalc.run("compare", "resnet50", "resnext50", "mobilenet").output
    #expect(text.contains("less resnet50") && text.contains("+141.3 M  +3.46 %   −3.520 G  −86.1 %"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func powersOfGrowthAreTold() throws {
    let text = try Archcalc.run("mobilenet").output
    #expect(text.contains("at α = 1 params scale as α^1.74, MACs scale as α^1.95"))
    let symbolic = try #require(try Archcalc.json("mobilenet")["symbolic"] as? [String: Any])
    let elasticities = try #require(symbolic["elasticities"] as? [[String: Any]])
    let resolution = try #require(elasticities.first { $0["parameter"] as? String == "resolution" })
    #expect(resolution["params"] as? Double == 0)
    // All but the classifier grow with the square.
    #expect(abs((resolution["macs"] as? Double ?? 0) - 2 * (1 - 1_024_000.0 / 568_740_352)) < 1e-5)
  }
}
