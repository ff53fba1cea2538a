import Foundation
import Testing

/// What a machine, a file system or an executor cannot do is said before anything is run.
@Suite("What cannot be run is refused")
struct RefusalTests {
  private func run(_ bench: Workbench, _ arguments: String..., input: String = "") throws -> Archcalc.Result {
    try Archcalc.run(
      ["run"] + arguments, input: Data(input.utf8), environment: try RunCommandTests.calibrated(bench))
  }

  private static let small = "network small {\n  input(3, 8, 8)\n  conv(3x3, 4) -> relu\n}\n"

  // MARK: Files

  @Test("a file that cannot be written", arguments: ["--trace", "--values", "--output"])
  func unwritable(_ option: String) throws {
    let bench = try Workbench()
    let file = try bench.write("small.arch", Self.small)
    let names = option == "--output" ? ["out.txt", "out.npy"] : ["out"]
    let absent = names.map { bench.folder.appendingPathComponent("absent/\($0)").path }
    for path in absent + [bench.folder.path] {
      // As often as takes hours.
      let result = try run(bench, file, "--repeat", "1000000", "--batch", "4096", option, path)
      #expect(result.status == 1 && result.output.isEmpty)
      #expect(result.errors.hasPrefix("error: cannot write to \(path): "), "\(result.errors)")
    }
  }

  @Test("trying leaves nothing behind, and what was there stays", arguments: ["--trace", "--values", "--output"])
  func tried(_ option: String) throws {
    let bench = try Workbench()
    let file = try bench.write("small.arch", Self.small)
    let kept = try bench.write("kept", "kept")
    let result = try run(bench, file, option, kept, "--batch", "60000", "--input", "3x900x900")
    #expect(result.status == 1 && result.errors.contains("are free"), "\(result.errors)")
    #expect(try String(contentsOfFile: kept, encoding: .utf8) == "kept")
    let left = try FileManager.default.contentsOfDirectory(atPath: bench.folder.path)
    #expect(Set(left) == ["archcalc", "kept", "small.arch"])
  }

  // MARK: Memory

  #if os(Linux)
  /// The limit is one that the system knows: `ulimit -v`, in KiB.
  @Test("more memory than there is, counted as it will be packed")
  func memory() throws {
    let bench = try Workbench()
    // 36 MiB of weights, 144 MiB as Winograd's method packs them.
    let file = try bench.write("wide.arch", "network wide {\n  input(1024, 24, 24)\n  conv(3x3, 1024)\n}\n")
    let environment = try RunCommandTests.calibrated(bench)
    func limited(_ kilobytes: Int, _ options: String) throws -> Archcalc.Result {
      try Archcalc.shell(
        "ulimit -v \(kilobytes) && exec \"$ARCHCALC\" run '\(file)' --threads 1 --repeat 1 --isa baseline \(options)",
        environment: environment)
    }
    let refused = try limited(170_000, "")
    #expect(refused.status == 1 && refused.output.isEmpty, "\(refused.errors)")
    for part in ["wide needs", "to run: ", "packed weights", "activations", "scratch", "are free", "help: "] {
      #expect(refused.errors.contains(part), "\(refused.errors)")
    }
    let exact = try limited(170_000, "--exact")
    #expect(exact.status == 0, "\(exact.errors)")
  }
  #endif

  @Test(
    "extents whose products no machine addresses",
    arguments: [
      ("input(1000000, 1, 1)\n  conv(1x1, 1000000000)", ["for its weights alone", "are free"]),
      ("input(3, 8, 8)\n  conv(1x1, 3, padding: 100000, stride: 200000)", ["activations", "are free"]),
      ("input(3, 8, 8)\n  conv(1x1, 3, padding: 1000000000, stride: 2000000000)", ["more than any memory holds"]),
      (
        "input(64, 8, 8)\n  conv(3x3, 64)\n  conv(1x1, 64, padding: 1000000000, stride: 2000000000)",
        ["n.arch:3:3", "more than any memory"]
      ),
    ] as [(String, [String])])
  func products(_ body: String, _ mentions: [String]) throws {
    let bench = try Workbench()
    let file = try bench.write("n.arch", "network n {\n  \(body)\n}\n")
    for command in ["run", "plan"] {
      let result = try Archcalc.run(command, file, environment: try RunCommandTests.calibrated(bench))
      #expect(result.status == 1 && result.output.isEmpty && result.errors.hasPrefix("error: "), "\(result.errors)")
      for mention in mentions { #expect(result.errors.contains(mention), "\(result.errors)") }
    }
  }

  // MARK: Kernels

  /// Models of a node or two, as onnx.helper makes them and its checker takes them.
  @Test(
    "an operator without a kernel is named",
    arguments: [
      (
        "neck.up: Resize interpolates with cubic polynomials",
        "CAgSADqdAQoTCgF4EgFyGgVmaXJzdCIEUmVsdQouCgFyCgAKAXMSAXkaB25lY2sudXAiBlJlc2l6ZSoQCgRtb2RlIgVjdWJpY6ABAxIBZyoZCAQQAUIBc0oQ"
          + "AACAPwAAgD8AAABAAAAAQFobCgF4EhYKFAgBEhAKAggBCgIIAQoCCAIKAggCYhsKAXkSFgoUCAESEAoCCAEKAggBCgIIBAoCCARCBAoAEBE="
      ),
      (
        "head.lstm: LSTM",
        "CAgSADqqAQoxCgF4CgFXCgFSEgF5GgloZWFkLmxzdG0iBExTVE0qEgoLaGlkZGVuX3NpemUYAaABAhIBZyodCAEIBAgBEAFCAVdKEAAAAAAAAAAAAAAAAAAA"
          + "AAAqHQgBCAQIARABQgFSShAAAAAAAAAAAAAAAAAAAAAAWhcKAXgSEgoQCAESDAoCCAIKAggBCgIIAWIbCgF5EhYKFAgBEhAKAggCCgIIAQoCCAEKAggBQgQK"
          + "ABAR"
      ),
      (
        "neck.det (Det) is not counted: the operator Det is not known",
        "CAgSADpZChMKAXgSAXIaBWZpcnN0IgRSZWx1ChUKAXISAXkaCG5lY2suZGV0IgNEZXQSAWdaFwoBeBISChAIARIMCgIIAQoCCAIKAggCYg8KAXkSCgoICAES"
          + "BAoCCAFCBAoAEBE="
      ),
    ] as [(String, String)])
  func withoutKernel(_ mention: String, _ model: String) throws {
    let bench = try Workbench()
    let file = bench.folder.appendingPathComponent("model.onnx")
    try #require(Data(base64Encoded: model)).write(to: file)
    let result = try run(bench, file.path)
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(result.errors.hasPrefix("error: \(file.path) cannot be run: \(mention)"), "\(result.errors)")
  }

  #if canImport(Glibc) && arch(x86_64)
  /// glibc hides instruction sets from programs that ask it, as this one does.
  @Test(
    "an instruction set that the CPU lacks",
    arguments: [
      ("-AVX512F", "avx512", nil), ("-AVX2,-AVX512F", "avx512", "baseline"), ("-AVX2,-AVX512F", "avx2", "baseline"),
    ]
      as [(String, String, String?)])
  func lackingInstructionSet(_ hidden: String, _ isa: String, _ widest: String?) throws {
    let bench = try Workbench()
    var environment = try RunCommandTests.calibrated(bench)
    environment["GLIBC_TUNABLES"] = "glibc.cpu.hwcaps=\(hidden)"
    let file = try bench.write("small.arch", Self.small)
    let result = try Archcalc.run("run", file, "--isa", isa, environment: environment)
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.errors.hasPrefix("error: this CPU cannot run \(isa)\nhelp: its widest is "), "\(result.errors)")
    guard let widest else { return }
    #expect(result.errors.hasSuffix("its widest is \(widest)\n"), "\(result.errors)")
    // What it has is chosen, and runs.
    let chosen = try Archcalc.run("run", file, "--repeat", "1", "--check", "--json", environment: environment)
    #expect(chosen.status == 0 && chosen.output.contains("\"isa\": \"\(widest)\""), "\(chosen.errors)")
  }
  #endif
}
