import Foundation
import Testing

/// `archcalc sweep` as a user runs it.
@Suite struct SweepCommandTests {
  private static func rows(_ arguments: String...) throws -> [[String]] { try rows(arguments) }

  private static func rows(_ arguments: [String]) throws -> [[String]] {
    let result = try Archcalc.run(["sweep"] + arguments + ["--csv"])
    guard result.status == 0 else { throw Archcalc.Failure(description: result.errors) }
    return result.output.split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func pointsAreTheNetworksThere() throws {
    let rows = try Self.rows(
      "mobilenet", "--alpha", "0.25..1:0.25", "--resolution", "128,160,192,224", "--columns", "params,macs,memory")
    #expect(rows[0] == ["alpha", "resolution", "params", "macs", "memory"])
    #expect(rows.count == 17)
    // Tables 6 and 7 of the MobileNets paper.
    #expect(rows.contains { $0[0] == "0.75" && $0[1] == "224" && $0[3] == "325400448" })
    #expect(rows.contains { $0[0] == "1" && $0[1] == "128" && $0[2] == "4231976" && $0[3] == "186400768" })
    let one = try Archcalc.json("mobilenet", "--alpha", "0.5", "--resolution", "160")
    let totals = try #require(one["totals"] as? [String: Any])
    let row = try #require(rows.first { $0[0] == "0.5" && $0[1] == "160" })
    #expect(row[3] == "\(totals["macs"]!)" && row[4] == "\(totals["peak_activation_bytes"]!)")
  }

  @Test func rangesHaveTheValuesThatAParameterMayTake() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = try folder.write(
      """
      param w = 8 in {32, 8, 16, 20}
      param s = 4 in 4..64:4
      param n = 1 in 1..9
      network one {
        input(3, 4, 4)
        repeat n { conv(1x1, w) -> conv(1x1, s) }
      }
      """, to: "one.arch")
    for (range, values) in [
      (["--w", "8..20"], ["8", "16", "20"]), (["--w", "9..31"], ["16", "20"]), (["--w", "8..20:12"], ["8", "20"]),
      (["--s", "4..14"], ["4", "8", "12"]), (["--s", "4..20:8"], ["4", "12", "20"]),
      (["--n", "2..4"], ["2", "3", "4"]),
    ] {
      #expect(try Self.rows([path] + range).dropFirst().map { $0[0] } == values, "\(range)")
    }
    for (range, error) in [
      (["--w", "8..20:4"], "w cannot be 12: it must be one of 32, 8, 16, 20"), (["--w", "9..15"], "it must be one of"),
      (["--s", "4..20:6"], "s cannot be 10: it must be from 4 to 64 in steps of 4"),
      (["--s", "5..20"], "s cannot be 5"),
      (["--n", "1..3:0.5"], "it must be an integer"), (["--n", "1..10"], "n cannot be 10"), (["--n", "3..1"], "empty"),
    ] {
      let result = try Archcalc.run(["sweep", path] + range)
      #expect(
        result.status == 2 && result.output.isEmpty && result.errors.contains(error), "\(range): \(result.errors)")
    }
  }

  /// A network that is too large at a point is a row without numbers, and why is said below.
  @Test func pointsWithoutANetworkSayWhy() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = try folder.write(
      "param size = 8\nnetwork large { input(3, size, size) -> conv(3x3, 4) }\n", to: "large.arch")
    let result = try Archcalc.run("sweep", path, "--size", "8,9000000000")
    #expect(result.status == 0 && result.output.contains("2 points, 1 of them without a network"))
    #expect(result.output.contains("No network at size 9000000000: "), "\(result.output)")
    #expect(result.output.contains("64-bit"), "\(result.output)")
  }

  /// A part of a range that is far too long to be held takes no more than the part, and a table of all is refused at once.
  @Test func longRanges() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = try folder.write(
      "param channels as C = 8\nnetwork long { input(3, 4, 4) -> conv(3x3, C) }\n", to: "long.arch")
    let range = ["sweep", path, "--channels", "1..100000000"]
    let part = try Archcalc.run(range + ["--csv", "--shard", "1/100000000"])
    #expect(part.output == "channels,params,macs\r\n1,27,432\r\n")
    let whole = try Archcalc.run(range)
    #expect(whole.status == 2 && whole.output.isEmpty && whole.errors.contains("more than 100,000 rows"))
  }

  @Test(arguments: ["claim parms == 9", "claim macs(\"@heda\") == 0", "sweep v in 1..2"])
  func mistakesInStatementsAreNoMissingNetworks(_ statement: String) throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = try folder.write(
      "param w = 8\nnetwork one {\n  input(3, 4, 4)\n  head: conv(1x1, w)\n  \(statement)\n}\n", to: "one.arch")
    let result = try Archcalc.run("sweep", path, "--w", "1..3")
    #expect(result.status == 1 && result.output.isEmpty && result.errors.contains("one.arch:5"), "\(result.errors)")
  }

  @Test(arguments: ["--csv", "--jsonl"]) func shardsAreTheWhole(_ format: String) throws {
    let arguments = ["sweep", "resnext50", "--cardinality", "1,2,4", "--width", "1..4", format]
    let whole = try Archcalc.run(arguments).output
    for count in [1, 2, 5, 12, 14] {
      var pieces = ""
      for index in 1...count { pieces += try Archcalc.run(arguments + ["--shard", "\(index)/\(count)"]).output }
      #expect(pieces == whole, "\(count) shards")
    }
    #expect(try Archcalc.run(arguments + ["--threads", "1"]).output == whole)
  }

  /// With a filter that lets all pass the rows are made one by one.
  @Test func linesAreTheRows() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = try folder.write(
      """
      param w = 16 in 1..64
      param g = 4 in 1..64
      param a = 1.0 in 0.25..4
      network deep {
        input(3, 8, 8)
        conv(3x3, w) -> conv(3x3, in, groups: g)
        when w > 20 { conv(1x1, round(2*w*a)) }
        sweep (w, g) in {(4, 2), (5, 2), (32, 8), (64, 64)}
      }
      """, to: "deep.arch")
    for points in [
      ["--w", "1..64", "--g", "1..9"], ["--declared", "1", "--a", "0.25..1:0.25"], ["--a", "1,0.5,1/3", "--w", "21"],
    ] {
      let arguments = ["sweep", path] + points + ["--columns", "params,macs,memory", "--csv"]
      let lines = try Archcalc.run(arguments)
      #expect(lines.status == 0 && lines.output.split(separator: "\r\n").count > 3)
      let rows = try Archcalc.run(arguments + ["--sort", points[0] == "--declared" ? "params" : "macs"])
      #expect(lines.output.split(separator: "\r\n").sorted() == rows.output.split(separator: "\r\n").sorted())
      var pieces = ""
      for shard in 1...3 { pieces += try Archcalc.run(arguments + ["--shard", "\(shard)/3"]).output }
      #expect(pieces == lines.output)
    }
  }

  @Test(arguments: ["1", "Table 2", "table 2"]) func declaredSweepsRunByName(_ name: String) throws {
    let rows = try Self.rows("resnext_block", "--declared", name, "--columns", "weights")
    // Table 2 of the ResNeXt paper: pairs, not their product.
    #expect(rows.dropFirst().map { $0[2] } == ["69632", "69760", "69888", "71456", "70144"])
    #expect(rows.dropFirst().map { $0[0] + "x" + $0[1] } == ["1x64", "2x40", "4x24", "8x14", "32x4"])
  }

  @Test func declaredSweepsMeetFurtherParameters() throws {
    let rows = try Self.rows("resnext50", "--declared", "1", "--resolution", "192,224", "--columns", "macs")
    #expect(rows.count == 11)
    #expect(rows.dropFirst().prefix(2).map { $0[2] } == ["192", "224"])
    #expect(rows.last == ["32", "4", "224", "4230479872"])
  }

  @Test func paretoFrontsAreNotBeaten() throws {
    let grid = ["mobilenet", "--alpha", "0.25..1:0.25", "--resolution", "128,160,192,224"]
    let all = try Archcalc.run(["sweep"] + grid + ["--csv"]).output.split(separator: "\r\n").dropFirst()
    let front = try Archcalc.run(["sweep"] + grid + ["--csv", "--pareto", "params,macs"]).output.split(
      separator: "\r\n"
    ).dropFirst()
    func costs(_ line: Substring) -> [Int] { line.split(separator: ",").suffix(2).compactMap { Int($0) } }
    func beats(_ a: [Int], _ b: [Int]) -> Bool { a != b && zip(a, b).allSatisfy { $0 <= $1 } }
    #expect(!front.isEmpty)
    for line in front { #expect(!all.contains { beats(costs($0), costs(line)) }) }
    for line in all where !front.contains(line) {
      #expect(front.contains { beats(costs($0), costs(line)) || costs($0) == costs(line) })
    }
  }

  @Test func filtersAndSorts() throws {
    let rows = try Self.rows(
      "mobilenet", "--alpha", "0.25..1:0.25", "--resolution", "128,160,192,224", "--where",
      "macs < 300M and params > 1M", "--sort",
      "macs:desc")
    let macs = rows.dropFirst().compactMap { Int($0[3]) }
    #expect(macs == macs.sorted(by: >) && macs.allSatisfy { $0 < 300_000_000 } && !macs.isEmpty)
  }

  @Test func expressionsAndClaimsAreColumns() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = try folder.write(
      """
      param w = 8 in 1..64
      network n {
        input(3, 8, 8)
        first: conv(3x3, w) -> conv(1x1, 2*w)
        claim share: macs("conv 1x1")/macs < 1
      }
      """, to: "n.arch")
    let result = try Archcalc.run(
      "sweep", path, "--w", "8,16", "--csv", "--columns", "macs,share,weights/w,elasticity(weights, w)")
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\r\n")
    #expect(lines[0] == "w,macs,share,weights/w,\"elasticity(weights, w)\"")
    // 27·8 + 2·64 weights: 344, of which the 1x1 has 128; d ln / d ln w = (216 + 256)/344.
    #expect(lines[1] == "8,22016,0.3720930,43,1.372093" || lines[1].hasPrefix("8,22016,16/43,43,1.372093"))
    #expect(lines.count == 3)
  }

  /// A claim of another file by its name, elasticities as parts of expressions and in filters.
  @Test func claimsOfOtherFilesAndElasticities() throws {
    let rows = try Self.rows(
      "mobilenet", "--alpha", "0.25..1:0.25", "--columns", "C114,elasticity(macs, alpha) - 1", "--where",
      "elasticity(macs, alpha) > 1.9 and classes == 1000 and rounding == \"exact\"")
    // The paper's ratios of multiply-adds; 1 + the share of what is quadratic is the elasticity.
    #expect(rows.dropFirst().map { String($0[2].prefix(6)) } == ["0.2628", "0.5721", "1"])
    #expect(rows.last?.last == "0.9485741")
  }

  /// A closed form that holds at one value of a parameter does not tell how costs grow with it.
  @Test func whatSteersTheNetworkHasNoElasticity() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = try folder.write(
      """
      param levels = 3 in 1..4
      param w = 8 in 1..64
      block tower(n) {
        when n > 0 {
          conv(3x3, w*n)
          tower(n - 1)
        }
      }
      network n {
        input(3, 8, 8)
        tower(levels)
      }
      """, to: "n.arch")
    let columns = ["--columns", "elasticity(macs, levels),elasticity(weights, w)"]
    let csv = try Archcalc.run(["sweep", path, "--levels", "2,3", "--csv"] + columns).output
    let lines = csv.split(separator: "\r\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(lines.count == 2 && lines.allSatisfy { $0[2].isEmpty && $0[3].hasPrefix("1.") }, "\(csv)")
    let text = try Archcalc.run(["sweep", path, "--levels", "2,3"] + columns).output
    #expect(!text.contains(" 0.0"), "\(text)")
    let json = try Archcalc.run(["sweep", path, "--levels", "2,3", "--jsonl"] + columns).output
    #expect(json.contains("\"elasticity(macs, levels)\": null"), "\(json)")
    let refused = try Archcalc.run(["sweep", path, "--levels", "2,3", "--columns", "1 + elasticity(macs, levels)"])
    #expect(refused.status != 0 && refused.errors.contains("there is no elasticity by 'levels'"), "\(refused.errors)")
  }

  @Test func drawingsAreWellFormed() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.url.appendingPathComponent("chart.svg").path
    let result = try Archcalc.run(
      "sweep", "mobilenet", "--alpha", "0.25..1:0.25", "--resolution", "128,224", "--columns", "params,macs", "--svg",
      path, "--chart")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("● alpha 0.25") && result.output.contains("└"))
    let svg = try String(contentsOfFile: path, encoding: .utf8)
    #expect(svg.contains("multiply-adds (MACs)") && svg.contains("resolution") && svg.contains("alpha 0.75"))
    #expect(svg.components(separatedBy: "<polyline").count == 5)
    #expect(svg.components(separatedBy: "<text").count == svg.components(separatedBy: "</text>").count)
    #expect(svg.hasSuffix("</svg>\n") && !svg.contains("nan"))
  }

  @Test(arguments: [
    (["--columns", "mcas", "--alpha", "1"], "there is no column 'mcas'"),
    (["--alpha", "1..0.5"], "the range is empty"),
    (["--alpha", "0.25..1:0"], "the step must be positive"), (["--alpha", "0.25..1"], "needs a step"),
    (["--alpha", "1", "--where", "macs <"], "a condition is written as"),
    (["--alpha", "1", "--where", "mcs < 3"], "did you mean 'macs'?"),
    (["--alpha", "1", "--where", " "], "needs a condition"),
    (["--depth", "1..3"], "no parameter"), (["--alpha", "1", "--where", "macs + 1"], "error"),
    (["--alpha", "1", "--pareto", "params,speed"], "there is no column 'speed'"),
    (["--alpha", "1", "--sort", "spede"], "no column"),
    (["--alpha", "1", "--shard", "3/2"], "I/N"), (["--declared", "nothing"], "declares no sweep 'nothing'"),
    (["--declared", "1", "--alpha", "1"], "swept by the declared sweep"), (["--alpha", "99"], "from"),
    (["--alpha", "1", "--columns", "elasticity(macs, beta)"], "numeric parameter 'beta'"),
    (["--alpha", "1", "--columns", "elasticity(macs, beta)/2"], "no parameter 'beta'"),
    (["--alpha", "1", "--columns", "elasticity(macs)"], "takes a cost and a parameter"),
    (["--alpha", "1", "--columns", "C12"], "says nothing of mobilenet"),
    (["--alpha", "1", "--columns", "macs,macs"], "given twice"), (["--alpha", "1,"], "a value is missing"),
    (["--alpha", "1", "--pareto", ","], "at least one column"),
    (["--alpha", "1", "--csv", "--where", "foo < 3"], "unknown name 'foo'"),
    (["--alpha", "1", "--csv", "--columns", "macs/0"], "divides by zero"),
  ])
  func badInput(_ arguments: [String], _ words: String) throws {
    let result = try Archcalc.run(["sweep", "mobilenet"] + arguments)
    #expect(result.status != 0)
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  @Test("a grid without axes is one point, whatever is asked of it") func noAxis() throws {
    let specification = "network n { input(3, 8, 8) -> conv(3x3, 4) }\n"
    let bench = try Workbench()
    let path = try bench.write("n.arch", specification)
    for (columns, csv, line) in [
      ("params,macs", "params,macs\r\n108,6912\r\n", "{\"params\": 108, \"macs\": 6912}\n"),
      ("weights/4", "macs,weights/4\r\n6912,27\r\n", "{\"macs\": 6912, \"weights/4\": 27}\n"),
    ] {
      #expect(try Archcalc.run("sweep", path, "--columns", columns, "--csv").output == csv)
      #expect(try Archcalc.run("sweep", path, "--columns", columns, "--jsonl").output == line)
    }
  }

  @Test func solvingSweepsNeedABudget() throws {
    let result = try Archcalc.run("sweep", "igc", "--declared", "1")
    #expect(result.status == 2 && result.errors.contains("--params N --sweep"))
  }
}
