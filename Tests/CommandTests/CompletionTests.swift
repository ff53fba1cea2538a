import Foundation
import Testing

/// The script for bash, asked what a shell would ask it.
@Suite("Completion in bash")
struct CompletionTests {
  /// The words that are offered for the last of `words`; in bash the sign of `--by=stage` is a word of its own.
  private func offered(_ words: [String], in folder: Folder) throws -> Set<String> {
    let script = try folder.write(try Archcalc.run("completions", "bash").output, to: "completions")
    let asking = """
      cd "$1" && source "$2" && shift 2 && COMP_WORDS=("$@") && COMP_CWORD=$(($# - 1)) && _archcalc 2>/dev/null
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", asking, "bash", folder.url.path, script] + words
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Set(text.split(separator: "\n").map(String.init))
  }

  static let cases: [(words: [String], all: Set<String>)] = [
    (["resnet50", "--option", ""], ["A", "B", "C"]),
    (["resnet-50", "--option", "="], ["A", "B", "C"]),
    (["resnet50", "--by", "=", "st"], ["stage"]),
    (["resnet50", "--convention", "tor"], ["torch", "torchinfo", "torchprofile", "torchvision"]),
    (["resnet50", "-c", "fv"], ["fvcore"]),
    (["resnext50", "--ca"], ["--cardinality"]),
    (["run", "resnext50", "--car"], ["--cardinality"]),
    (["run", "resnext50", "--isa", ""], ["baseline", "avx2", "avx512"]),
    (["show", "resnext50", "--graph", ""], ["dot", "mermaid"]),
    (["sweep", "mobilenet", "--whe"], ["--where"]),
    (["completions", ""], ["bash", "zsh", "fish"]),
    (["resnet50", "--output", "min"], ["mine.arch"]),
    (["resnet50", "--batch", ""], []),
  ]

  @Test("values, letters, the options of commands, files", arguments: cases.indices)
  func values(_ index: Int) throws {
    let folder = try Folder()
    defer { folder.remove() }
    _ = try folder.write("", to: "mine.arch")
    let (words, all) = Self.cases[index]
    #expect(try offered(["archcalc"] + words, in: folder) == all, "\(words)")
  }

  @Test("the first word is a network, an alias, a command or a file") func first() throws {
    let folder = try Folder()
    defer { folder.remove() }
    _ = try folder.write("", to: "resnet.arch")
    let words = try offered(["archcalc", "re"], in: folder)
    #expect(words.isSuperset(of: ["resnet50", "resnext50", "reconcile", "resnet.arch"]))
    #expect(words.allSatisfy { $0.hasPrefix("re") })
    #expect(try offered(["archcalc", "inception-v"], in: folder).contains("inception-v3"))
    #expect(try offered(["archcalc", "resnet50", "--compare", "vgg1"], in: folder).contains("vgg16"))
    // One network is enough, and then there are options.
    #expect(try !offered(["archcalc", "resnet50", "re"], in: folder).contains("resnext50"))
    #expect(try offered(["archcalc", "compare", "resnet50", "re"], in: folder).contains("resnext50"))
    #expect(try offered(["archcalc", "report", "resnet50", "re"], in: folder).contains("resnext50"))
    #expect(try offered(["archcalc", "check", "resnet50", "--max-ma"], in: folder) == ["--max-macs"])
    #expect(try offered(["archcalc", "check", "resnet50", "--opt"], in: folder) == ["--option"])
    for word in ["", "-"] {
      #expect(try offered(["archcalc", "resnet50", word], in: folder).isSuperset(of: ["--json", "--option", "-o"]))
    }
    #expect(try offered(["archcalc", "export", "resnet50", "--no"], in: folder) == ["--no-weights"])
  }
}
