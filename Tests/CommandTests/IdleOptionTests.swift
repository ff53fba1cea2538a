import Foundation
import Testing

/// An option that would be accepted and say nothing is refused, and nothing is written.
@Suite("Options that say nothing are refused")
struct IdleOptionTests {
  @Test(
    "options of other commands",
    arguments: [
      BadCase(["plan", "igc", "--trace", "f"], 2, "plan igc has no option --trace", "an option of archcalc run"),
      BadCase(["plan", "igc", "--values", "f"], 2, "no option --values"),
      BadCase(["plan", "igc", "--check"], 2, "no option --check"),
      BadCase(["plan", "igc", "--layers"], 2, "no option --layers"),
      BadCase(["plan", "igc", "--repeat", "2"], 2, "no option --repeat"),
      BadCase(["plan", "igc", "--seed", "2"], 2, "no option --seed"),
      BadCase(["plan", "igc", "--output", "f.npy"], 2, "plan runs nothing", "f.npy"),
      BadCase(["plan", "igc", "--input", "f.npy"], 2, "plan runs nothing", "f.npy"),
      BadCase(["run", "igc", "--predict"], 2, "run igc has no option --predict", "an option of archcalc plan"),
      BadCase(["igc", "--predict", "--csv"], 2, "plan igc has no option --csv", "archcalc plan NETWORK"),
      BadCase(["plan"], 2, "archcalc plan NETWORK"),
      BadCase(["reconcile", "igc", "--says", "1K", "--csv", "-o", "f"], 2, "reconcile has no option --csv"),
      BadCase(["reconcile", "igc", "--says", "1K", "--svg", "f"], 2, "reconcile has no option --svg"),
      BadCase(["reconcile", "igc", "--says", "1K", "--predict"], 2, "reconcile has no option --predict"),
      BadCase(["check", "igc", "--max-macs", "9G", "--csv", "--svg", "f"], 2, "check has no option --csv"),
      BadCase(["check", "igc", "--max-macs", "9G", "--svg", "f"], 2, "check has no option --svg", "help check"),
      BadCase(["check", "igc", "--max-macs", "9G", "--predict"], 2, "check has no option --predict"),
      BadCase(["report", "igc", "--json", "-o", "f"], 2, "report has no option --json"),
      BadCase(["report", "igc", "--csv", "-o", "f"], 2, "report has no option --csv"),
      BadCase(["report", "igc", "--by", "layer", "-o", "f"], 2, "report has no option --by"),
      BadCase(["report", "igc", "--sweep", "-o", "f"], 2, "report has no option --sweep"),
      BadCase(["report", "igc", "--predict", "-o", "f"], 2, "report has no option --predict"),
      BadCase(["export", "igc", "--onnx", "f", "--json"], 2, "export --onnx has no option --json"),
      BadCase(["export", "igc", "--onnx", "f", "--by", "layer"], 2, "export --onnx has no option --by"),
      BadCase(["export", "igc", "--onnx", "f", "--predict"], 2, "export --onnx has no option --predict"),
      BadCase(["export", "igc", "--onnx", "f", "-o", "g"], 2, "--onnx f and --output g: which of the two?"),
      BadCase(["export", "igc", "--spec", "--by", "layer"], 2, "export --spec has no option --by"),
      BadCase(["export", "igc", "--spec", "--seed", "1"], 2, "a specification has no weights"),
      BadCase(["show", "igc", "--graph", "--json"], 2, "show --graph has no option --json"),
      BadCase(["show", "igc", "--graph", "--csv"], 2, "show --graph has no option --csv"),
      BadCase(["show", "igc", "--graph", "--svg", "f"], 2, "show --graph has no option --svg"),
      BadCase(["show", "igc", "--graph", "--compare", "resnet18"], 2, "show --graph has no option --compare"),
      BadCase(["show", "resnet18", "--base", "32"], 2, "--base says nothing", "show resnet18 --base 32 --graph"),
      BadCase(["show", "resnet18", "--depth", "1"], 2, "--depth says nothing", "show resnet18 --depth 1 --graph"),
    ])
  func foreign(_ bad: BadCase) throws { try refused(bad) }

  @Test(
    "options that go without another, or against it",
    arguments: [
      BadCase(["igc", "--tolerance", "10%"], 2, "--tolerance says nothing without a sweep"),
      BadCase(["igc", "--params", "4672", "--sweep", "--bytes", "2"], 2, "--bytes says nothing about a sweep"),
      BadCase(["igc", "--weights", "17536", "--params", "100", "--sweep"], 2, "--weights and --params: which of"),
      BadCase(["igc", "--budget", "17536", "--macs", "100"], 2, "--budget and --macs: which of the two?"),
      BadCase(["export", "igc", "--onnx", "f", "--no-weights", "--seed", "3"], 2, "--no-weights and --seed: which of"),
      BadCase(["check", "igc", "--max-macs", "1G", "--budget", "f"], 2, "limits as options and f: which of the two?"),
      BadCase(["check", "--budget", "f", "--tolerance", "5%"], 2, "--tolerance says nothing about a budget file"),
      BadCase(["solve", "resnext50", "--vary", "width", "--macs", "4G", "--cost", "params"], 2, "without --match"),
    ])
  func contradictory(_ bad: BadCase) throws { try refused(bad) }

  private func refused(_ bad: BadCase) throws {
    let bench = try Workbench()
    let line = "cd '\(bench.folder.path)' && \"$ARCHCALC\" " + bad.arguments.joined(separator: " ")
    let result = try Archcalc.shell(line)
    #expect(result.status == bad.status && result.output.isEmpty, "\(result.errors)")
    for mention in bad.mentions { #expect(result.errors.contains(mention), "\(result.errors)") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder.path).isEmpty)
  }

  @Test("a line of a budget says which network it is, and nothing else", arguments: ["--json", "-o f", "--by layer"])
  func budget(_ option: String) throws {
    let bench = try Workbench()
    let path = try bench.write("x.budget", "igc --batch 2\n  macs 9G\nigc \(option)\n  macs 9G\n")
    let result = try Archcalc.run("check", path)
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(result.errors.contains("a network of a budget has no option --"), "\(result.errors)")
    #expect(result.errors.contains("x.budget:3:1\n"), "\(result.errors)")
  }

  @Test("a switch that is off is off", arguments: ["--json=false", "--no-json", "--predict=off", "--no-predict"])
  func off(_ option: String) throws {
    let plan = try Archcalc.run("plan", "igc", "--threads", "1")
    #expect(plan.status == 0)
    #expect(try Archcalc.run("plan", "igc", "--threads", "1", option).output == plan.output)
    #expect(try Archcalc.run("igc", option).output == Archcalc.run("igc").output)
  }

  @Test("a letter with its value is read where the letter is", arguments: ["check igc --max-macs 9G", "report igc"])
  func joined(_ words: String) throws {
    let bench = try Workbench()
    let result = try Archcalc.shell("cd '\(bench.folder.path)' && \"$ARCHCALC\" \(words) -ofile")
    #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder.path) == ["file"])
  }

  @Test("what is refused is not in the help, and what is there works")
  func listed() throws {
    for (command, options) in [
      "run": ["--check", "--trace", "-o", "Y.npy|FILE"], "plan": ["--predict", "--exact", "--input"],
      "reconcile": ["--says", "--limit", "--markdown"], "report": ["--bytes", "--set"], "show": ["--graph", "--depth"],
      "export": ["--seed", "--batch"], "check": ["--sarif", "--convention"],
    ] {
      let help = try Archcalc.run("help", command).output
      for option in options { #expect(help.contains(option), "\(command) \(option)") }
      #expect(!help.contains("--csv") && !help.contains("--compare"), "\(command)")
    }
    for words in [
      ["reconcile", "igc", "--says", "1K", "--markdown", "--color", "never"],
      ["show", "igc", "--graph", "mermaid", "--depth", "1", "--batch", "2"],
    ] {
      let result = try Archcalc.run(words)
      #expect(result.status == 0 && !result.output.isEmpty, "\(result.errors)")
    }
  }
}
