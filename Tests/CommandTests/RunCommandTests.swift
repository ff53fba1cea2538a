import Foundation
import Testing

@Suite("run, plan and machine")
struct RunCommandTests {
  private static let host: String = {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()

  /// A cache of its own, so that a test measures no machine but finds one that is told.
  static func calibrated(_ bench: Workbench) throws -> [String: String] {
    let lines = ["baseline", "avx2", "avx512"].flatMap { isa in (1...64).map { "\(isa) \($0) 100000000000 20000000000" }
    }
    try bench.write("archcalc/machine-\(host)", lines.joined(separator: "\n") + "\n")
    return ["XDG_CACHE_HOME": bench.folder.path]
  }

  @Test(
    "what is measured is kept beside what was",
    arguments: [
      ("machine", "baseline 7 1000 1000", "baseline 1 ", ["--predict"]),
      ("tune", "baseline 7 1 16 20 24 16 1 1 1 1 4", "baseline 1 1 16 5 6 16 ", ["--tune", "--repeat", "1"]),
    ])
  func caches(name: String, old: String, new: String, options: [String]) throws {
    let bench = try Workbench()
    let file = try network(bench)
    let environment = try Self.calibrated(bench)
    let cache = try bench.write("archcalc/\(name)-\(Self.host)", old + "\n")
    let command = options.contains("--tune") ? ["run", file] : [file]
    let result = try Archcalc.run(
      command + options + ["--threads", "1", "--isa", "baseline"], environment: environment)
    #expect(result.status == 0, "\(result.errors)")
    let lines = try String(contentsOfFile: cache, encoding: .utf8).split(separator: "\n")
    #expect(lines.contains(Substring(old)) && lines.contains { $0.hasPrefix(new) }, "\(lines)")
  }

  private func network(_ bench: Workbench) throws -> String {
    try bench.write(
      "small.arch",
      """
      param width = 16 in 1..1000
      network small {
        input(3, 20, 24)
        conv(3x3, width, stride: 2) -> bn -> relu -> maxpool(3x3, stride: 2)
        add { conv(3x3, width) -> bn } shortcut {}
        relu -> avgpool(global) -> linear(10) -> softmax
      }
      """)
  }

  @Test("a report has what its schema names, and no more") func json() throws {
    let bench = try Workbench()
    let file = try network(bench)
    let environment = try Self.calibrated(bench)
    for (arguments, schema) in [
      (["run", file, "--repeat", "2", "--check"], "run"), (["run", file, "--repeat", "1", "--batch", "3"], "run"),
      (["plan", file], "plan"), ([file, "--predict", "--threads", "2"], "plan"),
    ] {
      let result = try Archcalc.run(arguments + ["--json"], environment: environment)
      #expect(result.status == 0, "\(result.errors)")
      let report = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
      try SchemaCheck("\(schema)-1").expectValid(report)
    }
  }

  @Test("what was run is what was predicted") func run() throws {
    let bench = try Workbench()
    let file = try network(bench)
    let environment = try Self.calibrated(bench)
    for settings in [
      [], ["--width", "21"], ["--batch", "3"], ["--input", "3x33x17"], ["--isa", "baseline"], ["--exact"],
    ] {
      let result = try Archcalc.run(
        ["run", file, "--repeat", "1", "--check", "--json", "--threads", "3"] + settings, environment: environment)
      #expect(result.status == 0, "\(settings): \(result.errors)")
      let report = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
      let check = try #require(report["check"] as? [String: Any])
      #expect(check["passed"] as? Bool == true)
      #expect(check["counted_macs"] as? Int == check["predicted_macs"] as? Int)
      let layers = try #require(report["layers"] as? [[String: Any]])
      #expect(layers.allSatisfy { $0["shapes_agree"] as? Bool == true })
      #expect(layers.reduce(0) { $0 + ($1["macs"] as! Int) } == report["macs"] as? Int)
      if settings.first == "--isa" { #expect(report["isa"] as? String == "baseline") }
    }
  }

  @Test("a maximum over padding alone is the same infinity in both") func checkOfInfinities() throws {
    let bench = try Workbench()
    let file = try bench.write(
      "infinite.arch",
      "network n {\n  input(3, 2, 2)\n  conv(1x1, 5) -> maxpool(2, stride: 1, padding: 3, dilation: 3)\n}")
    let environment = try Self.calibrated(bench)
    let result = try Archcalc.run(["run", file, "--repeat", "1", "--check", "--json"], environment: environment)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("\"passed\": true"))
  }

  @Test("methods are measured once, and what is kept is what is used") func tune() throws {
    let bench = try Workbench()
    let file = try network(bench)
    let environment = try Self.calibrated(bench)
    let arguments = ["plan", file, "--tune", "--threads", "1", "--isa", "baseline", "--json"]
    #expect(try Archcalc.run(arguments, environment: environment).status == 0)
    let folder = bench.folder.appendingPathComponent("archcalc")
    let name = try #require(
      FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasPrefix("tune-") })
    let measured = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    let layer = "baseline 1 1 16 5 6 16 1 1 1 1 "
    #expect(measured.hasPrefix(layer) && measured.split(separator: "\n").count == 1, "\(measured)")
    for outputs in [1, 2, 4, 6] {
      let kept = "nonsense\n\(layer)\(outputs)\n"
      try bench.write("archcalc/\(name)", kept)
      let result = try Archcalc.run(arguments, environment: environment)
      #expect(result.status == 0 && result.output.contains("\"winograd\"") == (outputs > 1), "\(result.errors)")
      #expect(outputs == 1 || result.output.contains("F(\(outputs)×\(outputs), 3×3)"))
      #expect(try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) == kept)
    }
    let both = try Archcalc.run(["run", file, "--tune", "--exact"], environment: environment)
    #expect(both.status == 2 && both.errors.contains("--exact and --tune"))
  }

  @Test("a trace is JSON with an event for each step") func trace() throws {
    let bench = try Workbench()
    let file = try network(bench)
    let path = bench.folder.appendingPathComponent("trace.json").path
    let result = try Archcalc.run(
      "run", file, "--repeat", "2", "--trace", path, "--json", environment: try Self.calibrated(bench))
    #expect(result.status == 0, "\(result.errors)")
    let steps = try #require(
      (JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])?["layers"] as? [Any])
    let trace = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any]
    let events = try #require(trace?["traceEvents"] as? [[String: Any]])
    #expect(events.count == 2 * steps.count)
    var end = 0.0
    for event in events {
      #expect(event["ph"] as? String == "X" && event["name"] is String)
      let (start, duration) = (try #require(event["ts"] as? Double), try #require(event["dur"] as? Double))
      #expect(start >= end - 0.002 && duration >= 0)
      end = start + duration
    }
  }

  @Test("values are the same bits for any number of threads") func threads() throws {
    let bench = try Workbench()
    let file = try network(bench)
    let environment = try Self.calibrated(bench)
    let values = try [1, 2, 3, 7].map { threads in
      let path = bench.folder.appendingPathComponent("values-\(threads)").path
      let result = try Archcalc.run(
        "run", file, "--repeat", "1", "--threads", "\(threads)", "--values", path, environment: environment)
      #expect(result.status == 0, "\(result.errors)")
      return try Data(contentsOf: URL(fileURLWithPath: path))
    }
    #expect(values[0].count == 40)
    #expect(values.allSatisfy { $0 == values[0] })
  }

  @Test(
    "what cannot be run gets a clear message and a status",
    arguments: [
      BadCase(["run"], 2, "which network?"),
      BadCase(["run", "resnet5o"], 2, "did you mean 'resnet50'?"),
      BadCase(["run", "igc", "--threads", "0"], 2, "--threads", "from 1 to 1024"),
      BadCase(["run", "igc", "--threads", "10000"], 2, "--threads", "from 1 to 1024"),
      BadCase(["run", "igc", "--threads", "-3"], 2, "--threads"),
      BadCase(["run", "igc", "--threads", "many"], 2, "--threads", "integer"),
      BadCase(["run", "igc", "--threads", "99999999999999999999"], 2, "--threads"),
      BadCase(["run", "igc", "--isa", "sse9"], 2, "--isa", "baseline, avx2, avx512"),
      BadCase(["run", "igc", "--repeat", "0"], 2, "--repeat"),
      BadCase(["run", "igc", "--batch", "0"], 2, "--batch"),
      BadCase(["run", "igc", "--seed", "x"], 2, "--seed"),
      BadCase(["run", "igc", "--lauers"], 2, "did you mean --layers?"),
      BadCase(["run", "igc", "--cardinality", "3"], 2, "no option --cardinality"),
      BadCase(["run", "vgg16", "--batch", "60000"], 1, "needs", "to run", "are free"),
      BadCase(["run", "vgg16", "--input", "3x100000x100000"], 1, "needs", "are free"),
      BadCase(["run", "igc", "--input", "3x2"], 2, "--input"),
      BadCase(["plan"], 2, "which network?"),
      BadCase(["plan", "vgg16", "--batch", "60000"], 1, "needs", "are free"),
      BadCase(["plan", "igc", "--isa", "neon"], 2, "--isa"),
      BadCase(["machine", "fast"], 2, "machine takes no words"),
      BadCase(["machine", "--fast"], 2, "no option --fast"),
    ])
  func bad(_ bad: BadCase) throws {
    let bench = try Workbench()
    let result = try Archcalc.run(bad.arguments, environment: try Self.calibrated(bench))
    #expect(result.status == bad.status, "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(result.errors.hasPrefix("error: "))
    for mention in bad.mentions { #expect(result.errors.contains(mention), "\(result.errors)") }
  }
}
