import Foundation
import Testing

/// A command line that cannot be followed, and what must be said of it.
struct BadCase: CustomTestStringConvertible, Sendable {
  var arguments: [String]
  var status: Int32
  var mentions: [String]

  init(_ arguments: [String], _ status: Int32, _ mentions: String...) {
    self.arguments = arguments
    self.status = status
    self.mentions = mentions
  }

  var testDescription: String { arguments.joined(separator: " ") }
}

/// A specification that cannot be followed, and what must be said of it.
struct BadSpecification: CustomTestStringConvertible, Sendable {
  var name: String
  var text: String
  var mentions: [String]

  init(_ name: String, _ text: String, _ mentions: String...) {
    self.name = name
    self.text = text
    self.mentions = mentions
  }

  var testDescription: String { name }
}

@Suite("Bad input gets a clear message and a status")
struct BadInputTests {
  @Test(
    "command lines",
    arguments: [
      BadCase(["resnet5o"], 2, "resnet5o", "did you mean 'resnet50'?"),
      BadCase(["resnext50", "--cardinalty", "32"], 2, "--cardinalty", "did you mean --cardinality?"),
      BadCase(["resnext50", "--cardinality", "0"], 2, "cardinality", "from 1 to 1024"),
      BadCase(["resnext50", "--width", "4.5"], 2, "width", "integer"),
      BadCase(["resnext50", "--width"], 2, "--width needs a value"),
      BadCase(["resnext50", "--width", "99999999999999999999"], 2, "width", "does not fit in a 64-bit integer"),
      BadCase(["resnext50", "--width", "x"], 2, "archcalc help resnext50"),
      BadCase(["resnet50", "--json", "--csv"], 2, "--json and --csv: which of the two?"),
      BadCase(
        ["compare", "resnet18", "resnet34", "--csv", "--markdown"], 2, "--csv and --markdown: which of the two?"),
      BadCase(["sweep", "mobilenet", "--alpha", "1", "--csv", "--jsonl"], 2, "--csv and --jsonl: which of the two?"),
      BadCase(
        ["check", "resnet18", "--max-macs", "2G", "--json", "--sarif"], 2, "--json and --sarif: which of the two?"),
      BadCase(["format", "x.arch", "--write", "--check"], 2, "--write and --check: which of the two?"),
      BadCase(["compare", "resnet18", "resnet34:"], 2, "no setting stands after the colon of 'resnet34:'"),
      BadCase(["analyze", "resnet18"], 2, "there is no network or command 'analyze'"),
      BadCase(["resnett50"], 2, "did you mean 'resnet50'?"),
      BadCase(["resnet18", "-o", ""], 2, "-o needs a value"),
      BadCase(["export", "resnet18", "--onnx="], 2, "--onnx needs a value"),
      BadCase(["export"], 2, "export takes a network"),
      BadCase(
        ["sweep", "resnext50", "--width", "4,8", "--where", "macz < 3"], 2, "--where:1:1", "did you mean 'macs'?"),
      BadCase(["help", "conventions", "macs"], 2, "'macs' is one word too many"),
      BadCase(["help", "run", "resnet18"], 2, "'resnet18' is one word too many"),
      BadCase(["resnet50", "--bytes", "17"], 2, "from 1 to 16"),
      BadCase(["igc", "--macs", "3", "--sweep"], 2, "keeps weights, not macs"),
      BadCase(["mobilenet", "--alpha", "1/3"], 1, "must be an integer", "32/3", "round("),
      BadCase(["mobilenet", "--alpha", "zero"], 2, "alpha", "a number"),
      BadCase(["resnet50", "--by", "layers"], 2, "did you mean 'layer'?"),
      BadCase(["resnet50", "--convention", "fvcor"], 2, "did you mean 'fvcore'?"),
      BadCase(["resnet50", "--input", "3x224"], 2, "--input"),
      BadCase(["resnet50", "--input", "224"], 1, "channels, height and width"),
      BadCase(["resnet50", "--input", "3x2x2", "--batch", "0"], 2, "--batch"),
      BadCase(["resnet50", "--resolution", "4611686018427387904"], 1, "does not fit in a 64-bit integer"),
      BadCase(["resnet50", "resnet18"], 2, "one word too many"),
      BadCase(["resnet50", "--json", "foo"], 2, "'foo' is one word too many"),
      BadCase(["resnet50", "-z"], 2, "no option -z"),
      BadCase(["igc", "--params", "100", "--tolerance=-1"], 2, "must not be negative"),
      BadCase(["igc", "--sweep"], 2, "needs a budget"),
      BadCase(["igc", "--M", "2", "--params", "4672", "--sweep"], 2, "--M is what the sweep varies"),
      BadCase(["igc", "--params", "3", "--sweep"], 1, "nothing costs as little as 3"),
      BadCase(["resnet50", "--params", "1000", "--sweep"], 2, "declares no iso-cost sweep"),
      BadCase(["./no-such-file.arch"], 1, "no-such-file.arch", "No such file"),
      BadCase(["/"], 1, "directory"),
      BadCase(["resnet50", "-o", "/no/such/folder/x.json"], 1, "/no/such/folder/x.json", "No such file"),
      BadCase(["resnet50", "-o", "/"], 1, "directory"),
      BadCase(["show"], 2, "show takes one network"),
      BadCase(["list", "nosuchfamily"], 2, "no network matches"),
      BadCase(["completions", "tcsh"], 2, "bash, zsh or fish"),
    ])
  func commandLine(_ bad: BadCase) throws {
    let result = try Archcalc.run(bad.arguments)
    #expect(result.status == bad.status, "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(result.errors.hasPrefix("error: "))
    for mention in bad.mentions { #expect(result.errors.contains(mention), "\(result.errors)") }
  }

  /// No result takes the place of what it was made from, however it is named.
  @Test func outputsOverInputs() throws {
    let bench = try Workbench()
    let text = "network n {\n  input(3, 4, 4)\n  relu\n}\n"
    let file = try bench.write("own.arch", text)
    let other = bench.folder.appendingPathComponent("link.arch")
    try FileManager.default.createSymbolicLink(at: other, withDestinationURL: URL(fileURLWithPath: file))
    for arguments in [[file, "-o", file], [file, "-o", other.path], ["export", file, "--onnx", file]] {
      let result = try Archcalc.run(arguments)
      #expect(result.status == 1 && result.errors.contains("read by the same command"), "\(result.errors)")
      #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }
  }

  /// What is counted and reaches farther than the kernels know is refused, without a trap and before memory is taken.
  @Test(arguments: [
    ("conv(1x1, 4, stride: 9223372036854775807)", "stride"),
    ("maxpool(1x1, stride: 1, dilation: 4611686018427387904)", "dilation"),
    ("convtranspose(1x1, 4, stride: 3000)", "9000000 kinds of places"), ("lrn(2147483647)", "size"),
  ]) func farReaches(_ layer: String, _ mention: String) throws {
    let bench = try Workbench()
    let file = try bench.write("far.arch", "network far {\n  input(3, 1, 1)\n  \(layer)\n}\n")
    #expect(try Archcalc.run(file).status == 0)
    let result = try Archcalc.run("plan", file)
    #expect(result.status == 1 && result.errors.contains(mention), "\(result.errors)")
  }

  /// A name of nearly a megabyte is not printed whole.
  @Test func longNames() throws {
    let bench = try Workbench()
    let name = String(repeating: "x", count: 900_000)
    let file = try bench.write(
      "long.arch", "network n {\n  input(3, 4, 4)\n  relu\n  claim macs(\"\(name)\") == 3\n}\n")
    let result = try Archcalc.run("verify", file)
    #expect(result.status == 1 && result.errors.contains("no layer is called 'xxx"), "\(result.errors.prefix(200))")
    #expect(result.errors.utf8.count < 2000)
  }

  @Test(
    "specifications",
    arguments: [
      BadSpecification(
        "a misspelt network of another file", "network n {\n  compare resnet5o\n  input(3, 8, 8)\n  conv(1x1, 4)\n}",
        "there is no network 'resnet5o'", "did you mean 'resnet50'?", ":2:11"),
      BadSpecification(
        "a misspelt network of a sweep",
        "param a = 4\nparam b = 4\nnetwork n {\n  input(a, 8, 8)\n  conv(1x1, b)\n"
          + "  sweep a solving b keeping macs maximizing G = a against regular_blok solving C\n}",
        "there is no network 'regular_blok'", "did you mean 'regular_block'?"),
      BadSpecification(
        "an output named twice", "network n {\n  input(3, 8, 8)\n  output x { relu }\n  output x { bn }\n  relu\n}",
        "there is an output 'x' already", ":4:10"),
      BadSpecification(
        "an output named as the network's end", "network n {\n  input(3, 8, 8)\n  output output { relu }\n  relu\n}",
        "is a word of the language", ":3:10"),
      BadSpecification(
        "a sum of what is no number", "network n {\n  input(3, 8, 8)\n  conv(1x1, sum([1, [2, 3]]))\n}",
        "'sum' takes numbers", ":3:"),
      BadSpecification(
        "more output padding than a stride",
        "network n {\n  input(3, 8, 8)\n  convtranspose(2x2, 4, stride: 2, outputpadding: 2)\n}",
        "less than the stride or the dilation", "bad.arch:3:51"),
      BadSpecification("a file without a network", "block b { relu }\n", "no network is declared here", "bad.arch:2:1"),
      BadSpecification("an empty file", "", "empty"),
      BadSpecification("an unclosed brace", "network a {\n  input(3, 8, 8)\n", "never closed", "bad.arch:1:11"),
      BadSpecification(
        "a typo in an operator", "network a {\n  input(3, 8, 8)\n  cnov(3x3, 8)\n}\n", "did you mean 'conv'?",
        "bad.arch:3:3"),
      BadSpecification(
        "groups that do not divide", "network a {\n  input(3, 8, 8)\n  conv(3x3, 8, groups: 2)\n}\n",
        "2 does not divide 3",
        "bad.arch:3:24"),
      BadSpecification(
        "a kernel larger than its padded input", "network a {\n  input(3, 4, 4)\n  conv(7x7, 8, padding: 0)\n}\n",
        "larger than its padded input", "bad.arch:3:8"),
      BadSpecification(
        "branches whose shapes differ", "network a {\n  input(3, 8, 8)\n  add { conv(3x3, 8) } { conv(3x3, 9) }\n}\n",
        "different shapes", "8×8×8 and 9×8×8"),
      BadSpecification(
        "recursion without end", "block b() { b }\nnetwork a {\n  input(3, 8, 8)\n  b\n}\n", "too deep",
        "100 calls deep in 'b'"),
      BadSpecification(
        "a repeat of a billion", "network a {\n  input(3, 8, 8)\n  repeat 1000000000 { relu }\n}\n", "1000000000",
        "bad.arch:3:10"),
      BadSpecification(
        "a literal of 40 digits", "param n = \(String(repeating: "9", count: 40))\n", "too large", "bad.arch:1:11"),
      BadSpecification(
        "products over Int64", "network a {\n  input(3, 4611686018427387904, 4611686018427387904)\n  conv(1x1, 8)\n}\n",
        "does not fit in a 64-bit integer", "bad.arch:3:3"),
      BadSpecification(
        "a width that is no integer", "network a {\n  input(3, 8, 8)\n  conv(3x3, 8/3)\n}\n", "8/3", "bad.arch:3:13"),
    ])
  func specification(_ bad: BadSpecification) throws {
    let folder = try Folder()
    defer { folder.remove() }
    let result = try Archcalc.run([try folder.write(bad.text, to: "bad.arch")])
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    for mention in bad.mentions { #expect(result.errors.contains(mention), "\(result.errors)") }
  }

  @Test("bytes that are not UTF-8") func notUTF8() throws {
    let result = try Archcalc.run("-", input: Data([0x6E, 0x65, 0x74, 0xFF, 0xFE]))
    #expect(result.status == 1)
    #expect(result.errors.contains("<stdin>:1:4"))
    #expect(result.errors.contains("UTF-8"))
  }

  @Test("a closed pipe") func closedPipe() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    // The reader is gone before the program writes.
    process.arguments = ["-c", "{ sleep 0.3; \"$0\" resnet152 --json; echo $? >&2; } | true", Archcalc.executable.path]
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(text.contains("cannot write to standard output: Broken pipe"))
    #expect(text.hasSuffix("1\n"))
  }

  @Test("a full disk leaves no half-written file", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDisk() throws {
    let result = try Archcalc.run("resnet18", "--json", "-o", "/dev/full")
    #expect(result.status == 1)
    #expect(result.errors.contains("No space left"))
  }

  @Test("an error leaves the old file as it was") func oldFileStays() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let file = try folder.write("old", to: "out.json")
    #expect(try Archcalc.run("resnet5o", "--json", "-o", file).status == 2)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "old")
    #expect(try Archcalc.run("resnet18", "--json", "-o", file).status == 0)
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("{"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["out.json"])
  }
}
